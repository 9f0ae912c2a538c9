import { createKops } from '../../kops/create-kops.ts';
import type { Context } from '../context.ts';
import { cacheFile, readCache, writeCache } from './cluster-cache.ts';

const FRESH_MS = 60_000;
const TIMEOUT_MS = 5000;

/** A cluster's name is a DNS name; what else a store may hold is not handed to a shell. */
const NAME = /^[a-z0-9][a-z0-9.-]*$/i;

/**
 * `__complete clusters`: prints the names of the clusters in a state store, one a line, for the scripts of `completion`. A cached answer of
 * the last minute is taken without kops; an older one where kops cannot tell. Gives 0 and says nothing, whatever goes wrong.
 */
export async function completeClusters(state: string | undefined, context: Context): Promise<number> {
  const names = await knownNames(state, context);
  const lines = names.filter((name) => NAME.test(name)).map((name) => `${name}\n`);
  await context.io.stdout(lines.join('')).catch(() => {});
  return 0;
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
