/** A piece of a text that must not be shown, and the number of the secret it belongs to. */
export interface SecretRange {
  start: number;
  end: number;
  number: number;
}

/** Shorter ones would be found everywhere. */
const LEAST = 4;
/** Shorter ones are not looked for across line breaks, where the end of one word and the start of another could match. */
const LEAST_SPREAD = 12;

/** What may lie between two characters of a spread-out secret: blanks, a line break with what a diff or YAML puts there. */
const BETWEEN = /\\?\r?\n[ \t+\\-]*|[ \t\r]+/g;

/**
 * Where secrets stand in a text, in order and without overlap.
 * @param numbers The secrets, trimmed, and their numbers.
 * @param lines Also find the single lines of secrets that have several.
 */
export function findSecrets(text: string, numbers: ReadonlyMap<string, number>, lines: boolean): SecretRange[] {
  if (numbers.size === 0) return [];
  const squeezed = squeeze(text);
  const ranges: SecretRange[] = [];
  for (const [secret, number] of numbers) {
    if (secret.length < LEAST) continue;
    for (const form of formsOf(secret)) {
      ranges.push(...literalRanges(text, form, number), ...spreadRanges(squeezed, form, number));
    }
  }
  return merge(lines ? [...ranges, ...lineRanges(text, linesOf(numbers))] : ranges);
}

/** The ways in which a value is written: as it is, in quotes of YAML or JSON, in a URL, in base64. */
function formsOf(secret: string): Set<string> {
  const base64 = [secret, `${secret}\n`].map((text) => Buffer.from(text).toString('base64').replace(/=+$/, ''));
  const urlSafe = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const quoted = [JSON.stringify(secret).slice(1, -1), secret.replaceAll("'", "''")];
  return new Set([secret, ...quoted, urlEncoded(secret), ...base64, ...urlSafe]);
}

function urlEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text; // Half a surrogate pair: no URL can hold it.
  }
}

function literalRanges(text: string, form: string, number: number): SecretRange[] {
  const ranges: SecretRange[] = [];
  for (let start = text.indexOf(form); start !== -1; start = text.indexOf(form, start + 1)) {
    ranges.push({ start, end: start + form.length, number });
  }
  return ranges;
}

/** A text without its blanks and line starts, and where each of its characters was. */
interface Squeezed {
  text: string;
  positions: number[];
}

function squeeze(text: string): Squeezed {
  const positions: number[] = [];
  let kept = '';
  let at = 0;
  const keep = (end: number) => {
    kept += text.slice(at, end);
    for (; at < end; at += 1) positions.push(at);
  };
  for (const { 0: skipped, index } of text.matchAll(BETWEEN)) {
    keep(index);
    at += skipped.length;
  }
  keep(text.length);
  return { text: kept, positions };
}

function spreadRanges({ text, positions }: Squeezed, form: string, number: number): SecretRange[] {
  const wanted = squeeze(`\n${form}`).text;
  if (wanted.length < LEAST_SPREAD) return [];
  return literalRanges(text, wanted, number).map(({ start, end }) => ({
    start: positions[start] ?? 0,
    end: (positions[end - 1] ?? 0) + 1,
    number,
  }));
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

/** A bare key, a bracket or a ruler tells nothing, and is found in any file. */
function tellsSomething(line: string): boolean {
  return line.length >= LEAST && /[\p{L}\p{N}]/u.test(line) && !/^(?:- )?[\w.-]+:$/.test(line);
}

/** Whole lines of the text that are a line of a secret: kops' preview shows a changed file only in part. */
function lineRanges(text: string, lines: ReadonlyMap<string, number>): SecretRange[] {
  const ranges: SecretRange[] = [];
  if (lines.size === 0) return ranges;
  for (const { 0: line, index } of text.matchAll(/[^\n]+/g)) {
    for (const lead of [/^\s*/, /^\s*[+-]\s*/]) {
      const skipped = lead.exec(line)?.[0].length;
      if (skipped === undefined) continue;
      const number = lines.get(line.slice(skipped).trim());
      if (number !== undefined) ranges.push({ start: index + skipped, end: index + line.trimEnd().length, number });
    }
  }
  return ranges;
}

/** Joins what overlaps; the range that starts first, and of those the longest, gives the number. */
function merge(ranges: SecretRange[]): SecretRange[] {
  const merged: SecretRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last === undefined || range.start >= last.end) merged.push({ ...range });
    else last.end = Math.max(last.end, range.end);
  }
  return merged;
}
