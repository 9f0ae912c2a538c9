import type { KopsObject } from '../../src/cluster/types.ts';
import { kopsCommandLines } from '../../src/kops/command-lines.ts';
import type { Kops, KopsRun } from '../../src/kops/kops.ts';
import type { Preview } from '../../src/kops/preview.ts';

/** A state store in memory behind the interface of kops, for what needs a cloud or a moment that the real one can't be made to show. */
export interface MemoryKops extends Kops {
  stored: KopsObject;
  calls: string[];
  /** What the next calls do instead of succeeding. */
  faults: Partial<Record<'replace' | 'update' | 'rollingUpdate' | 'validate', Partial<KopsRun>>>;
  /** Runs right after a replace: another writer, or a kops that drops things. */
  afterReplace: () => void;
  preview: Preview;
}

export const UP_TO_DATE: Preview = { text: '', upToDate: true, understood: true, changes: [] };

export const OURS: Preview = {
  text: '',
  upToDate: false,
  understood: true,
  changes: [
    {
      action: 'modify',
      kind: 'ManagedFile',
      name: 'cluster-completed.spec',
      text: '  ManagedFile/cluster-completed.spec',
    },
  ],
};

export const FOREIGN: Preview = {
  ...OURS,
  changes: [...OURS.changes, { action: 'modify', kind: 'VPC', name: 'm.k8s.local', text: '  VPC/m.k8s.local' }],
};

export function memoryKops(cluster: KopsObject, groups: readonly KopsObject[]): MemoryKops {
  const run = (name: keyof MemoryKops['faults']): KopsRun => {
    kops.calls.push(name);
    return {
      command: `kops ${name}`,
      exitCode: 0,
      failed: false,
      timedOut: false,
      interrupted: false,
      stdout: '',
      stderr: '',
      error: '',
      durationMs: 1,
      ...kops.faults[name],
    };
  };
  const kops: MemoryKops = {
    stored: structuredClone(cluster),
    calls: [],
    faults: {},
    afterReplace: () => {},
    preview: OURS,
    version: async () => '1.36.0',
    lastApplied: async () => '1.36.0',
    getCluster: async () => structuredClone(kops.stored),
    getInstanceGroups: async () => [...groups],
    clusterNames: async () => [kops.stored.metadata.name],
    clusters: async () => [structuredClone(kops.stored)],
    replace: async (wanted) => {
      const result = run('replace');
      if (!result.failed) kops.stored = structuredClone(wanted);
      kops.afterReplace();
      return result;
    },
    previewUpdate: async () => kops.preview,
    update: async () => run('update'),
    rollingUpdate: async () => run('rollingUpdate'),
    validate: async () => run('validate'),
    commandLine: kopsCommandLines('kops', undefined),
  };
  return kops;
}
