import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Context } from '../context.ts';

/** The names of the clusters of one store, as they were at a time. */
export interface CachedNames {
  /** Milliseconds since 1970. */
  at: number;
  names: string[];
}

/**
 * The file that keeps the names of the clusters of a state store, in `$XDG_CACHE_HOME/kops-audit` (XDG Base Directory
 * Specification: a relative folder there is left aside).
 *
 * @param store '' where kops finds its store itself.
 */
export function cacheFile(store: string, env: Context['env']): string {
  const { XDG_CACHE_HOME: cache, HOME: home } = env;
  const folder = cache && isAbsolute(cache) ? cache : join(home || homedir(), '.cache');
  const name = createHash('sha256').update(store).digest('hex').slice(0, 16);
  return join(folder, 'kops-audit', `clusters-${name}.json`);
}

/** What the file holds; null where there is none or it is damaged. */
export async function readCache(file: string): Promise<CachedNames | null> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isCachedNames(value) ? value : null;
  } catch {
    return null;
  }
}

/** Keeps names for the next time, readable only by the user; where that cannot be, nothing is kept. */
export async function writeCache(file: string, cached: CachedNames): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(temporary, JSON.stringify(cached), { mode: 0o600, flag: 'wx' });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

function isCachedNames(value: unknown): value is CachedNames {
  if (typeof value !== 'object' || value === null || !('at' in value) || !('names' in value)) return false;
  const { at, names } = value;
  return typeof at === 'number' && Array.isArray(names) && names.every((name) => typeof name === 'string');
}
