import type { Path } from '../../yaml/json-node.ts';
import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type Pair, type YAMLMap } from 'yaml';

/**
 * Finds where a path of a document stands: the offset of its value or, with `atKey`, of its key. What comes from a merge or an
 * anchor elsewhere is found as far as the nearest part of the path that stands here.
 */
export function offsetOf(document: Document, path: Path, atKey = false): number {
  let node = document.contents as Node | null;
  let offset = node?.range?.[0] ?? 0;
  for (const [at, step] of path.entries()) {
    const [key, value] = childOf(resolve(node, document), step);
    node = value;
    const found = (atKey && at === path.length - 1 ? key : (value ?? key))?.range?.[0];
    if (found === undefined) return offset;
    offset = found;
  }
  return offset;
}

function resolve(node: Node | null, document: Document): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

function childOf(node: Node | null, step: string | number): [Node | null, Node | null] {
  if (isSeq(node) && typeof step === 'number') {
    const item = (node.items[step] ?? null) as Node | null;
    return [item, item];
  }
  if (!isMap(node)) return [null, null];
  const pair = (node as YAMLMap<Node, Node | null>).items.findLast(
    (entry: Pair<Node, Node | null>) => keyText(entry.key) === String(step),
  );
  return [pair?.key ?? null, pair?.value ?? null];
}

function keyText(key: Node | null): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}
