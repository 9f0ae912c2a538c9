import type { Operation } from './expression.ts';

/** The databases whose SQL can be written. */
export const DIALECTS = ['duckdb', 'trino', 'athena', 'clickhouse', 'bigquery'] as const;
export type DialectName = (typeof DIALECTS)[number];

/** How a database says what others say in other words. */
export interface Dialect {
  /** For people. */
  title: string;
  /** A text: quotes, backslashes, line breaks and control characters in it cannot end it, nor move a cursor. */
  text: (value: string) => string;
  identifier: (name: string) => string;
  list: (items: readonly string[]) => string;
  operations: Readonly<Record<Operation, (...of: string[]) => string>>;
  /** How the rows of a table go through the steps of a query, so that no column of theirs is taken for one of a step. */
  rows: CarriedRows | RowsBeside;
  /** How files are read as a table with a text a line, or with some columns of JSON; undefined where tables are made before. */
  files: { lines: (glob: string, column: string) => string; json: (glob: string, type: RowType) => string } | undefined;
  /** What must stand in front of a query that decodes paths. */
  functions?: string;
  /** What must stand behind a query. */
  settings?: string;
  /** What of it was run: the engine and its version; undefined where it was only parsed. */
  ran: string | undefined;
}

/** Each step takes them on to the next, under names or in a column that no step has: what the first one takes, and what the last one gives. */
interface CarriedRows {
  take: (table: string) => string;
  give: string;
}

/** They stay what they are, and the steps stand beside them. */
export interface RowsBeside {
  /** How later steps call a column of one. */
  column: (step: string, column: string) => string;
  /** What stands behind FROM to keep only the rows for which a condition about the steps holds. */
  only: (steps: readonly SqlStep[], condition: string) => string;
}

/** A step of a query: its columns, and how they are worked out. */
export interface SqlStep {
  name: string;
  columns: readonly (readonly [as: string, value: string])[];
}

/** The columns of a table: `text`, `texts`, or columns inside. */
export interface RowType {
  [column: string]: 'text' | 'texts' | RowType;
}

/** What Go's `encoding/json` writes with six bytes: `<>&`, and two line breaks that JavaScript has. */
const ESCAPED_BY_GO = '[<>&\u2028\u2029]';
/** As many bytes as an escape. */
const ESCAPE = 'u00000';
/** With its quotes, the colon, and the comma that goes with it. */
const MANAGED = '"managedFields":,'.length;
/** How much longer than they a map is that has nothing else: no comma goes then. */
const ALONE = '{"managedFields":}'.length;

const DUCKDB: Dialect = {
  title: 'DuckDB',
  text: (value) => doubled(value),
  identifier: (name) => `"${name.replaceAll('"', '""')}"`,
  list: (items) => `[${items.join(', ')}]`,
  operations: {
    isJson: (line) => `json_valid(${line})`,
    jsonText: (line, path) => `COALESCE(json_extract_string(${line}, ${path}), '')`,
    jsonTexts: (line, path) => `json_extract_string(${line}, ${starred(path)})`,
    jsonRaw: (line, path) => `COALESCE(CAST(json_extract(${line}, ${path}) AS VARCHAR), '')`,
    beforeNth: (value, mark, nth) => `array_to_string(string_split(${value}, ${mark})[1:${nth}], ${mark})`,
    jsonHas: (line, path) => `json_exists(${line}, ${path})`,
    managedBytes: (line, body) => {
      const at = (rest: string): string => `json_extract(${line}, ${inside(body, rest)})`;
      const found = `list_concat([${at('.metadata')}], list_concat(${at('.items[*].metadata')}, ${at('.rows[*].object.metadata')}))`;
      const managed = `CAST(json_extract(x, '$.managedFields') AS VARCHAR)`;
      const size = `strlen(regexp_replace(${managed}, '${ESCAPED_BY_GO}', '${ESCAPE}', 'g'))`;
      const comma = `CASE WHEN strlen(CAST(x AS VARCHAR)) = strlen(${managed}) + ${ALONE} THEN 1 ELSE 0 END`;
      return `COALESCE(list_sum([${size} + ${MANAGED} - ${comma} FOR x IN ${found} IF ${managed} IS NOT NULL]), 0)`;
    },
    split: (value, mark) => `string_split(${value}, ${mark})`,
    item: (list, at) => `COALESCE(${list}[${at}], '')`,
    count: (list) => `len(${list})`,
    before: (value, mark) => `split_part(${value}, ${mark}, 1)`,
    afterLast: (value, mark) => `string_split(${value}, ${mark})[-1]`,
    contains: (value, part) => `contains(${value}, ${part})`,
    startsWith: (value, part) => `starts_with(${value}, ${part})`,
    haveAny: (list, values) => `list_has_any(${list}, ${values})`,
    matches: (value, pattern) => `regexp_matches(${value}, ${pattern})`,
    extract: (value, pattern) => `regexp_extract(${value}, ${pattern}, 1)`,
    replaceAll: (value, pattern, by) => `regexp_replace(${value}, ${pattern}, ${by}, 'g')`,
    percentDecode: (value) => `url_decode(${value})`,
    joined: (...parts) => `CONCAT(${parts.join(', ')})`,
    bytes: (value) => `strlen(${value})`,
  },
  rows: { take: () => `COLUMNS('(?s)^(.*)$') AS 'row_\\1'`, give: `COLUMNS('(?s)^row_(.*)$') AS '\\1'` },
  files: {
    lines: (glob, column) =>
      `(SELECT CAST(json AS VARCHAR) AS ${column} FROM read_ndjson_objects(${glob}, ignore_errors = true, maximum_object_size = 67108864))`,
    json: (glob, type) =>
      `read_ndjson(${glob}, ignore_errors = true, maximum_object_size = 67108864, columns = {${members(type, duckType)}})`,
  },
  ran: '1.5.6',
};

function duckType(type: RowType[string], quote = true): string {
  const inner = type === 'text' ? 'VARCHAR' : type === 'texts' ? 'VARCHAR[]' : `STRUCT(${structOf(type)})`;
  return quote ? quoted(inner) : inner;
}

function structOf(type: RowType): string {
  return Object.entries(type)
    .map(([name, inner]) => `"${name.replaceAll('"', '""')}" ${duckType(inner, false)}`)
    .join(', ');
}

function members(type: RowType, write: (type: RowType[string]) => string): string {
  return Object.entries(type)
    .map(([name, inner]) => `${quoted(name)}: ${write(inner)}`)
    .join(', ');
}

const TRINO: Dialect = {
  title: 'Trino and Athena',
  text: (value) => doubled(value),
  identifier: (name) => `"${name.replaceAll('"', '""')}"`,
  list: (items) => `ARRAY[${items.join(', ')}]`,
  operations: {
    isJson: (line) => `json_extract(${line}, '$') IS NOT NULL`,
    jsonText: (line, path) => `COALESCE(json_extract_scalar(${line}, ${path}), '')`,
    jsonTexts: (line, path) => `COALESCE(TRY_CAST(json_extract(${line}, ${path}) AS ARRAY(VARCHAR)), ARRAY[])`,
    jsonRaw: (line, path) => `COALESCE(json_format(json_extract(${line}, ${path})), '')`,
    beforeNth: (value, mark, nth) => `array_join(slice(split(${value}, ${mark}), 1, ${nth}), ${mark})`,
    jsonHas: (line, path) => `json_extract(${line}, ${path}) IS NOT NULL`,
    managedBytes: (line, body) => {
      const inner = (list: string, path: string): string =>
        `transform(COALESCE(TRY_CAST(json_extract(${line}, ${inside(body, list)}) AS ARRAY(JSON)), ARRAY[]), i -> json_extract(i, '$${path}.metadata'))`;
      const found = `ARRAY[json_extract(${line}, ${inside(body, '.metadata')})] || ${inner('.items', '')} || ${inner('.rows', '.object')}`;
      const managed = `json_format(json_extract(x, '$.managedFields'))`;
      const size = `length(to_utf8(regexp_replace(${managed}, '${ESCAPED_BY_GO}', '${ESCAPE}')))`;
      const comma = `CASE WHEN length(json_format(x)) = length(${managed}) + ${ALONE} THEN 1 ELSE 0 END`;
      return `reduce(${found}, 0, (s, x) -> s + COALESCE(${size} + ${MANAGED} - ${comma}, 0), s -> s)`;
    },
    split: (value, mark) => `split(${value}, ${mark})`,
    item: (list, at) => `COALESCE(element_at(${list}, ${at}), '')`,
    count: (list) => `cardinality(${list})`,
    before: (value, mark) => `element_at(split(${value}, ${mark}), 1)`,
    afterLast: (value, mark) => `element_at(split(${value}, ${mark}), -1)`,
    contains: (value, part) => `strpos(${value}, ${part}) > 0`,
    startsWith: (value, part) => `starts_with(${value}, ${part})`,
    haveAny: (list, values) => `arrays_overlap(${list}, ${values})`,
    matches: (value, pattern) => `regexp_like(${value}, ${pattern})`,
    extract: (value, pattern) => `COALESCE(regexp_extract(${value}, ${pattern}, 1), '')`,
    replaceAll: (value, pattern, by) => `regexp_replace(${value}, ${pattern}, ${by})`,
    // It takes a plus for a blank, as in forms.
    percentDecode: (value) => `url_decode(replace(${value}, '+', '%2B'))`,
    joined: (...parts) => `CONCAT(${parts.join(', ')})`,
    bytes: (value) => `length(to_utf8(${value}))`,
  },
  rows: {
    column: (step, column) => `${step}.${column}`,
    only: (steps, condition) => [...steps.map(lateral), `WHERE ${condition}`].join('\n'),
  },
  files: undefined,
  ran: undefined,
};

function lateral({ name, columns }: SqlStep): string {
  const rows = columns.map(([as, value]) => `      ${value} AS ${as}`);
  return `CROSS JOIN LATERAL (\n    SELECT\n${rows.join(',\n')}\n  ) AS ${name}`;
}

const CLICKHOUSE: Dialect = {
  title: 'ClickHouse',
  text: (value) => `'${backslashed(value, "'", byBytes)}'`,
  identifier: (name) => `\`${backslashed(name, '`', byBytes)}\``,
  list: (items) => `[${items.join(', ')}]`,
  operations: {
    isJson: (line) => `isValidJSON(${line})`,
    jsonText: (line, path) => `JSONExtractString(${line}, ${steps(path)})`,
    jsonTexts: (line, path) => `JSONExtract(${line}, ${steps(path)}, 'Array(String)')`,
    jsonRaw: (line, path) => `JSONExtractRaw(${line}, ${steps(path)})`,
    beforeNth: (value, mark, nth) =>
      `arrayStringConcat(arraySlice(splitByString(${mark}, ${value}), 1, ${nth}), ${mark})`,
    jsonHas: (line, path) => `JSONHas(${line}, ${steps(path)})`,
    managedBytes: (line, body) => {
      const at = (from: string, ...keys: string[]): string =>
        `JSONExtractRaw(${[from, ...keys.map((key) => `'${key}'`), "'metadata'"].join(', ')})`;
      const inner = (list: string, ...keys: string[]): string =>
        `arrayMap(i -> ${at('i', ...keys)}, JSONExtractArrayRaw(${line}, ${steps(body)}, '${list}'))`;
      const own = `JSONExtractRaw(${line}, ${steps(body)}, 'metadata')`;
      const found = `arrayConcat([${own}], ${inner('items')}, ${inner('rows', 'object')})`;
      const managed = `JSONExtractRaw(x, 'managedFields')`;
      const size = `length(replaceRegexpAll(${managed}, '${ESCAPED_BY_GO}', '${ESCAPE}'))`;
      const comma = `(length(x) = length(${managed}) + ${ALONE})`;
      return `arraySum(x -> if(${managed} = '', 0, ${size} + ${MANAGED} - ${comma}), ${found})`;
    },
    split: (value, mark) => `splitByString(${mark}, ${value})`,
    item: (list, at) => `${list}[${at}]`,
    count: (list) => `toInt64(length(${list}))`,
    before: (value, mark) => `splitByString(${mark}, ${value})[1]`,
    afterLast: (value, mark) => `splitByString(${mark}, ${value})[-1]`,
    contains: (value, part) => `position(${value}, ${part}) > 0`,
    startsWith: (value, part) => `startsWith(${value}, ${part})`,
    haveAny: (list, values) => `hasAny(${list}, ${values})`,
    matches: (value, pattern) => `match(${value}, ${pattern})`,
    extract: (value, pattern) => `extract(${value}, ${pattern})`,
    replaceAll: (value, pattern, by) => `replaceRegexpAll(${value}, ${pattern}, ${by})`,
    percentDecode: (value) => `decodeURLComponent(${value})`,
    joined: (...parts) => `CONCAT(${parts.join(', ')})`,
    bytes: (value) => `toInt64(length(${value}))`,
  },
  // Of two columns with one name it would rename one; what a function takes hides a column of that name.
  rows: {
    column: (_, column) => column,
    only: (steps, condition) => `${INSIDE_OUT}\nWHERE\n${steps.reduceRight(given, condition)}`,
  },
  files: {
    lines: (glob, column) => clickHouseFiles(glob, 'LineAsString', `${column} String`),
    json: (glob, type) =>
      clickHouseFiles(
        glob,
        'JSONEachRow',
        Object.entries(type)
          .map(([name, inner]) => `${CLICKHOUSE.identifier(name)} ${clickHouseType(inner)}`)
          .join(', '),
      ),
  },
  // Otherwise it computes again what is asked for in several branches, and each time again what that is made of: gigabytes for a small log.
  settings: "SETTINGS short_circuit_function_evaluation = 'disable'",
  ran: '26.7.2',
};

const INSIDE_OUT = '-- What stands at the end is worked out first.';

/** An expression in which the columns of a step are known. */
function given(expression: string, { columns }: SqlStep): string {
  const [names, values] = [columns.map(([as]) => as), columns.map(([, value]) => `      [${value}]`)];
  return `arrayExists((${names.join(', ')}) ->\n${expression},\n${values.join(',\n')})`;
}

function clickHouseFiles(glob: string, format: string, structure: string): string {
  const [, scheme = 'file'] = /^'(s3|gs|https?):\/\//.exec(glob) ?? [];
  const table = { s3: 's3', gs: 'gcs', http: 'url', https: 'url' }[scheme] ?? 'file';
  return `${table}(${glob}, ${CLICKHOUSE.text(format)}, ${CLICKHOUSE.text(structure)})`;
}

function clickHouseType(type: RowType[string]): string {
  if (type === 'text') return 'String';
  if (type === 'texts') return 'Array(String)';
  const inner = Object.entries(type).map(([name, each]) => `${CLICKHOUSE.identifier(name)} ${clickHouseType(each)}`);
  return `Tuple(${inner.join(', ')})`;
}

const BIGQUERY: Dialect = {
  title: 'BigQuery',
  text: (value) => `'${backslashed(value, "'", byNumber)}'`,
  identifier: (name) => `\`${backslashed(name, '`', byNumber)}\``,
  list: (items) => `[${items.join(', ')}]`,
  operations: {
    isJson: (line) => `SAFE.PARSE_JSON(${line}, wide_number_mode => 'round') IS NOT NULL`,
    jsonText: (line, path) => `IFNULL(JSON_VALUE(${line}, ${path}), '')`,
    jsonTexts: (line, path) => `IFNULL(JSON_VALUE_ARRAY(${line}, ${path}), [])`,
    jsonRaw: (line, path) => `IFNULL(JSON_QUERY(${line}, ${path}), '')`,
    beforeNth: (value, mark, nth) =>
      `ARRAY_TO_STRING(ARRAY(SELECT p FROM UNNEST(SPLIT(${value}, ${mark})) AS p WITH OFFSET AS o WHERE o < ${nth} ORDER BY o), ${mark})`,
    jsonHas: (line, path) => `JSON_QUERY(${line}, ${path}) IS NOT NULL`,
    managedBytes: (line, body) => {
      const inner = (list: string, path: string): string =>
        `ARRAY(SELECT JSON_QUERY(i, '$${path}.metadata') FROM UNNEST(JSON_QUERY_ARRAY(${line}, ${inside(body, list)})) AS i)`;
      const found = `ARRAY_CONCAT([JSON_QUERY(${line}, ${inside(body, '.metadata')})], ${inner('.items', '')}, ${inner('.rows', '.object')})`;
      const managed = `JSON_QUERY(x, '$.managedFields')`;
      const size = `BYTE_LENGTH(REGEXP_REPLACE(${managed}, '${ESCAPED_BY_GO}', '${ESCAPE}'))`;
      const comma = `CASE WHEN BYTE_LENGTH(x) = BYTE_LENGTH(${managed}) + ${ALONE} THEN 1 ELSE 0 END`;
      return `(SELECT IFNULL(SUM(${size} + ${MANAGED} - ${comma}), 0) FROM UNNEST(${found}) AS x WHERE ${managed} IS NOT NULL)`;
    },
    split: (value, mark) => `SPLIT(${value}, ${mark})`,
    item: (list, at) => `IFNULL(${list}[SAFE_ORDINAL(${at})], '')`,
    count: (list) => `ARRAY_LENGTH(${list})`,
    before: (value, mark) => `SPLIT(${value}, ${mark})[SAFE_ORDINAL(1)]`,
    afterLast: (value, mark) => `ARRAY_REVERSE(SPLIT(${value}, ${mark}))[SAFE_ORDINAL(1)]`,
    contains: (value, part) => `STRPOS(${value}, ${part}) > 0`,
    startsWith: (value, part) => `STARTS_WITH(${value}, ${part})`,
    haveAny: (list, values) => `EXISTS (SELECT 1 FROM UNNEST(${list}) AS g WHERE g IN UNNEST(${values}))`,
    matches: (value, pattern) => `REGEXP_CONTAINS(${value}, ${pattern})`,
    extract: (value, pattern) => `IFNULL(REGEXP_EXTRACT(${value}, ${pattern}), '')`,
    replaceAll: (value, pattern, by) => `REGEXP_REPLACE(${value}, ${pattern}, ${by})`,
    percentDecode: (value) => `percent_decoded(${value})`,
    joined: (...parts) => `CONCAT(${parts.join(', ')})`,
    bytes: (value) => `BYTE_LENGTH(${value})`,
  },
  rows: { take: (table) => `${table} AS row_`, give: 'row_.*' },
  files: undefined,
  functions: [
    '-- BigQuery has no function for this.',
    'CREATE TEMP FUNCTION percent_decoded(path STRING) AS ((',
    '  SELECT SAFE_CONVERT_BYTES_TO_STRING(STRING_AGG(',
    "    IF(STARTS_WITH(part, '%'), FROM_HEX(SUBSTR(part, 2)), CAST(part AS BYTES)), b'' ORDER BY place))",
    "  FROM UNNEST(REGEXP_EXTRACT_ALL(path, r'%[0-9A-Fa-f]{2}|[^%]+')) AS part WITH OFFSET AS place",
    '));',
  ].join('\n'),
  ran: undefined,
};

const BY_NAME: Readonly<Record<DialectName, Dialect>> = {
  duckdb: DUCKDB,
  trino: TRINO,
  athena: TRINO,
  clickhouse: CLICKHOUSE,
  bigquery: BIGQUERY,
};

/** The dialect of a database. */
export function dialectNamed(name: DialectName): Dialect {
  return BY_NAME[name];
}

/** What stands in no text as it is: no text may hold a NUL, and no terminal shall get the others. */
const UNSEEN = /([\p{Cc}\p{Cf}\p{Zl}\p{Zp}])/u;

/** A text of standard SQL: only a quote is special in it. Characters that are not seen are put in by their number. */
function doubled(value: string): string {
  const parts = value.split(UNSEEN).map((part, at) => (at % 2 === 0 ? quoted(part) : `chr(${part.codePointAt(0)})`));
  return parts.length === 1 ? parts.join() : `(${parts.join(' || ')})`;
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** What is inside a text of a dialect in which a backslash begins an escape. */
function backslashed(value: string, quote: string, escape: (char: string) => string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .split(UNSEEN)
    .map((part, at) => (at % 2 === 0 ? part : escape(part)))
    .join('');
}

/** As the bytes of UTF-8. */
function byBytes(char: string): string {
  return [...Buffer.from(char)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

function byNumber(char: string): string {
  return `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`;
}

/** A path in JSON that ends in all elements. */
function starred(path: string): string {
  return inside(path, '[*]');
}

/** A path in JSON (`'$.user'`) that goes on. */
function inside(path: string, rest: string): string {
  return path.replace(/'$/, `${rest}'`);
}

/** A path in JSON (`'$.user.groups'`) as ClickHouse takes it: `'user', 'groups'`. */
function steps(path: string): string {
  return path
    .slice("'$.".length, -1)
    .split('.')
    .map((key) => `'${key}'`)
    .join(', ');
}
