import type { JournalEntry, ListedEntry, Subject } from '../change/journal/entry.ts';
import type { Style } from './text.ts';
import type { Json, JsonObject } from '../json.ts';
import { tableLines, type Column } from './table.ts';

/** How the history is made to fit where it is shown; `clean` makes control characters harmless. */
export interface HistoryViewOptions {
  style: Style;
  columns: number;
  clean: (text: string) => string;
  /** What an id is called. */
  shortId: (id: string) => string;
  now: Date;
}

/**
 * Recorded changes, a line each, newest first.
 *
 * @param undone the ids of those that are taken back.
 */
export function historyView(
  listed: readonly ListedEntry[],
  undone: ReadonlySet<string>,
  { style, columns, clean, shortId, now }: HistoryViewOptions,
): string {
  const many = repeated(listed.map(({ id }) => shortId(id)));
  const twice = namesInSeveralStores(listed);
  const column = (head: string, cell: (each: ListedEntry) => string, more: Partial<Column> = {}): Column => ({
    head,
    cells: listed.map((each) => clean(cell(each)).replaceAll('\n', ' ')),
    ...more,
  });
  const table = [
    column('ID', ({ id }) => (many.has(shortId(id)) ? id : shortId(id))),
    column('AGE', (each) => (each.status === 'damaged' ? '' : ageText(new Date(each.entry.time), now))),
    column('COMMAND', (each) => (each.status === 'damaged' ? '' : each.entry.command)),
    column('OUTCOME', (each) => (each.status === 'damaged' ? 'damaged' : outcomeOf(each, undone))),
    column('USER', (each) => (each.status === 'damaged' ? '' : each.entry.user), { dispensable: 1 }),
    column('CLUSTER OR FILE', (each) => (each.status === 'damaged' ? each.file : whereOf(each.entry.subject, twice)), {
      cut: 'end',
    }),
  ];
  return tableLines(table, columns, style)
    .map((line) => `${line}\n`)
    .join('');
}

function repeated(names: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(names.filter((name) => seen.size === seen.add(name).size));
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** How long ago something was, as `rollback --to` takes it: `2 h ago`, `yesterday`, `3 weeks ago`; the day where that is long. */
export function ageText(time: Date, now: Date): string {
  const past = Math.max(0, now.getTime() - time.getTime());
  if (past < MINUTE) return 'just now';
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`;
  const days = dayNumber(now) - dayNumber(time);
  if (days === 1) return 'yesterday';
  if (days < 14) return `${days} days ago`;
  return past < 9 * WEEK ? `${Math.floor(days / 7)} weeks ago` : time.toISOString().slice(0, 10);
}

/** Which day of UTC it is, counted from 1970. */
function dayNumber(time: Date): number {
  return Math.floor(time.getTime() / DAY);
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

/** How a change stands by now, in a word or two. */
export function outcomeOf(each: Exclude<ListedEntry, { status: 'damaged' }>, undone: ReadonlySet<string>): string {
  if (each.status === 'running') return 'running';
  if (undone.has(each.id)) return 'rolled back';
  const { outcome, subject } = each.entry;
  return outcome === 'done' && subject.type === 'file' ? 'written' : OUTCOMES[outcome];
}

const OUTCOMES = {
  started: 'cut off',
  'spec-written': 'written',
  done: 'applied',
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
