import { describe, expect, it } from 'vitest';
import type { KopsObject } from '../../src/cluster/types.ts';
import { stampText } from '../../src/policy/render/stamp.ts';
import { seenInStore } from '../../src/wizard/finder.ts';
import { cluster, group, HAND_MADE, handMade } from '../helpers/cluster.ts';

const PATH = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';
const STAMPED = stampText(HAND_MADE, { policy: 'metadata', version: '0.1.0', set: {}, made: [] });

/** kops with these clusters, each with one group that brings a policy; tells which groups were read, and how many at once. */
function store(clusters: readonly KopsObject[]) {
  const read: string[] = [];
  let running = 0;
  let most = 0;
  return {
    read,
    most: () => most,
    clusters: () => Promise.resolve([...clusters]),
    version: () => Promise.resolve('1.36.0'),
    async getInstanceGroups(name: string) {
      read.push(name);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      return [group('a', 'Master', { fileAssets: [{ name: 'own', path: PATH, content: STAMPED }] })];
    },
  };
}

describe('the clusters of a store', () => {
  it('have the policy that is in force, also where the Cluster holds one that reaches nobody', async () => {
    const [one] = await seenInStore(store([cluster(handMade(PATH), 'on.k8s.local')]));
    expect(one?.present.policy).toBe('metadata');
  });

  it('are read without their groups where no policy is named', async () => {
    const kops = store([cluster({}, 'off.k8s.local'), cluster(handMade(PATH), 'on.k8s.local')]);
    await seenInStore(kops);
    expect(kops.read).toEqual(['on.k8s.local']);
  });

  it('are asked for in fours', async () => {
    const kops = store(Array.from({ length: 30 }, (_, at) => cluster(handMade(PATH), `c${at}.k8s.local`)));
    expect(await seenInStore(kops)).toHaveLength(30);
    expect(kops.most()).toBe(4);
  });
});
