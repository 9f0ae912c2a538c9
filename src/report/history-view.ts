import type { JournalEntry, ListedEntry, Subject } from '../change/journal/entry.ts';
import type { Style } from './style.ts';

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
