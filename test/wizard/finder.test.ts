import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KopsObject } from '../../src/cluster/types.ts';
import { stampText } from '../../src/policy/render/stamp.ts';
import { seenInStore, wrongWith } from '../../src/wizard/finder.ts';
import type { QuestionId } from '../../src/wizard/question.ts';
import { keyPair } from '../helpers/key-pair.ts';
import { temporaryFolder } from '../input/temporary.ts';
import { NO_FLAGS } from '../../src/commands/enable.ts';
import { ANSWERS, world } from './scene.ts';
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

describe('what is typed of a webhook', () => {
  const folder = (): string => {
    const { cert, key } = keyPair();
    const at = temporaryFolder();
    const files = { 'c.pem': cert, 'c.key': key, token: 'abc\n', two: 'a\nb\n' };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(at, name), text);
    return at;
  };

  it.each<[QuestionId, string, RegExp | null]>([
    ['webhookUrl', 'https://a.example.com/b', null],
    ['webhookUrl', 'a.example.com', /^The address does not begin with https:\/\/\. Write it as/],
    ['webhookCa', 'c.pem', null],
    ['webhookCa', 'c.key', /c\.key: holds no certificate, but a PRIVATE KEY$/],
    ['webhookCa', 'gone', /gone: cannot be read/],
    ['webhookToken', 'token', null],
    ['webhookToken', 'two', /two: has more than one line$/],
    ['webhookCert', 'c.pem', null],
    ['webhookKey', 'c.key', null],
    ['webhookKey', 'c.pem', /c\.pem: holds no private key, but a CERTIFICATE$/],
  ])('%s %s is judged as enable judges it', async (id, value, wrong) => {
    const at = folder();
    const answers = { ...ANSWERS, log: 'webhook', webhookUrl: 'https://a/', webhookCert: join(at, 'c.pem') };
    const typed = id === 'webhookUrl' ? value : join(at, value);
    const finder = { world: never, clusters: never, clustersIn: never, lookForLog: never };
    const said = await wrongWith(id, typed, { answers, world: world(), flags: NO_FLAGS, finder });
    if (wrong) expect(said).toMatch(wrong);
    else expect(said).toBe(null);
  });
});

function never(): never {
  throw new Error('nothing else is looked at');
}
