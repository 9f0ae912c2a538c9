import type { JournalEntry, ListedEntry, Subject } from '../change/journal/entry.ts';
import type { Style } from './text.ts';
import type { Json, JsonObject } from '../json.ts';

/** How the history is made to fit where it is shown; `clean` makes control characters harmless. */
export interface HistoryViewOptions {
  style: Style;
  clean: (text: string) => string;
}

/**
 * Recorded changes, a line each, newest first.
 *
 * @param undone the ids of those that are taken back.
 */
export function historyView(
  listed: readonly ListedEntry[],
  undone: ReadonlySet<string>,
  { style, clean }: HistoryViewOptions,
): string {
  const twice = namesInSeveralStores(listed);
  const rows = listed.map((each) => cells(each, undone, twice).map(clean));
  const widths = HEAD.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[style.bold(line(HEAD)), ...rows.map(line)].join('\n')}\n`;
}

const HEAD = ['ID', 'COMMAND', 'OUTCOME', 'USER', 'CLUSTER OR FILE'];

function cells(each: ListedEntry, undone: ReadonlySet<string>, twice: ReadonlySet<string>): string[] {
  if (each.status === 'damaged') return [each.id, '', 'damaged', '', each.file];
  const { command, user, subject } = each.entry;
  return [each.id, command, outcomeOf(each, undone), user, whereOf(subject, twice)];
}

function whereOf(subject: Subject, twice: ReadonlySet<string>): string {
  if (subject.type === 'file') return `${subject.path} (${subject.cluster})`;
  return twice.has(subject.cluster) ? `${subject.cluster} in ${subject.stateStore ?? 'a store'}` : subject.cluster;
}

/** The clusters that are told apart by their store only. */
function namesInSeveralStores(listed: readonly ListedEntry[]): ReadonlySet<string> {
  const stores = new Map<string, Set<string>>();
  for (const each of listed) {
    if (each.status === 'damaged' || each.entry.subject.type === 'file') continue;
    const { cluster, stateStore = '' } = each.entry.subject;
    stores.set(cluster, (stores.get(cluster) ?? new Set()).add(stateStore));
  }
  return new Set([...stores].flatMap(([name, urls]) => (urls.size > 1 ? [name] : [])));
}

/** How a change ended, in a word or two. */
function outcomeOf(each: Exclude<ListedEntry, { status: 'damaged' }>, undone: ReadonlySet<string>): string {
  if (each.status === 'running') return 'running';
  if (each.status === 'unfinished' && each.entry.outcome === 'started') return 'cut off';
  return undone.has(each.id) ? 'taken back' : OUTCOMES[each.entry.outcome];
}

const OUTCOMES = {
  started: 'cut off',
  'spec-written': 'stored',
  done: 'done',
  'not-written': 'not written',
  interrupted: 'interrupted',
  failed: 'failed',
} satisfies Record<JournalEntry['outcome'], string>;

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
