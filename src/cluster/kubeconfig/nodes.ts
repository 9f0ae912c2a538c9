import type { JsonNode, Path } from '../../yaml/json-node.ts';

/** A part of a kubeconfig, and where it is; `node` is undefined where there is no such part, which Go reads as all empty. */
export interface Part {
  path: Path;
  node: JsonNode | undefined;
}

/** The part under a key. */
export function partAt({ path, node }: Part, key: string): Part {
  const entry = node?.kind === 'map' ? node.entries.findLast((each) => each.key === key) : undefined;
  return { path: [...path, key], node: entry?.value };
}

/** The text under a key; empty where there is none, as Go has it. */
export function textAt(part: Part, key: string): string {
  const { node } = partAt(part, key);
  return node?.kind === 'string' ? node.value : '';
}

/** The bytes under a key, one character each. */
export function bytesAt(part: Part, key: string): string {
  const { node } = partAt(part, key);
  if (node?.kind === 'string') return Buffer.from(node.value, 'base64').toString('latin1');
  if (node?.kind !== 'list') return '';
  return node.items.map((item) => String.fromCharCode(item.kind === 'number' ? Number(item.value) : 0)).join('');
}

export function isTrueAt(part: Part, key: string): boolean {
  const { node } = partAt(part, key);
  return node?.kind === 'boolean' && node.value;
}

/** Whether something other than null stands under a key. */
export function isThereAt(part: Part, key: string): boolean {
  const { node } = partAt(part, key);
  return node !== undefined && node.kind !== 'null';
}

/** How many elements the list or map under a key has. */
export function sizeAt(part: Part, key: string): number {
  const { node } = partAt(part, key);
  if (node?.kind === 'list') return node.items.length;
  return node?.kind === 'map' ? node.entries.length : 0;
}

/** The elements of the list under a key. */
export function itemsAt(part: Part, key: string): Part[] {
  const { path, node } = partAt(part, key);
  return node?.kind === 'list' ? node.items.map((item, at) => ({ path: [...path, at], node: item })) : [];
}
