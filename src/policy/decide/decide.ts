import type { Decision, Policy, PolicyRule, RequestAttributes, Stage } from '../types.ts';
import { matchesGroups, matchesNamespace, matchesTarget, matchesUser, matchesVerb } from './matchers.ts';

/**
 * Tells what an audit policy does with a request: the first rule whose every set selector matches wins.
 * No match is level None (`rule` 0) with the policy's own `omitStages`; otherwise those of policy and rule together.
 * The rules are those of kube-apiserver's `pkg/audit/policy/checker.go`, release 1.37.
 */
export function decide(policy: Policy, request: RequestAttributes): Decision {
  return decisionOf(policy, policy.rules.findIndex((rule) => matches(rule, request)) + 1);
}

function matches(rule: PolicyRule, request: RequestAttributes): boolean {
  return (
    matchesUser(rule, request) &&
    matchesGroups(rule, request) &&
    matchesVerb(rule, request) &&
    matchesNamespace(rule, request) &&
    matchesTarget(rule, request)
  );
}

/** Gives the decision of a policy about a request that one of its rules wins; `rule` counts from 1, 0 for no rule. */
export function decisionOf(policy: Policy, rule: number): Decision {
  const winner = policy.rules[rule - 1];
  return {
    level: winner?.level ?? 'None',
    rule,
    omitStages: winner ? union(policy.omitStages, winner.omitStages) : (policy.omitStages ?? []),
    omitManagedFields: winner?.omitManagedFields ?? policy.omitManagedFields ?? false,
  };
}

function union(first: readonly Stage[] = [], second: readonly Stage[] = []): Stage[] {
  return [...new Set([...first, ...second])];
}
