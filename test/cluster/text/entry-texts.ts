import { isMap, isScalar } from 'yaml';
import type { Node, Pair } from 'yaml';
import type { SpecDocument } from '../../../src/cluster/text/documents.ts';

/** The text of each entry of a Cluster's spec, from its key to its last character, with the comments inside. */
export function entryTexts(document: SpecDocument): Map<string, string> {
  const spec: unknown = document.node().get('spec', true);
  if (!isMap(spec)) return new Map();
  return new Map(
    (spec.items as Pair<Node, Node | null>[]).map(({ key, value }) => {
      const name = isScalar(key) ? String(key.value) : '';
      const text = document.source.slice(key.range?.[0], value?.range?.[1] ?? key.range?.[1]);
      return [name, text.trimEnd()];
    }),
  );
}
