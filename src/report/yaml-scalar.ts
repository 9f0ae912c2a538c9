/** Where a scalar is put: what is on its line already, and how far the lines after it are indented. */
export interface ScalarPlace {
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
export function stringText(text: string, place: ScalarPlace): string {
  const isBlock = text.includes('\n') && mayBeBlock(text);
  if (isBlock) return blockText(text, place.indent);
  if (text.includes('\n') || !mayBeSingleQuoted(text) || readsAsOther(text)) return doubleQuoted(text, place);
  return mayBePlain(text) ? fold(text, place) : fold(`'${text.replaceAll("'", "''")}'`, place);
}

/** The same for a key, which stands on one line. */
export function keyText(text: string): string {
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
