import type { Json, JsonObject } from '../json.ts';

/**
 * A cluster (or any JSON object) as `kops get -o yaml` prints it, byte for byte, so that a diff of a live cluster reads
 * like the spec its owner knows. Keys are sorted, lists are not indented. For showing only, not for writing.
 * A key of more than 128 characters, or of several lines, would stand behind `? ` in kOps' own output.
 * Source: sigs.k8s.io/yaml as in kOps 1.36 and 1.32; compared with the real kops' output in the tests.
 */
export function specToYaml(spec: JsonObject): string {
  const lines: string[] = [];
  if (Object.keys(spec).length === 0) return '{}\n';
  writeMap(lines, spec, 0);
  return `${lines.join('\n')}\n`;
}

function writeMap(lines: string[], map: JsonObject, indent: number, first?: string): void {
  let lead = first ?? ' '.repeat(indent);
  for (const key of Object.keys(map).toSorted(compareKeys)) {
    writeEntry(lines, `${lead}${keyText(key)}:`, map[key] ?? null, indent);
    lead = ' '.repeat(indent);
  }
}

function writeEntry(lines: string[], lead: string, value: Json, indent: number): void {
  if (isScalar(value)) return writeScalar(lines, lead, value, indent);
  lines.push(lead);
  if (Array.isArray(value)) writeList(lines, value, indent);
  else writeMap(lines, value, indent + 2);
}

function writeList(lines: string[], list: Json[], indent: number, first?: string): void {
  let lead = first ?? ' '.repeat(indent);
  for (const item of list) {
    writeItem(lines, `${lead}-`, item, indent);
    lead = ' '.repeat(indent);
  }
}

function writeItem(lines: string[], lead: string, value: Json, indent: number): void {
  if (isScalar(value)) writeScalar(lines, lead, value, indent);
  else if (Array.isArray(value)) writeList(lines, value, indent + 2, `${lead} `);
  else writeMap(lines, value, indent + 2, `${lead} `);
}

function writeScalar(lines: string[], lead: string, value: Json, indent: number): void {
  const place = { column: lead.length + 1, indent: indent + 2 };
  lines.push(`${lead} ${typeof value === 'string' ? stringText(value, place) : JSON.stringify(value)}`);
}

/** Empty maps and lists stand on the line of their key, as scalars do. */
function isScalar(value: Json): value is null | boolean | number | string | (JsonObject & Record<string, never>) {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}

/** Where a scalar is put: what is on its line already, and how far the lines after it are indented. */
interface ScalarPlace {
  column: number;
  indent: number;
}

const BEST_WIDTH = 80;

const INDICATOR_FIRST = /^(?:[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \t\r\n]|$)|---|\.\.\.)/;
const INDICATOR_INSIDE = /:(?:[ \t\r\n]|$)|[ \t\r\n]#/;
const UNPRINTABLE = /[^\n\u0085\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
const BREAK = /[\n\r\u0085\u2028\u2029]/;

const WORDS = /^(?:y|yes|on|n|no|off|true|false|null|\.nan|[-+]?\.inf)$/i;
const MIXED_CASE = /^(?:[A-Za-z]?[a-z]+|[A-Z]+|\.(?:nan|NaN|NAN)|[-+]?\.(?:inf|Inf|INF))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGER = /^[-+]?0(?:[xX][0-9a-fA-F]+|[bB][01]+|[oO]?[0-7]+)$/;
const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const DATE = /^\d{4}-\d\d?-\d\d?(?:(?:[Tt]| )\d\d?:\d\d?:\d\d?(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)?)?$/;

const ESCAPES: Record<string, string> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

/**
 * A string as kOps' YAML printer writes it (sigs.k8s.io/yaml: goyaml.v2/encode.go stringv, resolve.go, emitterc.go):
 * as a `|` block where it has line breaks, in double quotes where YAML 1.1 would read another type, in single quotes where
 * plain would be wrong YAML, long lines folded after column 80.
 */
function stringText(text: string, place: ScalarPlace): string {
  const isBlock = text.includes('\n') && mayBeBlock(text);
  if (isBlock) return blockText(text, place.indent);
  if (text.includes('\n') || !mayBeSingleQuoted(text) || readsAsOther(text)) return doubleQuoted(text, place);
  return mayBePlain(text) ? fold(text, place) : fold(`'${text.replaceAll("'", "''")}'`, place);
}

/** The same for a key, which stands on one line. */
function keyText(text: string): string {
  const place = { column: -Infinity, indent: 0 };
  return text.includes('\n') || text === '<<' ? doubleQuoted(text, place) : stringText(text, place);
}

function mayBeBlock(text: string): boolean {
  return !UNPRINTABLE.test(text) && !/ [\n\r\u0085\u2028\u2029]| $/.test(text);
}

function mayBeSingleQuoted(text: string): boolean {
  return !UNPRINTABLE.test(text) && !/ [\n\r\u0085\u2028\u2029]|[\n\r\u0085\u2028\u2029] /.test(text);
}

function mayBePlain(text: string): boolean {
  if (BREAK.test(text) || /^ | $/.test(text)) return false;
  return !INDICATOR_FIRST.test(text) && !INDICATOR_INSIDE.test(text);
}

function readsAsOther(text: string): boolean {
  if (text === '' || text === '~' || BASE60.test(text) || DATE.test(text)) return true;
  if (WORDS.test(text)) return MIXED_CASE.test(text);
  if (!/^[-+0-9.]/.test(text)) return false;
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  return FLOAT.test(digits) || INTEGER.test(digits);
}

function blockText(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : /(?:^|\n)\n$/.test(text) ? '+' : '';
  const lines = text.replace(/\n$/, '').split('\n');
  return [`|${hint}${chomp}`, ...lines.map((line) => (line === '' ? '' : ' '.repeat(indent) + line))].join('\n');
}

function doubleQuoted(text: string, place: ScalarPlace): string {
  const escaped = Array.from(text, (char) => ESCAPES[char] ?? (UNPRINTABLE.test(char) ? codeEscape(char) : char));
  return fold(`"${escaped.join('')}"`, place, '\\');
}

function codeEscape(char: string): string {
  const hex = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Breaks lines at the first single blank after column 80. `guard` is put before a blank that starts a line. */
function fold(text: string, { column, indent }: ScalarPlace, guard = ''): string {
  const chars = [...text];
  let folded = '';
  let at = column;
  for (const [index, char] of chars.entries()) {
    const next = chars[index + 1];
    const isInside = index > 1 && index < chars.length - 2;
    const isFirstBlank = char === ' ' && chars[index - 1] !== ' ' && (next !== ' ' || guard !== '');
    const breaks = isFirstBlank && at > BEST_WIDTH && (isInside || !/^["']/.test(text));
    folded += breaks ? `\n${' '.repeat(indent)}${next === ' ' ? guard : ''}` : char;
    at = breaks ? indent + (next === ' ' ? guard.length : 0) : at + 1;
  }
  return folded;
}

/**
 * Compares two keys as kOps' YAML printer does: runs of digits by their number, letters after everything else
 * (sigs.k8s.io/yaml, goyaml.v2/sorter.go, keyList.Less). It is no order for keys like `10`, `1a` and `2` together, where
 * kOps itself prints now one, now another.
 * @returns Below 0 where `a` comes first.
 */
export function compareKeys(a: string, b: string): number {
  const [one, two] = [[...a], [...b]];
  const at = one.findIndex((char, index) => char !== two[index]);
  if (at === -1 || at >= two.length) return one.length - two.length;
  const [left, right] = [one[at] ?? '', two[at] ?? ''];
  const [isLeftLetter, isRightLetter] = [isLetter(left), isLetter(right)];
  if (isLeftLetter && isRightLetter) return compareCodes(left, right);
  if (isLeftLetter || isRightLetter) return isRightLetter ? -1 : 1;
  return compareNumbers(one, two, at) || compareCodes(left, right);
}

function compareNumbers(one: string[], two: string[], at: number): number {
  const isInNumber = (one[at] === '0' || two[at] === '0') && endsInNumber(one.slice(0, at));
  const [left, right] = [digitsFrom(one, at), digitsFrom(two, at)];
  const number = (digits: string) => Number(`${isInNumber ? '1' : '0'}${digits}`);
  return number(left) - number(right) || left.length - right.length;
}

/** Whether the digits at the end are more than zeros: `10` and `1` then `0` are compared with the 1 before them. */
function endsInNumber(chars: string[]): boolean {
  return /[1-9][0-9]*$/.test(chars.join(''));
}

function digitsFrom(chars: string[], at: number): string {
  return /^[0-9]*/.exec(chars.slice(at).join(''))?.[0] ?? '';
}

function compareCodes(a: string, b: string): number {
  return (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0);
}

function isLetter(char: string): boolean {
  return /^\p{L}$/u.test(char);
}
