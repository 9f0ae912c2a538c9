import { type Dirent, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import picomatch from 'picomatch';
import { UserError } from '../errors.ts';
import { fileError } from './file-error.ts';

/** What is looked for below a folder. */
export interface Search {
  folder: string;
  /** Whether a file is wanted, by its path from the folder. */
  isWanted: (path: string) => boolean;
  /** Globs of what is left out, as in a .gitignore: `old/`, `*.tmpl.yaml`, `clusters/test/**`. */
  exclude: readonly string[];
}

/** The search that a pattern such as `clusters/**\/*.yaml` stands for. */
export function globSearch(pattern: string, exclude: readonly string[]): Search {
  const { base, glob } = picomatch.scan(pattern);
  return { folder: base === '' ? '.' : base, isWanted: picomatch(glob, { nonegate: true }), exclude };
}

/**
 * The files below a folder, in the order of their names, and why a folder cannot be read. Folders that are hidden, `node_modules` and
 * what lies in them are left out; so are links to nothing. A linked folder is looked into, but none twice, and none around the link.
 *
 * @param turn is awaited before each folder; what it throws ends the search.
 */
export async function* findFiles(
  { folder, isWanted, exclude }: Search,
  turn: () => Promise<void>,
): AsyncGenerator<string | UserError> {
  const isExcluded = excluder(folder, exclude);
  const seen = new Set<string>();
  async function* below(path: string): AsyncGenerator<string | UserError> {
    await turn();
    const entries = entriesOf(inFolder(folder, path), seen);
    if (entries instanceof UserError) return yield entries;
    for (const entry of entries) {
      const own = path === '' ? entry.name : `${path}/${entry.name}`;
      if (isExcluded(own)) continue;
      const kind = kindOf(entry, inFolder(folder, own));
      if (kind === 'folder' && !isPassedOver(entry.name) && !(entry.isSymbolicLink() && leadsUp(inFolder(folder, own))))
        yield* below(own);
      if (kind === 'file' && isWanted(own)) yield inFolder(folder, own);
    }
  }
  yield* below('');
}

function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

function leadsUp(path: string): boolean {
  const [real, parent] = [realpathSync(path), realpathSync(dirname(path))];
  return `${parent}${sep}`.startsWith(real.endsWith(sep) ? real : `${real}${sep}`);
}

/** As a person would write it: `clusters/prod.yaml`, and without `./`. */
function inFolder(folder: string, path: string): string {
  if (path === '') return folder;
  return folder === '.' ? path : `${folder.replace(/\/+$/, '')}/${path}`;
}

/** What is in a folder, sorted; nothing where it was looked into already. */
function entriesOf(folder: string, seen: Set<string>): Dirent[] | UserError {
  try {
    const real = realpathSync(folder);
    if (seen.has(real)) return [];
    seen.add(real);
    return readdirSync(real, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const said = fileError(error, folder, 'cannot be read');
    if (said instanceof UserError) return said;
    throw error;
  }
}

function kindOf(entry: Dirent, path: string): 'file' | 'folder' | 'other' {
  if (entry.isSymbolicLink() && !existsSync(path)) return 'other';
  const what = entry.isSymbolicLink() ? statSync(path) : entry;
  if (what.isFile()) return 'file';
  return what.isDirectory() ? 'folder' : 'other';
}

/**
 * Whether globs leave a path out. As in a .gitignore one without a slash is for a name at any depth, one with a slash goes from the
 * folder; here it may go from where the program runs as well, as a shell completes it. The path is from the folder.
 */
export function excluder(folder: string, globs: readonly string[]): (path: string) => boolean {
  const tests = globs.map((glob) => {
    const path = glob.replace(/\/+$/, '');
    return picomatch(path.includes('/') ? path.replace(/^\.?\//, '') : `**/${path}`, { dot: true, nonegate: true });
  });
  return (path) => tests.some((test) => test(path) || test(inFolder(folder, path).replace(/^\.\//, '')));
}
