import type { EnableOptions } from '../cluster/options.ts';
import { planEnable, type Plan } from '../cluster/plan.ts';
import type { SpecChange } from '../cluster/spec-change.ts';
import type { Finding } from '../lint/finding.ts';
import { judge } from '../lint/judge.ts';
import { lintCluster } from '../lint/lint-cluster.ts';
import { VERSION } from '../version.ts';
import type { Reading } from './reading.ts';

/** A change that is worked out and judged, and not yet made. */
export interface PreparedChange<P extends SpecChange = SpecChange> {
  plan: P;
  /** Findings that stop it. */
  blocking: Finding[];
  /** Findings to show. */
  others: Finding[];
}

/**
 * Plans `enable` and judges the spec it would leave.
 *
 * @param templates the sources of the built-in policies by name.
 * @param allow the ids of rules that shall not stop it.
 * @throws SpecError or UserError where no plan can be made.
 */
export function prepareEnable(
  reading: Reading,
  options: EnableOptions,
  templates: Readonly<Record<string, string>>,
  allow: readonly string[],
): PreparedChange<Plan> {
  return judged(planEnable(reading, options, templates, VERSION), allow);
}

/** Judges the spec that a change would leave. */
export function judged<P extends SpecChange>(plan: P, allow: readonly string[]): PreparedChange<P> {
  const before = lintCluster(plan.before, plan.facts);
  const after = plan.operations.length === 0 ? before : lintCluster(plan.after, plan.facts);
  return { plan, ...judge(before, after, allow) };
}
