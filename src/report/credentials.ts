/** A piece of a text that must not be shown. */
export interface TextRange {
  start: number;
  end: number;
}

/** Joins what overlaps; what else a range says is that of the one that starts first, and of those of the longest. */
export function mergeRanges<Range extends TextRange>(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last === undefined || range.start >= last.end) merged.push({ ...range });
    else last.end = Math.max(last.end, range.end);
  }
  return merged;
}

/** A text with something else in the place of what must not be shown: `shown` gives it for a range, all that overlaps being one. */
export function maskRanges<Range extends TextRange>(
  text: string,
  ranges: readonly Range[],
  shown: (range: Range) => string,
): string {
  let masked = '';
  let at = 0;
  for (const range of mergeRanges(ranges)) {
    masked += text.slice(at, range.start) + shown(range);
    at = range.end;
  }
  return masked + text.slice(at);
}

/** Names of what is a credential by itself: in a kubeconfig (client-go `tools/clientcmd/api/v1`), in the environment, in a URL. */
const WORDS =
  'token|\\w*passw(?:or)?d|passphrase|pwd|secret|client-(?:key|certificate)-data|\\w*(?:private|secret|api|access)[-_]?key|\\w*client[-_]?secret|\\w+[-_](?:token|secret|passw(?:or)?d|passphrase)|(?:id|refresh|access|bearer|auth)[-_]?token|sig';

/** Whether a key names a credential. */
export function isCredentialKey(key: string): boolean {
  return NEEDED.test(key) && KEY.test(key);
}

const KEY = new RegExp(`^(?:${WORDS})$`, 'i');

const QUOTE = String.raw`\\*["']`;

/**
 * What looks for a credential, and without what there is none: to make one of these ready takes longer than to look through a spec. Each
 * has the value in the group `value`. Nothing in them can match twice the same, so that they take linear time.
 */
const RULES: readonly { needs: RegExp; rule: RegExp }[] = [
  // A key and its value, in YAML, JSON, JSON in JSON, the environment or a URL.
  {
    needs: new RegExp(String.raw`(?:token|passw(?:or)?d|passphrase|pwd|secret|-data|key|sig)(?:${QUOTE})?\s*[:=]`, 'i'),
    rule: new RegExp(
      String.raw`(?<![\w./]|\w-)(?:${QUOTE})?(?:${WORDS})(?:${QUOTE})?\s*(?:[:=]\s*)(?:"(?<double>(?:\\[\s\S]|[^"\\])*)|'(?<single>(?:''|[^'])*)|\\+["'](?<deep>[^"']*)|(?<value>[^\s"'\\|>{[][^\s"'\\]*))`,
      'gi',
    ),
  },
  // User and password of a URL; a user alone only where it is the credential.
  { needs: /@/, rule: /\b[a-z][a-z0-9+.-]{0,20}:(?:\\*\/){2}(?<value>[^\s/@"'‹]*:[^\s@"'‹]+)@/gi },
  { needs: /@/, rule: /\bhttps?:(?:\\*\/){2}(?<value>[^\s/@"'‹:]+)@/gi },
  { needs: /bearer|basic/i, rule: /\b(?:Bearer|Basic)\s+(?<value>[\w+/=.~-]{8,})/gi },
  { needs: /eyJ/, rule: /\b(?<value>eyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]+)?)/g },
  { needs: /-----BEGIN/, rule: /-----BEGIN [A-Z ]+-----(?<value>[\s\S]*?)(?:-----END|$(?![\s\S]))/g },
  { needs: /LS0tLS/, rule: /\b(?<value>LS0tLS1CRUdJTi[\w+/=-]+)/g },
];

/**
 * One of these is in whatever WORDS, one of the rules, or CONTENT is about: most keys and texts of a spec have none, and are not looked at
 * any further.
 */
const NEEDED = /token|passw|passphrase|pwd|secret|-data|key|sig|@|bearer|basic|eyJ|-----BEGIN|LS0tLS|content/i;

/** The content of a file asset, as something quotes it. Where it ends in a text of one line nobody can tell. */
const CONTENT = {
  needs: /content/,
  rule: /(?<![\w./`-])(?:\\*["'])?content(?:\\*["'])?\s*:\s*(?:"(?<double>(?:\\[\s\S]|[^"\\])*)|'(?<single>(?:''|[^'])*)|\\+["'](?<deep>[^"']*)|(?<value>[|>][-+\d]*\s[\s\S]*|[^\s"'`|>][^\n]*))/g,
};

/** Values that say nothing, and where a shell takes one from. */
const NO_VALUE = /^(?:null|true|false|~|none|\d{1,3}|required|invalid|\[\]|\{\}|\/dev\/stdin|<\(printf)$/i;

/**
 * Where a text says itself that a credential stands in it, also one that nobody told us: what stands behind a key such as `token`, in
 * front of the `@` of a URL, in a PEM block. Prose is not hit: each rule wants the form of data.
 *
 * @param isPlaced the contents of file assets in it were looked at already.
 */
export function credentialRanges(text: string, isPlaced = false): TextRange[] {
  if (!NEEDED.test(text)) return [];
  const rules = isPlaced || text.includes('\n') ? RULES : [...RULES, CONTENT];
  return rules
    .filter(({ needs }) => needs.test(text))
    .flatMap(({ rule }) => [...text.matchAll(rule)].flatMap(rangeOf))
    .toSorted((a, b) => a.start - b.start);
}

/** What a masker has put there. */
const LABEL = /^‹secret #\d+›["'\\,;}\])@]*(?![^\s@/])/;

function rangeOf({ 0: whole, index = 0, groups = {}, input = '' }: RegExpMatchArray): TextRange[] {
  const value = groups['double'] ?? groups['single'] ?? groups['deep'] ?? groups['value'] ?? '';
  if (value.trim() === '' || NO_VALUE.test(value.trim())) return [];
  const start = index + whole.lastIndexOf(value);
  const label = LABEL.exec(input.slice(start, start + 40))?.[0].length ?? 0;
  if (label > 0 && label >= value.trim().length) return [];
  return [{ start, end: start + value.length }];
}
