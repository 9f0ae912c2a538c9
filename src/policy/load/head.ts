import { isAtLeast } from '../kube-version.ts';
import { isObject } from './shape.ts';
import type { Refusal } from './validate.ts';

/**
 * Says why kube-apiserver would not take a JSON value for an audit policy, from its `apiVersion` and `kind`; undefined where it would.
 * Only these two keys are looked up ignoring case, as Go's `encoding/json` does; a kind may be missing.
 */
export function headRefusal(value: unknown, fromYaml: boolean, kubernetesVersion?: string): Refusal | undefined {
  if (value === null || value === undefined) return refuse([], 'there is no policy in it', HINT);
  if (!isObject(value))
    return refuse([], `a policy is a map, not a ${Array.isArray(value) ? 'list' : 'single value'}`, HINT);
  const version = lookUp(value, 'apiVersion', fromYaml);
  const kind = lookUp(value, 'kind', fromYaml);
  const wrong = [version, kind].find(({ text }) => text === undefined);
  if (wrong) return refuse([wrong.key], `${wrong.key} must be text`, HINT);
  return versionRefusal(version, kubernetesVersion) ?? kindRefusal(kind);
}

const HINT = 'A policy starts with "apiVersion: audit.k8s.io/v1" and "kind: Policy".';

interface Found {
  key: string;
  /** Undefined: not a text. Empty: missing or null. */
  text: string | undefined;
}

// The last key wins; those from YAML come sorted.
function lookUp(value: Record<string, unknown>, name: string, sorted: boolean): Found {
  const keys = Object.keys(value).filter((key) => fold(key) === fold(name));
  if (sorted) keys.sort();
  let found: Found = { key: name, text: '' };
  for (const key of keys) {
    const text = value[key];
    if (text !== null) found = { key, text: typeof text === 'string' ? text : undefined };
    if (found.text === undefined) return found;
  }
  return found;
}

function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}

function versionRefusal({ key, text = '' }: Found, kubernetesVersion?: string): Refusal | undefined {
  if (text === 'audit.k8s.io/v1') return undefined;
  if (text === '') return refuse([], 'the policy has no apiVersion', 'Add "apiVersion: audit.k8s.io/v1".');
  const hint = 'Write "apiVersion: audit.k8s.io/v1".';
  if (!/^audit\.k8s\.io\/v1(alpha|beta)1$/.test(text))
    return refuse([key], `${quote(text)} is not the apiVersion of a policy`, hint);
  if (!isAtLeast(kubernetesVersion, 24)) return undefined;
  return refuse([key], `the apiVersion ${text} is gone since Kubernetes 1.24`, hint);
}

function kindRefusal({ key, text }: Found): Refusal | undefined {
  if (text === 'Policy' || text === '') return undefined;
  return refuse([key], `the kind ${quote(text ?? '')} is not an audit policy`, 'Write "kind: Policy".');
}

function refuse(path: string[], message: string, hint: string): Refusal {
  return { path, message, hint };
}

function quote(text: string): string {
  return JSON.stringify(text);
}
