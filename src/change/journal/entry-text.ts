import { createHash } from 'node:crypto';
import type { JournalEntry } from './types.ts';

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
  if (file === undefined) return { problem: 'it is not whole' };
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
  return `sha256:${createHash('sha256').update(JSON.stringify(entry)).digest('hex')}`;
}

function isEntry(value: object, id: string): value is JournalEntry {
  const entry = value as Partial<JournalEntry>;
  const texts = [entry.command, entry.time, entry.before, entry.subject?.cluster];
  return (
    entry.id === id &&
    texts.every((text) => typeof text === 'string') &&
    Array.isArray(entry.patch) &&
    OUTCOMES.has(entry.outcome ?? '')
  );
}
