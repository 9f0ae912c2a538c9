import { UserError } from '../../errors.ts';
import type { Dialect, RowType } from './dialects.ts';
import { call, type Expression, orElse, text } from './expression.ts';

/** What of an event can be a column of its own, by its path in JSON. */
const TEXTS = [
  'level',
  'stage',
  'verb',
  'requestURI',
  'user.username',
  'objectRef.apiGroup',
  'objectRef.namespace',
  'objectRef.resource',
  'objectRef.subresource',
  'objectRef.name',
] as const;
const GROUPS = 'user.groups';
const LINE = 'line';

export type EventColumn = (typeof TEXTS)[number] | typeof GROUPS | typeof LINE;
/** The names that a column can be given for, in the order in which they are told. */
export const EVENT_COLUMNS: readonly EventColumn[] = [LINE, ...TEXTS, GROUPS];

/** What a shipper makes of the log: where in a row an event, or which part of it, is. */
export interface Preset {
  columns: Partial<Readonly<Record<EventColumn, readonly string[]>>>;
  /** How the key `level` is called in the line. */
  levelKey: 'level' | 'auditLevel';
  /** In files: the event is the whole line, or in columns of JSON. */
  files: 'lines' | 'json';
}

const TYPED = Object.fromEntries([...TEXTS, GROUPS].map((name) => [name, name.split('.')]));
const lowerCase = (path: string): string[] => path.toLowerCase().split('.');

/**
 * By name. `fluent-bit`: its input `tail` puts a line that no parser takes under `log` (its `Key`), and its output `s3` writes an object a
 * line (docs of Fluent Bit 4.2: pipeline/inputs/tail, pipeline/outputs/s3). `firehose`: what makes Parquet of JSON has the keys in lower
 * case, unless `CaseInsensitive` is turned off (API reference of Amazon Data Firehose: OpenXJsonSerDe), and so has Athena over JSON
 * (`case.insensitive` in its user guide). `otel`: the table `otel_logs` with `Body` of the OpenTelemetry Collector's exporter for
 * ClickHouse, and what our own collector sends (`src/ship/collector.ts`): `auditLevel` for `level`.
 */
export const PRESETS: Readonly<Record<'raw' | 'typed' | 'fluent-bit' | 'firehose' | 'otel', Preset>> = {
  raw: { columns: { line: ['line'] }, levelKey: 'level', files: 'lines' },
  typed: { columns: TYPED, levelKey: 'level', files: 'json' },
  'fluent-bit': { columns: { line: ['log'] }, levelKey: 'level', files: 'json' },
  firehose: {
    columns: Object.fromEntries([...TEXTS, GROUPS].map((name) => [name, lowerCase(name)])),
    levelKey: 'level',
    files: 'json',
  },
  otel: { columns: { line: ['Body'] }, levelKey: 'auditLevel', files: 'lines' },
};

/**
 * A preset with columns of somebody's own: `level=audit_level,objectRef.name=object."the.name"`.
 *
 * @throws UserError for what is not so.
 */
export function columnsOf(preset: Preset, pairs: string | undefined): Preset {
  if (pairs === undefined) return preset;
  const own = splitOutsideQuotes(pairs, ',').map(readPair);
  const names = own.map(([name]) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new UserError(`--columns names two columns for ${twice}`, { hint: 'Leave one of them out.' });
  return { ...preset, columns: { ...preset.columns, ...Object.fromEntries(own) } };
}

function readPair(pair: string): [EventColumn, string[]] {
  const at = pair.indexOf('=');
  const [left, right] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  const known = EVENT_COLUMNS.find((name) => name === left);
  if (at > 0 && known && right !== '') return [known, readName(`--columns ${left}`, right)];
  const hint = `Write NAME=COLUMN, with a comma between two. NAME is one of ${EVENT_COLUMNS.join(', ')}.`;
  throw new UserError(`--columns ${pair} is not understood`, { hint });
}

const IN_QUOTES = /^(["`])(.*)\1$/s;

/** A name with dots, as parts: `audit.log`, `"a.b".c`. Throws UserError where one of them is empty, or its quote is not closed. */
export function readName(flag: string, name: string): string[] {
  const parts = splitOutsideQuotes(name, '.');
  if (parts.some((part) => /^["`]/.test(part) && !IN_QUOTES.test(part)))
    throw new UserError(`${flag} ${name}: a quote is not closed`, {
      hint: 'Put both quotes around that part of the name: "a.b".c',
    });
  const names = parts.map((part) => part.replace(IN_QUOTES, '$2'));
  if (names.every((part) => part !== '')) return names;
  throw new UserError(`${flag} ${name}: a part of the name is empty`, {
    hint: 'Put a name that has dots in it between double quotes.',
  });
}

function splitOutsideQuotes(value: string, mark: string): string[] {
  const parts = [''];
  let quote = '';
  for (const char of value) {
    if (quote === '' && char === mark) parts.push('');
    else parts[parts.length - 1] += char;
    if (quote === char) quote = '';
    else if (quote === '' && '"`'.includes(char)) quote = char;
  }
  return parts;
}

/** What a column of an event is in a row: a column of the table, or a part of the line. */
export function columnOf(name: EventColumn, { columns, levelKey }: Preset): Expression {
  const own = columns[name];
  const isList = name === GROUPS;
  if (own) return orElse({ column: own }, isList ? { texts: [] } : text(''));
  if (!columns.line)
    throw new UserError(`no column is named for ${name}`, { hint: `Add it: --columns ${name}=COLUMN.` });
  return call(isList ? 'jsonTexts' : 'jsonText', LINE_COLUMN, pathOf(name === 'level' ? levelKey : name));
}

/** Whether the line has something there; undefined where that is not read from the line. */
export function isInLine(path: string, { columns }: Preset): Expression | undefined {
  const isOwn = Object.keys(columns).some((name) => name === path || name.startsWith(`${path}.`));
  return columns.line && !isOwn ? call('jsonHas', LINE_COLUMN, pathOf(path)) : undefined;
}

const LINE_COLUMN: Expression = { name: 'line_' };

function pathOf(path: string): Expression {
  return text(`$.${path}`);
}

/** Files as a table that has the columns of a preset. */
export function readerOf(glob: string, preset: Preset, dialect: Dialect): string {
  if (!dialect.files)
    throw new UserError(`SQL of ${dialect.title} reads tables, not files`, {
      hint: 'Make an external table over them, and name it with --table. docs/cost-in-sql.md shows how.',
    });
  const { columns, files } = preset;
  const [line] = columns.line ?? [];
  if (files === 'lines' && line !== undefined) return dialect.files.lines(dialect.text(glob), dialect.identifier(line));
  return dialect.files.json(dialect.text(glob), typeOf(columns));
}

function typeOf(columns: Preset['columns']): RowType {
  const type: RowType = {};
  for (const [name, path] of Object.entries(columns)) put(type, path, name === GROUPS ? 'texts' : 'text');
  return type;
}

function put(type: RowType, [first, ...others]: readonly string[], leaf: 'text' | 'texts'): void {
  if (first === undefined) return;
  if (others.length === 0) {
    type[first] = leaf;
    return;
  }
  const known = type[first];
  const inner: RowType = typeof known === 'object' ? known : {};
  type[first] = inner;
  put(inner, others, leaf);
}
