import { existsSync, readdirSync, statSync, type Dirent } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What a shell makes of Tab behind the beginning of a path. */
export interface Completion {
  /** To be typed on: what all files that begin so have in common, and a slash behind a folder. */
  add: string;
  /** The names of these files, folders with a slash. */
  candidates: readonly string[];
}

/** Completes the beginning of a path as a shell does. Files that begin with a dot are meant only by a dot. What cannot be read is empty. */
export function completePath(typed: string): Completion {
  if (typed === '~') return { add: '/', candidates: ['~/'] };
  const at = typed.lastIndexOf('/') + 1;
  const [folder, begun] = [expandHome(typed.slice(0, at)), typed.slice(at)];
  const candidates = entriesIn(folder || '.')
    .filter(({ name }) => name.startsWith(begun) && (begun !== '' || !name.startsWith('.')))
    .map((entry) => (isFolder(folder, entry) ? `${entry.name}/` : entry.name))
    .toSorted();
  return { add: commonStart(candidates).slice(begun.length), candidates };
}

/** A path as the system takes it: `~` and `~/` are the home of whoever runs us. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}

/** Names that a terminal cannot show as they are cannot be typed either. */
function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !/\p{C}/u.test(name));
  } catch {
    return [];
  }
}

function isFolder(folder: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const path = join(folder, entry.name);
  return existsSync(path) && statSync(path).isDirectory();
}

function commonStart([first = '', ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}
