import type { Json, JsonObject } from '../cluster/types.ts';
import { isAuditPolicy } from '../policy/is-policy.ts';
import { readLeniently } from '../policy/load/lenient.ts';

/** Keys of a kubeconfig user (client-go `tools/clientcmd/api/v1`) and their like whose values are credentials. */
const CREDENTIAL_KEY =
  /^(?:token|password|passwd|client-key-data|client-certificate-data|clientsecret|client-secret|id-token|refresh-token|access-token|secretkey|privatekey|apikey|api-key)$/i;
const USER_IN_URL = /\b[a-z][a-z0-9+.-]*:\/\/([^\s/@]*:[^\s/@]+)@/gi;

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
  const root = isMap(spec['spec']) ? spec['spec'] : spec;
  for (const asset of listOf(root['fileAssets'])) addAsset(asset, found);
  addCredentials({ ...root, fileAssets: null }, found);
  return [...found];
}

/** The credentials in the text of a kubeconfig (or other YAML), for what is said before it is part of a spec. */
export function secretsInText(text: string): string[] {
  const found = new Set<string>();
  const parsed = readLeniently(text) as Json;
  addCredentials(parsed, found);
  addPluginValues(parsed, found);
  addUrlUsers(text, found);
  return [...found];
}

function addAsset(asset: Json, found: Set<string>): void {
  if (!isMap(asset) || typeof asset['content'] !== 'string') return;
  const { content } = asset;
  const plain = asset['isBase64'] === true ? Buffer.from(content, 'base64').toString('utf8') : content;
  if (isAuditPolicy(plain)) return;
  for (const text of [content, plain, ...secretsInText(plain)]) if (text.trim() !== '') found.add(text);
}

/** Every text below a key that names a credential. */
function addCredentials(value: Json, found: Set<string>): void {
  if (typeof value === 'string') return addUrlUsers(value, found);
  if (value === null || typeof value !== 'object') return;
  for (const [key, item] of Object.entries(value)) {
    if (CREDENTIAL_KEY.test(key)) addTexts(item, 1, found);
    else addCredentials(item, found);
  }
}

/** Values of `users[].user.exec.env[]`, and the config of `auth-provider`; short ones are rather switches and names. */
function addPluginValues(kubeconfig: Json, found: Set<string>): void {
  for (const entry of isMap(kubeconfig) ? listOf(kubeconfig['users']) : []) {
    const user = isMap(entry) && isMap(entry['user']) ? entry['user'] : {};
    if (isMap(user['exec']))
      for (const item of listOf(user['exec']['env'])) addTexts(isMap(item) ? (item['value'] ?? null) : null, 8, found);
    if (isMap(user['auth-provider'])) addTexts(user['auth-provider']['config'] ?? null, 8, found);
  }
}

function addTexts(value: Json, least: number, found: Set<string>): void {
  if (typeof value === 'string' && value.trim().length >= least) found.add(value);
  else if (typeof value === 'number') addTexts(String(value), least, found);
  else if (value !== null && typeof value === 'object')
    for (const item of Object.values(value)) addTexts(item, least, found);
}

function addUrlUsers(text: string, found: Set<string>): void {
  for (const [, user] of text.matchAll(USER_IN_URL)) if (user) found.add(user);
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
