import { describe, expect, it } from 'vitest';
import type { LiveSteps } from '../../src/change/change.ts';
import { liveTarget, readLive, willAsk } from '../../src/change/live-target.ts';
import type { Edges } from '../../src/change/ports.ts';
import type { Stored } from '../../src/change/target.ts';
import type { SpecChange } from '../../src/cluster/spec-change.ts';
import { ExternalError } from '../../src/errors.ts';
import type { Preview } from '../../src/kops/preview.ts';
import { cluster, GROUPS } from '../helpers/cluster.ts';
import { memoryKops, OURS, UP_TO_DATE, type MemoryKops } from '../helpers/memory-kops.ts';
import { STEPS } from '../helpers/steps.ts';

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
  const plan = { operations } as unknown as SpecChange;
  const reading = { cluster: before, groups: [], kopsVersion: '1.36.0', lastApplied: null, baseline: null };
  const edges = { talk: { say: () => {} }, interrupt: new AbortController().signal } as unknown as Edges;

  /** Writes, and reads back. */
  async function stored(kops: MemoryKops, storing: MemoryKops): Promise<Stored> {
    const subject = { type: 'cluster' as const, cluster: 'm.k8s.local' };
    const target = liveTarget({ subject, steps: STEPS, kops, storing, read: async () => reading });
    const readBack = await target.write({ place: 'live', reading, plan, findings: [], edited: null }, edges);
    return readBack();
  }

  it('says why nothing changed, also where kops says nothing', async () => {
    const kops = memoryKops(before, GROUPS);
    kops.replace = async () => ({ error: '' }) as Awaited<ReturnType<MemoryKops['replace']>>;
    expect(await stored(kops, kops)).toEqual({
      state: 'old',
      certain: true,
      error: new ExternalError('kops did not store the spec: kops reported no error, but the spec is unchanged', {
        hint: 'Nothing was written: the old spec is in force.',
      }),
    });
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
    expect(await stored(kops, storing)).toEqual({ state: 'new' });
    expect(reads).toBe(1);
  });
});

function asks(changes: boolean, baseline: Preview | null, steps: Partial<LiveSteps>): boolean {
  const operations = changes ? [{ op: 'remove' as const, path: '/spec/kubeAPIServer' }] : [];
  return willAsk({ reading: { baseline }, plan: { operations } }, { ...STEPS, ...steps });
}

describe('whether a question will come', () => {
  it.each<[string, boolean, Preview | null, Partial<LiveSteps>, boolean]>([
    ['there is a spec to store', true, UP_TO_DATE, {}, true],
    ['there is a spec to store and no update', true, null, { update: false }, true],
    ['nothing is to be done', false, UP_TO_DATE, {}, false],
    ['only an update is left', false, OURS, {}, true],
    ['only an update is left that is not to be run', false, OURS, { update: false }, false],
    ['nobody asked what is pending', false, null, {}, false],
    ['only the roll is asked for', false, UP_TO_DATE, { rollingUpdate: true }, true],
    ['Terraform files are asked for', false, null, { target: 'terraform' }, true],
    ['direct is asked for', false, UP_TO_DATE, { target: 'direct' }, false],
    ['all is answered beforehand', true, OURS, { yes: true, rollingUpdate: true }, false],
    ['Terraform is answered beforehand', false, null, { yes: true, target: 'terraform' }, false],
  ])('%s', (_, changes, baseline, steps, expected) => {
    expect(asks(changes, baseline, steps)).toBe(expected);
  });
});
