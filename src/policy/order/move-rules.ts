import { UserError } from '../../errors.ts';

/** From the first key of a rule to behind its last character, as offsets. */
export interface RuleRange {
  start: number;
  end: number;
}

interface Slot {
  from: number;
  to: number;
}

/**
 * Writes the rules of a policy text in another order: what is in the place of a rule goes to another place, what is between the places
 * stays. In a block list the place is the rule's lines, with the comments above it; in brackets it is the rule alone.
 *
 * @param order the numbers of the rules, counted from 1, as they shall follow.
 * @throws UserError where a comment in brackets could not move along.
 */
export function moveRules(text: string, ranges: readonly RuleRange[], order: readonly number[], file?: string): string {
  const isBlock = ranges.every(({ start }) =>
    /(^|[\r\n])[ \t]*-[ \t]+(&[\w-]+[ \t]+)?$/.test(text.slice(lineStart(text, start), start)),
  );
  const slots = isBlock ? blockSlots(text, ranges) : flowSlots(text, ranges, file);
  let moved = '';
  let at = 0;
  for (const [place, { from, to }] of slots.entries()) {
    const taken = slots[(order[place] ?? 1) - 1] ?? { from: 0, to: 0 };
    moved += text.slice(at, from) + text.slice(taken.from, taken.to);
    at = to;
  }
  return moved + text.slice(at);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

// A comment that is indented more than the dash below a rule belongs to that rule; blank lines above a comment stay.
function blockSlots(text: string, ranges: readonly RuleRange[]): Slot[] {
  const slots: Slot[] = [];
  let last = lineStart(text, ranges[0]?.start ?? 0);
  last -= commentsAbove(text, last);
  for (const { start, end } of ranges) {
    const dash = text.indexOf('-', lineStart(text, start));
    const to = withInnerComments(text, lineEnd(text, end), dash - lineStart(text, start));
    slots.push({ from: Math.min(afterBlankLines(text, last), dash), to });
    last = to;
  }
  return slots.map(({ from, to }) => ({ from: lineStart(text, from), to }));
}

// How long the comment and blank lines are that end at an offset.
function commentsAbove(text: string, offset: number): number {
  let from = offset;
  while (from > 0) {
    const above = lineStart(text, from - 1);
    if (!/^[ \t]*(#.*)?\r?\n$/.test(text.slice(above, from))) break;
    from = above;
  }
  return offset - from;
}

function afterBlankLines(text: string, offset: number): number {
  const [blank = ''] = /^(?:[ \t]*\r?\n)*/.exec(text.slice(offset)) ?? [];
  return offset + blank.length;
}

function withInnerComments(text: string, offset: number, indent: number): number {
  const [comments = ''] = new RegExp(`^(?:\\r?\\n[ \\t]{${indent + 1},}#[^\\r\\n]*)*`).exec(text.slice(offset)) ?? [];
  return offset + comments.length;
}

function flowSlots(text: string, ranges: readonly RuleRange[], file: string | undefined): Slot[] {
  const slots = ranges.map(({ start, end }) => ({ from: start, to: end }));
  const between = slots.slice(1).map(({ from }, at) => text.slice(slots[at]?.to, from));
  if (between.every((part) => /^\s*,\s*$/.test(part))) return slots;
  throw new UserError('the rules cannot be moved: a comment or a tag stands between them', {
    hint: 'Write each rule on lines of its own, beginning with "- level:".',
    ...(file === undefined ? {} : { place: { file } }),
  });
}
