import type { KopsObject } from '../cluster/types.ts';
import type { MadeChange } from '../cluster/undo.ts';
import { UserError } from '../errors.ts';
import { isObject, sameJson, canonicalJson, type Json } from '../json.ts';
import { sha256 } from '../sha256.ts';
import { PatchConflict, applyOperations } from '../yaml/json-patch.ts';
import type { Reading } from './change.ts';
import type { JournalEntry, Journal, ListedEntry, Outcome, Subject } from './journal/entry.ts';
import { minuteText, shortId } from './journal/ids.ts';
import { readSpecText } from './spec-text.ts';

/** A recorded change as a value, and the Cluster it made. Throws UserError where the record cannot be what was made. */
export function madeChange(entry: JournalEntry): MadeChange & { after: KopsObject } {
  try {
    const before = specBefore(entry);
    return { before, operations: entry.patch, after: applyOperations(before, entry.patch) };
  } catch (error) {
    if (error instanceof UserError || error instanceof PatchConflict || error instanceof SyntaxError)
      throw new UserError(`the journal entry ${entry.id} is damaged: its spec and its patch do not match`, {
        cause: error,
      });
    throw error;
  }
}

function specBefore({ subject, before }: JournalEntry): KopsObject {
  if (subject.type === 'file') return readSpecText(before, subject.path, subject.cluster, null).cluster;
  const value: unknown = JSON.parse(before);
  if (isObject(value) && isObject(value['metadata']) && isObject(value['spec'])) return value as unknown as KopsObject;
  throw new SyntaxError('no kOps object');
}

/** What tells whether a file is as a change left it: `sha256:…` over its text. */
export function textHash(text: string): string {
  return `sha256:${sha256(text)}`;
}

/**
 * The text of a file before changes were made to it, where nothing else was changed since: then it is given back byte for byte.
 * Undefined where something was.
 *
 * @param entries newest first, all of the same file.
 * @param wanted the Cluster that the text must hold.
 */
export function textBefore(now: string, entries: readonly JournalEntry[], wanted: KopsObject): string | undefined {
  let text = now;
  for (const entry of entries) {
    if (entry.textHash !== textHash(text)) return undefined;
    text = entry.before;
  }
  const { cluster } = readSpecText(text, 'the text before', wanted.metadata.name, null);
  return sameJson(cluster.spec, wanted.spec) ? text : undefined;
}

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
  const which = `an earlier ${command} (${shortId(id)}, ${minuteText(new Date(time))})`;
  return `${which} was cut off: ${meaning(found)} ${whatToDo(found)}`.trimEnd();
}

function meaning({ entry, stored }: CutOff): string {
  return stored === 'new' && entry.subject.type === 'file' ? 'the file was written.' : MEANING[stored];
}

function whatToDo({ entry, stored }: CutOff): string {
  if (entry.subject.type === 'file' && stored === 'new') return '';
  if (stored === 'old') return 'Run it again if it is still wanted.';
  return stored === 'new'
    ? '`kops update cluster` shows what is still to be applied.'
    : `Look at it before you go on: kops-audit history show ${shortId(entry.id)}`;
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

const WRITTEN: ReadonlySet<Outcome> = new Set(['spec-written', 'done', 'interrupted', 'failed']);
const NOT_UPDATED: ReadonlySet<Outcome> = new Set(['spec-written', 'interrupted']);

/** The newest change on record that wrote this cluster's spec; null where there is none. */
export async function earlierWrite(journal: Journal, subject: Subject): Promise<JournalEntry | null> {
  for (const listed of await journal.list(subject)) {
    if (listed.status !== 'damaged' && WRITTEN.has(listed.entry.outcome)) return listed.entry;
  }
  return null;
}

/** Whether a change stored its spec and its update is still to come. */
export function isUpdateLeft({ outcome }: JournalEntry): boolean {
  return NOT_UPDATED.has(outcome);
}

/**
 * Whether what `kops update` would apply is this change and nothing else: nothing was pending before it, its update is
 * not done, and neither the spec nor the instance groups were changed since.
 */
export function isAllThatIsPending(entry: JournalEntry, { cluster, groups }: Reading): boolean {
  return isUpdateLeft(entry) && entry.groupsHash === groupsHash(groups) && sameJson(specAfter(entry), cluster.spec);
}

/** What tells whether instance groups were changed: `sha256:…` over all of them. */
export function groupsHash(groups: readonly KopsObject[]): string {
  const text = canonicalJson(groups as unknown as Json);
  return `sha256:${sha256(text)}`;
}

/** The spec that the change stored; undefined where its record does not tell. */
function specAfter({ before, patch }: JournalEntry): Json | undefined {
  try {
    return applyOperations(JSON.parse(before) as KopsObject, patch).spec;
  } catch {
    return undefined;
  }
}
