import { describe, expect, it } from 'vitest';
import type { JournalEntry, ListedEntry, Subject } from '../../src/change/journal/entry.ts';
import { shortId } from '../../src/change/journal/ids.ts';
import { entryMasker } from '../../src/commands/history.ts';
import { ageText, historyJson, historyView } from '../../src/report/history.ts';
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

const NOW = new Date('2026-11-24T11:45:00Z');

function view(listed: ListedEntry[], { undone = NONE, columns = 80 } = {}): string[] {
  const options = { style: plainStyle, columns, clean: safeText, shortId, now: NOW };
  return historyView(listed, undone, options).trimEnd().split('\n');
}

describe('the age of a change', () => {
  it.each([
    ['2026-11-24T11:44:30Z', 'just now'],
    ['2026-11-24T11:46:00Z', 'just now'],
    ['2026-11-24T11:44:00Z', '1 min ago'],
    ['2026-11-24T09:45:01Z', '1 h ago'],
    ['2026-11-23T23:00:00Z', '12 h ago'],
    ['2026-11-23T11:45:00Z', 'yesterday'],
    ['2026-11-22T23:00:00Z', '2 days ago'],
    ['2026-11-11T11:00:00Z', '13 days ago'],
    ['2026-11-03T11:00:00Z', '3 weeks ago'],
    ['2026-08-01T11:00:00Z', '2026-08-01'],
  ])('of %s is %s', (time, age) => {
    expect(ageText(new Date(time), NOW)).toBe(age);
  });
});

describe('the history', () => {
  it('is a line for each change', () => {
    const cutOff: ListedEntry = { ...made('4', live(), { outcome: 'started' }), status: 'unfinished' } as ListedEntry;
    const damaged: ListedEntry = { status: 'damaged', id: '1', file: '/j/1.json', problem: 'it is incomplete' };
    const file: Subject = { type: 'file', path: '/specs/c.yaml', cluster: 'b' };
    const listed = [cutOff, made('3', file, { command: 'disable', user: 'b\u001b[2J' }), made('2', live()), damaged];
    expect(view(listed, { undone: new Set(['2']) })).toEqual([
      'ID  AGE      COMMAND  OUTCOME      USER      CLUSTER OR FILE',
      '4   2 h ago  enable   cut off      ann       m.k8s.local',
      '3   2 h ago  disable  written      b\\x1b[2J  /specs/c.yaml (b)',
      '2   2 h ago  enable   rolled back  ann       m.k8s.local',
      '1                     damaged                /j/1.json',
    ]);
  });

  it('has ids that are short as long as they are not the same', () => {
    const [one, other] = ['20261124T093000000Z-0a1b2c3d', '20261123T093000000Z-0a1b2c3d'];
    expect(view([made('20261124T093000000Z-5d0c7a11', live())]).at(-1)).toMatch(/^5d0c7a11 {2}2 h ago/);
    expect(view([made(one, live()), made(other, live())]).map((line) => line.split(' ')[0])).toEqual([
      'ID',
      one,
      other,
    ]);
  });

  it('is no wider than the terminal: the user goes first, then the place is cut', () => {
    const file: Subject = { type: 'file', path: '/home/ann/clusters/production/eu.yaml', cluster: 'eu.example.com' };
    const listed = [made('20261124T093000000Z-5d0c7a11', file)];
    expect(view(listed, { columns: 60 })).toEqual([
      'ID        AGE      COMMAND  OUTCOME  CLUSTER OR FILE',
      '5d0c7a11  2 h ago  enable   written  /home/ann/clusters/pro…',
    ]);
    expect(view(listed, { columns: 80 }).at(-1)).toHaveLength(80);
    expect(view(listed, { columns: Infinity }).at(-1)).toMatch(/ann {3}\/home.*\(eu\.example\.com\)$/);
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
