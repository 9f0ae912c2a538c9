import { type Level, type Policy, STAGES, type Stage } from '../types.ts';

/** What a policy does with a request, as far as it can be told from the log. */
export interface Outcome {
  /** None also where every stage is omitted: nothing is written then either. */
  level: Level;
  /** In the order of `STAGES`; empty for None. */
  omitStages: Stage[];
  /** False below Request: there is no body that could hold managed fields. */
  omitManagedFields: boolean;
}

/** What a policy does with the requests that a rule decides (counted from 1; 0: no rule). */
export function outcomeOf(policy: Policy, rule: number): Outcome {
  const { level, omitStages = [], omitManagedFields } = policy.rules[rule - 1] ?? { level: 'None' as const };
  const omitted = STAGES.filter((stage) => policy.omitStages?.includes(stage) || omitStages.includes(stage));
  if (level === 'None' || omitted.length === STAGES.length) {
    return { level: 'None', omitStages: [], omitManagedFields: false };
  }
  const hasBody = level !== 'Metadata';
  return {
    level,
    omitStages: omitted,
    omitManagedFields: hasBody && (omitManagedFields ?? policy.omitManagedFields ?? false),
  };
}
