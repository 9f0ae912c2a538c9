import type { InnerEdits } from './collection-edits.ts';
import type { OpenDraft, Slot } from './draft.ts';
import { draftValue, settled } from './draft-value.ts';
import type { Edit } from './edits.ts';
import type { Entry } from './entries.ts';
import { columnOf, lineEnd, lineStart } from './layout.ts';
import { behindDeeperComments, lineEdit, regionEnd, removal, wouldTakeIn } from './lines.ts';
import type { Printing } from './printing.ts';
import type { Rendered } from './render.ts';
import { renderCollection } from './render.ts';
import { valueEdits } from './value-edits.ts';

/**
 * Makes the edits for what has changed in an open map or list in block style, at least one slot of which is still there.
 * @param parent The entry whose value it is; undefined for the whole document.
 * @param inner Makes the edits of an open map or list inside.
 */
export function blockEdits(
  printing: Printing,
  { slots }: OpenDraft,
  parent: Entry | undefined,
  inner: InnerEdits,
): Edit[] {
  const { source } = printing;
  const first = slots.find(({ entry }) => entry)!.entry!;
  const isCompact = source.slice(lineStart(source, first.start), first.start).trim() !== '';
  const lead = isCompact ? slots.findIndex((slot) => slot.entry && slot.draft) : 0;
  const edits = lead > 0 ? leadEdits(printing, slots.slice(0, lead), slots[lead]!.entry!) : [];
  let above = isCompact || !parent ? lineStart(source, first.start) : headLineEnd(source, parent, first);
  let added: Slot[] = [];
  for (const slot of slots.slice(lead)) {
    if (!slot.entry) {
      added.push(slot);
      continue;
    }
    edits.push(...insertion(printing, added, above, first), ...entryEdits(printing, slot, above, inner));
    above = regionEnd(source, slot.entry);
    added = [];
  }
  return [...edits, ...insertion(printing, added, above, first)];
}

/** Behind the line of the parent's colon or dash (or of its anchor and tag) and the comments too deep to be about the first entry. */
function headLineEnd(source: string, { head, valueStart = 0 }: Entry, first: Entry): number {
  const props = /^(?:[&!]\S*(?:\s|#.*)*)+/.exec(source.slice(valueStart, first.start));
  const line = lineEnd(source, props ? valueStart + props[0].search(/(?:\s|#.*)*$/) : head);
  return behindDeeperComments(source, line, columnOf(source, first.start));
}

function entryEdits(printing: Printing, { entry, draft }: Slot, bound: number, inner: InnerEdits): Edit[] {
  if (!draft) return [removal(printing, entry!, bound)];
  const next = settled(draft, printing.drafting);
  if (next.state === 'kept') return [];
  return next.state === 'new' ? valueEdits(printing, entry!, next.value) : inner(next, entry!);
}

function insertion(printing: Printing, added: readonly Slot[], at: number, sibling: Entry): Edit[] {
  if (added.length === 0) return [];
  const rendered = renderSlots(printing, added, sibling, true);
  const { textColumn } = rendered;
  const isSafe = textColumn === undefined || !wouldTakeIn(printing.source, at, textColumn);
  return [lineEdit(at, at, (isSafe ? rendered : renderSlots(printing, added, sibling, false)).lines)];
}

function renderSlots(
  { source, layout, drafting }: Printing,
  slots: readonly Slot[],
  sibling: Entry,
  allowBlockText: boolean,
): Rendered {
  const values = slots.map(({ key, draft }) => [key, draftValue(draft!, drafting)] as const);
  const value = sibling.key === null ? values.map(([, item]) => item) : Object.fromEntries(values);
  return renderCollection(value, columnOf(source, sibling.start), { layout, allowBlockText });
}

/**
 * Edits before the first slot that stays, where the first entry stands behind a dash: that line can't go, so the next entry
 * moves up to the dash, or below it if a comment is between.
 */
function leadEdits(printing: Printing, lead: readonly Slot[], next: Entry): Edit[] {
  const { source } = printing;
  const added = lead.filter(({ entry }) => !entry);
  const removed = lead.filter(({ entry }) => entry);
  const start = removed[0]?.entry?.start ?? next.start;
  const column = columnOf(source, start);
  const text = added.length === 0 ? '' : `${renderSlots(printing, added, next, true).lines.join('\n').trimStart()}\n`;
  const end = removed.length === 0 ? start : lineEnd(source, removed.at(-1)!.entry!.end);
  const isNextLine = source.slice(end, next.start).trim() === '' && !source.slice(end, next.start).includes('\n');
  if (removed.length === 0 || isNextLine) return [{ start, end: next.start, text: text && text + ' '.repeat(column) }];
  if (text) return [{ start, end, text }];
  const dash = source.slice(0, start).trimEnd().length;
  return [{ start: dash, end, text: '\n' }];
}
