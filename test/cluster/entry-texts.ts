import type { SpecDocument } from '../../src/cluster/documents.ts';
import { entriesOf, keyOf, nodeAt } from '../../src/yaml/edit-places.ts';

/** The text of each entry of a Cluster's spec, from its key to its last character, with the comments inside. */
export function entryTexts(document: SpecDocument): Map<string, string> {
  const { source } = document;
  const spec = nodeAt(document.node(), '/spec').value;
  return new Map(
    entriesOf(source, spec).map(({ key, start, end }) => [(key && keyOf(key)) ?? '', source.slice(start, end)]),
  );
}
