import { list } from './words.ts';
import { type Harm, judgeChange } from '../../policy/compare/harm.ts';
import type { Policy } from '../../policy/types.ts';

/** Of a larger policy it would take too long to tell what a move does. */
const MOST_RULES = 200;
const STEPS = 100_000;

/** How often a policy may be asked: each answer is a comparison. */
const MOST_ASKED = 20;
const asked = new WeakMap<Policy, number>();

/**
 * What a policy would do that it must not if a rule were moved to another place, both counted from 0, as the end of a sentence: "it
 * would write the content of secrets into the log". '' where the move does no harm; undefined where that is not known.
 */
export function harmOfMove(policy: Policy, from: number, to: number): string | undefined {
  const rule = policy.rules[from];
  if (!rule) return undefined;
  return harmOf(policy, { ...policy, rules: policy.rules.toSpliced(from, 1).toSpliced(to, 0, rule) });
}

/** The same for any other change of a policy. */
export function harmOf(policy: Policy, changed: Policy): string | undefined {
  const count = (asked.get(policy) ?? 0) + 1;
  asked.set(policy, count);
  if (count > MOST_ASKED || policy.rules.length > MOST_RULES) return undefined;
  const { harms, comparison } = judgeChange(policy, changed, { steps: STEPS });
  return comparison.notDecided ? undefined : harmText(harms);
}

/** A policy with another value at a path: of the last list on the way, or of a key. */
export function withValue(policy: Policy, path: readonly (string | number)[], value: unknown): Policy {
  const copy = structuredClone(policy);
  let part: unknown = copy;
  for (const step of path.slice(0, -1)) part = (part as Record<string | number, unknown>)[step];
  (part as Record<string | number, unknown>)[path.at(-1) ?? ''] = value;
  return copy;
}

/** A rule of level Metadata neither writes bodies nor silences: what it matches besides does no harm. */
export function canHarm({ rules }: Policy, [, rule]: readonly (string | number)[]): boolean {
  return rules[Number(rule)]?.level !== 'Metadata';
}

const MOST_NAMED = 3;

function harmText(harms: readonly Harm[]): string {
  const names = (kind: Harm['kind']): string => {
    const all = [...new Set(harms.flatMap((harm) => (harm.kind === kind ? [harm.name] : [])))];
    return list(all.length > MOST_NAMED + 1 ? [...all.slice(0, MOST_NAMED), 'others'] : all);
  };
  const recorded = names('recorded');
  const silenced = names('silenced');
  const parts = [
    ...(recorded ? [`write the content of ${recorded} into the log`] : []),
    ...(silenced ? [`keep ${silenced} out of the log`] : []),
  ];
  return parts.length === 0 ? '' : `it would ${parts.join(' and ')}`;
}
