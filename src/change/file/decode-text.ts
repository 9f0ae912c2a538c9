import { isUtf8 } from 'node:buffer';
import type { Place } from '../../errors.ts';
import { UserError } from '../../errors.ts';

/** Larger than any state store holds; a bigger file is not a spec. */
export const MAX_SPEC_BYTES: number = 64 * 1024 * 1024;

/** What gives the text of the bytes of a file; throws UserError where they have none. */
export type DecodeText = (bytes: Uint8Array, file: string) => string;

/**
 * Bytes of a spec as text. A byte order mark is kept as U+FEFF, so that `Buffer.from(text)` gives the same bytes again.
 * @param file The name for messages; `-` is stdin.
 * @throws UserError where there is nothing but blanks, more than MAX_SPEC_BYTES, or not UTF-8 (with line and column).
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  if (bytes.length > MAX_SPEC_BYTES) throw tooLarge(file);
  if (!isUtf8(bytes)) throw notUtf8(bytes, file);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (text.trim() === '') throw emptyInput(file);
  return text;
}

/** The error for a spec above MAX_SPEC_BYTES. */
export function tooLarge(file: string): UserError {
  return new UserError(`is larger than ${MAX_SPEC_BYTES / 1024 / 1024} MB, which no cluster spec is`, {
    place: { file },
    hint: 'Give a file with kOps objects, such as the output of `kops get all -o yaml`.',
  });
}

function emptyInput(file: string): UserError {
  if (file !== '-') return new UserError('is empty', { place: { file }, hint: 'Is it the file that was meant?' });
  return new UserError('stdin is empty', {
    hint: 'The command before the pipe printed nothing. It may have failed: run it alone, and use `set -o pipefail`.',
  });
}

function notUtf8(bytes: Uint8Array, file: string): UserError {
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const place = wide ? { file } : firstBadPlace(bytes, file);
  const value = wide ? '' : `: byte 0x${bytes[place.offset ?? 0]?.toString(16)} at offset ${place.offset}`;
  return new UserError(`is not UTF-8${value}`, {
    place,
    hint: wide ? 'It looks like UTF-16. Save it as UTF-8.' : 'Save the file as UTF-8.',
  });
}

/** Line and column of the first byte that no UTF-8 text can have there. */
function firstBadPlace(bytes: Uint8Array, file: string): Place & { offset?: number } {
  let offset = 0;
  let line = 1;
  let column = 1;
  for (const char of Buffer.from(bytes).toString('utf8')) {
    const width = Buffer.byteLength(char);
    if (char === '\ufffd' && !isUtf8(bytes.subarray(offset, offset + width))) break;
    offset += width;
    column = char === '\n' ? 1 : column + 1;
    if (char === '\n') line += 1;
  }
  return { file, line, column, offset };
}
