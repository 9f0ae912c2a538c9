import type { JsonNode } from '../../yaml/json-node.ts';

/** The code of what is said of a policy inside of something else. */
export const WRAPPED = 'wrapped-policy';

/** Something of Kubernetes around an audit policy, and how to take the policy out. */
export interface Wrapper {
  kind: string;
  hint: string;
}

/**
 * Finds the policy in a ConfigMap, a Secret or a List, which kube-apiserver does not look into; undefined where the value is none of
 * these, or holds no policy.
 */
export function wrapperOf(value: JsonNode): Wrapper | undefined {
  const kind = textAt(value, 'kind');
  if (kind === 'ConfigMap' || kind === 'Secret') return aroundText(value, kind);
  if (kind === 'List' || kind === 'PolicyList') return aroundItems(value, kind);
  return undefined;
}

const ITSELF = 'kube-apiserver reads the policy itself: save';

function aroundText(value: JsonNode, kind: string): Wrapper | undefined {
  for (const part of ['data', 'stringData']) {
    const map = child(value, part);
    const found = map?.kind === 'map' ? map.entries.find((entry) => isPolicyText(entry.value)) : undefined;
    if (!found) continue;
    const hint = `${ITSELF} the text below ${part}.${found.key}, without its indentation, as a file of its own.`;
    return { kind, hint };
  }
  return undefined;
}

function isPolicyText(node: JsonNode): boolean {
  return (
    node.kind === 'string' && /^\s*"?apiVersion"?:\s*["']?audit\.k8s\.io\//m.test(node.value.replace(/^\s*\{/, ''))
  );
}

function aroundItems(value: JsonNode, kind: string): Wrapper | undefined {
  const items = child(value, 'items');
  const isPolicy = (item: JsonNode): boolean => textAt(item, 'apiVersion')?.startsWith('audit.k8s.io/') === true;
  if (items?.kind !== 'list' || !items.items.some(isPolicy)) return undefined;
  return { kind, hint: `${ITSELF} the one item, without its dash and indentation, as a file of its own.` };
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
