import { describe, expect, it } from 'vitest';
import { chosenEntries, undoneIds } from '../../src/change/rollback.ts';
import type { JournalEntry, ListedEntry, Outcome } from '../../src/change/journal/entry.ts';

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
  problem: 'it is not whole',
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
    expect(() => chosenEntries(listed, { since: new Date('2026-11-09') }, 'x')).toThrow(
      'nothing was changed in x since',
    );
  });

  it.each<[string, ListedEntry[], string, string]>([
    ['unknown', [made(1)], 'e2', 'the journal has no change e2 of x'],
    ['taken back', [made(2, 'done', [1]), made(1)], 'e1', 'the change e1 is taken back already'],
    ['not written', [made(1, 'not-written')], 'e1', 'the change e1 wrote nothing'],
    ['damaged', [damaged(1)], 'e1', 'the journal entry e1 is damaged: it is not whole'],
  ])('none that is %s', (_what, listed, id, message) => {
    expect(() => chosenEntries(listed, { id }, 'x')).toThrow(message);
  });

  it('none where a damaged entry may lie before it, but for one that is named', () => {
    const listed = [damaged(3), made(2), made(1)];
    const message = 'a journal entry of x is damaged: e3 (it is not whole)';
    expect(() => chosenEntries(listed, 'newest', 'x')).toThrow(message);
    expect(() => chosenEntries(listed, { since: new Date('2026-11-01') }, 'x')).toThrow(message);
    expect(ids(chosenEntries(listed, { id: 'e2' }, 'x'))).toEqual(['e2']);
    expect(ids(chosenEntries([made(3), damaged(2)], 'newest', 'x'))).toEqual(['e3']);
  });

  it('none where there is none', () => {
    expect(() => chosenEntries([], 'newest', 'x')).toThrow(
      'there is nothing to take back for x: no change is on record',
    );
    expect(() => chosenEntries([made(2, 'done', [1]), made(1)], 'newest', 'x')).toThrow(
      'every change on record is taken back already',
    );
  });
});
