import { describe, expect, it } from 'vitest';
import { FLAGS } from '../../../src/flags/table.ts';
import type { Policy } from '../../../src/policy/types.ts';
import { columnsOf, EVENT_COLUMNS, PRESETS, readerOf, readName } from '../../../src/replay/sql/columns.ts';
import { type DialectName, DIALECTS, dialectNamed } from '../../../src/replay/sql/dialects.ts';
import { queryOf, type QueryOptions } from '../../../src/replay/sql/query.ts';

const NASTY = 'it\'s \\ "x" {{ y }} ? `\n\u0000\u202e';

function query(policy: Policy, options: Partial<QueryOptions> = {}): string {
  const defaults = {
    dialect: 'duckdb',
    preset: PRESETS.raw,
    from: 'audit_log',
    lineOf: () => 7,
    isFilter: false,
  } as const;
  return queryOf(policy, { ...defaults, policyName: 'mine', ...options });
}

describe('what a dialect quotes', () => {
  it.each<[DialectName, text: string, identifier: string]>([
    ['duckdb', `('it''s \\ "x" {{ y }} ? \`' || chr(10) || '' || chr(0) || '' || chr(8238) || '')`, '"a""b`c\\"'],
    ['trino', `('it''s \\ "x" {{ y }} ? \`' || chr(10) || '' || chr(0) || '' || chr(8238) || '')`, '"a""b`c\\"'],
    ['clickhouse', `'it\\'s \\\\ "x" {{ y }} ? \`\\x0a\\x00\\xe2\\x80\\xae'`, '`a"b\\`c\\\\`'],
    ['bigquery', `'it\\'s \\\\ "x" {{ y }} ? \`\\U0000000a\\U00000000\\U0000202e'`, '`a"b\\`c\\\\`'],
  ])('%s', (name, text, identifier) => {
    const dialect = dialectNamed(name);
    expect(dialect.text(NASTY)).toBe(text);
    expect(dialect.identifier('a"b`c\\')).toBe(identifier);
  });
});

describe('queryOf', () => {
  const policy: Policy = {
    omitStages: ['RequestReceived'],
    rules: [
      { level: 'None', users: ["o'brien"], verbs: ['get', 'list'] },
      { level: 'Request', userGroups: ['dev'], omitStages: ['Panic'] },
      { level: 'Metadata', nonResourceURLs: ['/healthz*', '/version'] },
    ],
  };

  it('lets the first rule win', () => {
    expect(/CASE\n {8}WHEN user_.* AS rule_/s.exec(query(policy))?.[0]).toBe(
      [
        'CASE',
        "        WHEN user_ = 'o''brien' AND verb_ IN ('get', 'list')",
        '          THEN 1',
        "        WHEN list_has_any(groups_, ['dev'])",
        '          THEN 2',
        "        WHEN NOT is_resource_ AND (path_ = '/version' OR starts_with(path_, '/healthz'))",
        '          THEN 3',
        '        ELSE 0',
        '      END AS rule_',
      ].join('\n'),
    );
  });

  it('leaves out the stages of policy and rule', () => {
    const text = query(policy);
    expect(text).toContain("WHEN rule_ IN (2) AND stage_ NOT IN ('RequestReceived', 'Panic')");
    expect(text).toContain("WHEN rule_ IN (3) AND stage_ <> 'RequestReceived'");
  });

  it('tells rules by number, line and level, with rule 0 for none', () => {
    expect(query(policy)).toContain(
      "SELECT 0 AS number_, 7 AS place_, 'None' AS of_level_\n    UNION ALL\n    SELECT 1, 7, 'None'",
    );
    expect(query({ rules: [] }, { lineOf: () => undefined })).toContain('SELECT 0 AS number_, NULL AS place_');
  });

  it('leaves the managed fields of a patch in what was sent', () => {
    const text = query({ rules: [{ level: 'Request', omitManagedFields: true }] });
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/CASE WHEN verb_ = 'patch' THEN 0 ELSE COALESCE\(list_sum/);
    expect(text).not.toMatch(/verb_ = 'patch'[^E]*ELSE COALESCE\(list_sum\([^\n]*responseObject/);
  });

  it('reads of an event only what the policy asks for', () => {
    const none = query({ rules: [{ level: 'None', verbs: ['get'] }] });
    expect(none).not.toMatch(/requestURI"?'?\)|apiGroup|segments_|managedFields/);
    expect(query({ rules: [{ level: 'None', resources: [{ resources: ['pods'] }] }] })).not.toContain('selector_');
    const named = [{ resources: ['pods'], resourceNames: ['a'] }];
    expect(query({ rules: [{ level: 'None', resources: named }] })).toContain('selector_');
    expect(query({ rules: [{ level: 'Request', omitManagedFields: true }] })).toContain('managedFields');
  });

  it.each(DIALECTS)('asks for bytes only where there is a whole line: %s', (dialect) => {
    expect(query(policy, { dialect })).toContain(' AS bytes');
    const typed = query(policy, { dialect, preset: PRESETS.typed });
    expect(typed).not.toContain(' AS bytes');
    expect(typed).toContain('bytes are not known');
  });

  it('says what was not run, and brings what BigQuery lacks', () => {
    expect(query(policy, { dialect: 'bigquery' })).toMatch(/^-- The audit policy mine as SQL of BigQuery\.\n/);
    expect(query(policy, { dialect: 'bigquery' })).toContain('CREATE TEMP FUNCTION percent_decoded');
    expect(query({ rules: [] }, { dialect: 'bigquery' })).not.toContain('CREATE TEMP FUNCTION');
    expect(query(policy, { dialect: 'athena' })).toContain('parsed, not run');
    expect(query(policy, { dialect: 'clickhouse' })).not.toContain('parsed, not run');
  });

  it('cannot be left by the name of a policy', () => {
    const text = query(policy, { policyName: 'x\nDROP TABLE audit_log; --\u2028y' });
    expect(text.split('\n')[0]).toBe('-- The audit policy x?DROP TABLE audit_log; --?y as SQL of DuckDB.');
  });

  it.each([
    ['duckdb', "COLUMNS('(?s)^(.*)$') AS 'row_\\1',", 'stage_', "SELECT COLUMNS('(?s)^row_(.*)$') AS '\\1'\nFROM kept"],
    ['bigquery', 'log_ AS row_,', 'stage_', 'SELECT row_.*\nFROM kept'],
    ['trino', 'SELECT log_.*', 'event.stage_', 'CROSS JOIN LATERAL (\n    SELECT\n      CASE'],
    ['clickhouse', 'SELECT log_.*', 'stage_', '\nWHERE\narrayExists((line_) ->\narrayExists((level_, stage_'],
  ] as const)('gives the rows that are kept as they are: %s', (dialect, taken, column, given) => {
    const sql = query({ rules: [] }, { isFilter: true, dialect });
    for (const part of [taken, 'FROM audit_log AS log_\n', `WHEN ${column} = ''`, given]) expect(sql).toContain(part);
    expect(sql).toMatch(/wanted_ <> 'None'/);
  });
});

describe('columns', () => {
  it('are those of a preset, or given', () => {
    const { columns } = columnsOf(PRESETS.otel, 'level=a.level, objectRef.name=ref."the.name"."x, y"');
    expect(columns).toEqual({
      line: ['Body'],
      level: ['a', 'level'],
      'objectRef.name': ['ref', 'the.name', 'x, y'],
    });
  });

  it.each(['level', 'Level=x', '=x', 'level='])('are refused where they are none: %s', (pairs) => {
    expect(() => columnsOf(PRESETS.raw, pairs)).toThrow(`--columns ${pairs} is not understood`);
  });

  it('are refused where two are named for one', () => {
    expect(() => columnsOf(PRESETS.raw, 'line=a,level=b,line=c')).toThrow('--columns names two columns for line');
  });

  it.each(['"a.b', 'a."', 'a."b"c'])('refuses a name with a quote that is not closed: %s', (name) => {
    expect(() => readName('--table', name)).toThrow(`--table ${name}: a quote is not closed`);
    expect(() => columnsOf(PRESETS.raw, `level=${name}`)).toThrow('a quote is not closed');
  });

  it('refuses a name with an empty part', () => {
    expect(() => readName('--table', 'a.""')).toThrow('a part of the name is empty');
    expect(() => readName('--table', 'a..b')).toThrow('--table a..b: a part of the name is empty');
    expect(() => columnsOf(PRESETS.raw, 'level=a.')).toThrow('a part of the name is empty');
  });

  it('are quoted as the dialect does it', () => {
    const preset = columnsOf(PRESETS.raw, 'line=a."b""c"');
    expect(query({ rules: [] }, { preset, dialect: 'bigquery' })).toContain('log_.`a`.`b""c`');
  });

  it.each(['trino', 'bigquery'] as const)('are not read from files by %s', (name) => {
    expect(() => readerOf('a', PRESETS.raw, dialectNamed(name))).toThrow('reads tables, not files');
  });

  it('of files have the types that the query needs', () => {
    expect(readerOf("it's", PRESETS.typed, dialectNamed('duckdb'))).toContain(
      `read_ndjson('it''s', ignore_errors = true, maximum_object_size = 67108864, columns = {'level': 'VARCHAR'`,
    );
    expect(readerOf('s3://b/*.gz', PRESETS['fluent-bit'], dialectNamed('clickhouse'))).toBe(
      "s3('s3://b/*.gz', 'JSONEachRow', '\\`log\\` String')".replaceAll('\\`', '`'),
    );
  });
});

it('offers on the command line what there is', () => {
  const flags = FLAGS['policy sql']?.flatMap(({ flags: each }) => each) ?? [];
  const choicesOf = (name: string): readonly string[] | undefined => flags.find((flag) => flag.name === name)?.choices;
  expect(choicesOf('--dialect')).toEqual(DIALECTS);
  expect(choicesOf('--preset')).toEqual(Object.keys(PRESETS));
  expect(EVENT_COLUMNS).toHaveLength(12);
});
