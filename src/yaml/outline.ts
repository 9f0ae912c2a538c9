import { type JsonEntry, type JsonNode, depthAround } from './json-node.ts';
import type { YamlNode } from './read.ts';

const MAX_LEVELS = 30;

/** What stands where in a document that may be broken or cut off: every scalar is its text, tags and merges are not followed. */
export function outline(root: YamlNode): JsonNode {
  return outlineOf(root, new Map(), 0);
}

// Each node once, however many aliases mean it.
function outlineOf(node: YamlNode, known: Map<YamlNode, JsonNode>, level: number): JsonNode {
  const { start, end } = node;
  const real = node.target ?? node;
  const earlier = known.get(real);
  if (earlier) return { ...earlier, start, end };
  const text: JsonNode = { kind: 'string', start, end, value: real.value };
  if (real.kind === 'scalar' || level > MAX_LEVELS) return text;
  known.set(real, text);
  const found = collection(real, known, level + 1);
  known.set(real, found);
  return { ...found, start, end };
}

function collection(node: YamlNode, known: Map<YamlNode, JsonNode>, level: number): JsonNode {
  const { start, end, children } = node;
  const items = children.map((child) => outlineOf(child, known, level));
  if (node.kind === 'list') return { kind: 'list', start, end, items, depth: depthAround(items) };
  const entries = items.flatMap((value, at) => (at % 2 === 1 ? [entryOf(children[at - 1] as YamlNode, value)] : []));
  return { kind: 'map', start, end, entries, depth: depthAround(items) };
}

function entryOf(key: YamlNode, value: JsonNode): JsonEntry {
  return { key: (key.target ?? key).value, start: key.start, end: key.end, value };
}
