import type { Json } from '../json.ts';
import { type OpenDraft, type Slot, draftValue, settled } from './edit-draft.ts';
import { commentedFlowEdit } from './edit-flow.ts';
import {
  type Entry,
  type Page,
  behindDeeperComments,
  chompingOf,
  columnOf,
  isBlockCollection,
  isBlockText,
  lineEnd,
  lineStart,
  ownStart,
  regionEnd,
  skipBlank,
  textColumn,
  wouldTakeIn,
  writtenLine,
} from './edit-places.ts';
import type { Edit } from './text-edits.ts';
import {
  type Rendered,
  blockText,
  flowText,
  isLeaf,
  renderBlockText,
  renderCollection,
  renderItem,
  renderMember,
} from './write-value.ts';

/**
 * Makes the edits for what has changed in an open map or list in block style, at least one slot of which is still there.
 * @param parent The entry whose value it is; undefined for the whole document.
 * @param inner Makes the edits of an open map or list inside.
 */
export function blockEdits(
  page: Page,
  { slots }: OpenDraft,
  parent: Entry | undefined,
  inner: (draft: OpenDraft, entry: Entry) => Edit[],
): Edit[] {
  const { source } = page;
  const first = slots.find(({ entry }) => entry)?.entry;
  if (!first) return [];
  const isCompact = source.slice(lineStart(source, first.start), first.start).trim() !== '';
  const lead = isCompact ? slots.findIndex((slot) => slot.entry && slot.draft) : 0;
  const next = slots[lead]?.entry;
  const edits = lead > 0 && next ? leadEdits(page, slots.slice(0, lead), next) : [];
  let above = isCompact || !parent ? lineStart(source, first.start) : headLineEnd(source, parent, first);
  let added: Slot[] = [];
  for (const slot of slots.slice(lead)) {
    if (!slot.entry) {
      added.push(slot);
      continue;
    }
    edits.push(...insertion(page, added, above, first), ...entryEdits(page, slot, slot.entry, above, inner));
    above = regionEnd(source, slot.entry);
    added = [];
  }
  return [...edits, ...insertion(page, added, above, first)];
}

/** Behind the line of the parent's colon or dash (or of its anchor and tag) and the comments too deep to be about the first entry. */
function headLineEnd(source: string, { head, value, valueStart }: Entry, first: Entry): number {
  const props = source.slice(valueStart, value.valueStart).replace(/(?:\s|#.*)*$/, '');
  const line = lineEnd(source, props === '' || valueStart === undefined ? head : valueStart + props.length);
  return behindDeeperComments(source, line, columnOf(source, first.start));
}

function entryEdits(
  page: Page,
  { draft }: Slot,
  entry: Entry,
  bound: number,
  inner: (draft: OpenDraft, entry: Entry) => Edit[],
): Edit[] {
  if (!draft) return [removal(page, entry, bound)];
  const next = settled(draft);
  if (next.state === 'kept') return [];
  return next.state === 'new' ? valueEdits(page, entry, next.value) : inner(next, entry);
}

/** Takes out an entry with the comments that belong to it. */
function removal({ source, textsByEnd }: Page, entry: Entry, bound: number): Edit {
  const from = ownStart(source, entry, bound);
  const to = regionEnd(source, entry);
  const above = textsByEnd.get(from);
  // Below a "|+" the blank lines that follow would become text.
  const keeps = above !== undefined && chompingOf(source, above) === '+';
  return { start: from, end: keeps ? writtenLine(source, to) : to, text: '' };
}

function insertion(page: Page, added: readonly Slot[], at: number, sibling: Entry): Edit[] {
  if (added.length === 0) return [];
  const rendered = renderSlots(page, added, sibling, true);
  const isSafe = rendered.textColumn === undefined || !wouldTakeIn(page.source, at, rendered.textColumn);
  const { lines } = isSafe ? rendered : renderSlots(page, added, sibling, false);
  return [{ start: at, end: at, text: wholeLines(lines) }];
}

function wholeLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function renderSlots(
  { source, layout }: Page,
  slots: readonly Slot[],
  sibling: Entry,
  allowBlockText: boolean,
): Rendered {
  const values = slots.flatMap(({ key, draft }) => (draft ? [[key, draftValue(draft)] as const] : []));
  const value = sibling.key === null ? values.map(([, item]) => item) : Object.fromEntries(values);
  return renderCollection(value, columnOf(source, sibling.start), { layout, allowBlockText });
}

/**
 * Edits before the first slot that stays, where the first entry stands behind a dash: that line can't go, so the next entry
 * moves up to the dash, or below it if a comment is between.
 */
function leadEdits(page: Page, lead: readonly Slot[], next: Entry): Edit[] {
  const { source } = page;
  const added = lead.filter(({ entry }) => !entry);
  const removed = lead.flatMap(({ entry }) => (entry ? [entry] : []));
  const [first, last] = [removed[0], removed.at(-1)];
  const start = first?.start ?? next.start;
  const column = columnOf(source, start);
  const text = added.length === 0 ? '' : `${renderSlots(page, added, next, true).lines.join('\n').trimStart()}\n`;
  const end = last ? lineEnd(source, last.end) : start;
  const isNextLine = source.slice(end, next.start).trim() === '' && !source.slice(end, next.start).includes('\n');
  if (!last || isNextLine) return [{ start, end: next.start, text: text && text + ' '.repeat(column) }];
  if (text) return [{ start, end, text }];
  const dash = source.slice(0, start).trimEnd().length;
  return [{ start: dash, end, text: '\n' }];
}

/**
 * Makes the edits that give an entry of a block map or list another value. The comment behind its key or in its line stays; lines
 * of the old value go, with the comments between them. An anchor, which nobody uses, stays where it can; a tag goes. A filled `[…]`
 * or `{…}` stays one if no member is a map, a list or a long text.
 */
function valueEdits(page: Page, old: Entry, value: Json): Edit[] {
  const { source } = page;
  const commented = commentedFlowEdit(page, old, value);
  if (commented) return [commented];
  const isCompact = old.key === null && !isLeaf(value);
  const entry = isCompact ? old : behindAnchor(source, old);
  const { valueStart, head, end } = entry;
  if (valueStart !== undefined && entry.value.style === 'flow' && entry.value.children.length > 0 && isFlat(value))
    return [{ start: valueStart, end, text: flowText(value, 'flow') }];
  const isInline = valueStart !== undefined && !source.slice(head, valueStart).includes('\n');
  const inlineEnd = isInline ? endOfFirstLine(source, entry, valueStart) : head;
  const from = lineEnd(source, inlineEnd);
  const to = end > inlineEnd ? lineEnd(source, end) : from;
  const { inline, lines } = renderSafely(page, entry, value, to);
  const edits = [inlineEdit(page, entry, { isInline, inlineEnd, value, inline })];
  if (to > from || lines.length > 0) edits.push({ start: from, end: Math.max(from, to), text: wholeLines(lines) });
  return edits;
}

interface InlineChange {
  /** Whether the old value begins in the line of its key. */
  isInline: boolean;
  inlineEnd: number;
  value: Json;
  inline: string;
}

function inlineEdit(page: Page, entry: Entry, { isInline, inlineEnd, value, inline }: InlineChange): Edit {
  const { head, valueStart = head } = entry;
  // Go reads a comment that is glued to a bracket or quote; to anything else it must not be glued.
  const glue = page.source[inlineEnd] === '#' ? ' ' : '';
  // The first line of a map beside a dash must stand above the others; anything else keeps its distance.
  if (isInline && isLeaf(value) && inline !== '') return { start: valueStart, end: inlineEnd, text: inline + glue };
  const gap = inline === '' ? '' : entry.key === null && !isLeaf(value) ? ' '.repeat(page.layout.gap - 1) : ' ';
  const comment = isInline ? '' : commentOf(page.source, entry);
  return { start: head, end: inlineEnd, text: gap + inline + glue + comment };
}

/** The comment behind a value that has a line of its own; it moves up to the key if there is none. */
function commentOf(source: string, { head, valueStart, value, end }: Entry): string {
  if (valueStart === undefined || isBlockCollection(value) || isBlockText(value)) return '';
  if (source.slice(head, valueStart).includes('#')) return '';
  const [, comment] = /^[ \t]*(#.*)/.exec(source.slice(end, lineEnd(source, end))) ?? [];
  return comment === undefined ? '' : ` ${comment}`;
}

function behindAnchor(source: string, entry: Entry): Entry {
  const { valueStart, end } = entry;
  if (valueStart === undefined) return entry;
  const anchor = /^&[^\s,[\]{}]+(?![ \t]+!)/.exec(
    source.slice(valueStart, Math.min(end, lineEnd(source, valueStart))),
  )?.[0];
  if (anchor === undefined) return entry;
  const head = valueStart + anchor.length;
  return { ...entry, head, valueStart: end > head ? skipBlank(source, head) : undefined };
}

function isFlat(value: Json): boolean {
  if (isLeaf(value) || Object.keys(value).length === 0) return false;
  return Object.values(value).every((item) => isLeaf(item) && !String(item).includes('\n'));
}

/** Behind what stands of the value in its first line: all of it, the mark of a block text, or the tag and anchor of a collection. */
function endOfFirstLine(source: string, { value, end }: Entry, valueStart: number): number {
  const line = source.slice(valueStart, lineEnd(source, valueStart)).replace(/\n$/, '');
  const content = value.valueStart - valueStart;
  if (isBlockText(value)) return valueStart + content + (/^[|>][-+\d]*/.exec(line.slice(content))?.[0].length ?? 0);
  if (!isBlockCollection(value)) return end;
  const isBelow = content > line.length || /^(?:#|$)/.test(line.slice(content));
  if (!isBelow) return valueStart + line.length;
  return valueStart + (/^(?:[&!]\S*[ \t]*)*/.exec(line)?.[0].trimEnd().length ?? 0);
}

function renderSafely(page: Page, entry: Entry, value: Json, following: number): Rendered {
  const rendered = render(page, entry, value, true);
  const { textColumn: column } = rendered;
  return column !== undefined && wouldTakeIn(page.source, following, column)
    ? render(page, entry, value, false)
    : rendered;
}

function render({ source, layout }: Page, entry: Entry, value: Json, allowBlockText: boolean): Rendered {
  const column = columnOf(source, entry.start);
  const options = { layout, allowBlockText };
  const oldText = isBlockText(entry.value) ? textColumn(source, entry.value) : undefined;
  if (typeof value === 'string' && allowBlockText && oldText !== undefined && oldText > column) {
    const block = blockText(value, oldText - column);
    if (block) return renderBlockText(block, oldText);
  }
  if (!isLeaf(value) && isSameBlock(source, entry, value))
    return renderCollection(value, columnOf(source, entry.value.valueStart), options);
  return entry.key === null ? renderItem(value, column, options) : renderMember(value, column, options);
}

function isSameBlock(source: string, { value, head }: Entry, next: Json): boolean {
  if (!isBlockCollection(value) || (value.kind === 'list') !== Array.isArray(next)) return false;
  return Object.keys(next ?? {}).length > 0 && source.slice(head, value.valueStart).includes('\n');
}
