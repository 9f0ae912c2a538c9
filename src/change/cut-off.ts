import type { KopsObject } from '../cluster/types.ts';
import { sameJson } from '../json.ts';
import type { Journal, JournalEntry, ListedEntry, Outcome } from './journal/types.ts';
import { madeChange } from './made-changes.ts';

/** A recorded change whose process died before it said how it ended, and which spec is stored now: that before it, that after it, or another. */
export interface CutOff {
  entry: JournalEntry;
  stored: 'old' | 'new' | 'other';
}

/** Finds the changes of a spec that were cut off before anything was known to be written, and looks what came of them. */
export function cutOffs(earlier: readonly ListedEntry[], now: KopsObject): CutOff[] {
  return earlier.flatMap((each) =>
    each.status === 'unfinished' && each.entry.outcome === 'started'
      ? [{ entry: each.entry, stored: storedAfter(each.entry, now) }]
      : [],
  );
}

function storedAfter(entry: JournalEntry, now: KopsObject): CutOff['stored'] {
  try {
    const { before, after } = madeChange(entry);
    if (sameJson(now.spec, before.spec)) return 'old';
    return sameJson(now.spec, after.spec) ? 'new' : 'other';
  } catch {
    return 'other';
  }
}

/** What a person must know of a change that was cut off, and what to do. */
export function cutOffText(found: CutOff): string {
  const { id, command, time } = found.entry;
  return `an earlier ${command} (${time}, ${id}) was cut off: ${meaning(found)} ${whatToDo(found)}`.trimEnd();
}

function meaning({ entry, stored }: CutOff): string {
  return stored === 'new' && entry.subject.type === 'file' ? 'the file was written.' : MEANING[stored];
}

function whatToDo({ entry, stored }: CutOff): string {
  if (entry.subject.type === 'file' && stored === 'new') return '';
  if (stored === 'old') return 'Run it again if it is still wanted.';
  return stored === 'new'
    ? '`kops update cluster` tells what is still to be applied.'
    : `Look at it before you go on: kops-audit history show ${entry.id}`;
}

const MEANING = {
  old: 'it wrote nothing.',
  new: 'its spec is stored; whether it was applied is not known.',
  other: 'what is stored now is neither the spec before it nor the one it planned.',
} satisfies Record<CutOff['stored'], string>;

/** Records what was found, so that it is told once. Never throws: the change at hand does not depend on it. */
export async function settleCutOffs(found: readonly CutOff[], journal: Journal): Promise<void> {
  for (const each of found) {
    const open = await journal.reopen(each.entry);
    await open.finish(outcome(each), `cut off; a later run found: ${meaning(each)}`);
  }
}

/** The entries with what was found of them, as they will be read from now on. */
export function withFound(earlier: readonly ListedEntry[], found: readonly CutOff[]): ListedEntry[] {
  return earlier.map((each) => {
    const cutOff = each.status === 'damaged' ? undefined : found.find(({ entry }) => entry.id === each.id);
    if (cutOff === undefined) return each;
    return { status: 'finished', id: each.id, entry: { ...cutOff.entry, outcome: outcome(cutOff) } };
  });
}

function outcome({ entry, stored }: CutOff): Exclude<Outcome, 'started'> {
  return stored === 'new' && entry.subject.type === 'file' ? 'done' : OUTCOMES[stored];
}

const OUTCOMES = { old: 'not-written', new: 'spec-written', other: 'failed' } satisfies Record<
  CutOff['stored'],
  Exclude<Outcome, 'started'>
>;
