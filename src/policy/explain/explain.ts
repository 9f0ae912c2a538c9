import { decide } from '../decide/decide.ts';
import { stagesWritten } from '../decide/stages.ts';
import type { Decision, Level, Policy, RequestAttributes, Stage } from '../types.ts';
import { type Miss, missOf } from './miss.ts';

/** Why a policy does with a request what it does. Rules count from 1. */
export interface Explanation {
  request: RequestAttributes;
  decision: Decision;
  /** The stages at which an event is written if nothing goes wrong. */
  stages: Stage[];
  /** For each rule before the deciding one (all, where none decides) the first of its selectors that did not match. */
  earlier: RuleMiss[];
  /** The rules after the deciding one that match as well, but are not asked. */
  later: { rule: number; level: Level }[];
}

export interface RuleMiss extends Miss {
  rule: number;
  level: Level;
}

/** Explains what `decide` says of a request. */
export function explain(policy: Policy, request: RequestAttributes): Explanation {
  const decision = decide(policy, request);
  const rules = policy.rules.map((rule, index) => ({
    rule: index + 1,
    level: rule.level,
    miss: missOf(rule, request),
  }));
  return {
    request,
    decision,
    stages: stagesWritten(request, decision),
    earlier: rules.flatMap(({ miss, rule, level }) =>
      miss && (decision.rule === 0 || rule < decision.rule) ? [{ rule, level, ...miss }] : [],
    ),
    later: rules.flatMap(({ miss, rule, level }) => (!miss && rule > decision.rule ? [{ rule, level }] : [])),
  };
}
