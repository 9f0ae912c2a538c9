/** A file's text, and whether it was UTF-16. */
export interface DecodedText {
  text: string;
  wide: boolean;
}

/**
 * Decodes a file: UTF-16 where it begins with the byte order mark of one, else UTF-8; the mark stays, as U+FEFF. Each byte that is no UTF-8 becomes
 * U+DC00 plus the byte (half a character, which no text holds), so that the readers can tell where it stands.
 */
export function decodeBytes(bytes: Uint8Array): DecodedText {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { text: decodeUtf16(bytes, 0), wide: true };
  if (first === 0xfe && second === 0xff) return { text: decodeUtf16(bytes, 1), wide: true };
  return { text: decodeUtf8(bytes, (byte) => String.fromCharCode(0xdc00 + byte)), wide: false };
}

const CHUNK = 8192;
const CUT_OFF = '\uD800';

// `low`: the place of the lower half in its pair of bytes. A single byte at the end becomes half a character.
function decodeUtf16(bytes: Uint8Array, low: 0 | 1): string {
  const units = Array.from({ length: bytes.length >> 1 }, (_, at) => unitAt(bytes, 2 * at, low));
  const parts: string[] = [];
  for (let at = 0; at < units.length; at += CHUNK) parts.push(String.fromCharCode(...units.slice(at, at + CHUNK)));
  return parts.join('') + (bytes.length % 2 === 1 ? CUT_OFF : '');
}

function unitAt(bytes: Uint8Array, at: number, low: 0 | 1): number {
  return (bytes[at + low] ?? 0) | ((bytes[at + 1 - low] ?? 0) << 8);
}

/**
 * Decodes UTF-8; a byte order mark stays. Bytes that are none go one by one through `broken` (Go's `utf8.DecodeRune` counts them so).
 */
export function decodeUtf8(bytes: Uint8Array, broken: (byte: number) => string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeBroken(bytes, broken);
  }
}

function decodeBroken(bytes: Uint8Array, broken: (byte: number) => string): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const width = validWidth(bytes, at);
    if (width === 0) parts.push(broken(bytes[at] ?? 0));
    else parts.push(String.fromCodePoint(codePoint(bytes, at, width)));
    at += width || 1;
  }
  return parts.join('');
}

// The width of the character at a place; 0 where there is none.
function validWidth(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const width =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (width === 0 || at + width > bytes.length) return 0;
  for (let next = at + 1; next < at + width; next++) if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  const code = codePoint(bytes, at, width);
  const least = width === 3 ? 0x800 : width === 4 ? 0x10000 : 0x80;
  return code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? 0 : width;
}

function codePoint(bytes: Uint8Array, at: number, width: number): number {
  const first = bytes[at] ?? 0;
  let code = width === 1 ? first : first & (0xff >> (width + 1));
  for (let next = at + 1; next < at + width; next++) code = (code << 6) | ((bytes[next] ?? 0) & 0x3f);
  return code;
}
