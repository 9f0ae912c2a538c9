import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Writes a shell script that stands in for kops, for faults the real one cannot be made to show; gives its path and folder, which goes with the test. */
export function fakeKops(script: string): { binary: string; dir: string } {
  const dir = mkdtempSync(join(tmpdir(), 'fake-kops-'));
  const binary = join(dir, 'kops');
  writeFileSync(binary, `#!/bin/sh\n${script}\n`);
  chmodSync(binary, 0o755);
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return { binary, dir };
}

/** Waits for something to become true; fails after a minute. */
export async function until(isTrue: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error('it did not happen within a minute');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
