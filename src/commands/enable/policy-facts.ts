import type { Plan } from '../../cluster/plan.ts';
import { templateOf } from '../../policy/render/template.ts';
import type { Level } from '../../policy/types.ts';
import type { PolicyFacts } from '../../report/plan.ts';

/** What is said of a planned policy besides what the plan holds. */
export function policyFacts({ policy, facts }: Plan, templates: Readonly<Record<string, string>>): PolicyFacts {
  if (policy.text === null) return { levels: {}, shares: [] };
  const rules = facts.policies.load(policy.text).policy?.rules ?? [];
  const levels: Partial<Record<Level, number>> = {};
  for (const { level } of rules) levels[level] = (levels[level] ?? 0) + 1;
  const source = templates[policy.name];
  if (source === undefined || policy.stamp === null || policy.stamp.edited) return { levels, shares: [] };
  const { title, shares } = templateOf(source, policy.name, []);
  return { levels, summary: title, shares: Object.keys(policy.stamp.set).length === 0 ? shares : [] };
}
