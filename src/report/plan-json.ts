import type { Plan } from '../cluster/plan.ts';
import type { Json, JsonObject } from '../cluster/types.ts';
import type { Finding } from '../lint/finding.ts';

/** What is true of a plan besides itself, for the JSON form. */
export interface PlanCircumstances {
  source: 'live' | 'file' | 'stdin';
  kopsVersion: string | null;
  findings: readonly Finding[];
  blocked: boolean;
}

/**
 * The whole plan as JSON: `formatVersion` grows when a field changes its meaning or goes; new fields may come at any time.
 * Documented in docs/plan-json.md. Values are unmasked: mask the result before it is printed.
 */
export function planJson(plan: Plan, { source, kopsVersion, findings, blocked }: PlanCircumstances): JsonObject {
  const { policy, disk, settings, groups, notes, operations, facts } = plan;
  return {
    kind: 'Plan',
    formatVersion: 1,
    command: 'enable',
    cluster: plan.cluster,
    source,
    kopsVersion,
    kubernetesVersion: facts.kubernetesVersion,
    changes: operations.length > 0,
    blocked,
    policy: {
      name: policy.name,
      origin: policy.origin,
      path: policy.path,
      changed: policy.before !== policy.text,
      edited: policy.stamp?.edited ?? false,
      parameters: policy.stamp?.set ?? {},
      text: policy.text,
    },
    settings: settings as unknown as Json[],
    disk: { worstCaseMiB: disk.mebibytes, unbounded: disk.unbounded },
    controlPlaneInstances: plan.controlPlaneInstances,
    groups: groups as unknown as Json[],
    notes,
    findings: findings.map(({ rule, severity, fatal, message, why, mend, pointer }) => ({
      rule,
      severity,
      fatal,
      message,
      why,
      mend,
      pointer,
    })),
    patch: operations as unknown as Json[],
  };
}
