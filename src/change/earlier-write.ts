import { createHash } from 'node:crypto';
import { applyOperations } from '../yaml/json-patch.ts';
import type { KopsObject } from '../cluster/types.ts';
import { canonicalJson, sameJson, type Json } from '../json.ts';
import type { Journal, JournalEntry, Outcome, Subject } from './journal/types.ts';
import type { LiveReading } from './reading.ts';

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
export function isAllThatIsPending(entry: JournalEntry, { cluster, groups }: LiveReading): boolean {
  return isUpdateLeft(entry) && entry.groupsHash === groupsHash(groups) && sameJson(specAfter(entry), cluster.spec);
}

/** What tells whether instance groups were changed: `sha256:…` over all of them. */
export function groupsHash(groups: readonly KopsObject[]): string {
  const text = canonicalJson(groups as unknown as Json);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** The spec that the change stored; undefined where its record does not tell. */
function specAfter({ before, patch }: JournalEntry): Json | undefined {
  try {
    return applyOperations(JSON.parse(before) as KopsObject, patch).spec;
  } catch {
    return undefined;
  }
}
