import { isObject, listOf, type Json, type JsonObject } from '../json.ts';
import { isAuditPolicy } from '../policy/is-policy.ts';
import { readLeniently } from '../yaml/outline.ts';
import { credentialRanges, isCredentialKey } from './credentials.ts';

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
  return key.toLowerCase() === 'content';
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
