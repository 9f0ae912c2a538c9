import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogSource } from '../../src/events/event.ts';
import { WalkedEvent } from '../../src/events/walked.ts';
import { readTemplates } from '../../src/input/templates.ts';
import { loadPolicy } from '../../src/policy/load/load.ts';
import { renderPolicy } from '../../src/policy/render/render.ts';
import type { Policy } from '../../src/policy/types.ts';
import { Replay } from '../../src/replay/replay.ts';
import { PRESETS, readerOf } from '../../src/replay/sql/columns.ts';
import { dialectNamed } from '../../src/replay/sql/dialects.ts';
import { queryOf } from '../../src/replay/sql/query.ts';
import { linesOf } from '../replay/logs.ts';
import { openClickHouse, openDuckDb } from './npm-cache.mjs';

type Engine = (sql: string) => Promise<Record<string, unknown>[]>;
type EngineName = 'duckdb' | 'clickhouse';
type Row = { rule: number; level: string; events: number; bytes: number };

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
    .map(({ rules }) => rules.map(({ rule, level, events, bytes }) => ({ rule, level, events, bytes })));
}

async function asked(name: EngineName, path: string, policy: Policy): Promise<Row[]> {
  const dialect = dialectNamed(name);
  const sql = queryOf(policy, {
    dialect: name,
    preset: PRESETS.raw,
    from: readerOf(path, PRESETS.raw, dialect),
    lineOf: () => undefined,
    policyName: 'p',
    isFilter: false,
  });
  const rows = await engines
    .get(name)?.(sql)
    .catch((error: unknown) => {
      throw new Error(`${String(error)}\n${sql}`);
    });
  return (rows ?? []).map(({ rule, level, events, bytes }) => ({
    rule: Number(rule),
    level: String(level),
    events: Number(events),
    bytes: Number(bytes),
  }));
}

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
});
