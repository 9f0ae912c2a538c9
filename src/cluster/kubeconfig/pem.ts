/** A block of a PEM text: its type as `CERTIFICATE`, and its bytes. */
export interface PemBlock {
  type: string;
  hasHeaders: boolean;
  bytes: Buffer;
}

/**
 * The blocks that Go's `encoding/pem` finds in a text (`pem.go` of Go 1.26, one character a byte). What is no whole block is passed over.
 */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let from = 0;
  for (let end = text.indexOf(END); end >= 0; end = text.indexOf(END, from)) {
    const found = blockBefore(text, from, end);
    if (found) blocks.push(found.block);
    from = found?.next ?? end + END.length;
  }
  return blocks;
}

const BEGIN = '-----BEGIN ';
const END = '\n-----END ';
const DASHES = '-----';

/** The block whose END line begins (with the line break before it) at `end`, and where reading goes on. */
function blockBefore(text: string, from: number, end: number): { block: PemBlock; next: number } | null {
  const begin = text.slice(from, end).lastIndexOf(BEGIN) + from;
  if (begin < from || (begin > from && text[begin - 1] !== '\n')) return null;
  const typeLine = lineAt(text, begin + BEGIN.length);
  if (!typeLine.line.endsWith(DASHES)) return null;
  const type = typeLine.line.slice(0, -DASHES.length);
  const body = skipHeaders(text, typeLine.next);
  if (body >= text.length || (body > typeLine.next && body > end)) return null;
  const trailer = text.slice(end + END.length);
  const { line, next } = lineAt(trailer, 0);
  if (line !== `${type}${DASHES}`) return null;
  const bytes = decode(text.slice(body, Math.max(body, end)));
  return bytes && { block: { type, hasHeaders: body > typeLine.next, bytes }, next: end + END.length + next };
}

/** A line without the blanks at its end, and where the next one begins. */
function lineAt(text: string, start: number): { line: string; next: number } {
  const at = text.indexOf('\n', start);
  const end = at < 0 ? text.length : at;
  const line = text.slice(start, at > start && text[at - 1] === '\r' ? at - 1 : end);
  return { line: line.replace(/[ \t]+$/, ''), next: at < 0 ? text.length : at + 1 };
}

function skipHeaders(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const { line, next } = lineAt(text, at);
    if (!line.includes(':')) return at;
    at = next;
  }
  return at;
}

/** Base64 as Go's `StdEncoding` reads it, blanks and line breaks passed over; null where it is none. */
function decode(text: string): Buffer | null {
  const packed = text.replaceAll(/[ \t\r\n]/g, '');
  return packed.length % 4 === 0 && /^[\d+/A-Za-z]*={0,2}$/.test(packed) ? Buffer.from(packed, 'base64') : null;
}
