import type { JournalEntry, ListedEntry } from '../change/journal/entry.ts';
import type { Json, JsonObject } from '../json.ts';

/**
 * The history as JSON, newest first: `formatVersion` grows when a field changes its meaning or goes. It holds no spec and no patch.
 *
 * @param mask takes secrets out of what was recorded of an entry.
 */
export function historyJson(
  listed: readonly ListedEntry[],
  undone: ReadonlySet<string>,
  mask: (entry: JournalEntry, value: Json) => Json,
): JsonObject {
  return { kind: 'History', formatVersion: 1, entries: listed.map((each) => listedJson(each, undone, mask)) };
}

function listedJson(
  each: ListedEntry,
  undone: ReadonlySet<string>,
  mask: (entry: JournalEntry, value: Json) => Json,
): Json {
  if (each.status === 'damaged') return { id: each.id, status: each.status, file: each.file, problem: each.problem };
  return mask(each.entry, { status: each.status, takenBack: undone.has(each.id), ...entryJson(each.entry) });
}

/** What is recorded of one change, but for the spec before and the patch. Unmasked: its message may hold what kops said. */
export function entryJson(entry: JournalEntry): JsonObject {
  const { id, time, command, subject, user, host, toolVersion, kopsVersion, outcome, outcomeTime, message } = entry;
  const optional = { kopsVersion, outcomeTime, message, undoes: entry.undoes && [...entry.undoes] };
  return {
    id,
    time,
    command,
    subject: subject as unknown as Json,
    user,
    host,
    toolVersion,
    outcome,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  } as JsonObject;
}
