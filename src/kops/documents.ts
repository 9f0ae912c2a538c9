import type { KopsObject } from '../cluster/types.ts';

/**
 * Takes what `kops get … -o json` printed and the kind that was asked for; gives the documents, or undefined if it is anything else.
 * One document comes as an object or as an array of one, which differs between releases (`cmd/kops/get.go`).
 */
export function parseDocuments(stdout: string, kind: 'Cluster' | 'InstanceGroup'): KopsObject[] | undefined {
  const value = parseJson(stdout);
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((item): item is KopsObject => isKopsObject(item, kind)) ? list : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isKopsObject(value: unknown, kind: string): value is KopsObject {
  if (!isObject(value) || !isObject(value['metadata']) || !isObject(value['spec'])) return false;
  return (
    value['kind'] === kind && typeof value['apiVersion'] === 'string' && typeof value['metadata']['name'] === 'string'
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
