interface Stretch {
  /** UTF-16 offsets in the text. */
  start: number;
  end: number;
  /** Why Go can't make JSON of it. */
  flaw?: Remark | undefined;
}

/**
 * A JSON value with where it stands in a text. It may come from YAML: then what an alias stands for is in its place, with the offsets of the
 * alias, and what is merged has the offsets of its origin. A number is its JSON text.
 */
export type JsonNode =
  | (Stretch & { kind: 'null' })
  | (Stretch & { kind: 'boolean'; value: boolean })
  | (Stretch & { kind: 'number' | 'string'; value: string })
  | (Stretch & { kind: 'list'; items: JsonNode[]; depth: number })
  | JsonMap;

/** A map; of a JSON text a key may stand twice in it. */
type JsonMap = Stretch & { kind: 'map'; entries: JsonEntry[]; depth: number };

export interface JsonEntry {
  key: string;
  /** Where the key stands. */
  start: number;
  end: number;
  value: JsonNode;
  /** Why Go can't make a key of it. */
  flaw?: Remark;
  /** Tells YAML keys of different types apart that have one text (1 and "1"). */
  id?: string;
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
