import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Context } from '../context.ts';
import { sha256 } from '../sha256.ts';
import { createKops } from '../kops/kops.ts';

const FRESH_MS = 60_000;
const TIMEOUT_MS = 5000;

/** A cluster's name is a DNS name; what else a store may hold is not handed to a shell. */
const NAME = /^[a-z0-9][a-z0-9.-]*$/i;

/**
 * `__complete clusters`: prints the names of the clusters in a state store, one a line, for scripts of `completion` that 0.1.0 wrote.
 * Gives 0 and says nothing, whatever goes wrong.
 */
export async function completeClusters(state: string | undefined, context: Context): Promise<number> {
  const names = await clusterNames(state, context);
  await context.io.stdout(names.map((name) => `${name}\n`).join('')).catch(() => {});
  return 0;
}

/**
 * The names of the clusters in a state store; none where nobody can tell. A cached answer of the last minute is taken without kops; an
 * older one where kops cannot tell.
 *
 * @param state left out: where kops finds its store itself.
 */
export async function clusterNames(state: string | undefined, context: Context): Promise<string[]> {
  return (await knownNames(state, context)).filter((name) => NAME.test(name));
}

async function knownNames(state: string | undefined, context: Context): Promise<string[]> {
  const file = cacheFile(state ?? context.env['KOPS_STATE_STORE'] ?? '', context.env);
  const cached = await readCache(file);
  const now = context.now().getTime();
  if (cached && cached.at <= now && now - cached.at < FRESH_MS) return cached.names;
  const names = await askKops(state, context);
  if (names === null) return cached?.names ?? [];
  await writeCache(file, { at: now, names });
  return names;
}

async function askKops(state: string | undefined, { env, interrupt }: Context): Promise<string[] | null> {
  const options = { env, timeoutMs: TIMEOUT_MS, signal: interrupt, ...(state === undefined ? {} : { state }) };
  try {
    return await createKops(options).clusterNames();
  } catch {
    return null;
  }
}

/** The names of the clusters of one store, as they were at a time. */
interface CachedNames {
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
function cacheFile(store: string, env: Context['env']): string {
  const { XDG_CACHE_HOME: cache, HOME: home } = env;
  const folder = cache && isAbsolute(cache) ? cache : join(home || homedir(), '.cache');
  const name = sha256(store).slice(0, 16);
  return join(folder, 'kops-audit', `clusters-${name}.json`);
}

/** What the file holds; null where there is none or it is damaged. */
async function readCache(file: string): Promise<CachedNames | null> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isCachedNames(value) ? value : null;
  } catch {
    return null;
  }
}

/** Keeps names for the next time, readable only by the user; where that cannot be, nothing is kept. */
async function writeCache(file: string, cached: CachedNames): Promise<void> {
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
