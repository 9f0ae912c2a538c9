import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { Script } from 'node:vm';

/** Each of these keeps its own: what is kept of a file are the functions that the first run of it needed. */
const COMMANDS: readonly string[] = [
  'enable',
  'disable',
  'lint',
  'status',
  'logs',
  'who',
  'report',
  ...['list', 'show', 'explain', 'test', 'diff', 'order', 'replay'].map((word) => `policy ${word}`),
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
  const isTooShort = argv[2] === '--version' || argv[2] === '-V'; // it is done before a cache would have saved anything
  const base = isTooShort || env['NODE_DISABLE_COMPILE_CACHE'] ? null : cacheHome(env);
  const root = base === null ? null : ownFolder(base);
  if (root === null) return;
  const words = argv.slice(2, 4).join(' ');
  const command = COMMANDS.find((each) => words === each || words.startsWith(`${each} `)) ?? 'other';
  const folder = join(root, `${process.version}-${process.arch}`, command.replace(' ', '-'));
  const compiled: [kept: string, script: Script][] = [];
  const loaded = new Map<string, Loaded>();
  const run = (module: Loaded, file: string): void => {
    const kept = join(folder, basename(file)); // the build puts a hash of what is in the file into its name
    const cachedData = readKept(kept);
    const script = new Script(wrapped(readFileSync(file)), {
      filename: file,
      ...(cachedData && { cachedData }),
    });
    if (!cachedData || script.cachedDataRejected) compiled.push([kept, script]);
    const body: unknown = script.runInThisContext();
    const given = [module.exports, (id: string) => load(id, dirname(file)), module, file, dirname(file)];
    if (typeof body === 'function') Reflect.apply(body, module.exports, given);
  };
  // The files are all in one folder and name each other by `./NAME`: to find them by Node's rules takes as long as to read them.
  const load = (id: string, home: string): unknown => {
    if (!id.startsWith('./')) return require(id);
    const file = `${home}${id.slice(1)}`;
    const known = loaded.get(file) ?? require.cache[file];
    if (known) return known.exports;
    const made: Loaded = { exports: {} };
    loaded.set(file, made);
    run(made, file);
    return made.exports;
  };
  // Of the built program, which is CommonJS: `node:module` has it as well, and takes longer to load than the cache does.
  require.extensions['.cjs'] = run;
  process.once('exit', () => keep({ root, folder }, compiled));
}

/** A file that is loaded, as far as it is. */
interface Loaded {
  exports: unknown;
}

/** `$XDG_CACHE_HOME` (XDG Base Directory Specification: a relative folder there is left aside), else `~/.cache`. */
function cacheHome({ XDG_CACHE_HOME: cache, HOME: home }: NodeJS.ProcessEnv): string | null {
  if (cache && isAbsolute(cache)) return cache;
  return home && isAbsolute(home) ? join(home, '.cache') : null;
}

/**
 * The folder `kops-audit/compiled` in that of all caches, made where it is missing, as it is called without links. Null where somebody
 * else than this user and root could write there, or put another in the place of a folder above it: of `sudo` with the home of a user
 * nothing is kept, and nothing is made there.
 */
export function ownFolder(base: string): string | null {
  try {
    const real = existsSync(base)
      ? realpathSync.native(base)
      : join(realpathSync.native(dirname(base)), basename(base));
    const folder = join(real, 'kops-audit', 'compiled');
    if (!isOutOfReach(real) || !(existsSync(folder) || isMade(real, folder))) return null;
    return isOurs(dirname(folder), 0o022) && isOurs(folder, 0o077) ? folder : null;
  } catch {
    return null;
  }
}

// One by one: where a file system makes no folder (/proc, an automounter), Node's `recursive` tries without end.
function isMade(real: string, folder: string): boolean {
  for (const each of [real, dirname(folder), folder]) if (!existsSync(each)) mkdirSync(each, { mode: 0o700 });
  return isOutOfReach(real);
}

/** In a folder such as `/tmp`, which all can write to, nobody can take away what is another's. */
function isOutOfReach(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  const isSafe = !stat || (isTrusted(stat.uid) && ((stat.mode & 0o022) === 0 || (stat.mode & STICKY) !== 0));
  return isSafe && (dirname(folder) === folder || isOutOfReach(dirname(folder)));
}

const STICKY = 0o1000;

function isTrusted(uid: number): boolean {
  return uid === 0 || uid === process.getuid?.();
}

function isOurs(folder: string, others: number): boolean {
  const stat = lstatSync(folder);
  return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & others) === 0;
}

/** What Node makes of a CommonJS file ("The module wrapper" of its documentation). As bytes: V8 copies a text that is put together. */
function wrapped(source: Buffer): string {
  return Buffer.concat([HEAD, source, TAIL]).toString('latin1');
}

const HEAD = Buffer.from('(function (exports, require, module, __filename, __dirname) { ');
const TAIL = Buffer.from('\n})');

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
function keep(
  { root, folder }: { root: string; folder: string },
  compiled: readonly (readonly [kept: string, script: Script])[],
): void {
  if (compiled.length === 0) return;
  try {
    forgetOld(root);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
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

const MONTH = 30 * 24 * 60 * 60 * 1000;

/** What was kept a month ago: mostly of another release, or of another Node. What is needed still is kept anew. */
function forgetOld(root: string): void {
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const path = join(root, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() && Date.now() - stat.mtimeMs > MONTH) rmSync(path, { force: true });
  }
}
