import { commentedFlowEdit } from './commented-flow.ts';
import type { InnerEdits } from './collection-edits.ts';
import type { OpenDraft, Slot } from './draft.ts';
import { draftValue, settled } from './draft-value.ts';
import type { Edit } from './edits.ts';
import { skipBlank } from './entries.ts';
import type { FlowStyle } from './flow-style.ts';
import { flowStyleOf } from './flow-style.ts';
import type { Printing } from './printing.ts';
import { inlineScalar } from './scalars.ts';

/**
 * Makes the edits for what has changed in an open `{…}` or `[…]`, at least one slot of which is still there.
 * @param inner Makes the edits of an open map or list inside.
 */
export function flowEdits(printing: Printing, draft: OpenDraft, inner: InnerEdits): Edit[] {
  const style = flowStyleOf(printing, draft);
  const parts = draft.slots.map((slot) => partOf(printing.source, slot, style.isVertical));
  const groups = groupByKept(parts);
  const [lead, ...rest] = groups;
  const edits = leadEdits(printing, lead!, groups[1]!.kept!, style);
  for (const [at, group] of rest.entries()) {
    edits.push(...keptEdits(printing, group.kept!.slot, style, inner));
    edits.push(...(at < rest.length - 1 ? gapEdits(printing, group, style) : tailEdits(printing, group, style)));
  }
  return edits;
}

/** A slot, and for an old one the end of its text. */
interface Part {
  slot: Slot;
  /** Where the comma behind it is. */
  comma: number | undefined;
  /** Behind its comma and, where each entry has its own line, behind the comment in its line. */
  boundary: number;
}

function partOf(source: string, slot: Slot, isVertical: boolean): Part {
  const end = slot.entry?.end ?? 0;
  const next = skipBlank(source, end);
  const comma = slot.entry && source[next] === ',' ? next : undefined;
  const behind = comma === undefined ? end : comma + 1;
  const [comment] = /^[ \t]*#.*/.exec(source.slice(behind, behind + 1000)) ?? [''];
  return { slot, comma, boundary: behind + (isVertical ? comment.length : 0) };
}

/** An old slot that stays, and what follows it up to the next one that stays; the first group has none that stays. */
interface Group {
  kept: Part | undefined;
  added: Slot[];
  removed: Part[];
}

function groupByKept(parts: readonly Part[]): Group[] {
  const groups: Group[] = [{ kept: undefined, added: [], removed: [] }];
  for (const part of parts) {
    if (part.slot.entry && part.slot.draft) groups.push({ kept: part, added: [], removed: [] });
    else if (part.slot.entry) groups.at(-1)!.removed.push(part);
    else groups.at(-1)!.added.push(part.slot);
  }
  return groups;
}

function leadEdits(printing: Printing, { added, removed }: Group, next: Part, style: FlowStyle): Edit[] {
  const end = next.slot.entry!.start;
  const start = removed[0]?.slot.entry?.start ?? end;
  return [{ start, end, text: added.map((slot) => `${entryText(printing, slot, style)},${style.separator}`).join('') }];
}

/** The comma of the one before stays its own; each new one brings its own. */
function gapEdits(printing: Printing, { kept, added, removed }: Group, style: FlowStyle): Edit[] {
  const start = kept!.boundary;
  const text = added.map((slot) => `${style.separator}${entryText(printing, slot, style)},`).join('');
  return [{ start, end: removed.at(-1)?.boundary ?? start, text }];
}

/** Behind the last one that stays. A comma at the very end stays or stays away. */
function tailEdits(printing: Printing, { kept, added, removed }: Group, style: FlowStyle): Edit[] {
  const { slot, comma, boundary } = kept!;
  if (added.length === 0 && removed.length === 0) return [];
  const last = removed.at(-1) ?? kept!;
  const hasFinalComma = last.comma !== undefined;
  const end = Math.max(boundary, last.boundary);
  const isGlued = printing.source[end] === '#' && !hasFinalComma;
  const texts = added.map((each, at) => {
    return `${style.separator}${entryText(printing, each, style, isGlued && at === added.length - 1)}`;
  });
  const edits: Edit[] = [];
  if (added.length > 0 && comma === undefined) edits.push({ start: slot.entry!.end, end: slot.entry!.end, text: ',' });
  if (added.length === 0 && !hasFinalComma) edits.push({ start: comma!, end: comma! + 1, text: '' });
  const finalComma = texts.length > 0 && hasFinalComma ? ',' : '';
  return [...edits, { start: boundary, end, text: texts.join(',') + finalComma }];
}

function keptEdits(printing: Printing, { entry, draft }: Slot, style: FlowStyle, inner: InnerEdits): Edit[] {
  const next = settled(draft!, printing.drafting);
  if (next.state === 'kept') return [];
  if (next.state === 'open') return inner(next, entry!);
  const commented = commentedFlowEdit(printing, entry!, next.value);
  if (commented) return [commented];
  const text = style.write(next.value);
  const { valueStart, head, end } = entry!;
  if (valueStart !== undefined)
    return [{ start: valueStart, end, text: printing.source[end] === '#' ? `${text} ` : text }];
  return [{ start: head, end: head, text: `${entry!.hasColon ? '' : ':'} ${text}` }];
}

/** `isGlued`: a comment follows at once, as only behind a quote or a bracket it may. */
function entryText({ drafting }: Printing, { key, draft }: Slot, style: FlowStyle, isGlued = false): string {
  const value = draftValue(draft!, drafting);
  const plain = style.write(value);
  const text =
    isGlued && /[^"\]}]$/.test(plain) ? (typeof value === 'string' ? inlineScalar(value, 'json') : `${plain} `) : plain;
  return style.isList ? text : `${style.write(key)}:${style.gap}${text}`;
}
