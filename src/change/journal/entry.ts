import type { Operation } from '../../cluster/types.ts';
import { sha256 } from '../../sha256.ts';

/** What a change is made to: a cluster in a state store, or one in a file (`path` is the file itself, links followed). */
export type Subject =
  | { type: 'cluster'; cluster: string; stateStore?: string }
  | { type: 'file'; path: string; cluster: string };

/**
 * How far a change came. `started`: nothing is known to be written yet. `spec-written`: the spec is stored; with a message
 * that is how it ended (a later step was declined or failed), without one the later steps are still to come.
 * The others are final: `done` (applied as well), `not-written` (declined, refused, or interrupted before the write),
 * `interrupted` (after the write, before the update was through), `failed` (what is stored is not what was sent).
 */
export type Outcome = 'started' | 'spec-written' | 'done' | 'not-written' | 'interrupted' | 'failed';

/** What the caller knows of a change before its first write. */
export interface NewEntry {
  command: string;
  subject: Subject;
  kopsVersion?: string;
  patch: Operation[];
  /** The ids of the entries whose changes this one takes back. */
  undoes?: readonly string[];
  /**
   * The hash of the cluster's instance groups, where it was seen that nothing was pending before the change: as long as
   * the spec and these stay as they are, what `kops update` would apply is this change alone.
   */
  groupsHash?: string;
  /** `sha256:…` over the text that a file shall have afterwards, to know it again. */
  textHash?: string;
  /** The spec before: the text of a file, or the JSON that kops printed. In clear, secrets and all. */
  before: string;
}

/** One recorded change. */
export interface JournalEntry extends NewEntry {
  formatVersion: 1;
  /** Unique over all subjects; sorts in the order in which the entries of one subject were made. */
  id: string;
  /** When it was begun, RFC 3339 in UTC, by the clock of this machine. */
  time: string;
  user: string;
  host: string;
  /** The process that made it, to tell one that is still running from one that died. */
  pid: number;
  /** When that process started, as the system counts it: a pid is used again. Only where the system tells (Linux). */
  processStart?: string;
  toolVersion: string;
  outcome: Outcome;
  message?: string;
  /** When the outcome was recorded. */
  outcomeTime?: string;
}

/**
 * What a listing holds for each file in the journal. `running`: its process is alive. `unfinished`: its process died
 * before it said how it ended; where the outcome is `started`, the spec may be the old or the new one. `damaged`: not readable.
 */
export type ListedEntry =
  | { status: 'finished' | 'running' | 'unfinished'; id: string; entry: JournalEntry }
  | { status: 'damaged'; id: string; file: string; problem: string };

/** An entry that is on disk; its change may now be made. */
export interface OpenEntry {
  id: string;
  /** The entry's file, for "the spec before is in …"; undefined with `--no-journal`. */
  file: string | undefined;
  /**
   * Records how far the change came; may be called again (`spec-written`, then `done`). Never throws, as the change is
   * made by then: gives a warning to show where the journal could not be written, else undefined.
   */
  finish(outcome: Exclude<Outcome, 'started'>, message?: string): Promise<string | undefined>;
}

/** Held while one process changes a subject. */
export interface Lock {
  /** Gives the lock back. Never throws; a second call does nothing. */
  release(): Promise<void>;
}

/** Where changes are recorded before they are made. */
export interface Journal {
  /** The folder; undefined with `--no-journal`. */
  dir: string | undefined;
  /** Takes the subject's lock, or throws a UserError that names who holds it. Take it before the spec is read. */
  lock(subject: Subject): Promise<Lock>;
  /** Puts the entry on disk (fsync included), outcome `started`, or throws a UserError: then nothing may be changed. */
  begin(entry: NewEntry): Promise<OpenEntry>;
  /** An entry that another run has left, to record how it ended in the end. Reads and writes nothing by itself. */
  reopen(entry: JournalEntry): Promise<OpenEntry>;
  /** The entries of a subject, or all, newest first. A folder that is not there is an empty journal. */
  list(subject?: Subject): Promise<ListedEntry[]>;
  /** One entry by its id. Throws a UserError where there is none, or a damaged one. */
  read(id: string): Promise<JournalEntry>;
}

const OUTCOMES: ReadonlySet<string> = new Set([
  'started',
  'spec-written',
  'done',
  'not-written',
  'interrupted',
  'failed',
]);

/** The text of an entry's file: the entry as JSON, with a checksum over it that shows damage. */
export function entryText(entry: JournalEntry): string {
  return `${JSON.stringify({ checksum: checksum(entry), entry }, null, 2)}\n`;
}

/**
 * Reads an entry's file.
 * @param id The id that the file is named by.
 * @returns The entry, or in a few words why it cannot be used.
 */
export function parseEntry(text: string, id: string): JournalEntry | { problem: string } {
  const file = parseJson(text);
  if (file === undefined) return { problem: 'it is incomplete' };
  const { entry } = file;
  if (typeof entry !== 'object' || entry === null) return { problem: 'it is not a journal entry' };
  if (file.checksum !== checksum(entry)) return { problem: 'its checksum is wrong' };
  const { formatVersion } = entry as { formatVersion?: unknown };
  if (formatVersion !== 1) return { problem: `a newer kops-audit wrote it (format ${String(formatVersion)})` };
  return isEntry(entry, id) ? entry : { problem: 'it is not a journal entry' };
}

function parseJson(text: string): { checksum?: unknown; entry?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function checksum(entry: object): string {
  return `sha256:${sha256(JSON.stringify(entry))}`;
}

function isEntry(value: object, id: string): value is JournalEntry {
  const entry = value as Partial<JournalEntry>;
  const texts = [entry.command, entry.time, entry.before, entry.subject?.cluster];
  return (
    entry.id === id &&
    texts.every((text) => typeof text === 'string') &&
    !Number.isNaN(Date.parse(entry.time ?? '')) &&
    Array.isArray(entry.patch) &&
    OUTCOMES.has(entry.outcome ?? '')
  );
}
