// Engines that e2e tests and benchmarks run against: npm packages too big for everybody who installs. Each has a folder in `engines`, whose
// lock file pins it, and is installed into the cache from there when it is first asked for.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where what is built or installed is kept: KOPS_AUDIT_CACHE, or `kops-audit` in XDG_CACHE_HOME or ~/.cache. */
export function cacheFolder() {
  const { KOPS_AUDIT_CACHE, XDG_CACHE_HOME } = process.env;
  if (KOPS_AUDIT_CACHE) return KOPS_AUDIT_CACHE;
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'kops-audit');
}

/** Opens DuckDB in memory. */
export async function openDuckDb(options = {}) {
  const { DuckDBInstance } = packageOf('duckdb', '@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:', options)).connect();
  return async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS();
}

/** Opens ClickHouse's engine. */
export function openClickHouse() {
  const { query } = packageOf('chdb', 'chdb');
  return (sql) => {
    const text = query(sql, 'JSONEachRow');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
}

/** Gives what is wrong with a query by the grammar of a dialect. */
export async function mistakesInSql(sql, dialect) {
  const { init, validate } = packageOf('polyglot', '@polyglot-sql/sdk');
  await init();
  return validate(sql, dialect).errors.map(({ message, line, column }) => `${line}:${column} ${message}`);
}

/** Gives an npm package of `engines/NAME`, which is installed if it is not there yet. Throws with what npm says if it cannot be. */
function packageOf(engine, name) {
  return createRequire(join(installed(engine), 'package.json'))(name);
}

function installed(engine) {
  const from = fileURLToPath(new URL(`engines/${engine}/`, import.meta.url));
  const { dependencies } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  const folder = join(cacheFolder(), `${engine}-${Object.values(dependencies).join('-')}`);
  if (!existsSync(folder)) install(from, folder);
  return folder;
}

/** Beside the cache's folder, and renamed: an install that dies leaves nothing that looks finished, and of two at once one counts. */
function install(from, folder) {
  process.stderr.write(`${basename(folder)}: installing with npm into ${folder}\n`);
  mkdirSync(dirname(folder), { recursive: true });
  const out = mkdtempSync(join(dirname(folder), `installing-${basename(folder)}-`));
  try {
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(from, file), join(out, file));
    // Not `npm ci`: it refuses a lock that lacks the builds of chdb for other systems.
    const arguments_ = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    const { status, stderr } = spawnSync('npm', arguments_, { cwd: out, encoding: 'utf8' });
    if (status !== 0) throw new Error(`npm install failed for ${basename(folder)}:\n${stderr}`);
    if (!existsSync(folder)) renameSync(out, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
