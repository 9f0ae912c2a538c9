import type { GroupResources, PolicyRule, RequestAttributes } from '../types.ts';

// A rule wins a request if all five of these hold, each of which looks at other attributes of the request. They are those of
// kube-apiserver's `pkg/audit/policy/checker.go`, release 1.37. A selector that is left out or empty matches everything.

/** Tells whether `users` matches. A request without a user (it failed to authenticate) matches no list. */
export function matchesUser({ users }: PolicyRule, { user }: RequestAttributes): boolean {
  return !isSet(users) || (user !== undefined && users.includes(user));
}

/** Tells whether `userGroups` matches: the user is in any of them. A request without a user matches no list. */
export function matchesGroups({ userGroups }: PolicyRule, { user, groups }: RequestAttributes): boolean {
  if (!isSet(userGroups)) return true;
  return user !== undefined && userGroups.some((group) => groups?.includes(group));
}

/** Tells whether `verbs` matches. */
export function matchesVerb({ verbs }: PolicyRule, { verb = '' }: RequestAttributes): boolean {
  return !isSet(verbs) || verbs.includes(verb);
}

/** Tells whether `namespaces` matches: only requests for resources do, "" those without a namespace. */
export function matchesNamespace({ namespaces }: PolicyRule, request: RequestAttributes): boolean {
  return !isSet(namespaces) || (request.isResourceRequest === true && namespaces.includes(request.namespace ?? ''));
}

/** Tells whether `resources` or, in a rule without `resources` and `namespaces`, `nonResourceURLs` matches. */
export function matchesTarget(rule: PolicyRule, request: RequestAttributes): boolean {
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
