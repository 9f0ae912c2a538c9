import type { Json } from '../cluster/types.ts';
import { findSecrets } from './find-secrets.ts';

/** Replaces secret values by `‹secret #1›`; equal values have equal numbers, in everything that one masker masks. */
export interface Masker {
  /**
   * Free text: a file's content, kops' output, an error. A secret is found as it is, quoted, in base64, indented, over
   * several lines, with the `+` and `-` of a diff in front; of one that has several lines also each line on its own.
   * Secrets of fewer than 4 characters are left: they would be found everywhere.
   */
  text(text: string): string;
  /** JSON values (a spec, a patch, a plan): every string that is a secret, however short, and secrets inside of strings. */
  json(value: Json): Json;
}

/**
 * A masker for these secrets.
 *
 * Two ways, for two needs. A live spec is masked as JSON (`json`) before it is printed as YAML: exact, as a value is
 * replaced where it stands, so nothing else can be hit. Text that is not ours to parse (a spec file for its diff, kops'
 * preview, errors) is masked as text, before the diff is made: there a line of a secret file hides any equal line.
 * @param secrets From secretsOf, for the spec before and the spec after together, so that the numbers agree.
 */
export function createMasker(secrets: readonly string[]): Masker {
  const numbers = new Map<string, number>();
  for (const secret of secrets) {
    if (secret.trim() !== '' && !numbers.has(secret.trim())) numbers.set(secret.trim(), numbers.size + 1);
  }
  return { text: (text) => maskText(text, numbers, true), json: (value) => maskJson(value, numbers) };
}

function maskText(text: string, numbers: ReadonlyMap<string, number>, lines: boolean): string {
  let masked = '';
  let at = 0;
  for (const { start, end, number } of findSecrets(text, numbers, lines)) {
    masked += text.slice(at, start) + label(number);
    at = end;
  }
  return masked + text.slice(at);
}

function maskJson(value: Json, numbers: ReadonlyMap<string, number>): Json {
  if (typeof value === 'string') {
    const number = numbers.get(value.trim());
    return number === undefined ? maskText(value, numbers, false) : label(number);
  }
  if (Array.isArray(value)) return value.map((item) => maskJson(item, numbers));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskJson(item, numbers)]));
}

function label(number: number): string {
  return `‹secret #${number}›`;
}
