import { decodeUtf8 } from './bytes.ts';
import { YamlProblem } from './characters.ts';

/** What a scalar says. */
export type Resolved =
  | YamlNumber
  | { type: 'bool'; value: boolean }
  | { type: 'null' }
  | { type: 'str'; value: string };

/** A scalar as it is written. */
export interface ScalarSource {
  value: string;
  tag: string;
  implicit: boolean;
  start: number;
}

/**
 * Resolves a scalar as go-yaml v2.4.4 does (`resolve.go`): `yes` to true, `0123` to 83, `12:30` and dates to their text.
 *
 * @throws YamlProblem where a tag says something else than the text.
 */
export function resolveScalar({ value, tag, implicit, start }: ScalarSource): Resolved {
  if (tag === '') return implicit ? resolvePlain(value) : { type: 'str', value };
  const kind = shortTag(tag);
  if (kind === '!!binary') return { type: 'str', value: decodeBase64(value, start) };
  const fit = FITS[kind];
  const fitting = fit ? fit(value) : { type: 'str' as const, value };
  if (!fitting) throw new YamlProblem(`cannot decode "${value}" as a ${kind}`, start);
  return fitting;
}

/** Whether a text without quotes is a text, not a number or a word such as `yes`. */
export function isPlainText(text: string): boolean {
  return resolvePlain(text).type === 'str';
}

type Fit = (text: string) => Resolved | undefined;

const FITS: Readonly<Record<string, Fit>> = {
  '!!bool': (text) => only(resolvePlain(text), 'bool'),
  '!!int': (text) => only(resolvePlain(text), 'int', 'uint'),
  '!!float': (text) => asFloat(resolvePlain(text)),
  '!!null': (text) => only(resolvePlain(text), 'null'),
  '!!timestamp': (text) => (isTimestamp(text) ? { type: 'str', value: text } : undefined),
};

function only(resolved: Resolved, ...types: Resolved['type'][]): Resolved | undefined {
  return types.includes(resolved.type) ? resolved : undefined;
}

function asFloat(resolved: Resolved): Resolved | undefined {
  if (resolved.type === 'int') return { type: 'float', value: Number(resolved.value) };
  return only(resolved, 'float');
}

function shortTag(tag: string): string {
  return tag.startsWith('tag:yaml.org,2002:') ? `!!${tag.slice('tag:yaml.org,2002:'.length)}` : tag;
}

const WORDS: ReadonlyMap<string, Resolved> = new Map([
  ...words(['y', 'yes', 'true', 'on'], { type: 'bool', value: true }),
  ...words(['n', 'no', 'false', 'off'], { type: 'bool', value: false }),
  ...words(['', '~', 'null'], { type: 'null' }),
  ...words(['.inf', '+.inf'], { type: 'float', value: Infinity }),
  ...words(['-.inf'], { type: 'float', value: -Infinity }),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, Resolved] => [word, { type: 'float', value: Number.NaN }]),
]);

// Each as it is, Capitalised, and in UPPER case.
function words(list: string[], value: Resolved): [string, Resolved][] {
  return list.flatMap((word): [string, Resolved][] => [
    [word, value],
    [word.replace(/[a-z]/, (letter) => letter.toUpperCase()), value],
    [word.toUpperCase(), value],
  ]);
}

function resolvePlain(text: string): Resolved {
  const word = WORDS.get(text);
  if (word) return word;
  const resolved = /^[-+.\d]/.test(text) ? resolveNumber(text) : undefined;
  return resolved ?? { type: 'str', value: text };
}

/** A YAML number. An integer is exact; a float as JavaScript has it. */
type YamlNumber = { type: 'int' | 'uint'; value: bigint } | { type: 'float'; value: number };

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;

// Here Go's `strconv.ParseFloat` sees the text itself: each "_" stands between two digits.
const LEADING_DOT = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/;

/**
 * Reads a number as go-yaml v2.4.4 does (`resolve.go`): a text that begins with ".", a digit or a sign; undefined where it is none.
 * Integers are those of Go's `strconv.ParseInt` with base 0, without "_".
 */
function resolveNumber(text: string): YamlNumber | undefined {
  const plain = text.replaceAll('_', '');
  if (text.startsWith('.')) return LEADING_DOT.test(text) ? float(plain) : undefined;
  return integer(plain) ?? float(plain) ?? signedBinary(plain);
}

function integer(text: string): YamlNumber | undefined {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  const magnitude = magnitudeOf(digits);
  if (magnitude === undefined) return undefined;
  const value = sign === '-' ? -magnitude : magnitude;
  if (value >= MIN_INT && value <= MAX_INT) return { type: 'int', value };
  return sign === '' && value <= MAX_UINT ? { type: 'uint', value } : undefined;
}

function magnitudeOf(digits: string): bigint | undefined {
  if (/^(?:0|[1-9]\d*)$/.test(digits)) return BigInt(digits);
  if (/^0[0-7]+$/.test(digits)) return BigInt(`0o${digits.slice(1)}`);
  if (/^0(?:[xX][\da-fA-F]+|[oO][0-7]+|[bB][01]+)$/.test(digits)) return BigInt(digits.toLowerCase());
  return undefined;
}

function float(text: string): YamlNumber | undefined {
  if (!/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { type: 'float', value } : undefined;
}

// go-yaml reads what follows "0b" once more, so that a sign may stand there.
function signedBinary(text: string): YamlNumber | undefined {
  const [, sign, digits] = /^0b([-+])([01]+)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = BigInt(`0b${digits}`) * (sign === '-' ? -1n : 1n);
  return value >= MIN_INT && value <= MAX_INT ? { type: 'int', value } : undefined;
}

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(.*)$/s;
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(.*)$/s;
const ZONE = /^(?:Z|[-+](\d\d):(\d\d))$/;

/**
 * Tells whether go-yaml v2.4.4 takes a text for a timestamp (`parseTimestamp` of `resolve.go`, with Go's `time.Parse`): a date; with `T` a time
 * and a zone; with a blank a time without one.
 */
function isTimestamp(text: string): boolean {
  const [, year, month, day, rest] = DATE.exec(text) ?? [];
  if (rest === undefined || !isDay(Number(year), Number(month), Number(day))) return false;
  if (rest === '') return true;
  if (rest.startsWith(' ')) return isTime(rest.slice(1), (zone) => zone === '');
  return /^[Tt]/.test(rest) && isTime(rest.slice(1), isZone);
}

/**
 * Tells whether Go's `time.Parse` takes a text for a time of RFC 3339, as `metav1.Time` does: the hour may have one digit, the fraction a comma.
 */
export function isRfc3339(text: string): boolean {
  const [, year, month, day, rest] = /^(\d{4})-(\d\d)-(\d\d)(.*)$/s.exec(text) ?? [];
  if (rest === undefined || !isDay(Number(year), Number(month), Number(day))) return false;
  return /^T\d{1,2}:\d\d:\d\d(?!\d)/.test(rest) && isTime(rest.slice(1), isZone);
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && leap ? 29 : ([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0));
}

function isTime(text: string, isRest: (text: string) => boolean): boolean {
  const [, hour, minute, second, rest] = TIME.exec(text) ?? [];
  return rest !== undefined && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 && isRest(rest);
}

// Go lets 24 hours and 60 minutes pass.
function isZone(text: string): boolean {
  const zone = ZONE.exec(text);
  return zone !== null && Number(zone[1] ?? 0) <= 24 && Number(zone[2] ?? 0) <= 60;
}

/**
 * The text of a `!!binary` value, as Go's `base64.StdEncoding` and `encoding/json` make it: line breaks are passed over, each byte that is no UTF-8 is U+FFFD.
 *
 * @throws YamlProblem where it is not base64.
 */
function decodeBase64(text: string, offset: number): string {
  const packed = text.replaceAll(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[\d+/A-Za-z]*={0,2}$/.test(packed)) {
    throw new YamlProblem('the !!binary value is not base64', offset);
  }
  return decodeUtf8(
    Uint8Array.from(atob(packed), (char) => char.charCodeAt(0)),
    () => '\uFFFD',
  );
}
