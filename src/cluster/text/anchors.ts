import type { Alias, Document, Node } from 'yaml';
import { isAlias, isNode, visit } from 'yaml';

/** Which anchored nodes of a document are used again, and by which aliases. */
export type AnchorUses = ReadonlyMap<Node, readonly Alias[]>;

/** Finds for each anchored node the aliases that mean it: an alias means the last anchor of its name before it. */
export function anchorUses(document: Document): AnchorUses {
  const anchors = new Map<string, Node>();
  const uses = new Map<Node, Alias[]>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const anchored = anchors.get(node.source);
        if (anchored) uses.set(anchored, [...(uses.get(anchored) ?? []), node]);
      } else if ('anchor' in node && node.anchor) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return uses;
}

/** Finds an anchored node inside a node (or that node itself) that an alias outside of it means. */
export function anchorUsedOutside(node: Node, uses: AnchorUses): Node | undefined {
  const inside = new Set<Node>();
  visit(node, (_key, child) => {
    if (isNode(child)) inside.add(child);
  });
  return [...inside].find((child) => uses.get(child)?.some((alias) => !inside.has(alias)));
}
