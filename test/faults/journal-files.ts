import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseEntry, type JournalEntry } from '../../src/change/journal/entry.ts';

/** One entry's file in a world's journal. */
export interface EntryFile {
  path: string;
  mode: number;
  /** Undefined: it cannot be read. */
  entry: JournalEntry | undefined;
}

/** The journal of a world as it lies on the disk, oldest first. */
export function readJournal({ dir }: { dir: string }): EntryFile[] {
  return journalFiles(dir)
    .filter((path) => path.endsWith('.json'))
    .map((path) => ({ path, mode: statSync(path).mode & 0o777, entry: read(path) }));
}

function read(path: string): JournalEntry | undefined {
  const entry = parseEntry(readFileSync(path, 'utf8'), basename(path, '.json'));
  return 'problem' in entry ? undefined : entry;
}

/** The paths of all files in a world's journal. */
export function journalFiles(dir: string): string[] {
  const journal = join(dir, 'home', '.local', 'state', 'kops-audit');
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name));
  return names.filter((path) => path.startsWith(`${journal}/`) && statSync(path).isFile()).sort();
}
