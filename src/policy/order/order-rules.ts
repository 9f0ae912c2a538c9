import { UserError } from '../../errors.ts';
import { type LoadedPolicy, loadPolicy } from '../load/load.ts';
import { withoutStamp } from '../render/stamp.ts';
import { LEVELS, type Policy, type PolicyRule } from '../types.ts';
import { moveRules } from './move-rules.ts';

/** Which of the rules that match a request shall decide: the one that records least, or most. */
export type Wanted = 'least' | 'most';

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

function rangesOf(text: string, { locate }: LoadedPolicy, count: number): { start: number; end: number }[] {
  return Array.from({ length: count }, (_rule, at) => {
    const range = locate(['rules', at]);
    const start = range?.start.offset ?? 0;
    return { start, end: start + text.slice(start, range?.end.offset ?? 0).trimEnd().length };
  });
}

function cannotMove(text: string, file: string | undefined): UserError {
  const why = /[&*][\w-]/.test(text)
    ? 'An anchor (&name) that several rules use keeps them where they are: write its content out.'
    : 'Write each rule on lines of its own, beginning with "- level:".';
  return new UserError('the rules cannot be moved without changing what they mean', {
    hint: why,
    ...(file === undefined ? {} : { place: { file } }),
  });
}
