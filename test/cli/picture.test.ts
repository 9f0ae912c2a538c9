import { execa } from 'execa';
import { expect, it } from 'vitest';
import { ROOT } from '../docs/markdown.ts';

it('the picture at the top of README.md is of what the program shows now (else run scripts/session-svg.mjs)', async () => {
  const { stdout, stderr, exitCode } = await execa(process.execPath, ['scripts/session-svg.mjs', '--check'], {
    cwd: ROOT,
    reject: false,
  });
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: '', stderr: '', exitCode: 0 });
});
