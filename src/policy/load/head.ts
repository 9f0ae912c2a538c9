import type { JsonEntry, JsonNode } from '../../yaml/json-node.ts';
import { isAtLeast } from '../kube-version.ts';
import type { Fault } from './words.ts';

/**
 * Says why kube-apiserver would not take a JSON value for an audit policy, from its `apiVersion` and `kind`; undefined where it would.
 * Only these two keys are looked up ignoring case, as Go's `encoding/json` does; a kind may be missing.
 */
export function headFault(value: JsonNode, fromYaml: boolean, kubernetesVersion?: string): Fault | undefined {
  if (value.kind !== 'map') return notAMap(value);
  const version = lookUp(value.entries, 'apiVersion', fromYaml);
  const kind = lookUp(value.entries, 'kind', fromYaml);
  const wrong = [version, kind].find(({ text }) => text === undefined);
  if (wrong) return { code: 'wrong-type', path: [wrong.key], args: { expected: 'text' } };
  return wrapperFault(value) ?? versionFault(version, kubernetesVersion) ?? kindFault(kind);
}

function notAMap({ kind }: JsonNode): Fault {
  const what = kind === 'null' ? 'nothing' : kind === 'list' ? 'list' : 'single value';
  return { code: 'no-policy', path: [], args: { what } };
}

/** A key that is looked up ignoring case, and its text. */
export interface FoldedText {
  key: string;
  /** Undefined: not a text. Empty: missing or null. */
  text: string | undefined;
}

/**
 * The text under a key as Go's `encoding/json` finds it: the case does not count, and the last key wins; those from YAML come sorted.
 */
export function lookUp(entries: readonly JsonEntry[], name: string, sorted: boolean): FoldedText {
  const found = entries.filter(({ key }) => fold(key) === name.toLowerCase());
  if (sorted) found.sort((a, b) => (a.key < b.key ? -1 : 1));
  const told = found.filter(({ value }) => value.kind !== 'null');
  const last = told.find(({ value }) => value.kind !== 'string') ?? told.at(-1);
  if (!last) return { key: name, text: '' };
  return { key: last.key, text: last.value.kind === 'string' ? last.value.value : undefined };
}

// Two letters beyond ASCII fold into it: the Kelvin sign and the long s.
function fold(key: string): string {
  return key
    .replaceAll('\u212A', 'k')
    .replaceAll('\u017F', 's')
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function versionFault({ key, text: version = '' }: FoldedText, kubernetesVersion?: string): Fault | undefined {
  if (version === 'audit.k8s.io/v1') return undefined;
  if (version === '') return { code: 'no-api-version', path: [], args: {} };
  if (!/^audit\.k8s\.io\/v1(alpha|beta)1$/.test(version))
    return { code: 'wrong-api-version', path: [key], args: { version } };
  return isAtLeast(kubernetesVersion, 24) ? { code: 'removed-api-version', path: [key], args: { version } } : undefined;
}

function kindFault({ key, text: kind = '' }: FoldedText): Fault | undefined {
  return kind === 'Policy' || kind === '' ? undefined : { code: 'wrong-kind', path: [key], args: { kind } };
}

/** The code of what is said of a policy inside of something else. */
export const WRAPPED = 'wrapped-policy';

// A ConfigMap, a Secret or a List with a policy in it: kube-apiserver does not look into them.
function wrapperFault(value: JsonNode): Fault | undefined {
  const kind = textAt(value, 'kind');
  const inside = kind === 'ConfigMap' || kind === 'Secret' ? policyTextIn(value) : undefined;
  if (kind !== undefined && inside !== undefined) return { code: WRAPPED, path: ['kind'], args: { kind, inside } };
  const isList = (kind === 'List' || kind === 'PolicyList') && hasPolicyItem(value);
  return isList ? { code: WRAPPED, path: ['kind'], args: { kind } } : undefined;
}

function policyTextIn(value: JsonNode): string | undefined {
  for (const part of ['data', 'stringData']) {
    const map = child(value, part);
    const found = map?.kind === 'map' ? map.entries.find((entry) => isPolicyText(entry.value)) : undefined;
    if (found) return `${part}.${found.key}`;
  }
  return undefined;
}

function isPolicyText(node: JsonNode): boolean {
  return (
    node.kind === 'string' && /^\s*"?apiVersion"?:\s*["']?audit\.k8s\.io\//m.test(node.value.replace(/^\s*\{/, ''))
  );
}

function hasPolicyItem(value: JsonNode): boolean {
  const items = child(value, 'items');
  const isPolicy = (item: JsonNode): boolean => textAt(item, 'apiVersion')?.startsWith('audit.k8s.io/') === true;
  return items?.kind === 'list' && items.items.some(isPolicy);
}

/** Where the rules of a policy are one level too deep: the key that is around them. */
export function keyAroundRules(value: JsonNode): string | undefined {
  if (value.kind !== 'map' || child(value, 'rules')) return undefined;
  return value.entries.find((entry) => child(entry.value, 'rules'))?.key;
}

function child(value: JsonNode, key: string): JsonNode | undefined {
  return value.kind === 'map' ? value.entries.findLast((entry) => entry.key === key)?.value : undefined;
}

function textAt(value: JsonNode, key: string): string | undefined {
  const node = child(value, key);
  return node?.kind === 'string' ? node.value : undefined;
}
