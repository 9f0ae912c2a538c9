import { type RuleReach, reachOf } from '../../policy/compare/reach.ts';
import { OF_ONE } from '../../policy/api/verbs.ts';
import { compilePolicy } from '../../policy/decide/compile.ts';
import { decide } from '../../policy/decide/decide.ts';
import { groupsOfUser } from '../../policy/request/request.ts';
import type { Target } from '../../policy/sensitive.ts';
import {
  type Decision,
  type Level,
  type Policy,
  type PolicyRule,
  type RequestAttributes,
  STAGES,
} from '../../policy/types.ts';

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
  return subresource !== undefined || OF_ONE.includes(verb);
}

/** A request for a target; without `more` that of an ordinary person in the namespace default. */
export function requestOf(target: Target, more?: Partial<RequestAttributes>): RequestAttributes {
  const { clusterScoped, ...attributes } = target;
  const place = { namespace: clusterScoped ? '' : 'default', name: hasName(target) ? ANY_NAME : '' };
  return { ...PERSON, ...place, ...more, ...attributes, isResourceRequest: true };
}

/** Who makes a request. */
export type Identity = Pick<RequestAttributes, 'user' | 'groups'>;

/** An ordinary person whom no policy knows by name. */
export const PERSON: Identity = { user: 'someone', groups: ['system:authenticated'] };

/**
 * The identities that stand for all those a rule's `users` and `userGroups` select, with the groups that kube-apiserver gives them.
 * Without either it is somebody who logged in: who did not is refused before a body is read.
 * As selectors only ever add requests, a user whom no rule names, in no more groups than needed, is the one least taken by others.
 */
export function identitiesOf({ users: named = [], userGroups: groups = [] }: PolicyRule): Identity[] {
  const [users, userGroups] = [named.filter(isName), groups.filter(isName)];
  if (users.length < named.length && users.length === 0) return [];
  if (userGroups.length < groups.length && userGroups.length === 0) return [];
  if (users.length === 0) return userGroups.length === 0 ? [PERSON] : userGroups.map(memberOf);
  if (userGroups.length === 0) return users.map((user) => identityOf(user));
  return users.flatMap((user) => userGroups.map((group) => identityOf(user, group)));
}

// Nobody is named "*": `literal-star` tells of that.
function isName(name: string): boolean {
  return !name.includes('*');
}

function memberOf(group: string): Identity {
  if (group === 'system:unauthenticated') return identityOf('system:anonymous');
  const [, namespace = 'somewhere'] = /^system:serviceaccounts(?::(.+))?$/.exec(group) ?? [];
  return group.startsWith('system:serviceaccounts')
    ? identityOf(`system:serviceaccount:${namespace}:someone`)
    : identityOf('someone', group);
}

/** A user with the groups that Kubernetes gives users of that name (authentication reference, "User groups"), and one more. */
export function identityOf(user: string, group?: string): Identity {
  return { user, groups: [...new Set([...groupsOfUser(user), ...(group === undefined ? [] : [group])])] };
}
