import type { Explanation } from '../policy/explain/explain.ts';
import { meaningOf } from '../policy/explain/meaning.ts';
import type { ExplanationFacts } from './explanation-view.ts';

/**
 * An explanation as one JSON object; docs/explain-a-request.md describes it. `formatVersion` grows when a field changes its meaning or
 * goes; new fields may come at any time.
 */
export function explanationJson(explanation: Explanation, { policy, source, notes }: ExplanationFacts): object {
  const { request, decision, stages, earlier, later } = explanation;
  return {
    kind: 'Explanation',
    formatVersion: 1,
    policy,
    request,
    notes,
    level: decision.level,
    rule: decision.rule,
    stages,
    omitStages: decision.omitStages,
    omitManagedFields: decision.omitManagedFields,
    meaning: meaningOf(request, decision, stages),
    source,
    earlier,
    later,
  };
}
