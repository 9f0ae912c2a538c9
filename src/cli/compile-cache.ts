import { lstatSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Lets Node keep what it compiled of this program for the next start (Node 22 and later; 20 does without).
 * Node's own default is a folder that everybody on the machine can write to, and what is in the cache is run as it is, often
 * by root. So it is kept in a folder that only this user can write to; where there is none, nothing is kept.
 */
export function useCompileCache(env: NodeJS.ProcessEnv): void {
  if (!('enableCompileCache' in module) || typeof module.enableCompileCache !== 'function') return;
  const folder = cacheFolder(env);
  if (folder !== null && isOursAlone(folder)) module.enableCompileCache(folder);
}

/** `$XDG_CACHE_HOME/kops-audit/compiled` (XDG Base Directory Specification: a relative folder there is left aside). */
function cacheFolder({ XDG_CACHE_HOME: cache, HOME: home }: NodeJS.ProcessEnv): string {
  return join(cache && isAbsolute(cache) ? cache : join(home || homedir(), '.cache'), 'kops-audit', 'compiled');
}

/** Makes the folder where it is missing. Whether it and the one it is in belong to this user, and nobody else can write there. */
export function isOursAlone(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return belongsToUs(folder, 0o077) && belongsToUs(join(folder, '..'), 0o022);
  } catch {
    return false;
  }
}

function belongsToUs(folder: string, others: number): boolean {
  const stat = lstatSync(folder);
  return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & others) === 0;
}
