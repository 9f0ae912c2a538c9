import type { SpecChange } from '../cluster/spec-change.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Finding } from '../lint/rule.ts';

/** What is true of a change besides itself, for the JSON form. */
export interface PlanCircumstances {
  source: 'live' | 'file' | 'stdin';
  kopsVersion: string | null;
  findings: readonly Finding[];
  blocked: boolean;
}

/**
 * A whole change as JSON: `formatVersion` grows when a field changes its meaning or goes; new fields may come at any time.
 * Documented in docs/plan-json.md. Values are unmasked: mask the result before it is printed.
 *
 * @param own what only this kind of change has; it stands before the groups.
 */
export function changeJson(
  change: SpecChange,
  { source, kopsVersion, findings, blocked }: PlanCircumstances,
  own: JsonObject = {},
): JsonObject {
  return {
    kind: 'Plan',
    formatVersion: 2,
    command: change.command,
    cluster: change.cluster,
    source,
    kopsVersion,
    kubernetesVersion: change.facts.kubernetesVersion,
    changes: change.operations.length > 0,
    blocked,
    ...own,
    controlPlaneInstances: change.controlPlaneInstances,
    groups: change.groups as unknown as Json[],
    notes: change.notes,
    findings: findings.map(({ rule, severity, fatal, message, why, mend, pointer }) => ({
      rule,
      severity,
      fatal,
      message,
      why,
      mend,
      pointer,
    })),
    patch: change.operations as unknown as Json[],
  };
}
