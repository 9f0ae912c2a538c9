import { isAtLeast } from '../kube-version.ts';
import type { JsonEntry, JsonNode } from '../../yaml/json-node.ts';
import { quote } from './quote.ts';
import type { Refusal } from './validate.ts';
import { WRAPPED, wrapperOf } from './wrapper.ts';

/**
 * Says why kube-apiserver would not take a JSON value for an audit policy, from its `apiVersion` and `kind`; undefined where it would.
 * Only these two keys are looked up ignoring case, as Go's `encoding/json` does; a kind may be missing.
 */
export function headRefusal(value: JsonNode, fromYaml: boolean, kubernetesVersion?: string): Refusal | undefined {
  if (value.kind === 'null') return refuse('no-policy', [], 'there is no policy in it', HINT);
  if (value.kind !== 'map') {
    const what = value.kind === 'list' ? 'list' : 'single value';
    return refuse('no-policy', [], `a policy is a map, not a ${what}`, HINT);
  }
  const version = lookUp(value.entries, 'apiVersion', fromYaml);
  const kind = lookUp(value.entries, 'kind', fromYaml);
  const wrong = [version, kind].find(({ text }) => text === undefined);
  if (wrong) return refuse('wrong-type', [wrong.key], `${wrong.key} must be text`, HINT);
  return wrapperRefusal(value) ?? versionRefusal(version, kubernetesVersion) ?? kindRefusal(kind);
}

const BEGIN = 'Begin the file with the lines "apiVersion: audit.k8s.io/v1" and "kind: Policy".';
const HINT = 'A policy starts with "apiVersion: audit.k8s.io/v1" and "kind: Policy".';

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

function wrapperRefusal(value: JsonNode): Refusal | undefined {
  const wrapper = wrapperOf(value);
  if (!wrapper) return undefined;
  return refuse(WRAPPED, ['kind'], `the policy is inside of a ${wrapper.kind}`, wrapper.hint);
}

function versionRefusal({ key, text = '' }: FoldedText, kubernetesVersion?: string): Refusal | undefined {
  if (text === 'audit.k8s.io/v1') return undefined;
  if (text === '') {
    return refuse('no-api-version', [], 'the policy has no apiVersion', BEGIN);
  }
  const hint = 'Write "apiVersion: audit.k8s.io/v1".';
  if (!/^audit\.k8s\.io\/v1(alpha|beta)1$/.test(text))
    return refuse('wrong-api-version', [key], `${quote(text)} is not the apiVersion of a policy`, hint);
  if (!isAtLeast(kubernetesVersion, 24)) return undefined;
  const message = `the apiVersion ${text} is gone since Kubernetes 1.24; 1.23 is the last that reads it`;
  return refuse('removed-api-version', [key], message, hint);
}

function kindRefusal({ key, text }: FoldedText): Refusal | undefined {
  if (text === 'Policy' || text === '') return undefined;
  return refuse('wrong-kind', [key], `the kind ${quote(text ?? '')} is not an audit policy`, 'Write "kind: Policy".');
}

function refuse(code: string, path: string[], message: string, hint: string): Refusal {
  return { code, path, message, hint };
}
