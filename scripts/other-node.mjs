// Prints the path of a Node of another major version, which it fetches as a package the first time: the one that is running is not
// fetched.    node scripts/other-node.mjs 24
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

console.log(nodeOf(process.argv[2] ?? ''));

/** Takes a major version, `24`. Throws where the registry has none for this machine. */
function nodeOf(major) {
  if (!/^\d+$/.test(major)) throw new Error('name a major version: node scripts/other-node.mjs 24');
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = fileURLToPath(new URL(`../.cache/node-${major}`, import.meta.url));
  const node = join(folder, 'package/bin/node');
  if (!existsSync(node)) fetch(`node-${process.platform}-${process.arch}@${major}`, folder);
  return node;
}

function fetch(name, folder) {
  mkdirSync(folder, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--silent', name], { cwd: folder, encoding: 'utf8' });
  execFileSync('tar', ['xzf', packed.trim()], { cwd: folder });
}
