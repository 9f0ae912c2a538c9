import { isMap, isSeq } from 'yaml';
import type { Json } from '../../json.ts';
import type { Edit } from './edits.ts';
import { entriesOf, skipBlank, type Collection, type Entry } from './entries.ts';
import { flowText } from './flow-text.ts';
import { columnOf, lineStart } from './layout.ts';
import type { Printing } from './printing.ts';
import { isLeaf } from './scalars.ts';

/**
 * The edit that fills an empty `{ }` or `[ ]` with a comment in it, or empties such a one again, so that the comment stays where it is.
 * Undefined for anything else.
 */
export function commentedFlowEdit(printing: Printing, { start, value }: Entry, next: Json): Edit | undefined {
  const { document, source, layout } = printing;
  if (!(isMap(value) || isSeq(value)) || value.flow !== true || !value.range) return undefined;
  if (isLeaf(next) || Array.isArray(next) !== isSeq(value)) return undefined;
  const [open, end] = value.range;
  if (!'[{'.includes(source.charAt(open))) return undefined;
  const isEmptied = Object.keys(next).length === 0;
  if ((value.items.length === 0) === isEmptied) return undefined;
  if (isEmptied) return emptied(source, value.range, itemsRange(entriesOf(document, value as Collection), source));
  // Behind a comment the bracket begins its line.
  const at = lineStart(source, end - 1);
  if (!source.slice(open, at).includes('#')) return undefined;
  const indent = ' '.repeat(columnOf(source, start) + layout.step);
  return { start: at, end: at, text: `${indent}${flowText(next, 'flow').slice(1, -1)}\n` };
}

function emptied(
  source: string,
  [open, end]: readonly [number, number, number],
  { from, to }: ItemsRange,
): Edit | undefined {
  if (!(source.slice(open, from) + source.slice(to, end)).includes('#')) return undefined;
  const line = lineStart(source, from);
  const isOwnLine = source.slice(line, from).trim() === '' && source[to] === '\n';
  return isOwnLine ? { start: line, end: to + 1, text: '' } : { start: from, end: to, text: '' };
}

interface ItemsRange {
  from: number;
  to: number;
}

function itemsRange(entries: readonly Entry[], source: string): ItemsRange {
  const last = entries.at(-1)!.end;
  const comma = skipBlank(source, last);
  return { from: entries[0]!.start, to: source[comma] === ',' ? comma + 1 : last };
}
