import v8 from 'node:v8';
import { afterEach, expect, it, vi } from 'vitest';
import { tuneForLogs } from '../../src/cli/tune.ts';

const { poolSize } = Buffer;
afterEach(() => {
  Buffer.poolSize = poolSize;
});

const SMALL = [
  ['--semi-space-growth-factor=1'],
  ['--heap-growing-percent=50'],
  ...(process.version.startsWith('v20.') ? [['--interrupt-budget=200000']] : []),
];

it.each([
  ['logs audit.log', SMALL],
  ['who delete pods/a', SMALL],
  ['report', SMALL],
  ['policy replay audit.log', SMALL],
  ['policy suggest', SMALL],
  ['policy show kops', []],
  ['lint logs', []],
  ['', []],
])('keeps the heap small and compiles less for what reads logs, and leaves the others to V8: %s', (words, flags) => {
  const set = vi.spyOn(v8, 'setFlagsFromString').mockImplementation(() => {});
  tuneForLogs(['node', 'cli.cjs', ...words.split(' ').filter(Boolean)]);
  expect([set.mock.calls, Buffer.poolSize]).toEqual([flags, flags.length > 0 ? 8192 : poolSize]);
});
