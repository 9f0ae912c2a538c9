import { isObject, type Json, type JsonObject } from '../json.ts';
import { credentialRanges, isCredentialKey, maskRanges } from './credentials.ts';
import { holdsSecret, isContentKey, secretsOf } from './secrets.ts';
import { findSecrets, indexSecrets, type SecretIndex, type SecretRange } from './find-secrets.ts';

/** Replaces secret values by `‹secret #1›`; equal values have equal numbers, in everything that one masker masks. */
export interface Masker {
  /**
   * Free text: kops' output, an error, a comment. A secret that is known is found however it is escaped, folded or indented, in base64,
   * with the `+` and `-` of a diff in front; of one that has several lines also each line on its own. One that nobody told is found
   * where the text says itself what it is (`token: …`, a URL with a password, a PEM block).
   * Secrets of fewer than 4 characters are left: they would be found everywhere.
   *
   * @param isPlaced the contents of file assets in it were looked at already.
   */
  text(text: string, isPlaced?: boolean): string;
  /**
   * JSON values (a spec, a patch, a plan): what stands where a secret stands (the content of a file asset, a key such as `token`),
   * every string that is a secret, however short, and secrets inside of strings.
   */
  json(value: Json): Json;
  /** What is shown for a value that is secret because of where it stands, known before or not. */
  label(value: string): string;
}

/** Masks what is secret in some specs, with one numbering. */
export function specMasker(specs: readonly JsonObject[]): Masker {
  return createMasker([...new Set(specs.flatMap(secretsOf))]);
}

/**
 * A masker for these secrets.
 *
 * Masking goes by place wherever a text has places: a spec as JSON (`json`), the text of a spec file (`maskSpecText`), kops' preview
 * (`maskPreview`). What has none (errors, messages) is searched for the values that are known, and for what looks like a credential.
 * @param secrets From secretsOf, for the spec before and the spec after together, so that the numbers agree.
 */
export function createMasker(secrets: readonly string[]): Masker {
  const numbers = new Map<string, number>();
  const number = (secret: string): number => {
    const known = numbers.get(secret.trim());
    if (known !== undefined) return known;
    numbers.set(secret.trim(), numbers.size + 1);
    return numbers.size;
  };
  for (const secret of secrets) if (secret.trim() !== '') number(secret);
  const known = new Map(numbers);
  const whole = once(() => indexSecrets(known, false));
  const withLines = once(() => indexSecrets(known, true));
  const label = (secret: string): string => shown(number(secret));
  const text = (value: string, index: SecretIndex, isPlaced = false): string =>
    maskText(value, index, isPlaced, number);
  return {
    text: (value, isPlaced) => text(value, withLines(), isPlaced),
    json: (value) => maskJson(value, { known, label, text: (part) => text(part, whole()) }),
    label,
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function maskText(text: string, index: SecretIndex, isPlaced: boolean, number: (secret: string) => number): string {
  const said = credentialRanges(text, isPlaced).map(({ start, end }): SecretRange => ({
    start,
    end,
    number: number(text.slice(start, end)),
  }));
  return maskRanges(text, [...findSecrets(text, index), ...said], (range) => shown(range.number));
}

interface JsonMask {
  known: ReadonlyMap<string, number>;
  label: (secret: string) => string;
  text: (text: string) => string;
}

function maskJson(value: Json, mask: JsonMask): Json {
  if (typeof value === 'string') return mask.known.has(value.trim()) ? mask.label(value) : mask.text(value);
  if (Array.isArray(value)) return value.map((item) => maskJson(item, mask));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const isSecret = isCredentialKey(key) || (isContentKey(key) && holdsSecret({ ...value, content: item }));
      return [mask.text(key), isSecret ? maskAll(item, mask) : maskJson(item, mask)];
    }),
  );
}

/** Everything below a key whose value is secret. */
function maskAll(value: Json, mask: JsonMask): Json {
  if (typeof value === 'string' && value.trim() !== '') return mask.label(value);
  if (typeof value === 'number') return mask.label(String(value));
  if (Array.isArray(value)) return value.map((item) => maskAll(item, mask));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskAll(item, mask)]));
}

function shown(number: number): string {
  return `‹secret #${number}›`;
}
