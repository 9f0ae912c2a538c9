import type { Decision, GroupResources, Policy, PolicyRule, RequestAttributes, Stage } from '../types.ts';

/**
 * Tells what an audit policy does with a request: the first rule whose every set selector matches wins.
 * No match is level None (`rule` 0) with the policy's own `omitStages`; otherwise those of policy and rule together.
 * The rules are those of kube-apiserver's `pkg/audit/policy/checker.go`, release 1.37.
 */
export function decide(policy: Policy, request: RequestAttributes): Decision {
  const at = policy.rules.findIndex((rule) => matches(rule, request));
  const rule = policy.rules[at];
  return {
    level: rule?.level ?? 'None',
    rule: at + 1,
    omitStages: rule ? union(policy.omitStages, rule.omitStages) : (policy.omitStages ?? []),
    omitManagedFields: rule?.omitManagedFields ?? policy.omitManagedFields ?? false,
  };
}

function union(first: readonly Stage[] = [], second: readonly Stage[] = []): Stage[] {
  return [...new Set([...first, ...second])];
}

function matches(rule: PolicyRule, request: RequestAttributes): boolean {
  return matchesUser(rule, request) && matchesVerb(rule, request) && matchesTarget(rule, request);
}

// A request without a user (it failed to authenticate) matches no `users` and no `userGroups`.
function matchesUser({ users, userGroups }: PolicyRule, { user, groups }: RequestAttributes): boolean {
  if (isSet(users) && (user === undefined || !users.includes(user))) return false;
  if (!isSet(userGroups)) return true;
  return user !== undefined && userGroups.some((group) => groups?.includes(group));
}

function matchesVerb({ verbs }: PolicyRule, request: RequestAttributes): boolean {
  return !isSet(verbs) || verbs.includes(request.verb ?? '');
}

function matchesTarget(rule: PolicyRule, request: RequestAttributes): boolean {
  if (isSet(rule.namespaces) || isSet(rule.resources)) {
    return request.isResourceRequest === true && matchesResource(rule, request);
  }
  if (!isSet(rule.nonResourceURLs)) return true;
  return request.isResourceRequest !== true && rule.nonResourceURLs.some((url) => matchesPath(url, request.path ?? ''));
}

function matchesResource({ namespaces, resources }: PolicyRule, request: RequestAttributes): boolean {
  if (isSet(namespaces) && !namespaces.includes(request.namespace ?? '')) return false;
  return !isSet(resources) || resources.some((entry) => matchesEntry(entry, request));
}

function matchesEntry({ group, resources, resourceNames }: GroupResources, request: RequestAttributes): boolean {
  if (group !== '*' && (group ?? '') !== (request.apiGroup ?? '')) return false;
  if (!isSet(resources)) return true;
  if (isSet(resourceNames) && !resourceNames.includes(request.name ?? '')) return false;
  return resources.some((name) => matchesName(name, request.resource ?? '', request.subresource ?? ''));
}

// `res/*` matches the plain resource too, although the comment in kube-apiserver says otherwise.
function matchesName(name: string, resource: string, subresource: string): boolean {
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
