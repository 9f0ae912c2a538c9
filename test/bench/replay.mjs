// `policy replay` on big generated logs, beside what else reads them, in one run: `wc -l`, `cat`, a Go program with encoding/json and
// kube-apiserver's own evaluator (`test/conformance/oracle/replay`), DuckDB's typed read_ndjson, `zcat`. Go's events and bytes, and DuckDB's events,
// must be ours rule by rule. Exit status 1 where a budget is passed. Without Go, or without npm to install DuckDB, their rows are left out.
//   npm run build && node test/bench/replay.mjs [--bytes 1073741824] [--runs 3] [--folder DIR] [--cpu]
// The logs take seven times the bytes on disk; in a folder that is given they stay, for the next run. Runs are interleaved; what counts
// is the median. Whole processes are timed, start included: below a gigabyte that is much of the time, and budgets are missed. With --cpu
// the time of all processors is taken instead, user and system: for the rows of one thread, on a machine that does other things as well.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  statSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { cacheFolder, openDuckDb } from '../e2e/npm-cache.mjs';

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: String(2 ** 30) },
    runs: { type: 'string', default: '3' },
    folder: { type: 'string' },
    cpu: { type: 'boolean', default: false },
    query: { type: 'string' },
    threads: { type: 'string' },
  },
});
const MOST_MEMORY = 150;
const POLICY = 'gce';
const TEMPLATES = ['kops', 'gce', 'metadata'];
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const CLI = here('../../dist/cli.cjs');
const NODE = [process.execPath, '--require', here('peak-memory.cjs')];
const ONE_THREAD = [...NODE, '--require', here('one-thread.cjs')];
/** All of a process on one: told beside, as all that V8 and Go do in the background is in it. */
const ONE_PROCESSOR = ['taskset', '-c', '0', ...ONE_THREAD];

// The process that is timed for DuckDB is this file, too.
if (values.query === undefined) await bench();
else console.log(JSON.stringify(await askDuckDb(readFileSync(values.query, 'utf8'), values.threads)));

async function bench() {
  if (!existsSync(CLI)) throw new Error('build first: npm run build');
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'kops-audit-bench-'));
  mkdirSync(folder, { recursive: true });
  const logs = await makeLogs(folder, Number(values.bytes));
  const ways = await waysOf(folder, logs);
  console.log(
    `\nload before: ${loadavg()[0].toFixed(1)}; ${values.runs} runs, interleaved${values.cpu ? '; time of processors' : ''}; Node ${process.version}`,
  );
  const measured = await measure(ways, Number(values.runs));
  for (const [name, each] of Object.entries(measured)) console.log(rowOf(name, ways[name], each));
  if (values.folder === undefined) rmSync(folder, { recursive: true });
  console.log();
  for (const [name, value, isOver, budget] of budgetsOf(measured)) {
    if (isOver) process.exitCode = 1;
    console.log(`${name.padEnd(46)}${value.toFixed(2).padStart(9)}   ${isOver ? 'OVER' : 'ok'}: ${budget}`);
  }
}

async function makeLogs(folder, bytes) {
  const logs = Object.fromEntries(
    ['mixed', 'metadata', 'large'].map((name) => [name, join(folder, `${name}-${bytes}.log`)]),
  );
  const generate = (out, size, ...more) =>
    execFileSync(process.execPath, [here('gen-audit-log.mjs'), '--out', out, '--bytes', String(size), ...more], {
      stdio: 'ignore',
    });
  if (!existsSync(logs.mixed)) generate(logs.mixed, bytes);
  if (!existsSync(logs.metadata)) generate(logs.metadata, bytes / 2, '--seed', '43', '--level', 'metadata');
  logs.gz = `${logs.mixed}.gz`;
  if (!existsSync(logs.gz)) await pipeline(createReadStream(logs.mixed), createGzip(), createWriteStream(logs.gz));
  if (!existsSync(logs.large)) generate(logs.large, 4 * bytes); // the same log four times were events that came again
  return logs;
}

/** Name, how it is run, which log it reads; a `result` is held against ours. */
async function waysOf(folder, logs) {
  const policies = Object.fromEntries(TEMPLATES.map((name) => [name, join(folder, `${name}.yaml`)]));
  for (const [name, file] of Object.entries(policies))
    writeFileSync(file, execFileSync(process.execPath, [CLI, 'policy', 'show', name]));
  const replay = (log, names, node = NODE) => ({
    command: [
      ...node,
      CLI,
      'policy',
      'replay',
      log,
      '-q',
      '-o',
      'json',
      ...names.flatMap((name) => ['--policy', name]),
    ],
    log,
    result: (stdout) => eventsAndBytes(JSON.parse(stdout).policies),
  });
  const plain = (log, ...command) => ({ command: [...command, log], log });
  return {
    'wc -l': plain(logs.mixed, 'wc', '-l'),
    cat: plain(logs.mixed, 'cat'),
    'replay, one thread': replay(logs.mixed, [POLICY], ONE_THREAD),
    'replay, one thread, three policies': replay(logs.mixed, TEMPLATES, ONE_THREAD),
    'replay, one thread, policy kops': replay(logs.mixed, ['kops'], ONE_THREAD),
    'replay, one processor': replay(logs.mixed, [POLICY], ONE_PROCESSOR),
    'replay, two processors': replay(logs.mixed, [POLICY]),
    'logs --top user': plain(logs.mixed, ...ONE_THREAD, CLI, 'logs', '--top', 'user', '-q'),
    ...goWays(logs, policies),
    ...(await duckDbWays(folder, logs, policies[POLICY])),
    'replay, one thread, metadata': replay(logs.metadata, [POLICY], ONE_THREAD),
    'wc -l, large': plain(logs.large, 'wc', '-l'),
    'replay, two threads, large': replay(logs.large, [POLICY]),
    zcat: plain(logs.gz, 'zcat'),
    'replay, .gz': replay(logs.gz, [POLICY]),
  };
}

function eventsAndBytes(policies) {
  return policies.map(({ rules }) =>
    rules
      .filter(({ events }) => events > 0)
      .map(({ rule, events, bytes }) => `rule ${rule}: ${events} events, ${bytes} bytes`),
  );
}

function goWays(logs, policies) {
  if (spawnSync('go', ['version']).status !== 0) return {};
  const program = join(cacheFolder(), 'policy-replay-go');
  execFileSync('go', ['build', '-o', program, './replay'], { cwd: here('../conformance/oracle'), stdio: 'inherit' });
  const go = (log, names, same) => ({
    command: ['env', 'GOMAXPROCS=1', program, log, ...names.map((name) => policies[name])],
    log,
    same,
    result: (stdout) => eventsAndBytes(JSON.parse(stdout)),
  });
  return {
    Go: go(logs.mixed, [POLICY], 'replay, one thread'),
    'Go, three policies': go(logs.mixed, TEMPLATES, 'replay, one thread, three policies'),
    'Go, metadata': go(logs.metadata, [POLICY], 'replay, one thread, metadata'),
  };
}

async function duckDbWays(folder, logs, policyFile) {
  try {
    await openDuckDb();
  } catch (error) {
    console.log(`without DuckDB: ${error.message}`);
    return {};
  }
  const { loadPolicy } = await import('../../dist/index.mjs');
  const { policy } = loadPolicy(readFileSync(policyFile, 'utf8'));
  const duckDb = (log, threads) => {
    const query = join(folder, `${threads}-${log === logs.mixed ? 'mixed' : 'metadata'}.sql`);
    writeFileSync(query, queryOf(policy, log));
    const command = [...NODE, fileURLToPath(import.meta.url), '--query', query, '--threads', String(threads)];
    return {
      command,
      log,
      same: `replay, one thread${log === logs.mixed ? '' : ', metadata'}`,
      isEventsOnly: true,
      result,
    };
  };
  const result = (stdout) => [keptOf(policy, JSON.parse(stdout))];
  return {
    'DuckDB, one thread': duckDb(logs.mixed, 1),
    'DuckDB, two threads': duckDb(logs.mixed, 2),
    'DuckDB, one thread, metadata': duckDb(logs.metadata, 1),
  };
}

async function askDuckDb(query, threads) {
  const ask = await openDuckDb({ threads });
  return (await ask(query)).map(({ rule, stage, events }) => ({ rule: Number(rule), stage, events: Number(events) }));
}

/** The first rule that matches, from the columns that tell it: nothing else is read, so that there are no sizes. */
function queryOf({ rules }, log) {
  const whens = rules.map((rule, at) => `WHEN ${conditionOf(rule)} THEN ${at + 1}`);
  return `SELECT CASE ${whens.join('\n')} ELSE 0 END AS rule, stage, count(*) AS events FROM (
    SELECT stage, verb, "user".username AS username, "user".groups AS groups, objectRef IS NOT NULL AS isResource,
      coalesce(objectRef.apiGroup, '') AS apiGroup, coalesce(objectRef.namespace, '') AS namespace,
      coalesce(objectRef.resource, '') AS resource, coalesce(objectRef.subresource, '') AS sub,
      CASE WHEN verb = 'create' AND objectRef.subresource IS NULL THEN '' ELSE coalesce(objectRef.name, '') END AS name,
      resource || CASE WHEN sub = '' THEN '' ELSE '/' || sub END AS target,
      url_decode(split_part(requestURI, '?', 1)) AS path
    FROM read_ndjson(${quoted(log)}, maximum_object_size = 67108864, columns = {
      stage: 'VARCHAR', verb: 'VARCHAR', requestURI: 'VARCHAR', "user": 'STRUCT(username VARCHAR, "groups" VARCHAR[])',
      objectRef: 'STRUCT(apiGroup VARCHAR, namespace VARCHAR, resource VARCHAR, subresource VARCHAR, name VARCHAR)'})
  ) GROUP BY ALL`;
}

function conditionOf({
  users = [],
  userGroups = [],
  verbs = [],
  namespaces = [],
  resources = [],
  nonResourceURLs = [],
}) {
  const all = [
    ...(users.length > 0 ? [isIn('username', users)] : []),
    ...(userGroups.length > 0 ? [`list_has_any(groups, [${userGroups.map(quoted)}])`] : []),
    ...(verbs.length > 0 ? [isIn('verb', verbs)] : []),
    ...(namespaces.length > 0 ? [`isResource AND ${isIn('namespace', namespaces)}`] : []),
    ...(resources.length > 0 ? [`isResource AND (${resources.map(entryOf).join(' OR ')})`] : []),
  ];
  if (nonResourceURLs.length > 0) all.push(`NOT isResource AND (${nonResourceURLs.map(isPath).join(' OR ')})`);
  return all.length === 0 ? 'true' : all.join(' AND ');
}

function entryOf({ group = '', resources = [], resourceNames = [] }) {
  const all = [group === '*' ? 'true' : `apiGroup = ${quoted(group)}`];
  if (resources.length > 0) all.push(`(${resources.map(isTarget).join(' OR ')})`);
  if (resources.length > 0 && resourceNames.length > 0) all.push(isIn('name', resourceNames));
  return `(${all.join(' AND ')})`;
}

function isTarget(text) {
  if (text === '*') return 'true';
  const [resource, sub] = text.split('/');
  if (resource === '*') return `sub = ${quoted(sub)}`;
  return sub === '*' ? `resource = ${quoted(resource)}` : `target = ${quoted(text)}`;
}

function isPath(url) {
  return url.endsWith('*') ? `starts_with(path, ${quoted(url.slice(0, -1))})` : `path = ${quoted(url)}`;
}

function isIn(column, texts) {
  return `${column} IN (${texts.map(quoted)})`;
}

function quoted(text) {
  return `'${text.replaceAll("'", "''")}'`;
}

function keptOf({ rules, omitStages = [] }, rows) {
  const isKept = ({ rule, stage }) =>
    rule > 0 &&
    rules[rule - 1].level !== 'None' &&
    ![...omitStages, ...(rules[rule - 1].omitStages ?? [])].includes(stage);
  return rules.flatMap((_, at) => {
    const events = rows.filter((row) => row.rule === at + 1 && isKept(row)).reduce((sum, row) => sum + row.events, 0);
    return events === 0 ? [] : [`rule ${at + 1}: ${events} events`];
  });
}

async function measure(ways, runs) {
  const measured = Object.fromEntries(Object.keys(ways).map((name) => [name, { times: [], memory: 0, result: '' }]));
  for (let run = 0; run < runs; run++) {
    for (const [name, way] of Object.entries(ways)) {
      const { time, memory, stdout } = await timed(way);
      const its = measured[name];
      its.times.push(time);
      its.memory = Math.max(its.memory, memory);
      its.result = way.result?.(stdout) ?? '';
    }
    for (const [name, { same, isEventsOnly }] of Object.entries(ways))
      if (same) mustBeSame(measured, name, same, isEventsOnly);
  }
  return measured;
}

function mustBeSame(measured, name, same, isEventsOnly) {
  const told = (result) => JSON.stringify(result, undefined, 1).replaceAll(isEventsOnly ? /, \d+ bytes/g : /^$/g, '');
  const [theirs, ours] = [told(measured[name].result), told(measured[same].result)];
  if (theirs !== ours) throw new Error(`${name} counts otherwise than we do\n${theirs}\nours:\n${ours}`);
}

function timed({ command, result }) {
  const [file, ...args] = values.cpu
    ? ['bash', '-c', 'TIMEFORMAT="%U %S"; time "$@" 2>/dev/null', 'bash', ...command]
    : command;
  const start = process.hrtime.bigint();
  const stdio = ['ignore', result ? 'pipe' : 'ignore', values.cpu ? 'pipe' : 'ignore', 'pipe'];
  const child = spawn(file, args, { stdio });
  const read = [1, 2, 3].map((at) => textOf(child.stdio[at] ?? []));
  return new Promise((resolve, reject) => {
    child.on('close', async (code) => {
      const wall = Number(process.hrtime.bigint() - start) / 1e9;
      const [stdout, used, peak] = await Promise.all(read);
      const time = values.cpu ? used.split(' ').reduce((sum, seconds) => sum + Number(seconds), 0) : wall;
      if (code === 0) resolve({ time, memory: Number(peak) / 1024, stdout });
      else reject(new Error(`${command.join(' ')} ended with ${code}`));
    });
  });
}

function rowOf(name, { log }, { times, memory }) {
  const spread = `${Math.min(...times).toFixed(2)}–${Math.max(...times).toFixed(2)}`;
  const { size } = statSync(log.replace(/\.gz$/, ''));
  const rate = `${(size / 1e6 / median(times)).toFixed(0)} MB/s`;
  const cells = [`${median(times).toFixed(2)} s`, spread, rate, memory > 0 ? `${memory.toFixed(0)} MB` : ''];
  return `${name.padEnd(36)}${cells.map((cell) => cell.padStart(14)).join('')}`;
}

function budgetsOf(measured) {
  const ratio = (slow, fast) => median(measured[slow].times) / median(measured[fast].times);
  const least = (slow, fast, budget) =>
    measured[slow] ? [[`${slow} / ${fast}`, ratio(slow, fast), ratio(slow, fast) < budget, `at least ${budget}`]] : [];
  const told = (slow, fast) => (measured[slow] ? [[`${slow} / ${fast}`, ratio(slow, fast), false, 'no budget']] : []);
  const most = (name, value, budget) => [name, value, value > budget, `at most ${budget}`];
  const ours = Object.entries(measured).filter(([name]) => name.startsWith('replay'));
  return [
    ...least('Go', 'replay, one thread', 10),
    ...told('Go, metadata', 'replay, one thread, metadata'),
    ...least('DuckDB, one thread', 'replay, one thread', 1.5),
    ...told('DuckDB, one thread, metadata', 'replay, one thread, metadata'),
    ...told('DuckDB, two threads', 'replay, two processors'),
    most('replay, two threads / wc -l, large', ratio('replay, two threads, large', 'wc -l, large'), 4),
    most('three policies / kops', ratio('replay, one thread, three policies', 'replay, one thread, policy kops'), 1.3),
    most('logs --top user / replay, one thread', ratio('logs --top user', 'replay, one thread'), 1.5),
    ...least('zcat', 'replay, .gz', 2),
    most('peak memory, MB', Math.max(...ours.map(([, { memory }]) => memory)), MOST_MEMORY),
  ];
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}
