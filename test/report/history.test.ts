import { describe, expect, it } from 'vitest';
import type { JournalEntry, ListedEntry, Subject } from '../../src/change/journal/entry.ts';
import { entryMasker } from '../../src/commands/history.ts';
import { historyJson, historyView } from '../../src/report/history.ts';
import { plainStyle, safeText } from '../../src/report/text.ts';
import { cluster } from '../helpers/cluster.ts';

const NONE: ReadonlySet<string> = new Set();

function made(id: string, subject: Subject, more: Partial<JournalEntry> = {}): ListedEntry {
  const entry: JournalEntry = {
    formatVersion: 1,
    id,
    time: '2026-11-24T09:30:00.000Z',
    command: 'enable',
    subject,
    user: 'ann',
    host: 'desk',
    pid: 1,
    toolVersion: '0.1.0',
    patch: [],
    before: JSON.stringify(cluster()),
    outcome: 'done',
    ...more,
  };
  return { status: 'finished', id, entry };
}

const live = (stateStore?: string): Subject => ({
  type: 'cluster',
  cluster: 'm.k8s.local',
  ...(stateStore === undefined ? {} : { stateStore }),
});

function view(listed: ListedEntry[], undone = NONE): string[] {
  return historyView(listed, undone, { style: plainStyle, clean: safeText }).trimEnd().split('\n');
}

describe('the history', () => {
  it('is a line for each change', () => {
    const cutOff: ListedEntry = { ...made('4', live(), { outcome: 'started' }), status: 'unfinished' } as ListedEntry;
    const damaged: ListedEntry = { status: 'damaged', id: '1', file: '/j/1.json', problem: 'it is not whole' };
    const file: Subject = { type: 'file', path: '/specs/c.yaml', cluster: 'b' };
    const listed = [cutOff, made('3', file, { command: 'disable', user: 'b\u001b[2J' }), made('2', live()), damaged];
    expect(view(listed, new Set(['2']))).toEqual([
      'ID  COMMAND  OUTCOME     USER      CLUSTER OR FILE',
      '4   enable   cut off     ann       m.k8s.local',
      '3   disable  done        b\\x1b[2J  /specs/c.yaml (b)',
      '2   enable   taken back  ann       m.k8s.local',
      '1            damaged               /j/1.json',
    ]);
  });

  it('names the stores of clusters that have one name', () => {
    const lines = view([made('3', live('s3://a')), made('2', live('s3://b')), made('1', live())]);
    expect(lines.slice(1).map((line) => line.slice(-23).trim())).toEqual([
      'm.k8s.local in s3://a',
      'm.k8s.local in s3://b',
      'm.k8s.local in a store',
    ]);
    expect(view([made('2', live('s3://a')), made('1', live('s3://a'))]).at(-1)).toMatch(/m\.k8s\.local$/);
  });

  it('as JSON holds no spec, and masks what an error said', () => {
    const asset = { name: 's', path: '/etc/s', content: 'password=HUNTER2SECRET\n' };
    const before = JSON.stringify(cluster({ fileAssets: [asset] }));
    const entry = made('1', live('s3://a'), {
      before,
      outcome: 'failed',
      message: 'kops said: password=HUNTER2SECRET',
    });
    const json = historyJson([entry], new Set(['1']), (each, value) => entryMasker(each).json(value));
    expect(JSON.stringify(json)).not.toContain('HUNTER2SECRET');
    expect(json).toEqual({
      kind: 'History',
      formatVersion: 1,
      entries: [
        {
          status: 'finished',
          takenBack: true,
          id: '1',
          time: '2026-11-24T09:30:00.000Z',
          command: 'enable',
          subject: { type: 'cluster', cluster: 'm.k8s.local', stateStore: 's3://a' },
          user: 'ann',
          host: 'desk',
          toolVersion: '0.1.0',
          outcome: 'failed',
          message: 'kops said: ‹secret #1›',
        },
      ],
    });
  });
});
