import type { Json } from '../json.ts';
import { type OpenDraft, type Slot, draftValue, settled } from './edit-draft.ts';
import { type Entry, type Page, columnOf, entriesOf, lineStart, skipBlank } from './edit-places.ts';
import type { Edit } from './text-edits.ts';
import { flowText, inlineScalar, isLeaf } from './write-value.ts';

/**
 * Makes the edits for what has changed in an open `{…}` or `[…]`, at least one slot of which is still there.
 * @param inner Makes the edits of an open map or list inside.
 */
export function flowEdits(page: Page, draft: OpenDraft, inner: (draft: OpenDraft, entry: Entry) => Edit[]): Edit[] {
  const style = flowStyleOf(page, draft);
  const { lead, groups } = groupByKept(page.source, draft, style);
  const [first] = groups;
  const edits = first ? leadEdits(lead, first, style) : [];
  for (const [at, group] of groups.entries()) {
    edits.push(...keptEdits(page, group.kept, style, inner));
    edits.push(...(at < groups.length - 1 ? gapEdits(group, style) : tailEdits(page.source, group, style)));
  }
  return edits;
}

/** How the entries of a `{…}` or `[…]` are written. */
interface FlowStyle {
  isList: boolean;
  /** Each entry begins a line of its own. */
  isVertical: boolean;
  /** Between a comma and the next entry. */
  separator: string;
  /** Behind a colon. */
  gap: string;
  write: (value: Json) => string;
}

/** In JSON a new value has lines of its own where its neighbours have. */
function flowStyleOf({ isJson, source }: Page, { node, slots }: OpenDraft): FlowStyle {
  const open = node.valueStart;
  const first = slots.find(({ entry }) => entry)?.entry?.start ?? open;
  const isVertical = source.slice(open, first).includes('\n');
  const indent = indentOf(source, first);
  const gap = isJson ? jsonGap(source) : ' ';
  const write = (value: Json): string => flowText(value, isJson ? 'json' : 'flow', gap);
  const unit = unitOf(indent, indentOf(source, node.end - 1));
  const pretty = (value: Json): string => JSON.stringify(value, null, unit).replaceAll('\n', `\n${indent}`);
  const separator = isVertical ? `\n${indent}` : gap;
  return { isList: node.kind === 'list', isVertical, separator, gap, write: isJson && isVertical ? pretty : write };
}

function indentOf(source: string, offset: number): string {
  const start = lineStart(source, offset);
  return source.slice(start, offset).match(/^[ \t]*/)?.[0] ?? '';
}

/** How much deeper the entries are than the bracket that closes them. */
function unitOf(indent: string, outer: string): string {
  return indent.startsWith(outer) && indent !== outer ? indent.slice(outer.length) : '  ';
}

// As behind the first colon of the document.
function jsonGap(source: string): string {
  return /^\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\S/.test(source) ? '' : ' ';
}

/** An old slot that stays or goes, and where its text ends. */
interface Part {
  entry: Entry;
  slot: Slot;
  /** Where the comma behind it is. */
  comma: number | undefined;
  /** Behind its comma and, where each entry has its own line, behind the comment in its line. */
  boundary: number;
}

/** What follows an old slot that stays, up to the next one that stays. */
interface Between {
  /** The new ones, as they are to be written. */
  added: Slot[];
  removed: Part[];
}

interface Group extends Between {
  kept: Part;
}

function groupByKept(source: string, { slots }: OpenDraft, style: FlowStyle): { lead: Between; groups: Group[] } {
  const lead: Between = { added: [], removed: [] };
  const groups: Group[] = [];
  for (const slot of slots) {
    const between = groups.at(-1) ?? lead;
    if (!slot.entry) between.added.push(slot);
    else if (slot.draft) groups.push({ kept: partOf(source, slot, slot.entry, style), added: [], removed: [] });
    else between.removed.push(partOf(source, slot, slot.entry, style));
  }
  return { lead, groups };
}

function partOf(source: string, slot: Slot, entry: Entry, { isVertical }: FlowStyle): Part {
  const next = skipBlank(source, entry.end);
  const comma = source[next] === ',' ? next : undefined;
  const behind = comma === undefined ? entry.end : comma + 1;
  const [comment] = /^[ \t]*#.*/.exec(source.slice(behind, behind + 1000)) ?? [''];
  return { slot, entry, comma, boundary: behind + (isVertical ? comment.length : 0) };
}

function leadEdits({ added, removed }: Between, { kept }: Group, style: FlowStyle): Edit[] {
  const end = kept.entry.start;
  const text = added.map((slot) => `${entryText(slot, style)},${style.separator}`).join('');
  return [{ start: removed[0]?.entry.start ?? end, end, text }];
}

/** The comma of the one before stays its own; each new one brings its own. */
function gapEdits({ kept: { boundary }, added, removed }: Group, style: FlowStyle): Edit[] {
  const text = added.map((slot) => `${style.separator}${entryText(slot, style)},`).join('');
  return [{ start: boundary, end: removed.at(-1)?.boundary ?? boundary, text }];
}

/** Behind the last one that stays. A comma at the very end stays or stays away. */
function tailEdits(source: string, { kept, added, removed }: Group, style: FlowStyle): Edit[] {
  const { entry, comma, boundary } = kept;
  if (added.length === 0 && removed.length === 0) return [];
  const last = removed.at(-1) ?? kept;
  const hasFinalComma = last.comma !== undefined;
  const end = Math.max(boundary, last.boundary);
  const isGlued = source[end] === '#' && !hasFinalComma;
  const texts = added.map((each, at) => {
    return `${style.separator}${entryText(each, style, isGlued && at === added.length - 1)}`;
  });
  const edits: Edit[] = [];
  if (added.length > 0 && comma === undefined) edits.push({ start: entry.end, end: entry.end, text: ',' });
  if (added.length === 0 && !hasFinalComma && comma !== undefined)
    edits.push({ start: comma, end: comma + 1, text: '' });
  const finalComma = texts.length > 0 && hasFinalComma ? ',' : '';
  return [...edits, { start: boundary, end, text: texts.join(',') + finalComma }];
}

function keptEdits(
  page: Page,
  { slot, entry }: Part,
  style: FlowStyle,
  inner: (draft: OpenDraft, entry: Entry) => Edit[],
): Edit[] {
  const next = settled(slot.draft ?? { state: 'kept', node: entry.value });
  if (next.state === 'kept') return [];
  if (next.state === 'open') return inner(next, entry);
  const commented = commentedFlowEdit(page, entry, next.value);
  if (commented) return [commented];
  const text = style.write(next.value);
  const { valueStart, head, end, hasColon } = entry;
  if (valueStart === undefined) return [{ start: head, end: head, text: `${hasColon ? '' : ':'} ${text}` }];
  return [{ start: valueStart, end, text: page.source[end] === '#' ? `${text} ` : text }];
}

/** `isGlued`: a comment follows at once, as only behind a quote or a bracket it may. */
function entryText({ key, draft }: Slot, style: FlowStyle, isGlued = false): string {
  const value = draft ? draftValue(draft) : null;
  const plain = style.write(value);
  const glued = typeof value === 'string' ? inlineScalar(value, 'json') : `${plain} `;
  const text = isGlued && /[^"\]}]$/.test(plain) ? glued : plain;
  return style.isList ? text : `${style.write(key)}:${style.gap}${text}`;
}

/**
 * The edit that fills an empty `{ }` or `[ ]` with a comment in it, or empties such a one again, so that the comment stays where it is.
 * Undefined for anything else.
 */
export function commentedFlowEdit({ source, layout }: Page, { start, value }: Entry, next: Json): Edit | undefined {
  if (value.style !== 'flow' || isLeaf(next) || Array.isArray(next) !== (value.kind === 'list')) return undefined;
  const isEmptied = Object.keys(next).length === 0;
  if ((value.children.length === 0) === isEmptied) return undefined;
  const open = value.valueStart;
  if (isEmptied) return emptied(source, open, value.end, entriesOf(source, value));
  // Behind a comment the bracket begins its line.
  const at = lineStart(source, value.end - 1);
  if (!source.slice(open, at).includes('#')) return undefined;
  const indent = ' '.repeat(columnOf(source, start) + layout.step);
  return { start: at, end: at, text: `${indent}${flowText(next, 'flow').slice(1, -1)}\n` };
}

function emptied(source: string, open: number, end: number, entries: readonly Entry[]): Edit | undefined {
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) return undefined;
  const from = first.start;
  const comma = skipBlank(source, last.end);
  const to = source[comma] === ',' ? comma + 1 : last.end;
  if (!(source.slice(open, from) + source.slice(to, end)).includes('#')) return undefined;
  const line = lineStart(source, from);
  const isOwnLine = source.slice(line, from).trim() === '' && source[to] === '\n';
  return isOwnLine ? { start: line, end: to + 1, text: '' } : { start: from, end: to, text: '' };
}
