import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kernelModule } from '../../scripts/build-kernel.mjs';

describe('the kernel', () => {
  it('is what its source is compiled to', async () => {
    const committed = readFileSync(new URL('../../src/events/kernel-bytes.ts', import.meta.url), 'utf8');
    expect(committed).toBe(await kernelModule());
  });
});
