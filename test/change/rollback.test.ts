import { describe, expect, it } from 'vitest';
import { chosenEntries, sinceNotes, undoneIds } from '../../src/change/rollback.ts';
import type { LiveReading } from '../../src/change/change.ts';
import type { JournalEntry, ListedEntry, Outcome } from '../../src/change/journal/entry.ts';
import { prepareRollback } from '../../src/change/prepare.ts';
import { groupsHash } from '../../src/change/recorded.ts';
import type { JsonObject } from '../../src/json.ts';
import { cluster, GROUPS } from '../helpers/cluster.ts';
import { FOREIGN } from '../helpers/memory-kops.ts';

/** An entry of the n-th of November, with what it takes back. */
function made(day: number, outcome: Outcome = 'done', undoes?: number[]): ListedEntry {
  const id = `e${day}`;
  const time = `2026-11-0${day}T12:00:00.000Z`;
  const entry = { id, time, outcome, ...(undoes ? { undoes: undoes.map((other) => `e${other}`) } : {}) };
  return { status: 'finished', id, entry: entry as unknown as JournalEntry };
}

const damaged = (day: number): ListedEntry => ({
  status: 'damaged',
  id: `e${day}`,
  file: `/j/e${day}.json`,
  problem: 'it is incomplete',
});

const ids = (entries: readonly JournalEntry[]): string[] => entries.map(({ id }) => id);

describe('which changes a rollback takes back', () => {
  it('the newest one that was written and is not taken back', () => {
    expect(ids(chosenEntries([made(3, 'not-written'), made(2), made(1)], 'newest', 'x'))).toEqual(['e2']);
    expect(ids(chosenEntries([made(3, 'done', [2]), made(2), made(1)], 'newest', 'x'))).toEqual(['e1']);
    expect(ids(chosenEntries([made(3, 'not-written', [2]), made(2), made(1)], 'newest', 'x'))).toEqual(['e2']);
  });

  it('a change again whose rollback was taken back', () => {
    const listed = [made(4, 'done', [3]), made(3, 'done', [2]), made(2), made(1)];
    expect(undoneIds(listed)).toEqual(new Set(['e3']));
    expect(ids(chosenEntries(listed, 'newest', 'x'))).toEqual(['e2']);
  });

  it('all since a time, rollbacks too', () => {
    const listed = [made(3, 'done', [2]), made(2), made(1)];
    expect(ids(chosenEntries(listed, { since: new Date('2026-11-01T12:00:00Z') }, 'x'))).toEqual(['e3', 'e2']);
    expect(chosenEntries(listed, { since: new Date('2026-11-09') }, 'x')).toEqual([]);
  });

  it.each([
    ['2026-11-01T13:00:00Z', ['Back to what the spec was at 2026-11-01 13:00 UTC.']],
    ['2026-11-09T00:00:00Z', ['No recorded change was made since 2026-11-09 00:00 UTC.']],
    ['2026-10-01T00:00:00Z', ['Back to what the spec was at 2026-11-01 12:00 UTC, where the journal begins.']],
  ])('since %s, and says to what', (time, notes) => {
    const listed = [made(2), made(1), damaged(0)];
    const wanted = { since: new Date(time) };
    expect(sinceNotes(listed, wanted, chosenEntries([made(2), made(1)], wanted, 'x'))).toEqual(notes);
  });

  it('the one that a part of an id names', () => {
    const listed = ['b', 'a'].map((digit) => {
      const id = `20261124T093000000Z-abc${digit}2c3d`;
      return { status: 'finished', id, entry: { id, outcome: 'done' } as unknown as JournalEntry } as const;
    });
    expect(ids(chosenEntries(listed, { id: 'abcb' }, 'x'))).toEqual(['20261124T093000000Z-abcb2c3d']);
    expect(() => chosenEntries(listed, { id: 'abc' }, 'x')).toThrow('the journal has no change abc of x');
    expect(() => chosenEntries(listed, { id: '20261124' }, 'x')).toThrow('20261124 is ambiguous: 2 recorded changes');
  });

  it.each<[string, ListedEntry[], string, string]>([
    ['unknown', [made(1)], 'e2', 'the journal has no change e2 of x'],
    ['taken back', [made(2, 'done', [1]), made(1)], 'e1', 'the change e1 is already taken back'],
    ['not written', [made(1, 'not-written')], 'e1', 'the change e1 wrote nothing'],
    ['damaged', [damaged(1)], 'e1', 'the journal entry e1 is damaged: it is incomplete'],
  ])('none that is %s', (_what, listed, id, message) => {
    expect(() => chosenEntries(listed, { id }, 'x')).toThrow(message);
  });

  it('none where a damaged entry may lie before it, but for one that is named', () => {
    const listed = [damaged(3), made(2), made(1)];
    const message = 'a journal entry of x is damaged: e3 (it is incomplete)';
    expect(() => chosenEntries(listed, 'newest', 'x')).toThrow(message);
    expect(() => chosenEntries(listed, { since: new Date('2026-11-01') }, 'x')).toThrow(message);
    expect(ids(chosenEntries(listed, { id: 'e2' }, 'x'))).toEqual(['e2']);
    expect(ids(chosenEntries([made(3), damaged(2)], 'newest', 'x'))).toEqual(['e3']);
  });

  it('none where there is none', () => {
    expect(() => chosenEntries([], 'newest', 'x')).toThrow(
      'there is nothing to take back for x: no change is recorded',
    );
    expect(() => chosenEntries([made(2, 'done', [1]), made(1)], 'newest', 'x')).toThrow(
      'every recorded change is already taken back',
    );
  });
});

describe('what is pending before a rollback', () => {
  const SERVER: JsonObject = { auditLogPath: '-' };
  const reading: LiveReading = {
    cluster: cluster({ kubeAPIServer: SERVER }),
    groups: [...GROUPS],
    kopsVersion: '1.36.0',
    lastApplied: '1.36.0',
    baseline: FOREIGN,
  };
  const entry: JournalEntry = {
    formatVersion: 1,
    id: '20261124T093000000Z-5d0c7a11',
    command: 'enable',
    time: '2026-11-24T09:30:00.000Z',
    user: 'alice',
    host: 'desk',
    pid: 1,
    toolVersion: '0.1.0',
    outcome: 'spec-written',
    subject: { type: 'cluster', cluster: 'm.k8s.local' },
    patch: [{ op: 'add', path: '/spec/kubeAPIServer', value: SERVER }],
    before: JSON.stringify(cluster()),
    groupsHash: groupsHash(reading.groups),
  };
  const { groupsHash: _hash, ...unknown } = entry;
  const other = cluster({ kubeAPIServer: SERVER, sshAccess: ['203.0.113.0/24'] });

  it.each<[string, JournalEntry, LiveReading, 'all' | 'part' | undefined]>([
    ['is the change itself, where its update was declined', entry, reading, 'all'],
    ['may be the change, where nobody looked what was pending before it', unknown, reading, 'part'],
    ['may be the change, where the spec was changed since', entry, { ...reading, cluster: other }, 'part'],
    ['is something else, where the change was applied', { ...entry, outcome: 'done' }, reading, undefined],
  ])('%s', (_what, taken, now, pending) => {
    const { plan } = prepareRollback(now, [taken], { allow: [], force: [], notes: [] });
    expect(plan.undoesPending).toBe(pending);
  });
});
