import { reachOf, type RuleReach } from '../../policy/compare/reach.ts';
import { compilePolicy } from '../../policy/decide/compile.ts';
import { STAGES, type Decision, type Policy, type RequestAttributes } from '../../policy/types.ts';

const compiled = new WeakMap<Policy, (request: RequestAttributes) => Decision[]>();
const reaches = new WeakMap<Policy, readonly RuleReach[]>();

/** `decide` for a policy that is asked often and is not changed in between. */
export function ask(policy: Policy, request: RequestAttributes): Decision {
  const answer = compiled.get(policy) ?? compilePolicy([policy]);
  compiled.set(policy, answer);
  return answer(request)[0]!;
}

/** `reachOf` for such a policy: several lint rules need it, and it is worked out once. */
export function findReach(policy: Policy): readonly RuleReach[] {
  const reach = reaches.get(policy) ?? reachOf(policy);
  reaches.set(policy, reach);
  return reach;
}

/** Whether no request leaves a trace: no rule that writes an event ever decides. */
export function isSilent(policy: Policy): boolean {
  return findReach(policy).every(({ rule, status }) => status === 'unreachable' || !writes(policy, rule));
}

function writes({ rules, omitStages = [] }: Policy, rule: number): boolean {
  const { level, omitStages: own = [] } = rules[rule - 1]!;
  return level !== 'None' && !STAGES.every((stage) => [...omitStages, ...own].includes(stage));
}
