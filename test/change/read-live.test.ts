import { describe, expect, it } from 'vitest';
import { readLive, storeLive } from '../../src/change/live.ts';
import { cluster, GROUPS } from '../helpers/cluster.ts';
import { memoryKops, OURS, type MemoryKops } from '../helpers/memory-kops.ts';

function kopsOf(version: string, lastApplied: string | null): MemoryKops {
  return Object.assign(memoryKops(cluster(), GROUPS), {
    version: async () => version,
    lastApplied: async () => lastApplied,
  });
}

describe('reading a cluster in its state store', () => {
  it.each([
    ['the kops that was there last', '1.36.0', '1.36.0'],
    ['a newer one', '1.36.0', '1.35.2'],
    ['one of which it is not known', '1.36.0', null],
  ])('waits for the preview with %s', async (_, version, last) => {
    const stopped: string[] = [];
    const reading = await readLive(kopsOf(version, last), 'm.k8s.local', true, () => stopped.push('stopped'));
    expect(reading).toMatchObject({ kopsVersion: version, lastApplied: last, baseline: OURS });
    expect(stopped).toEqual([]);
  });

  it('does not with an older one, which kops itself refuses', async () => {
    const stopped: string[] = [];
    const kops = kopsOf('1.35.2', '1.36.0');
    kops.previewUpdate = () => new Promise(() => {});
    const reading = await readLive(kops, 'm.k8s.local', true, () => stopped.push('stopped'));
    expect([reading.baseline, stopped]).toEqual([null, ['stopped']]);
  });
});

describe('storing a spec', () => {
  const before = cluster();
  const operations = [{ op: 'add' as const, path: '/spec/sshAccess', value: ['10.0.0.0/8'] }];
  const edgesOf = (kops: MemoryKops, storing: MemoryKops): Parameters<typeof storeLive>[0] => ({
    kops,
    storing,
    talk: { say: () => {} } as unknown as Parameters<typeof storeLive>[0]['talk'],
    interrupt: new AbortController().signal,
  });

  it('says why nothing changed, also where kops says nothing', async () => {
    const kops = memoryKops(before, GROUPS);
    kops.replace = async () => ({ error: '' }) as Awaited<ReturnType<MemoryKops['replace']>>;
    const stored = await storeLive(edgesOf(kops, kops), before, operations);
    expect(stored).toEqual({ state: 'old', error: 'kops said nothing, yet the spec is unchanged' });
  });

  it('reads back with the kops that no interrupt stops', async () => {
    const kops = memoryKops(before, GROUPS);
    const storing = memoryKops(before, GROUPS);
    storing.getCluster = async () => structuredClone(kops.stored);
    let reads = 0;
    kops.getCluster = async () => {
      reads += 1;
      return structuredClone(before);
    };
    expect(await storeLive(edgesOf(kops, storing), before, operations)).toEqual({ state: 'new' });
    expect(reads).toBe(1);
  });
});
