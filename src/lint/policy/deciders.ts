import { decide } from '../../policy/decide/decide.ts';
import type { Target } from '../../policy/sensitive.ts';
import type { Decision, Level, Policy, PolicyRule, RequestAttributes } from '../../policy/types.ts';
import { ask } from './ask.ts';
import { identitiesOf, PERSON } from './identities.ts';

/** A rule that decides a target for somebody, by this request. */
export interface Decider {
  /** Counted from 0. */
  at: number;
  decision: Decision;
  request: RequestAttributes;
}

/** A name and a namespace that no policy has. */
const ANY_NAME = 'something';
const ANY_NAMESPACE = 'somewhere';

/** Of a policy of ten thousand rules about one thing: how many requests are asked about, and how many rules are enough to tell of. */
const MOST_REQUESTS = 2000;
const MOST_RULES = 100;

/**
 * The rules that decide a target for anybody: any user, group, namespace or name, one request each, in the order of the rules.
 * Found by asking for each rule, with the values it names and otherwise such as no rule names, who decides.
 *
 * @param isAsked tells the levels that are of interest; nothing is said of other rules, or of requests that no rule matches.
 */
export function decidersOf(policy: Policy, target: Target, isAsked: (level: Level) => boolean): Decider[] {
  const found = new Map<number, Decider>();
  let left = MOST_REQUESTS;
  for (const rule of policy.rules) {
    if (!isAsked(rule.level) || !couldMatch(rule, target)) continue;
    for (const request of requestsFor(rule, target)
      .filter((one) => matchesAlone(rule, one))
      .slice(0, left)) {
      left -= 1;
      const decision = ask(policy, request);
      if (isAsked(decision.level)) found.set(decision.rule, { at: decision.rule - 1, decision, request });
    }
    if (left === 0 || found.size >= MOST_RULES) break;
  }
  return [...found.values()].toSorted((a, b) => a.at - b.at);
}

// Quick, to leave most rules out before anything is built for them.
function couldMatch({ verbs = [], resources = [], nonResourceURLs = [] }: PolicyRule, target: Target): boolean {
  if (verbs.length > 0 && !verbs.includes(target.verb)) return false;
  if (resources.length === 0) return nonResourceURLs.length === 0;
  return resources.some(({ group = '' }) => group === '*' || group === (target.apiGroup ?? ''));
}

function matchesAlone(rule: PolicyRule, request: RequestAttributes): boolean {
  return decide({ rules: [rule] }, request).rule === 1;
}

/** Requests for a target that stand for all those by the identities, in the namespaces and of the names that a rule selects. */
export function requestsFor(rule: PolicyRule, target: Target): RequestAttributes[] {
  const names = hasName(target)
    ? [ANY_NAME, ...(rule.resources ?? []).flatMap(({ resourceNames = [] }) => resourceNames)]
    : [''];
  const namespaces = target.clusterScoped ? [''] : rule.namespaces?.length ? rule.namespaces : [ANY_NAMESPACE];
  return identitiesOf(rule).flatMap((who) =>
    namespaces.flatMap((namespace) => names.map((name) => requestOf(target, { ...who, namespace, name }))),
  );
}

function hasName({ verb, subresource }: Target): boolean {
  return subresource !== undefined || !['create', 'list', 'watch', 'deletecollection'].includes(verb);
}

/** A request for a target; without `more` that of an ordinary person in the namespace default. */
export function requestOf(target: Target, more?: Partial<RequestAttributes>): RequestAttributes {
  const { clusterScoped, ...attributes } = target;
  const place = { namespace: clusterScoped ? '' : 'default', name: hasName(target) ? ANY_NAME : '' };
  return { ...PERSON, ...place, ...more, ...attributes, isResourceRequest: true };
}
