import { isObject, listOf, type Json, type JsonObject } from '../json.ts';
import { isAuditPolicy } from '../policy/is-policy.ts';
import { readLeniently } from '../yaml/outline.ts';

/**
 * What must not be shown of a Cluster's spec (design §10, Masking): the whole content of every file asset that is not an
 * audit policy, and, so that they are found outside of it too, the credentials in it: tokens, passwords and keys of a
 * kubeconfig's users, long values of their `exec.env` and `auth-provider`, user and password in a URL. Tokens, passwords,
 * keys and URLs count anywhere else in the spec as well.
 * @param spec The `spec` of a Cluster, or a whole document.
 * @returns The values in the order of the document, for createMasker.
 */
export function secretsOf(spec: JsonObject): string[] {
  const found = new Set<string>();
  const root = isObject(spec['spec']) ? spec['spec'] : spec;
  for (const asset of listOf(root['fileAssets'])) addAsset(asset, found);
  addCredentials({ ...root, fileAssets: null }, found);
  return [...found];
}

/** The credentials in the text of a kubeconfig (or other YAML), for what is said before it is part of a spec. */
export function secretsInText(text: string): string[] {
  const found = new Set<string>();
  const { documents, rest } = readLeniently(text);
  for (const part of [...documents, ...rest]) {
    addCredentials(part, found);
    addPluginValues(part, found);
  }
  addSaid(text, found);
  return [...found];
}

function addAsset(asset: Json, found: Set<string>): void {
  if (!isObject(asset)) return;
  for (const [key, content] of Object.entries(asset)) {
    if (!isContentKey(key)) continue;
    const written = { ...asset, content };
    if (!holdsSecret(written)) continue;
    addTexts(content, 1, found);
    const plain = assetText(written);
    for (const text of [plain, ...secretsInText(plain)]) if (text.trim() !== '') found.add(text);
  }
}

/** Whether a key of a file asset means its content; kOps drops all spellings but one, what they hold is a secret nonetheless. */
export function isContentKey(key: string): boolean {
  return /^content$/i.test(key);
}

/** Whether the content of a file asset must not be shown: whatever is not certain to be an audit policy. */
export function holdsSecret(asset: JsonObject): boolean {
  const { content } = asset;
  return content !== undefined && content !== null && !(typeof content === 'string' && isAuditPolicy(assetText(asset)));
}

/** The text of a file asset as it reaches the instance. */
function assetText({ content, isBase64 }: JsonObject): string {
  if (typeof content !== 'string') return '';
  return isBase64 === true ? Buffer.from(content, 'base64').toString('utf8') : content;
}

/** Every text below a key that names a credential. */
function addCredentials(value: Json, found: Set<string>): void {
  if (typeof value === 'string') return addSaid(value, found);
  if (value === null || typeof value !== 'object') return;
  for (const [key, item] of Object.entries(value)) {
    if (isCredentialKey(key)) addTexts(item, 1, found);
    else addCredentials(item, found);
  }
}

/** Values of `users[].user.exec.env[]`, and the config of `auth-provider`; short ones are rather switches and names. */
function addPluginValues(kubeconfig: Json, found: Set<string>): void {
  for (const entry of isObject(kubeconfig) ? listOf(kubeconfig['users']) : []) {
    const user = isObject(entry) && isObject(entry['user']) ? entry['user'] : {};
    if (isObject(user['exec']))
      for (const item of listOf(user['exec']['env']))
        addTexts(isObject(item) ? (item['value'] ?? null) : null, 8, found);
    addTexts(user['username'] ?? null, 6, found);
    if (isObject(user['auth-provider'])) addTexts(user['auth-provider']['config'] ?? null, 8, found);
  }
}

function addTexts(value: Json, least: number, found: Set<string>): void {
  if (typeof value === 'string' && value.trim().length >= least) found.add(value);
  else if (typeof value === 'number') addTexts(String(value), least, found);
  else if (value !== null && typeof value === 'object')
    for (const item of Object.values(value)) addTexts(item, least, found);
}

/** What the text itself says to be a credential; a short one may be a word. */
function addSaid(text: string, found: Set<string>): void {
  for (const { start, end } of credentialRanges(text)) {
    const value = text.slice(start, end).replace(/[}\]),;]+$/, '');
    if (value.length >= 6) found.add(value);
  }
}

/** A piece of a text that must not be shown. */
export interface TextRange {
  start: number;
  end: number;
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

/** Each has the value in the group `value`. Nothing in them can match twice the same, so that they take linear time. */
const RULES: readonly RegExp[] = [
  // A key and its value, in YAML, JSON, JSON in JSON, the environment or a URL.
  new RegExp(
    String.raw`(?<![\w./]|\w-)(?:${QUOTE})?(?:${WORDS})(?:${QUOTE})?\s*(?:[:=]\s*)(?:"(?<double>(?:\\[\s\S]|[^"\\])*)|'(?<single>(?:''|[^'])*)|\\+["'](?<deep>[^"']*)|(?<value>[^\s"'\\|>{[][^\s"'\\]*))`,
    'gi',
  ),
  // User and password of a URL; a user alone only where it is the credential.
  /\b[a-z][a-z0-9+.-]{0,20}:(?:\\*\/){2}(?<value>[^\s/@"'‹]*:[^\s@"'‹]+)@/gi,
  /\bhttps?:(?:\\*\/){2}(?<value>[^\s/@"'‹:]+)@/gi,
  /\b(?:Bearer|Basic)\s+(?<value>[\w+/=.~-]{8,})/gi,
  /\b(?<value>eyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]+)?)/g,
  /-----BEGIN [A-Z ]+-----(?<value>[\s\S]*?)(?:-----END|$(?![\s\S]))/g,
  /\b(?<value>LS0tLS1CRUdJTi[\w+/=-]+)/g,
];

/**
 * One of these is in whatever WORDS, one of the rules, or CONTENT is about: most keys and texts of a spec have none, and are not looked at
 * any further.
 */
const NEEDED = /token|passw|passphrase|pwd|secret|-data|key|sig|@|bearer|basic|eyJ|-----BEGIN|LS0tLS|content/i;

/** The content of a file asset, as something quotes it. Where it ends in a text of one line nobody can tell. */
const CONTENT =
  /(?<![\w./`-])(?:\\*["'])?content(?:\\*["'])?\s*:\s*(?:"(?<double>(?:\\[\s\S]|[^"\\])*)|'(?<single>(?:''|[^'])*)|\\+["'](?<deep>[^"']*)|(?<value>[|>][-+\d]*\s[\s\S]*|[^\s"'`|>][^\n]*))/g;

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
  return rules.flatMap((rule) => [...text.matchAll(rule)].flatMap(rangeOf)).toSorted((a, b) => a.start - b.start);
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
