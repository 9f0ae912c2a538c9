import type { Decision, Policy, RequestAttributes } from '../types.ts';
import { decisionOf } from './decide.ts';
import { byGroups, byNamespace, byUser, byVerb } from './dimensions.ts';
import { lowestInAll, slotsOf, wordsOf } from './masks.ts';
import { byTarget } from './target.ts';

/**
 * Makes a function that tells what each of some audit policies does with a request, in their order: `decide`, but fast for many
 * requests. Each dimension of a request gives a mask with a bit for every rule that matches there, and the lowest bit that all
 * have is the rule that wins. The decisions are frozen and shared. The policies must not be changed afterwards.
 */
export function compilePolicy(policies: readonly Policy[]): (request: RequestAttributes) => Decision[] {
  const slots = policies.flatMap(({ rules }) => slotsOf(rules));
  const dimensions = [byUser, byGroups, byVerb, byNamespace, byTarget].map((by) => by(slots));
  const parts = partsOf(policies);
  return (request) => {
    const masks = dimensions.map((dimension) => dimension(request));
    return parts.map(({ from, to, decisions }) => decisions[lowestInAll(masks, from, to) + 1]!);
  };
}

interface Part {
  /** The words of the policy: from this one to before that one. */
  from: number;
  to: number;
  /** By number of the rule; 0 for no rule. */
  decisions: readonly Decision[];
}

function partsOf(policies: readonly Policy[]): Part[] {
  let to = 0;
  return policies.map((policy) => {
    const from = to;
    to += wordsOf(policy.rules);
    const decisions = Array.from({ length: policy.rules.length + 1 }, (_, rule) => frozen(decisionOf(policy, rule)));
    return { from, to, decisions };
  });
}

function frozen(decision: Decision): Decision {
  return Object.freeze({ ...decision, omitStages: Object.freeze([...decision.omitStages]) as Decision['omitStages'] });
}
