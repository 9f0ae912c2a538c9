import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isAlive } from '../../src/process/alive.ts';
import { runInBackground } from '../../src/process/background.ts';

/** A program of a few lines of shell, and a folder that goes with it. */
async function run(script: string, timeoutMs = 10_000) {
  const dir = mkdtempSync(join(tmpdir(), 'background-'));
  const folder = mkdtempSync(join(dir, 'own-'));
  const binary = join(dir, 'program');
  writeFileSync(binary, `#!/bin/sh\necho $$ >"$(dirname "$0")/pid"\n${script}\n`, { mode: 0o755 });
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const env = { PATH: process.env['PATH'] };
  const started = await runInBackground({ binary, args: [], env, ready: 'ready', timeoutMs, folder });
  const pid = (): number => Number(readFileSync(join(dir, 'pid'), 'utf8'));
  return { ...started, folder, pid };
}

describe('runInBackground', () => {
  it('gives it when it is ready, and ends it and its folder', async () => {
    const { failure, stop, folder, pid } = await run('echo ready\nexec sleep 100');
    expect(failure).toBeNull();
    expect(isAlive({ pid: pid() })).toBe(true);
    stop();
    await expect.poll(() => isAlive({ pid: pid() }), { timeout: 10_000 }).toBe(false);
    await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false);
  });

  it('says how it ended before it was ready', async () => {
    const { failure } = await run('echo no good >&2\nexit 3');
    expect(failure).toEqual({ exitCode: 3, timedOut: false, stderr: 'no good\n' });
  });

  it('ends what is not ready in time', async () => {
    const { failure, pid } = await run('exec sleep 100', 1000);
    expect(failure).toMatchObject({ timedOut: true });
    await expect.poll(() => isAlive({ pid: pid() }), { timeout: 10_000 }).toBe(false);
  });
});
