import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { Script } from 'node:vm';

/** Each of these keeps its own: what is kept of a file are the functions that the first run of it needed. */
const COMMANDS: readonly string[] = [
  'enable',
  'disable',
  'lint',
  'status',
  ...['list', 'show', 'explain', 'test', 'diff', 'order'].map((word) => `policy ${word}`),
];

/**
 * Keeps what V8 compiled of the files of this program for the next start, which then takes half of the time. Node's own cache
 * (`module.enableCompileCache`, from 22 on) keeps what is compiled when a file is loaded and not the functions that run afterwards,
 * which are most of it.
 *
 * What is in the cache is run as it is, often by root: it is kept in a folder that only this user can write to, and where there is
 * none nothing is kept. `NODE_DISABLE_COMPILE_CACHE=1` turns it off, as it does Node's own.
 */
export function useCompileCache(env: NodeJS.ProcessEnv, argv: readonly string[]): void {
  const root = env['NODE_DISABLE_COMPILE_CACHE'] ? null : cacheFolder(env);
  if (root === null || !isOursAlone(root)) return;
  const words = argv.slice(2, 4).join(' ');
  const command = COMMANDS.find((each) => words === each || words.startsWith(`${each} `)) ?? 'other';
  const folder = join(root, `${process.version}-${process.arch}`, command.replace(' ', '-'));
  const compiled: [kept: string, script: Script][] = [];
  // Of the built program, which is CommonJS: `node:module` has it as well, and takes longer to load than the cache does.
  require.extensions['.cjs'] = (module, file) => {
    const kept = join(folder, basename(file)); // the build puts a hash of what is in the file into its name
    const cachedData = readKept(kept);
    const script = new Script(wrapped(readFileSync(file, 'latin1')), {
      filename: file,
      ...(cachedData && { cachedData }),
    });
    if (!cachedData || script.cachedDataRejected) compiled.push([kept, script]);
    const body: unknown = script.runInThisContext();
    const given = [module.exports, (id: string) => module.require(id), module, file, dirname(file)];
    if (typeof body === 'function') Reflect.apply(body, module.exports, given);
  };
  process.once('exit', () => keep(folder, compiled));
}

/** `$XDG_CACHE_HOME/kops-audit/compiled` (XDG Base Directory Specification: a relative folder there is left aside). */
function cacheFolder({ XDG_CACHE_HOME: cache, HOME: home }: NodeJS.ProcessEnv): string | null {
  const base = cache && isAbsolute(cache) ? cache : home && join(home, '.cache');
  return base ? join(base, 'kops-audit', 'compiled') : null;
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

/** What Node makes of a CommonJS file ("The module wrapper" of its documentation). */
function wrapped(source: string): string {
  return `(function (exports, require, module, __filename, __dirname) { ${source}\n})`;
}

/**
 * V8 runs what it is given: a byte that the disk or a power failure changed ends the process (it checks the head and the length alone, in Node
 * 20 to 24). So each file has it twice, and both must be the same; a checksum would cost more than the cache saves.
 */
function readKept(path: string): Buffer | undefined {
  try {
    const twice = readFileSync(path);
    const once = twice.subarray(0, twice.length / 2);
    return once.equals(twice.subarray(once.length)) ? once : undefined;
  } catch {
    return undefined;
  }
}

/** What cannot be kept is compiled again the next time. */
function keep(folder: string, compiled: readonly (readonly [kept: string, script: Script])[]): void {
  try {
    if (compiled.length > 0) mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [kept, script] of compiled) {
      const half = `${kept}.${process.pid}`;
      const data = script.createCachedData();
      writeFileSync(half, Buffer.concat([data, data]), { mode: 0o600 });
      renameSync(half, kept);
    }
  } catch {
    // The disk is full, or the folder went away: nothing depends on it.
  }
}
