import type { Explanation, RuleMiss } from '../policy/explain/explain.ts';
import type { Expectation } from '../policy/test/read.ts';

/**
 * Why a decision is not the expected one, in sentences: why the expected rule does not decide, or which rule of the expected level
 * would match but is not asked, or would but for what is easily got wrong.
 *
 * @param rules how many rules the policy has.
 */
export function whyNotAsExpected(explanation: Explanation, { rule, level }: Expectation, rules: number): string[] {
  const { decision, later } = explanation;
  if (rule !== undefined && rule !== 0 && rule !== decision.rule) return [whyNotRule(rule, explanation, rules)];
  const others = level === decision.level ? [] : later.filter((entry) => entry.level === level);
  if (others.length > 0) return [laterText(others, decision.rule)];
  return level === decision.level ? [] : trapped(explanation, level).map(missText);
}

/** The earlier rules of a level that may have been meant: what is easily got wrong keeps them from matching. */
function trapped({ earlier }: Explanation, level: Expectation['level']): RuleMiss[] {
  return earlier.filter((miss) => miss.level === level && miss.note !== undefined).slice(0, MOST_TRAPPED);
}

const MOST_TRAPPED = 2;

function whyNotRule(rule: number, { decision, earlier, later }: Explanation, rules: number): string {
  const miss = earlier.find((entry) => entry.rule === rule);
  if (miss) return missText(miss);
  const matching = later.filter((entry) => entry.rule === rule);
  if (matching.length > 0) return laterText(matching, decision.rule);
  return rule > rules ? `there is no rule ${rule}` : `rule ${rule} comes later, and does not match either`;
}

function missText({ rule, selector, wanted, had, note }: RuleMiss): string {
  const what = had === null ? 'none' : [had].flat().join(', ') || '""';
  return `rule ${rule} does not match: its ${selector} are ${wanted.join(', ')}; the request has ${what}${note === undefined ? '' : ` (${note})`}`;
}

function laterText(rules: readonly { rule: number }[], deciding: number): string {
  const named = rules.length === 1 ? 'rule' : 'rules';
  const numbers = rules.map(({ rule }) => rule).join(', ');
  return `${named} ${numbers} would match too, but rule ${deciding} comes first`;
}
