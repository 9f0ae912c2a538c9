import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogSource } from '../../src/events/event.ts';
import { WalkedEvent } from '../../src/events/walked.ts';
import { readTemplates } from '../../src/input/templates.ts';
import { loadPolicy } from '../../src/policy/load/load.ts';
import { renderPolicy } from '../../src/policy/render/render.ts';
import type { Policy } from '../../src/policy/types.ts';
import { isObject } from '../../src/json.ts';
import { goJson } from '../../src/replay/keep.ts';
import { Replay } from '../../src/replay/replay.ts';
import { type Preset, PRESETS, readerOf } from '../../src/replay/sql/columns.ts';
import { dialectNamed } from '../../src/replay/sql/dialects.ts';
import { queryOf } from '../../src/replay/sql/query.ts';
import { RECORDED } from '../policy/decide/recorded.ts';
import { linesOf } from '../replay/logs.ts';
import { EVENT, eventOf, POLICY } from '../replay/sql/random.ts';
import { mistakesInSql, openClickHouse, openDuckDb } from './npm-cache.mjs';

type Engine = (sql: string) => Promise<Record<string, unknown>[]>;
type EngineName = 'duckdb' | 'clickhouse';
type Row = { rule: number; level: string; decided: number; events: number; bytes: number };

const GENERATOR = fileURLToPath(new URL('../bench/gen-audit-log.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kops-audit-sql-'));
const engines = new Map<EngineName, Engine>();

beforeAll(async () => {
  engines.set('duckdb', await openDuckDb());
  const clickHouse = openClickHouse();
  engines.set('clickhouse', async (sql) => clickHouse(sql));
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

const TEMPLATES = Object.entries(readTemplates()).map(
  ([name, text]) => [name, loaded(renderPolicy(text, { name, toolVersion: '0' }).text)] as const,
);

function loaded(yaml: string): Policy {
  const { policy, diagnostics } = loadPolicy(yaml);
  if (!policy) throw new Error(JSON.stringify(diagnostics));
  return policy;
}

/** Policies that the real kube-apiserver was asked about, and the requests, as events. */
const ASKED = Object.values(RECORDED).flat();
const CONFORMANCE = [...new Set(ASKED.map(({ policy }) => policy))];
const CONFORMANCE_LINES = [...new Set(ASKED.map(({ request }) => goJson(eventOf(request))))];

function logOf(name: string, lines: readonly string[]): string {
  const path = join(folder, `${name}.log`);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

const SOURCE: LogSource = { name: 'audit.log', server: '', open: async function* () {} };

function replayed(lines: readonly string[], policies: readonly Policy[]): Row[][] {
  const replay = new Replay(policies);
  const event = new WalkedEvent(SOURCE);
  for (const line of lines) {
    const bytes = Buffer.from(`${line}\n`);
    if (event.take(bytes, 0, bytes.length - 1, 1)) replay.add(event);
  }
  return replay
    .policies()
    .map(({ rules }) =>
      rules.map(({ rule, level, decided, events, bytes }) => ({ rule, level, decided, events, bytes })),
    );
}

interface Asked {
  preset?: Preset;
  isFilter?: boolean;
}

async function rowsOf(
  name: EngineName,
  path: string,
  policy: Policy,
  { preset = PRESETS.raw, isFilter = false }: Asked = {},
): Promise<Record<string, unknown>[]> {
  const from = readerOf(path, preset, dialectNamed(name));
  const sql = queryOf(policy, { dialect: name, preset, from, lineOf: () => undefined, policyName: 'p', isFilter });
  const engine = engines.get(name);
  if (!engine) throw new Error(name);
  return engine(sql).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${sql}`);
  });
}

async function asked(name: EngineName, path: string, policy: Policy, options: Asked = {}): Promise<Row[]> {
  const rows = await rowsOf(name, path, policy, options);
  return rows.map(({ rule, level, decided, events, bytes }) => ({
    rule: Number(rule),
    level: String(level),
    decided: Number(decided),
    events: Number(events),
    bytes: Number(bytes),
  }));
}

const MADE = fc.sample(EVENT, 400).map(goJson);
const POLICIES = fc.sample(POLICY, 40);
/** Lines that are no events: they count nowhere. */
const DAMAGED = ['', 'not json', '{"kind":"Event","level":"Metadata","stage":"Pan', '{"a":1}', '[1]'];

describe.each(['duckdb', 'clickhouse'] as const)('policy sql on %s', (name) => {
  it.each(['API traffic', 'API traffic with controllers'])('counts what replay counts: templates, %s', async (log) => {
    const lines = linesOf(log);
    const path = logOf('genuine', lines);
    const expected = replayed(
      lines,
      TEMPLATES.map(([, policy]) => policy),
    );
    for (const [at, [, policy]] of TEMPLATES.entries()) expect(await asked(name, path, policy)).toEqual(expected[at]);
  });

  it('counts what replay counts: 32 MB of a busy cluster', async () => {
    const path = join(folder, 'generated.log');
    if (!existsSync(path)) execFileSync(process.execPath, [GENERATOR, '--out', path, '--bytes', String(2 ** 25)]);
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    const templates = TEMPLATES.filter(([template]) => template === 'gce' || template === 'kops');
    const all: Policy = { omitManagedFields: true, rules: [{ level: 'RequestResponse' }] };
    const policies = [...templates.map(([, each]) => each), all];
    const expected = replayed(lines, policies);
    for (const [at, policy] of policies.entries()) expect(await asked(name, path, policy)).toEqual(expected[at]);
  });

  it('counts what replay counts: random policies, events that are made to confuse', async () => {
    const path = logOf('made', [...MADE, ...DAMAGED]);
    const expected = replayed(MADE, POLICIES);
    for (const [at, policy] of POLICIES.entries())
      expect({ policy, rows: await asked(name, path, policy) }).toEqual({ policy, rows: expected[at] });
  });

  it("counts what replay counts: kube-apiserver's conformance policies", async () => {
    const policies = CONFORMANCE.filter((_, at) => at % 4 === 0);
    const path = logOf('conformance', CONFORMANCE_LINES);
    const expected = replayed(CONFORMANCE_LINES, policies);
    expect(new Set(expected.flat().map(({ events }) => events > 0)).size).toBe(2);
    for (const [at, policy] of policies.entries())
      expect({ policy, rows: await asked(name, path, policy) }).toEqual({ policy, rows: expected[at] });
  });

  it.each<[keyof typeof PRESETS, hasBytes: boolean, stored: (line: string) => string]>([
    ['fluent-bit', true, (line) => JSON.stringify({ date: 1.5, log: line })],
    ['otel', true, (line) => line.replace('"level":', '"auditLevel":')],
    ['typed', false, (line) => line],
    ['firehose', false, lowerCased],
  ])('reads what is stored as %s', async (preset, hasBytes, stored) => {
    const events = MADE.slice(0, 100);
    const path = logOf(preset, events.map(stored));
    const policies = POLICIES.slice(0, 5);
    for (const [at, rows] of replayed(events, policies).entries()) {
      const policy = policies[at] ?? { rules: [] };
      const wanted = rows.map((row) => (hasBytes ? row : { ...row, bytes: NaN }));
      expect(await asked(name, path, policy, { preset: PRESETS[preset] })).toEqual(wanted);
    }
  });

  it('tells by what is decided that the events are in another column', async () => {
    const path = logOf(
      'elsewhere',
      MADE.slice(0, 9).map((line) => JSON.stringify({ log: line })),
    );
    const rows = await asked(name, path, { rules: [{ level: 'Metadata' }] });
    expect(rows.map(({ decided }) => decided)).toEqual([0, 0]);
  });

  it('gives the lines that a policy keeps, and nothing of its own', async () => {
    const path = logOf('filter', [...MADE, ...DAMAGED]);
    for (const policy of POLICIES.slice(0, 6)) {
      const rows = await rowsOf(name, path, policy, { isFilter: true });
      const kept = replayed(MADE, [policy])
        .flat()
        .reduce((sum, { events }) => sum + events, 0);
      expect(rows).toHaveLength(kept);
      for (const row of rows) {
        expect(Object.keys(row)).toEqual(['line']);
        expect(MADE).toContain(row['line']);
      }
    }
  });
});

/** A table whose columns, and what is in them, are called as what the query calls its own. */
function clashing(name: EngineName, table: string, lines: readonly string[]): [create: string, names: string[]] {
  const { text, identifier } = dialectNamed(name);
  const own = [...queryWith(name, 'log', {}).matchAll(/ AS (\w+_)\b/g)].map(([, column = '']) => column);
  const steps = [...queryWith(name, 'log', {}).matchAll(/^ {2}(\w+) AS \(/gm)].map(([, step = '']) => step);
  const columns = [...new Set([...own, ...steps, 'log', 'rules', 'tally'])].filter((column) => column !== 'log_');
  const inside = (column: string): string =>
    name === 'duckdb'
      ? `{'line': 'no', '${column}': 'no', 'line_': 'no', 'rule_': 'no'}`
      : `CAST(('no', 'no', 'no', 'no'), 'Tuple(line String, a_ String, line_ String, rule_ String)')`;
  const values = columns.map((column) => `${column.endsWith('_') ? text('no') : inside(column)} AS ${column}`);
  const rows = `(SELECT arrayJoin([${lines.map(text).join(', ')}]) AS line)`;
  const from = name === 'duckdb' ? rows.replace('arrayJoin', 'unnest') : rows;
  const engine = name === 'duckdb' ? '' : ' ENGINE = Memory';
  const create = `CREATE TABLE ${identifier(table)}${engine} AS SELECT line, ${values.join(', ')} FROM ${from} AS given`;
  return [create, ['line', ...columns]];
}

/** Of a policy that asks for all there is. */
function queryWith(dialect: EngineName, from: string, { isFilter = false }: Asked): string {
  return queryOf(OF_NAMES, { dialect, preset: PRESETS.raw, from, lineOf: () => undefined, policyName: 'p', isFilter });
}

const OF_NAMES: Policy = {
  omitManagedFields: true,
  rules: [
    { level: 'RequestResponse', resources: [{ resources: ['pods/log'], resourceNames: ['a'] }] },
    { level: 'Metadata', users: ['ann'], nonResourceURLs: ['/healthz*'] },
    { level: 'None', verbs: ['watch'] },
    { level: 'Request' },
  ],
};

describe.each(['duckdb', 'clickhouse'] as const)('a table that is made to confuse on %s', (name) => {
  const lines = MADE.slice(0, 50);

  it.each(['source', 'event', 'kept', 'rules', 'tally'])('and is called %s', async (table) => {
    const engine = engines.get(name) ?? (async () => []);
    const [create, names] = clashing(name, table, lines);
    await engine(create);
    const [expected = []] = replayed(lines, [OF_NAMES]);
    const counts = await engine(queryWith(name, dialectNamed(name).identifier(table), {}));
    expect(counts.map(({ rule, events, bytes }) => [rule, events, bytes].map(Number))).toEqual(
      expected.map(({ rule, events, bytes }) => [rule, events, bytes]),
    );
    const kept = await engine(queryWith(name, dialectNamed(name).identifier(table), { isFilter: true }));
    expect(kept).toHaveLength(expected.reduce((sum, { events }) => sum + events, 0));
    for (const row of kept) expect([Object.keys(row), row['stage_']]).toEqual([names, 'no']);
  });
});

/** Hive's names of columns, as Firehose has them in its Parquet files. */
function lowerCased(line: string): string {
  const { requestURI, objectRef, ...event }: Record<string, unknown> = JSON.parse(line);
  const { apiGroup, ...ref } = isObject(objectRef) ? objectRef : {};
  return JSON.stringify({
    ...event,
    requesturi: requestURI,
    ...(objectRef ? { objectref: { ...ref, apigroup: apiGroup } } : {}),
  });
}

describe.each(['trino', 'bigquery'] as const)('policy sql for %s', (dialect) => {
  it('is taken by the grammar', async () => {
    const policies = [...TEMPLATES.map(([, policy]) => policy), ...POLICIES];
    for (const policy of policies) {
      for (const [preset, isFilter] of [
        ['raw', false],
        ['typed', true],
        ['otel', true],
      ] as const) {
        const options = {
          dialect,
          preset: PRESETS[preset],
          from: 'audit_log',
          lineOf: () => 1,
          policyName: 'p',
          isFilter,
        };
        const sql = queryOf(policy, options);
        expect({ sql, mistakes: await mistakesInSql(sql, dialect) }).toEqual({ sql, mistakes: [] });
      }
    }
  });

  it('would not be taken with a quote that is not closed', async () => {
    expect(await mistakesInSql("SELECT 'it's' FROM t", dialect)).not.toEqual([]);
  });
});
