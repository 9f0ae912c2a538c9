import { judgeChange } from '../../policy/compare/harm.ts';
import type { Policy } from '../../policy/types.ts';
import type { Harms, Path } from '../rule.ts';

/** Of a larger policy it would take too long to tell what a move does. */
const MOST_RULES = 200;
const STEPS = 100_000;

/** How often a policy may be asked: each answer is a comparison. */
const MOST_ASKED = 20;
const asked = new WeakMap<Policy, number>();

/**
 * What a policy would do that it must not if a rule were moved to another place, both counted from 0: nothing where the move does no
 * harm, undefined where that is not known.
 */
export function harmOfMove(policy: Policy, from: number, to: number): Harms | undefined {
  const rule = policy.rules[from];
  if (!rule) return undefined;
  return harmOf(policy, () => ({ ...policy, rules: policy.rules.toSpliced(from, 1).toSpliced(to, 0, rule) }));
}

/** The same for any other change of a policy, which is made only where it is looked at. */
export function harmOf(policy: Policy, change: (from: Policy) => Policy): Harms | undefined {
  const count = (asked.get(policy) ?? 0) + 1;
  asked.set(policy, count);
  if (count > MOST_ASKED || policy.rules.length > MOST_RULES) return undefined;
  const { harms, comparison } = judgeChange(policy, change(policy), { steps: STEPS });
  if (comparison.notDecided) return undefined;
  const names = (wanted: keyof Harms): string[] => [
    ...new Set(harms.flatMap(({ kind, name }) => (kind === wanted ? [name] : []))),
  ];
  return { recorded: names('recorded'), silenced: names('silenced') };
}

/** Whether a change is known to do no harm. */
export function isHarmless(harms: Harms | undefined): boolean {
  return harms !== undefined && harms.recorded.length + harms.silenced.length === 0;
}

/** A policy with another value at a path, which it has. */
export function withValue(policy: Policy, path: Path, value: unknown): Policy {
  const copy = structuredClone(policy);
  let part: object = copy;
  for (const step of path.slice(0, -1)) {
    const next: unknown = Reflect.get(part, step);
    if (typeof next !== 'object' || next === null) return copy;
    part = next;
  }
  Reflect.set(part, path.at(-1) ?? '', value);
  return copy;
}

/** A rule of level Metadata neither writes bodies nor silences: what it matches besides does no harm. */
export function canHarm({ rules }: Policy, [, rule]: Path): boolean {
  return rules[Number(rule)]?.level !== 'Metadata';
}
