import type { JsonNode } from './json-node.ts';
import type { Path } from './shape.ts';

/** A stretch of a text in UTF-16 offsets. */
export interface Stretch {
  start: number;
  end: number;
}

/** Finds where the value of a path stands or, with `atKey`, its last key; undefined where the text has no such path. */
export function stretchOf(root: JsonNode | null, path: Path, atKey = false): Stretch | undefined {
  let found: Stretch | undefined = root ?? undefined;
  let node = root;
  for (const [at, step] of path.entries()) {
    const child = node && childOf(node, step);
    if (!child) return undefined;
    node = child.value;
    found = atKey && at === path.length - 1 ? child : node;
  }
  return found && { start: found.start, end: found.end };
}

/** The text that a path leads to; undefined where it leads to none. */
export function textAt(root: JsonNode | null, path: Path): string | undefined {
  let node: JsonNode | null | undefined = root;
  for (const step of path) node = node && childOf(node, step)?.value;
  return node?.kind === 'string' ? node.value : undefined;
}

/** As `stretchOf`; where the path leads nowhere, the nearest part on the way, and the start of the text in the end. */
export function nearestStretch(root: JsonNode | null, path: Path, atKey = false): Stretch {
  for (let length = path.length; length > 0; length--) {
    const found = stretchOf(root, path.slice(0, length), atKey && length === path.length);
    if (found) return found;
  }
  return stretchOf(root, []) ?? { start: 0, end: 0 };
}

function childOf(node: JsonNode, step: string | number): (Stretch & { value: JsonNode }) | undefined {
  if (node.kind === 'list') {
    const item = typeof step === 'number' ? node.items[step] : undefined;
    return item && { start: item.start, end: item.end, value: item };
  }
  return node.kind === 'map' ? node.entries.findLast(({ key }) => key === String(step)) : undefined;
}
