import { UserError } from '../../errors.ts';
import { type LoadedPolicy, loadPolicy } from '../load/load.ts';
import { withoutStamp } from '../render/stamp.ts';
import { LEVELS, type Policy, type PolicyRule } from '../types.ts';

/** Which of the rules that match a request shall decide: the one that records least, or most. */
export type Wanted = 'least' | 'most';

/** A policy whose rules were sorted. */
export interface OrderedPolicy {
  text: string;
  policy: Policy;
  /** The numbers that the rules had, in their new order; counted from 1. */
  order: number[];
  /** The text began with a stamp of kops-audit, which is gone, as it was about the old order. */
  lostStamp: boolean;
}

/**
 * Sorts the rules of a policy by level, so that the first rule that matches is the one that records least (or most) of all that match;
 * rules with one level stay in their order. Comments move with the rule below them or beside them; all else stays byte for byte. A
 * text whose rules are in order stays as it is.
 *
 * @param text of a policy that kube-apiserver takes.
 * @throws UserError where the text cannot be edited so that it loads as the sorted policy: rules that share an anchor, comments in a
 * list in brackets.
 */
export function orderRules(
  text: string,
  by: Wanted,
  options: { kubernetesVersion?: string; file?: string } = {},
): OrderedPolicy {
  const loaded = loadPolicy(text, options);
  if (!loaded.policy) throw new UserError('kube-apiserver would refuse this policy');
  const order = sorted(loaded.policy.rules, by);
  if (order.every((number, at) => number === at + 1)) return { text, policy: loaded.policy, order, lostStamp: false };
  const policy = { ...loaded.policy, rules: order.flatMap((number) => loaded.policy?.rules[number - 1] ?? []) };
  const moved = withoutStamp(moveRules(text, rangesOf(text, loaded, order.length), order, options.file));
  const again = loadPolicy(moved, options);
  if (JSON.stringify(again.policy) !== JSON.stringify(policy)) throw cannotMove(text, options.file);
  return { text: moved, policy, order, lostStamp: moved.length < text.length };
}

function sorted(rules: readonly PolicyRule[], by: Wanted): number[] {
  const sign = by === 'least' ? 1 : -1;
  const rank = (number: number): number => sign * LEVELS.indexOf(rules[number - 1]?.level ?? 'None');
  return rules.map((_rule, at) => at + 1).toSorted((one, other) => rank(one) - rank(other));
}

/** Where the rules stand in a text. */
export function rangesOf(text: string, { locate }: LoadedPolicy, count: number): RuleRange[] {
  return Array.from({ length: count }, (_rule, at) => {
    const range = locate(['rules', at]);
    const start = range?.start.offset ?? 0;
    return { start, end: start + text.slice(start, range?.end.offset ?? 0).trimEnd().length };
  });
}

function cannotMove(text: string, file: string | undefined): UserError {
  const why = /[&*][\w-]/.test(text)
    ? 'Rules that share an anchor (&name) cannot be moved: write its content out in each.'
    : 'Write each rule on lines of its own, beginning with "- level:".';
  return new UserError('the rules cannot be moved without changing their meaning', {
    hint: why,
    ...(file === undefined ? {} : { place: { file } }),
  });
}

/** From the first key of a rule to behind its last character, as offsets. */
interface RuleRange {
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
function moveRules(text: string, ranges: readonly RuleRange[], order: readonly number[], file?: string): string {
  const slots = slotsOf(text, ranges, file);
  let moved = '';
  let at = 0;
  for (const [place, { from, to }] of slots.entries()) {
    const taken = slots[(order[place] ?? 1) - 1] ?? { from: 0, to: 0 };
    moved += text.slice(at, from) + text.slice(taken.from, taken.to);
    at = to;
  }
  return moved + text.slice(at);
}

/** Whether each rule stands on lines of its own behind a dash. */
export function isBlockList(text: string, ranges: readonly RuleRange[]): boolean {
  return ranges.every(({ start }) =>
    /(^|[\r\n])[ \t]*-[ \t]+(&[\w-]+[ \t]+)?$/.test(text.slice(lineStart(text, start), start)),
  );
}

/**
 * The places of the rules, with the comments that belong to each.
 *
 * @throws UserError where a comment in brackets could not move along.
 */
export function slotsOf(text: string, ranges: readonly RuleRange[], file?: string): Slot[] {
  return isBlockList(text, ranges) ? blockSlots(text, ranges) : flowSlots(text, ranges, file);
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
  throw new UserError('the rules cannot be moved: there is a comment or a tag between them', {
    hint: 'Write each rule on lines of its own, beginning with "- level:".',
    ...(file === undefined ? {} : { place: { file } }),
  });
}
