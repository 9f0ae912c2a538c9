import { mergeRanges, type TextRange } from './credentials.ts';

/** With the number of the secret it belongs to. */
export interface SecretRange extends TextRange {
  number: number;
}

/** Shorter ones would be found everywhere. */
const LEAST = 4;
/** Shorter ones are not looked for across blanks and breaks, where the end of one word and the start of another could match. */
const LEAST_SPREAD = 12;

/** What is looked for, by how it begins. */
export interface SecretIndex {
  cores: ReadonlyMap<string, readonly Sought[]>;
  /** Nothing is left of them in their core: found only as they are. */
  literals: readonly Sought[];
}

interface Sought {
  text: string;
  number: number;
  /** How it must stand there: anywhere, without a blank in it, as a line of its own, as a part of base64. */
  as: 'any' | 'word' | 'line' | 'base64';
}

/**
 * Makes secrets findable in any text, however it is escaped.
 *
 * @param numbers The secrets, trimmed, and their numbers.
 * @param lines Also find the single lines of secrets that have several.
 */
export function indexSecrets(numbers: ReadonlyMap<string, number>, lines: boolean): SecretIndex {
  const cores = new Map<string, Sought[]>();
  const literals: Sought[] = [];
  const add = (sought: Sought): void => {
    const key = sought.text.slice(0, sought.text.length < LEAST_SPREAD ? LEAST : LEAST_SPREAD);
    const there = cores.get(key);
    if (there) there.push(sought);
    else cores.set(key, [sought]);
  };
  for (const [secret, number] of numbers) {
    if (secret.length < LEAST) continue;
    const text = core(secret);
    if (text.length < LEAST) literals.push({ text: secret, number, as: 'any' });
    else add({ text, number, as: text.length >= LEAST_SPREAD || /\s/.test(secret) ? 'any' : 'word' });
    for (const base64 of base64Of(secret)) add({ text: base64, number, as: 'base64' });
  }
  for (const [line, number] of lines ? linesOf(numbers) : []) {
    const text = core(line);
    if (text.length >= LEAST) add({ text, number, as: text.length >= LEAST_SPREAD ? 'any' : 'line' });
  }
  return { cores, literals };
}

/** Where secrets stand in a text, in order and without overlap. */
export function findSecrets(text: string, { cores, literals }: SecretIndex): SecretRange[] {
  const found = cores.size === 0 ? [] : readings(text).flatMap((reading) => foundIn(text, coreOf(reading), cores));
  return mergeRanges([...found, ...literals.flatMap((literal) => literalRanges(text, literal))]);
}

function literalRanges(text: string, { text: sought, number }: Sought): SecretRange[] {
  const ranges: SecretRange[] = [];
  for (let start = text.indexOf(sought); start !== -1; start = text.indexOf(sought, start + 1))
    ranges.push({ start, end: start + sought.length, number });
  return ranges;
}

/** Longer ones are looked for in base64 as a file asset has them, from their beginning only. */
const LONGEST_SHIFTED = 200;

/** In base64 too, whatever stands before it there: its three bytes may be cut at three places. */
function base64Of(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const cuts = (bytes.length > LONGEST_SHIFTED ? [0] : [0, 1, 2]).map((skipped) => {
    const whole = Buffer.concat([Buffer.alloc(skipped), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const lead = skipped === 0 ? 0 : skipped + 1;
    return whole.slice(lead, whole.length - ((skipped + bytes.length) % 3 === 0 ? 0 : 1));
  });
  const found = cuts.flatMap((cut) => [cut, cut.replaceAll('+', '-').replaceAll('/', '_')]);
  return [...new Set(found.map(core))].filter((cut) => cut.length >= LEAST);
}

function foundIn(text: string, read: Decoded, cores: SecretIndex['cores']): SecretRange[] {
  const ranges: SecretRange[] = [];
  for (let at = 0; at + LEAST <= read.text.length; at += 1) {
    for (const length of [LEAST, LEAST_SPREAD]) {
      for (const sought of cores.get(read.text.slice(at, at + length)) ?? []) {
        if (!read.text.startsWith(sought.text, at)) continue;
        const [start, end] = [read.starts[at] ?? 0, read.ends[at + sought.text.length - 1] ?? 0];
        if (FITS[sought.as](text, start, end))
          ranges.push({ ...spread(text, start, end, sought.as), number: sought.number });
      }
    }
  }
  return ranges;
}

const FITS: Readonly<Record<Sought['as'], (text: string, start: number, end: number) => boolean>> = {
  any: () => true,
  base64: () => true,
  word: (text, start, end) => !/\s/.test(text.slice(start, end)),
  line: (text, start, end) =>
    /(?:^|\n|\\n|["'])[ \t+\-#>]*$/.test(text.slice(Math.max(0, start - 200), start)) &&
    /^\s*(?:$|[\r\n"'\\])/.test(text.slice(end, end + 200)),
};

/** All of what base64 stands around it. */
function spread(text: string, start: number, end: number, as: Sought['as']): { start: number; end: number } {
  if (as !== 'base64') return { start, end };
  const before = /[\w+/=-]*$/.exec(text.slice(Math.max(0, start - 10_000), start))?.[0].length ?? 0;
  const after = /^[\w+/=-]*/.exec(text.slice(end, end + 10_000))?.[0].length ?? 0;
  return { start: start - before, end: end + after };
}

/** The lines of secrets that have several, and the number of each. */
function linesOf(numbers: ReadonlyMap<string, number>): Map<string, number> {
  const lines = new Map<string, number>();
  for (const [secret, number] of numbers) {
    if (!secret.includes('\n')) continue;
    for (const line of secret.split('\n').map((text) => text.trim())) {
      if (tellsSomething(line)) lines.set(line, lines.get(line) ?? number);
    }
  }
  return lines;
}

/** A bare key, a bracket, a ruler, or what each object of Kubernetes says of itself tells nothing, and is found in any file. */
function tellsSomething(line: string): boolean {
  if (line.length < LEAST || !/[\p{L}\p{N}]/u.test(line)) return false;
  return !/^(?:- )?[\w.-]+:$/.test(line) && !/^(?:- )?(?:apiVersion|kind|name|level): \S+$/.test(line);
}

/** A text as something else reads it, and for each of its units (UTF-16) where in the text it was written. */
interface Decoded {
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
function readings(text: string): Decoded[] {
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
function core(text: string): string {
  return text.replace(FILLING, '');
}

/** The same, with the places. */
function coreOf({ text, starts, ends }: Decoded): Decoded {
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
