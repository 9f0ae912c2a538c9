import type { Decision, GroupResources, Policy, PolicyRule, RequestAttributes, Stage } from '../types.ts';

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

// A rule wins a request if all five of these hold, each of which looks at other attributes of the request. They are those of
// kube-apiserver's `pkg/audit/policy/checker.go`, release 1.37. A selector that is left out or empty matches everything.

/** Tells whether `users` matches. A request without a user (it failed to authenticate) matches no list. */
function matchesUser({ users }: PolicyRule, { user }: RequestAttributes): boolean {
  return !isSet(users) || (user !== undefined && users.includes(user));
}

/** Tells whether `userGroups` matches: the user is in any of them. A request without a user matches no list. */
function matchesGroups({ userGroups }: PolicyRule, { user, groups }: RequestAttributes): boolean {
  if (!isSet(userGroups)) return true;
  return user !== undefined && userGroups.some((group) => groups?.includes(group));
}

/** Tells whether `verbs` matches. */
function matchesVerb({ verbs }: PolicyRule, { verb = '' }: RequestAttributes): boolean {
  return !isSet(verbs) || verbs.includes(verb);
}

/** Tells whether `namespaces` matches: only requests for resources do, "" those without a namespace. */
function matchesNamespace({ namespaces }: PolicyRule, request: RequestAttributes): boolean {
  return !isSet(namespaces) || (request.isResourceRequest === true && namespaces.includes(request.namespace ?? ''));
}

/** Tells whether `resources` or, in a rule without `resources` and `namespaces`, `nonResourceURLs` matches. */
function matchesTarget(rule: PolicyRule, request: RequestAttributes): boolean {
  const { resources, namespaces, nonResourceURLs } = rule;
  const isResource = request.isResourceRequest === true;
  if (isSet(resources)) return isResource && resources.some((entry) => matchesEntry(entry, request));
  if (isSet(namespaces) || !isSet(nonResourceURLs)) return true;
  return !isResource && nonResourceURLs.some((url) => matchesPath(url, request.path ?? ''));
}

function matchesEntry({ group, resources, resourceNames }: GroupResources, request: RequestAttributes): boolean {
  if (group !== '*' && (group ?? '') !== (request.apiGroup ?? '')) return false;
  if (!isSet(resources)) return true;
  if (isSet(resourceNames) && !resourceNames.includes(request.name ?? '')) return false;
  return resources.some((name) => matchesName(name, request.resource ?? '', request.subresource ?? ''));
}

/** Tells whether an entry of `resources` matches. `res/*` matches the plain resource too, whatever kube-apiserver's comment says. */
export function matchesName(name: string, resource: string, subresource: string): boolean {
  if (name === '*' || name === (subresource ? `${resource}/${subresource}` : resource)) return true;
  if (subresource && name === `*/${subresource}`) return true;
  return name === `${resource}/*`;
}

function matchesPath(url: string, path: string): boolean {
  if (url === '*' || url === path) return true;
  return url.endsWith('*') && path.startsWith(url.slice(0, -1));
}

function isSet<T>(list: readonly T[] | undefined): list is readonly T[] {
  return list !== undefined && list.length > 0;
}

const LONG_RUNNING_VERBS: readonly string[] = ['watch', 'proxy'];
/** The subresources that are a connection or a stream of text. */
export const LONG_RUNNING_SUBRESOURCES: readonly string[] = ['attach', 'exec', 'proxy', 'log', 'portforward'];
const LONG_RUNNING_PATHS = '/debug/pprof/';

/**
 * Tells which events a request leaves under a decision if nothing goes wrong, in the order in which they are written; empty for
 * none. A request that panics ends in stage Panic instead of ResponseComplete.
 * The rules are those of kube-apiserver's `pkg/endpoints/filters/audit.go` and `authn_audit.go`, release 1.37.
 */
export function stagesWritten(request: RequestAttributes, decision: Decision): Stage[] {
  if (decision.level === 'None') return [];
  return stagesOf(request).filter((stage) => !decision.omitStages.includes(stage));
}

// Without a user the request failed to authenticate, and is only seen when it is refused.
function stagesOf(request: RequestAttributes): Stage[] {
  if (request.user === undefined) return ['ResponseStarted'];
  if (isLongRunning(request)) return ['RequestReceived', 'ResponseStarted', 'ResponseComplete'];
  return ['RequestReceived', 'ResponseComplete'];
}

// The rule is that of `pkg/server/filters/longrunning.go` with the lists of kube-apiserver, release 1.37. Other API servers behind the
// aggregation layer may know `watch` only.
function isLongRunning({ verb = '', isResourceRequest, subresource = '', path = '' }: RequestAttributes): boolean {
  if (LONG_RUNNING_VERBS.includes(verb)) return true;
  if (isResourceRequest === true) return LONG_RUNNING_SUBRESOURCES.includes(subresource);
  return path.startsWith(LONG_RUNNING_PATHS);
}
