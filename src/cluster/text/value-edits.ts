import { isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import type { Json } from '../../json.ts';
import { commentedFlowEdit } from './commented-flow.ts';
import type { Edit } from './edits.ts';
import { skipBlank, type Entry } from './entries.ts';
import { flowText } from './flow-text.ts';
import { columnOf, lineEnd } from './layout.ts';
import { lineEdit, wouldTakeIn } from './lines.ts';
import type { Printing } from './printing.ts';
import { renderBlockText, renderCollection, renderItem, renderMember, type Rendered } from './render.ts';
import { blockText, isLeaf } from './scalars.ts';

/**
 * Makes the edits that give an entry of a block map or list another value. The comment behind its key or in its line stays; lines
 * of the old value go, with the comments between them. An anchor, which nobody uses, stays where it can; a tag goes. A filled `[…]`
 * or `{…}` stays one if no member is a map, a list or a long text.
 */
export function valueEdits(printing: Printing, old: Entry, value: Json): Edit[] {
  const { source } = printing;
  const commented = commentedFlowEdit(printing, old, value);
  if (commented) return [commented];
  const isCompact = old.key === null && !isLeaf(value);
  const entry = isCompact ? old : behindAnchor(source, old);
  if (isFilledFlow(entry) && isFlat(value))
    return [{ start: entry.valueStart!, end: entry.end, text: flowText(value, 'flow') }];
  const isInline = entry.valueStart !== undefined && !source.slice(entry.head, entry.valueStart).includes('\n');
  const inlineEnd = isInline ? endOfFirstLine(source, entry) : entry.head;
  const from = lineEnd(source, inlineEnd);
  const to = entry.end > inlineEnd ? lineEnd(source, entry.end) : from;
  const { inline, lines } = renderSafely(printing, entry, value, to);
  const edits = [inlineEdit(printing, entry, { isInline, inlineEnd, value, inline })];
  if (to > from || lines.length > 0) edits.push(lineEdit(from, Math.max(from, to), lines));
  return edits;
}

interface InlineChange {
  /** Whether the old value begins in the line of its key. */
  isInline: boolean;
  inlineEnd: number;
  value: Json;
  inline: string;
}

function inlineEdit(printing: Printing, entry: Entry, { isInline, inlineEnd, value, inline }: InlineChange): Edit {
  // Go reads a comment that is glued to a bracket or quote; to anything else it must not be glued.
  const glue = printing.source[inlineEnd] === '#' ? ' ' : '';
  // The first line of a map beside a dash must stand above the others; anything else keeps its distance.
  if (isInline && isLeaf(value) && inline !== '')
    return { start: entry.valueStart!, end: inlineEnd, text: inline + glue };
  const gap = inline === '' ? '' : itemGap(printing, entry, value);
  const comment = isInline ? '' : commentOf(printing.source, entry);
  return { start: entry.head, end: inlineEnd, text: gap + inline + glue + comment };
}

/** The comment behind a value that has a line of its own; it moves up to the key if there is none. */
function commentOf(source: string, { head, valueStart, value, end }: Entry): string {
  const isBlock = (isMap(value) || isSeq(value)) && value.flow !== true;
  if (valueStart === undefined || isBlock || source.slice(head, valueStart).includes('#')) return '';
  const [, comment] = /^[ \t]*(#.*)/.exec(source.slice(end, lineEnd(source, end))) ?? [];
  return comment === undefined || isBlockText(value) ? '' : ` ${comment}`;
}

function behindAnchor(source: string, entry: Entry): Entry {
  const anchor = /^&[^\s,[\]{}]+(?![ \t]+!)/.exec(source.slice(entry.valueStart ?? source.length, entry.end))?.[0];
  if (anchor === undefined) return entry;
  const head = entry.valueStart! + anchor.length;
  return { ...entry, head, valueStart: entry.end > head ? skipBlank(source, head) : undefined };
}

function itemGap({ layout }: Printing, { key }: Entry, value: Json): string {
  return key === null && !isLeaf(value) ? ' '.repeat(layout.gap - 1) : ' ';
}

function isFilledFlow({ value }: Entry): boolean {
  return (isMap(value) || isSeq(value)) && value.flow === true && value.items.length > 0;
}

function isFlat(value: Json): boolean {
  if (isLeaf(value) || Object.keys(value).length === 0) return false;
  return Object.values(value).every((item) => isLeaf(item) && !String(item).includes('\n'));
}

/** Behind what stands of the value in its first line: all of it, the mark of a block text, or the tag and anchor of a collection. */
function endOfFirstLine(source: string, { valueStart = 0, value, end }: Entry): number {
  const line = source.slice(valueStart, lineEnd(source, valueStart)).replace(/\n$/, '');
  const props = /^(?:[&!]\S*[ \t]*)*/.exec(line)![0];
  if (isBlockText(value)) return valueStart + props.length + /^[|>][-+\d]*/.exec(line.slice(props.length))![0].length;
  if (!(isMap(value) || isSeq(value)) || value.flow === true) return end;
  const isBelow = /^(?:#|$)/.test(line.slice(props.length));
  return valueStart + (isBelow ? props.trimEnd().length : line.length);
}

function renderSafely(printing: Printing, entry: Entry, value: Json, following: number): Rendered {
  const rendered = render(printing, entry, value, true);
  const { textColumn } = rendered;
  return textColumn !== undefined && wouldTakeIn(printing.source, following, textColumn)
    ? render(printing, entry, value, false)
    : rendered;
}

function render({ source, layout }: Printing, entry: Entry, value: Json, allowBlockText: boolean): Rendered {
  const column = columnOf(source, entry.start);
  const options = { layout, allowBlockText };
  const oldText = oldTextColumn(source, entry);
  if (typeof value === 'string' && allowBlockText && oldText !== undefined) {
    const block = blockText(value, oldText - column);
    if (block) return renderBlockText(block, oldText);
  }
  if (!isLeaf(value) && isSameBlock(source, entry, value))
    return renderCollection(value, columnOf(source, entry.value!.range![0]), options);
  return entry.key === null ? renderItem(value, column, options) : renderMember(value, column, options);
}

function isBlockText(value: Node | null): value is Scalar {
  return isScalar(value) && value.type?.startsWith('BLOCK') === true;
}

/** How far the lines of the old block text are indented, where the text itself shows it. */
function oldTextColumn(source: string, { value, start }: Entry): number | undefined {
  if (!isBlockText(value)) return undefined;
  const [header = '', ...lines] = source.slice(value.range?.[0], value.range?.[1]).split('\n');
  const first = lines.find((line) => line.trim() !== '');
  const column = first?.search(/\S/) ?? 0;
  return /^[|>][-+]?\d/.test(header) || column <= columnOf(source, start) ? undefined : column;
}

function isSameBlock(source: string, { value, head }: Entry, next: Json): boolean {
  if (!(isMap(value) || isSeq(value)) || value.flow === true || isSeq(value) !== Array.isArray(next)) return false;
  return Object.keys(next as object).length > 0 && source.slice(head, value.range?.[0]).includes('\n');
}
