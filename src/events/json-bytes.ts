/** A step into a JSON value: the name of a member, or the number of an element. */
export type Step = string | number;

/** From a byte on, up to another that is no longer of it. */
interface Span {
  start: number;
  end: number;
}

/**
 * The bytes of a part of a JSON value, as they stand there. Of members with the same name the last is meant, as for `JSON.parse`.
 *
 * @param bytes one valid JSON value.
 * @returns undefined where there is no such part.
 */
export function partOf(bytes: Uint8Array, steps: readonly Step[]): Uint8Array | undefined {
  let span: Span | undefined = { start: blanksEnd(bytes, 0), end: bytes.length };
  for (const step of steps) {
    if (span === undefined) return undefined;
    span = typeof step === 'number' ? element(bytes, span.start, step) : member(bytes, span.start, step);
  }
  return span && bytes.subarray(span.start, span.end);
}

/** The same JSON value without a blank outside of strings where it stands on several lines; else as it is. */
export function onOneLine(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(LF) && !bytes.includes(CR)) return bytes;
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length;) {
    const end = bytes[at] === QUOTE ? stringEnd(bytes, at) : at + 1;
    if (!isBlank(bytes[at])) {
      kept.set(bytes.subarray(at, end), length);
      length += end - at;
    }
    at = end;
  }
  return kept.subarray(0, length);
}

const [LF, CR, TAB, SPACE] = [10, 13, 9, 32];
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB;
}

function blanksEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isBlank(bytes[at])) at += 1;
  return at;
}

function member(bytes: Uint8Array, start: number, name: string): Span | undefined {
  if (bytes[start] !== 0x7b) return undefined;
  let found: Span | undefined;
  for (let at = blanksEnd(bytes, start + 1); bytes[at] === QUOTE;) {
    const keyEnd = stringEnd(bytes, at);
    const isNamed = JSON.parse(textOf(bytes, at, keyEnd)) === name;
    const valueStart = blanksEnd(bytes, blanksEnd(bytes, keyEnd) + 1);
    const end = valueEnd(bytes, valueStart);
    if (isNamed) found = { start: valueStart, end };
    at = behindComma(bytes, end);
  }
  return found;
}

function element(bytes: Uint8Array, start: number, wanted: number): Span | undefined {
  if (bytes[start] !== 0x5b) return undefined;
  let at = blanksEnd(bytes, start + 1);
  for (let index = 0; at < bytes.length && bytes[at] !== 0x5d; index += 1) {
    const end = valueEnd(bytes, at);
    if (index === wanted) return { start: at, end };
    at = behindComma(bytes, end);
  }
  return undefined;
}

function behindComma(bytes: Uint8Array, end: number): number {
  const at = blanksEnd(bytes, end);
  return bytes[at] === COMMA ? blanksEnd(bytes, at + 1) : at;
}

function valueEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const byte = bytes[at];
    if (byte === QUOTE) at = stringEnd(bytes, at);
    else if (byte === 0x7b || byte === 0x5b) [at, depth] = [at + 1, depth + 1];
    else if (byte === 0x7d || byte === 0x5d) [at, depth] = [at + 1, depth - 1];
    else at = depth > 0 ? at + 1 : plainEnd(bytes, at);
  } while (depth > 0 && at < bytes.length);
  return at;
}

function plainEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && !isBlank(bytes[at]) && !ENDS.has(bytes[at] ?? 0)) at += 1;
  return at;
}

const ENDS: ReadonlySet<number> = new Set([COMMA, 0x7d, 0x5d]);

/** Behind the quote that ends a string. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at + 1, bytes.length);
}

/** Bytes as text, of UTF-8 that is none what `TextDecoder` makes of it. */
export function textOf(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8', start, end);
}
