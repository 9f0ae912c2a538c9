import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI } from '../e2e/run-cli.ts';
import { plainArgs } from '../docs/session.ts';
import { runWarmCli } from '../helpers/warm-cli.ts';
import { asExpected, layOut, WITH_KOPS, WITHOUT_KOPS } from './example-scene.ts';

let dir: string;
let env: Record<string, string>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kops-audit-examples-'));
  for (const folder of ['bin', 'desk', 'home/.config/fish/completions'])
    await mkdir(join(dir, folder), { recursive: true });
  await writeFile(join(dir, 'bin/kops-audit'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
  await chmod(join(dir, 'bin/kops-audit'), 0o755);
  await layOut(join(dir, 'desk'));
  const path = [join(dir, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  env = { PATH: path, HOME: join(dir, 'home'), LANG: 'C.UTF-8' };
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('the examples of help', () => {
  it('are split by whether they need kops', () => {
    expect(WITHOUT_KOPS.length).toBeGreaterThan(20);
    expect(WITH_KOPS.length).toBeGreaterThan(15);
  });

  it.each(WITHOUT_KOPS)('of $command: $line', async ({ command, line }) => {
    if (/^(?:disable|rollback|ship|ship render|ship check|ship verify)$/.test(command))
      await typed('kops-audit enable -f cluster.yaml --yes');
    // What the shells make of the scripts is in completion-shells.test.ts.
    const { stderr, exitCode } = await typed(line.replace(/^source <\((.*)\)$/, '$1'));
    expect({ exitCode, stderr }).toEqual(asExpected({ command, line }));
  });
});

function typed(line: string): Promise<{ exitCode?: number | undefined; stderr: string }> {
  const [args] = plainArgs(line) ?? [];
  if (args) return runWarmCli(args, { env, cwd: join(dir, 'desk') });
  return execa('bash', ['-c', line], { env, extendEnv: false, cwd: join(dir, 'desk'), reject: false, input: '' });
}
