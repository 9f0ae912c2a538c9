import { describe, expect, it } from 'vitest';
import { readStatusFlags, type StatusFlags } from '../../../src/commands/status/flags.ts';
import type { Context } from '../../../src/context.ts';

const DEFAULTS: StatusFlags = { cluster: [], update: true, parallel: '4', timeout: '2m', output: 'text' };

function read(flags: Partial<StatusFlags>, env: Record<string, string> = {}): ReturnType<typeof readStatusFlags> {
  return readStatusFlags({ ...DEFAULTS, ...flags }, { env } as unknown as Context);
}

describe('readStatusFlags', () => {
  it('takes each cluster once, and the environment only where nothing else is said', () => {
    expect(read({ cluster: ['a', 'b', 'a'] }, { KOPS_CLUSTER_NAME: 'e' }).names).toEqual(['a', 'b']);
    expect(read({}, { KOPS_CLUSTER_NAME: 'e' }).names).toEqual(['e']);
    expect(read({ all: true }, { KOPS_CLUSTER_NAME: 'e' }).names).toEqual([]);
    expect(read({ file: 'x.yaml' }, { KOPS_CLUSTER_NAME: 'e' }).names).toEqual([]);
    expect(read({ cluster: ['a'] })).toMatchObject({ parallel: 4, timeoutMs: 120_000, watchMs: 5000 });
    expect(read({ cluster: ['a'], live: true, interval: '2s' })).toMatchObject({ watchMs: 2000 });
    expect(read({ cluster: ['a'], live: true, watch: '3s' })).toMatchObject({ watchMs: 3000 });
  });

  it.each([
    [{}, 'no cluster given'],
    [{ all: true, cluster: ['a'] }, '--all does not go with --cluster'],
    [{ all: true, file: 'x' }, '--all does not go with -f'],
    [{ file: 'x', state: 's3://a' }, '--state does not go with -f'],
    [{ all: true, kopsVersion: '1.32.0' }, '--kops-version goes with -f FILE'],
    [{ all: true, context: 'c' }, '--context goes with --live'],
    [{ all: true, watch: '1s' }, '--watch goes with --live'],
    [{ cluster: ['a', 'b'], live: true, context: 'c' }, '--context goes with one cluster'],
    [{ cluster: ['a'], timeout: 'soon' }, '--timeout soon is not a duration'],
    [{ all: true, interval: '1s' }, '--interval goes with --live'],
    [{ cluster: ['a'], live: true, interval: '1s', watch: '1s' }, '--watch does not go with --interval'],
  ])('refuses %j', (flags, message) => {
    expect(() => read(flags)).toThrow(message);
  });
});
