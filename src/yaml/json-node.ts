/** A stretch of a text in UTF-16 offsets. */
export interface Stretch {
  start: number;
  end: number;
}

/** The steps from a value to a part of it: keys of maps, indices of lists. */
export type Path = readonly (string | number)[];

interface Placed extends Stretch {
  /** Why Go can't make JSON of it. */
  flaw?: Remark | undefined;
}

/**
 * A JSON value with where it stands in a text. It may come from YAML: then what an alias stands for is in its place, with the offsets of the
 * alias, and what is merged has the offsets of its origin. A number is its JSON text.
 */
export type JsonNode =
  | (Placed & { kind: 'null' })
  | (Placed & { kind: 'boolean'; value: boolean })
  | (Placed & { kind: 'number' | 'string'; value: string })
  | (Placed & { kind: 'list'; items: JsonNode[]; depth: number })
  | JsonMap;

/** A map; of a JSON text a key may stand twice in it. */
type JsonMap = Placed & { kind: 'map'; entries: JsonEntry[]; depth: number };

/** A key that is no text: what it says; a symbol for null and for NaN. */
export type KeyId = boolean | bigint | number | symbol;

export interface JsonEntry {
  key: string;
  /** Where the key stands. */
  start: number;
  end: number;
  value: JsonNode;
  /** Why Go can't make a key of it. */
  flaw?: Remark;
  /** Tells a YAML key of another type from the text (1 from "1"). */
  id?: KeyId;
}

/** Something to say about a stretch of a text. */
interface Remark {
  start: number;
  end: number;
  message: string;
}

/** The deepest nesting that Go's `encoding/json` takes (`scanner.go`). */
export const MAX_DEPTH = 10_000;

/** How many lists and maps are in one another, the node itself included. */
export function depthOf(node: JsonNode): number {
  return node.kind === 'list' || node.kind === 'map' ? node.depth : 0;
}

/** The depth of a collection of these. */
export function depthAround(nodes: readonly JsonNode[]): number {
  let deepest = 0;
  for (const node of nodes) deepest = Math.max(deepest, depthOf(node));
  return deepest + 1;
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
