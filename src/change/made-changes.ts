import { createHash } from 'node:crypto';
import { PatchConflict, applyOperations } from '../yaml/json-patch.ts';
import type { KopsObject } from '../cluster/types.ts';
import type { MadeChange } from '../cluster/undo.ts';
import { UserError } from '../errors.ts';
import { isObject, sameJson } from '../json.ts';
import type { JournalEntry } from './journal/types.ts';
import { readSpecText } from './spec-text.ts';

/** A recorded change as a value, and the Cluster it made. Throws UserError where the record cannot be what was made. */
export function madeChange(entry: JournalEntry): MadeChange & { after: KopsObject } {
  try {
    const before = specBefore(entry);
    return { before, operations: entry.patch, after: applyOperations(before, entry.patch) };
  } catch (error) {
    if (error instanceof UserError || error instanceof PatchConflict || error instanceof SyntaxError)
      throw new UserError(`the journal entry ${entry.id} is damaged: its spec and its patch do not fit`, {
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
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
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
