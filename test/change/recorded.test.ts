import { describe, expect, it } from 'vitest';
import { cutOffText, cutOffs, settleCutOffs, withFound } from '../../src/change/recorded.ts';
import { noJournal } from '../../src/change/journal/journal.ts';
import type { JournalEntry, ListedEntry, Outcome } from '../../src/change/journal/entry.ts';
import type { KopsObject } from '../../src/cluster/types.ts';
import type { JsonObject } from '../../src/json.ts';
import { cluster } from '../helpers/cluster.ts';

const SERVER: JsonObject = { auditLogPath: '-' };
const ENTRY = {
  id: '1',
  command: 'enable',
  time: '2026-11-24T09:30:00.000Z',
  outcome: 'started',
  subject: { type: 'cluster', cluster: 'm.k8s.local' },
  patch: [{ op: 'add', path: '/spec/kubeAPIServer', value: SERVER }],
  before: JSON.stringify(cluster()),
} as unknown as JournalEntry;

function listed(
  more: Partial<JournalEntry> = {},
  status: 'unfinished' | 'finished' | 'running' = 'unfinished',
): ListedEntry {
  const entry = { ...ENTRY, ...more };
  return { status, id: entry.id, entry };
}

async function settled(earlier: ListedEntry[], now: KopsObject): Promise<[Outcome, string | undefined][]> {
  const outcomes: [Outcome, string | undefined][] = [];
  const finish = async (outcome: Outcome, message?: string): Promise<undefined> => {
    outcomes.push([outcome, message]);
  };
  const reopen = async (): Promise<{ id: string; file: undefined; finish: typeof finish }> => ({
    id: '1',
    file: undefined,
    finish,
  });
  await settleCutOffs(cutOffs(earlier, now), { ...noJournal(), reopen });
  return outcomes;
}

describe('a change that was cut off', () => {
  it.each<[string, JsonObject, Outcome, string, string]>([
    ['wrote nothing', {}, 'not-written', 'it wrote nothing.', 'Run it again if it is still wanted.'],
    [
      'wrote',
      { kubeAPIServer: SERVER },
      'spec-written',
      'its spec is stored; whether it was applied is not known.',
      '`kops update cluster` shows what is still to be applied.',
    ],
    [
      'left something else',
      { kubeAPIServer: { logLevel: 1 } },
      'failed',
      'what is stored now is neither the spec before it nor the one it planned.',
      'Look at it before you go on: kops-audit history show 1',
    ],
  ])('%s', async (_what, spec, outcome, meaning, next) => {
    const now = cluster(spec);
    const [found] = cutOffs([listed()], now);
    expect(cutOffText(found!)).toBe(`an earlier enable (1, 2026-11-24 09:30 UTC) was cut off: ${meaning} ${next}`);
    expect(await settled([listed()], now)).toEqual([[outcome, `cut off; a later run found: ${meaning}`]]);
    expect(withFound([listed()], [found!])).toEqual([listed({ outcome }, 'finished')]);
  });

  it('of a file is done where it wrote', async () => {
    const text = 'kind: Cluster\napiVersion: kops.k8s.io/v1alpha2\nmetadata: {name: m.k8s.local}\nspec: {}\n';
    const file = listed({ subject: { type: 'file', path: '/x', cluster: 'm.k8s.local' }, before: text });
    const now = { ...cluster(), spec: { kubeAPIServer: SERVER } };
    expect(await settled([file], now)).toEqual([['done', 'cut off; a later run found: the file was written.']]);
  });

  it('is only one whose process died before it said how it ended', () => {
    const others = [
      listed({ outcome: 'spec-written' }),
      listed({}, 'running'),
      listed({ outcome: 'done' }, 'finished'),
    ];
    const damaged: ListedEntry = { status: 'damaged', id: '0', file: '/j', problem: 'x' };
    expect(cutOffs([...others, damaged], cluster())).toEqual([]);
  });

  it('whose record is not what was made counts as left with something else', () => {
    expect(cutOffs([listed({ before: 'null' })], cluster())).toMatchObject([{ stored: 'other' }]);
  });
});
