import { type JsonEntry, type JsonNode, depthAround } from './json-node.ts';
import { decodeKey } from './decode-scalar.ts';
import type { Decoding } from './decoding.ts';
import type { YamlNode } from './read.ts';
import { YamlProblem } from './problem.ts';

/** The entries of a map that is being decoded, by what tells their keys apart. */
export type Entries = Map<string, JsonEntry>;

/** Whether a key says that what follows is merged into its map. */
export function isMerge({ kind, value, implicit, tag }: YamlNode): boolean {
  return kind === 'scalar' && value === '<<' && (implicit || tag === 'tag:yaml.org,2002:merge');
}

/** The maps to merge, backwards: of several the first one wins. Throws YamlProblem for what is no map. */
export function mergeSources(value: YamlNode): YamlNode[] {
  const sources = value.kind === 'list' ? value.children.toReversed() : [value];
  const wrong = sources.find((source) => (source.target ?? source).kind !== 'map');
  if (wrong) throw new YamlProblem('"<<" needs a map or a list of maps', wrong.start);
  return sources;
}

/** Puts what is in a map into another. `key`: where the merge is written. */
export function mergeInto(into: Entries, source: JsonNode, decoding: Decoding, key: YamlNode): void {
  if (source.kind !== 'map') return;
  for (const entry of source.entries) setEntry(into, entry, decoding, key);
}

/** The key of an entry, from its node and what that says. Throws YamlProblem for a list or a map. */
export function nameOf(key: YamlNode, decoded: JsonNode): Omit<JsonEntry, 'value'> {
  const { start, end } = key;
  if (decoded.kind === 'string') return { key: decoded.value, start, end };
  const message = 'a key must be text, not null, a list or a map';
  if (decoded.kind === 'list' || decoded.kind === 'map') throw new YamlProblem(message, start);
  const { isFlawed, ...name } = decodeKey(key.target ?? key);
  return { ...name, start, end, ...(isFlawed ? { flaw: { start, end, message } } : {}) };
}

/** Sets an entry. Of a key that stood already it is noted; `mergeKey`: where the merge is written that sets it. */
export function setEntry(into: Entries, entry: JsonEntry, decoding: Decoding, mergeKey?: YamlNode): void {
  const id = entry.id ?? `text ${entry.key}`;
  const earlier = into.get(id);
  if (earlier) {
    const { start, end } = mergeKey ?? entry;
    decoding.duplicates.push({
      key: entry.key,
      start,
      end,
      merged: mergeKey !== undefined || decoding.merged.has(earlier),
    });
  }
  if (mergeKey) decoding.merged.add(entry);
  into.set(id, entry);
}

/** The map of all entries. */
export function mapOf({ start, end }: YamlNode, into: Entries): JsonNode {
  const entries = [...into.values()];
  const flawed = entries.find((entry) => entry.flaw ?? entry.value.flaw);
  const depth = depthAround(entries.map(({ value }) => value));
  return { kind: 'map', start, end, entries, depth, flaw: flawed?.flaw ?? flawed?.value.flaw };
}
