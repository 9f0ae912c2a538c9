import { decodeUtf8 } from './utf8.ts';

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
