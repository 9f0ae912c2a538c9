import { isHighSurrogate, isLowSurrogate } from './characters.ts';
import { YamlProblem } from './problem.ts';

/** How much of a text go-yaml has decoded. */
export interface Blocks {
  readonly text: string;
  /** The text was UTF-16. */
  readonly wide: boolean;
  /** Where what is decoded ends. */
  limit: number;
}

const BLOCK_BYTES = 512;
const BYTE_ORDER_MARK = 0xfeff;

/** Begins a text; a byte order mark at its start is passed over. */
export function firstBlock(text: string, wide: boolean): Blocks {
  const blocks = { text, wide, limit: 0 };
  const marked = text.charCodeAt(0) === BYTE_ORDER_MARK;
  if (marked) blocks.limit = 1;
  advance(blocks, BLOCK_BYTES - (marked ? (wide ? 2 : 3) : 0));
  return blocks;
}

/**
 * Decodes up to 512 bytes more, as go-yaml v2.4.4 does (`readerc.go`): a character it refuses is an error only once its block is reached,
 * and a character cut off at the end of the file only once more is asked for.
 *
 * @throws YamlProblem
 */
export function nextBlock(blocks: Blocks): void {
  const before = blocks.limit;
  advance(blocks, BLOCK_BYTES);
  if (blocks.limit === before && before < blocks.text.length) throw refused(before);
}

function advance(blocks: Blocks, budget: number): void {
  const { text, wide } = blocks;
  let at = blocks.limit;
  let left = budget;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const width = wide ? 2 : byteWidth(text, at, code);
    const pair = isHighSurrogate(code) && isLowSurrogate(text.charCodeAt(at + 1));
    const needed = wide && isHighSurrogate(code) ? 4 : width;
    if (needed > left || isCutOff(text, at, needed, wide)) break;
    if (!isAllowed(code, pair)) throw refused(at);
    left -= needed;
    at += pair ? 2 : 1;
  }
  blocks.limit = at;
}

// Bytes that are no UTF-8 stand in the text as U+DC00 and the byte (`../bytes.ts`); a leading one waits for those it announces.
function byteWidth(text: string, at: number, code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  if (isHighSurrogate(code) && isLowSurrogate(text.charCodeAt(at + 1))) return 4;
  return isLowSurrogate(code) ? announcedWidth(code & 0xff) : 3;
}

function announcedWidth(byte: number): number {
  if ((byte & 0xe0) === 0xc0) return 2;
  if ((byte & 0xf0) === 0xe0) return 3;
  return (byte & 0xf8) === 0xf0 ? 4 : 1;
}

function isCutOff(text: string, at: number, needed: number, wide: boolean): boolean {
  if (at + needed <= text.length || !isBroken(text.charCodeAt(at))) return false;
  let bytes = 0;
  for (let next = at; next < text.length; next++) bytes += wide ? 2 : followingWidth(text.charCodeAt(next));
  return bytes < needed;
}

function isBroken(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function followingWidth(code: number): number {
  if (code < 0x80 || isLowSurrogate(code)) return 1;
  return code < 0x800 ? 2 : 3;
}

function isAllowed(code: number, pair: boolean): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  if (code <= 0x7e) return true;
  if (code < 0xa0) return code === 0x85;
  if (isBroken(code)) return pair;
  return code <= 0xfffd;
}

function refused(at: number): YamlProblem {
  return new YamlProblem('control characters are not allowed', at);
}
