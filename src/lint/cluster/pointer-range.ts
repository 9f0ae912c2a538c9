import { isCollection, isMap, isNode, isScalar, type Node } from 'yaml';
import { pointerKeys } from '../../yaml/json-patch.ts';
import type { SpecDocument } from '../../cluster/text/documents.ts';
import type { TextRange } from '../../yaml/positions.ts';
import { type TextLines, restOfLine } from '../text-lines.ts';

/**
 * Where in a file the value is that a JSON pointer leads to: a value of one line, else the key of the map or list, else the first
 * line of the list item. Where it leads nowhere, the nearest part on the way.
 *
 * @param lines those of the whole file.
 */
export function rangeOfPointer(document: SpecDocument, pointer: string, lines: TextLines): TextRange {
  const node = nodeAt(document, pointer);
  const { line, column } = document.placeAt(node?.range?.[0] ?? 0);
  if (!isScalar(node) || !node.range) return restOfLine(lines, line, column);
  const end = document.placeAt(node.range[1]);
  if (end.line !== line) return restOfLine(lines, line, column);
  return { start: lines.position(line, column), end: lines.position(line, end.column) };
}

function nodeAt(document: SpecDocument, pointer: string): Node | null {
  let node: unknown = document.node().contents;
  let shown = node;
  for (const step of pointerKeys(pointer)) {
    if (!isCollection(node)) break;
    const key = isMap(node) ? keyOf(node.items, step) : undefined;
    const value: unknown = node.get(isMap(node) ? step : Number(step), true);
    if (value === undefined && key === undefined) break;
    shown = key && (isCollection(value) || !isNode(value)) ? key : value;
    node = value;
  }
  return isNode(shown) ? shown : null;
}

function keyOf(items: readonly { key: unknown }[], step: string): Node | undefined {
  const key = items.find((item) => isScalar(item.key) && String(item.key.value) === step)?.key;
  return isNode(key) ? key : undefined;
}
