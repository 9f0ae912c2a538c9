/** A text as something else reads it, and for each of its units (UTF-16) where in the text it was written. */
export interface Decoded {
  text: string;
  starts: number[];
  ends: number[];
}

type Rule = readonly [pattern: RegExp, decode: (match: readonly (string | undefined)[]) => string];

const SHORT: Readonly<Record<string, string>> = {
  0: '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

/**
 * Escapes with a backslash: those of YAML (1.1, 5.7), JSON, Go (`strconv.Quote`) and our own `safeText`. A break behind one is left out.
 */
const BACKSLASH: Rule = [
  /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|u\{([0-9a-fA-F]{1,6})\}|([\s\S]))/g,
  ([, two, four, eight, braced, short = '']) => {
    const hex = two ?? four ?? eight ?? braced;
    if (hex === undefined) return SHORT[short] ?? (short === '\n' ? '' : short);
    const code = Number.parseInt(hex, 16);
    return code > 0x10ffff ? '' : String.fromCodePoint(code);
  },
];

/** Bytes of UTF-8 as a URL has them. */
const PERCENT: Rule = [
  /(?:%[0-9a-f]{2})+/gi,
  ([whole = '']) => Buffer.from(whole.replaceAll('%', ''), 'hex').toString('utf8'),
];

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const ENTITY: Rule = [
  /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
  ([, decimal, hex, name = '']) => {
    if (decimal === undefined && hex === undefined) return NAMED[name.toLowerCase()] ?? '';
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0x10ffff ? '' : String.fromCodePoint(code);
  },
];

/**
 * A text in all the ways that it may have to be read to see what is in it: as it is; with its escapes undone once and twice (JSON in
 * JSON); as part of a URL; with the entities of XML.
 */
export function readings(text: string): Decoded[] {
  const plain = asWritten(text);
  const found = [plain];
  if (text.includes('\\')) {
    const once = undo(plain, BACKSLASH);
    found.push(once);
    if (once.text.includes('\\')) found.push(undo(once, BACKSLASH));
  }
  if (/%[0-9a-f]{2}/i.test(text)) found.push(undo(plain, PERCENT));
  if (text.includes('&')) found.push(undo(plain, ENTITY));
  return found;
}

/** A text as it is. */
function asWritten(text: string): Decoded {
  const starts = Array.from({ length: text.length }, (_, at) => at);
  return { text, starts, ends: starts.map((at) => at + 1) };
}

function undo({ text, starts, ends }: Decoded, [pattern, decode]: Rule): Decoded {
  const decoded: Decoded = { text: '', starts: [], ends: [] };
  let at = 0;
  const keep = (end: number): void => {
    decoded.text += text.slice(at, end);
    for (; at < end; at += 1) push(decoded, starts[at] ?? 0, ends[at] ?? 0);
  };
  for (const match of text.matchAll(pattern)) {
    keep(match.index);
    const last = match.index + match[0].length - 1;
    const to = decode(match);
    for (let unit = 0; unit < to.length; unit += 1) push(decoded, starts[match.index] ?? 0, ends[last] ?? 0);
    decoded.text += to;
    at = last + 1;
  }
  keep(text.length);
  return decoded;
}

function push({ starts, ends }: Decoded, start: number, end: number): void {
  starts.push(start);
  ends.push(end);
}

/**
 * What neither tells anything of a secret nor is sure to be where the secret has it: blanks and breaks (text is folded), quotes and
 * backslashes (doubled, or for a shell), the marks of diffs, lists and comments, and what a terminal does not get.
 */
// oxlint-disable-next-line no-control-regex
const FILLING =
  /[\s'"`\\+\-#\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd]+/g;

/** A text without what `FILLING` names: what is left of a secret is in what is left of each text that holds it. */
export function core(text: string): string {
  return text.replace(FILLING, '');
}

/** The same, with the places. */
export function coreOf({ text, starts, ends }: Decoded): Decoded {
  const kept: Decoded = { text: '', starts: [], ends: [] };
  let at = 0;
  const keep = (end: number): void => {
    kept.text += text.slice(at, end);
    for (; at < end; at += 1) push(kept, starts[at] ?? 0, ends[at] ?? 0);
  };
  for (const { 0: skipped, index } of text.matchAll(FILLING)) {
    keep(index);
    at += skipped.length;
  }
  keep(text.length);
  return kept;
}
