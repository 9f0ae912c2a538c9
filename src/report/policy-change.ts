import type { Plan } from '../cluster/plan.ts';
import { comparePolicies } from '../policy/compare/compare.ts';
import { comparisonSummary } from './comparison-view.ts';
import type { ViewOptions } from './rows-view.ts';

/** How many classes of requests are shown; `policy diff` shows all. */
const MOST = 5;
/** A third of a second of searching at most: the plan must not wait for a monstrous policy. */
const STEPS = 500_000;

/**
 * What a policy records differently from the one in force, in words; empty where none is replaced, or it is only its comments that
 * change.
 */
export function policyChangeText({ policy, facts }: Plan, { style, columns }: ViewOptions): string {
  if (policy.before === null || policy.text === null || policy.before === policy.text) return '';
  const [before, after] = [facts.policies.load(policy.before).policy, facts.policies.load(policy.text).policy];
  if (!before || !after) return '';
  const comparison = comparePolicies(before, after, { steps: STEPS });
  const summary = comparisonSummary(comparison, style, columns - 2, MOST).trimEnd();
  return `\n\n${style.bold('Against the policy now in force')}\n${summary.replaceAll(/^(?=.)/gm, '  ')}`;
}
