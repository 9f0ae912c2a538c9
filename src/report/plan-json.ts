import type { Plan } from '../cluster/plan.ts';
import type { Json, JsonObject } from '../json.ts';
import { changeJson, type PlanCircumstances } from './change-json.ts';

/** The whole plan of `enable` as JSON: what every change has, and its policy, settings and disk. */
export function planJson(plan: Plan, circumstances: PlanCircumstances): JsonObject {
  const { policy, disk, settings } = plan;
  return changeJson(plan, circumstances, {
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
  });
}
