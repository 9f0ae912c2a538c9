#!/usr/bin/env node
// Stands in for kops: prints the files of FAKE_KOPS_DIR, and fails with the text of FAKE_KOPS_ERROR at the command that it names.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const dir = process.env.FAKE_KOPS_DIR;
const file = (name) => join(dir, name);
const read = (name) => readFileSync(file(name), 'utf8');
const args = process.argv.slice(2);
const line = args.join(' ');
const failing = existsSync(file('fails')) ? JSON.parse(read('fails')) : null;

if (failing && line.startsWith(failing.at)) {
  process.stdout.write(failing.stdout ?? '');
  process.stderr.write(failing.stderr ?? '');
  process.exitCode = failing.exit ?? 1;
} else if (line.startsWith('version'))
  process.stdout.write(line.includes('--server') ? '1.36.0\n1.36.0\n' : '1.36.0\n');
else if (line.startsWith('get clusters')) process.stdout.write(`[${read('cluster.json')}]`);
else if (line.startsWith('get cluster')) process.stdout.write(read('cluster.json'));
else if (line.startsWith('get instancegroups')) process.stdout.write(read('groups.json'));
else if (line.startsWith('replace')) writeFileSync(file('cluster.json'), readFileSync(0, 'utf8'));
else if (line.startsWith('update') && !args.includes('--yes')) process.stdout.write(read('preview.txt'));
else if (line.startsWith('update'))
  process.stdout.write(`${read('relay.txt')}\nCluster changes have been applied to the cloud.\n`);
else process.stdout.write('done\n');
