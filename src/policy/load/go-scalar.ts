/** What a YAML scalar says, and how it was written. */
export interface GoScalarSource {
  text: string;
  /** Without quotes, and not a block. */
  plain: boolean;
  /** The tag as the `yaml` package gives it (`tag:yaml.org,2002:str`, `!foo`, `!`), or undefined. */
  tag?: string | undefined;
}

/** A scalar that go-yaml v2 refuses, or that can't be said in JSON. */
export class GoScalarError extends Error {
  override name = 'GoScalarError';
}

/**
 * Resolves one scalar as go-yaml v2 does (`resolve.go`, YAML 1.1 with its own exceptions), for example `yes` to true,
 * `0123` to 83, `12:30` and `2026-01-02` to their text. Throws GoScalarError where Go fails (`!!int abc`, `.inf`).
 */
export function goScalar({ text, plain, tag }: GoScalarSource): string | number | boolean | null {
  const kind = tag === undefined ? undefined : shortTag(tag);
  if (kind === undefined) return plain ? resolve(text) : text;
  if (kind === '!!binary') return decodeBase64(text);
  if (kind === '!!timestamp') return timestamp(text);
  const fits = RESOLVABLE[kind];
  if (!fits) return text;
  const value = resolve(text);
  if (!fits(value)) throw new GoScalarError(`"${text}" is not what the tag ${kind} says`);
  return value;
}

const RESOLVABLE: Record<string, (value: unknown) => boolean> = {
  '!!bool': (value) => typeof value === 'boolean',
  '!!int': (value) => Number.isInteger(value),
  '!!float': (value) => typeof value === 'number',
  '!!null': (value) => value === null,
};

type Word = boolean | null | 'infinite';

const WORDS: ReadonlyMap<string, Word> = new Map([
  ...words(['y', 'yes', 'true', 'on'], true),
  ...words(['n', 'no', 'false', 'off'], false),
  ...words(['null'], null),
  ...words(['.nan', '.inf', '+.inf', '-.inf'], 'infinite'),
  ...words(['.NaN'], 'infinite'),
  ...words(['', '~'], null),
]);

// Each word as it is, Capitalised, and in UPPER case.
function words(list: string[], value: Word): [string, Word][] {
  return list.flatMap((word): [string, Word][] => [
    [word, value],
    [word.replace(/[a-z]/, (letter) => letter.toUpperCase()), value],
    [word.toUpperCase(), value],
  ]);
}

function resolve(text: string): string | number | boolean | null {
  const word = WORDS.get(text);
  if (word === 'infinite') throw new GoScalarError(`"${text}" is no number that JSON can hold`);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(text)) return text;
  return number(text) ?? text;
}

function number(text: string): number | undefined {
  if (text.startsWith('.')) return float(text);
  if (isTimestamp(text)) return undefined;
  const digits = text.replaceAll('_', '');
  return integer(digits) ?? float(digits);
}

// Go's strconv.ParseInt with base 0.
function integer(digits: string): number | undefined {
  const [, sign, body] = /^([-+]?)(.*)$/s.exec(digits) ?? [];
  if (body === undefined) return undefined;
  const factor = sign === '-' ? -1 : 1;
  if (/^(0|[1-9]\d*)$/.test(body)) return Number(body) * factor || 0;
  if (/^0[0-7]+$/.test(body)) return Number.parseInt(body, 8) * factor || 0;
  if (/^0([xX][\da-fA-F]+|[oO][0-7]+|[bB][01]+)$/.test(body)) return Number(body.toLowerCase()) * factor || 0;
  return undefined;
}

function float(digits: string): number | undefined {
  if (!/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(digits)) return undefined;
  const value = Number(digits);
  return Number.isFinite(value) ? value : undefined;
}

const DATE = /^\d{4}-\d{1,2}-\d{1,2}$/;
const TIME =
  /^\d{4}-\d{1,2}-\d{1,2}([Tt]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?)$/;

function isTimestamp(text: string): boolean {
  return DATE.test(text) || TIME.test(text);
}

// Go reads a timestamp into its text when it does not know what type is wanted.
function timestamp(text: string): string {
  if (!isTimestamp(text)) throw new GoScalarError(`"${text}" is not what the tag !!timestamp says`);
  return text;
}

function decodeBase64(text: string): string {
  const packed = text.replaceAll(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[\d+/A-Za-z]*={0,2}$/.test(packed)) {
    throw new GoScalarError('the !!binary value is not base64');
  }
  return new TextDecoder().decode(Uint8Array.from(atob(packed), (char) => char.codePointAt(0) ?? 0));
}

function shortTag(tag: string): string {
  return tag.startsWith('tag:yaml.org,2002:') ? `!!${tag.slice('tag:yaml.org,2002:'.length)}` : tag;
}
