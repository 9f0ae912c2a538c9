import { decide } from '../../../src/policy/decide/decide.ts';
import type { GroupResources, PolicyRule, RequestAttributes } from '../../../src/policy/types.ts';

type Test = (rule: PolicyRule, request: RequestAttributes) => boolean;

/** The ways in which a rule can win a request, each with a test for it. */
export const BRANCHES: Readonly<Record<string, Test>> = {
  'a user': ({ users }, { user }) => isSet(users) && user !== '',
  'the user ""': ({ users }) => isSet(users) && users.includes(''),
  'no user': (_rule, { user }) => user === undefined,
  'no user, but groups': ({ userGroups }, { user, groups }) =>
    user === undefined && !isSet(userGroups) && isSet(groups),
  'empty users': ({ users }) => users?.length === 0,
  'one group': ({ userGroups }, { groups }) => isSet(userGroups) && groups?.length === 1,
  'the second group': ({ userGroups }, { groups }) =>
    isSet(userGroups) && isSet(groups) && groups.length > 1 && !userGroups.includes(groups[0]!),
  'empty userGroups': ({ userGroups }) => userGroups?.length === 0,
  'a verb': ({ verbs }, { verb }) => isSet(verbs) && Boolean(verb),
  'the verb ""': ({ verbs }, { verb }) => isSet(verbs) && verb === '',
  'no verb for ""': ({ verbs }, { verb }) => isSet(verbs) && verb === undefined,
  'a namespace': ({ namespaces }, { namespace }) => isSet(namespaces) && Boolean(namespace),
  'no namespace': ({ namespaces }, { namespace }) => isSet(namespaces) && namespace === undefined,
  'empty namespaces': ({ namespaces }) => namespaces?.length === 0,
  'only a namespace, in spite of paths': ({ namespaces, resources, nonResourceURLs }) =>
    isSet(namespaces) && !isSet(resources) && isSet(nonResourceURLs),
  'resources in spite of paths': ({ resources, nonResourceURLs }) => isSet(resources) && isSet(nonResourceURLs),
  'the core group': entry(({ group }) => group === undefined),
  'a named group': entry(({ group }) => group === 'apps'),
  'the group "*"': entry(({ group }, { apiGroup }) => group === '*' && apiGroup !== '*'),
  'all of a group': entry(({ resources }) => !isSet(resources)),
  'all of a group in spite of a name': entry(
    ({ resources, resourceNames }) => !isSet(resources) && isSet(resourceNames),
  ),
  res: name((text, { subresource }) => text === 'pods' && !subresource),
  'res/sub': name((text) => text === 'pods/log'),
  '*': name((text) => text === '*'),
  '*/sub': name((text) => text === '*/log'),
  'res/*': name((text, { subresource }) => text === 'pods/*' && Boolean(subresource)),
  'res/* without a subresource': name((text, { subresource }) => text === 'pods/*' && !subresource),
  'more than one slash': name((text) => text === 'a/b/c' || text === '*/b/c'),
  'a resource name': entry(({ resourceNames }, { name }) => isSet(resourceNames) && Boolean(name)),
  'the resource name ""': entry(({ resourceNames }, { name }) => isSet(resourceNames) && name === ''),
  'no resource name for ""': entry(({ resourceNames }, { name }) => isSet(resourceNames) && name === undefined),
  'empty resourceNames': entry(({ resourceNames }) => resourceNames?.length === 0),
  'only the second entry': ({ resources = [] }, request) =>
    resources.length > 1 && !wins({ resources: [resources[0]!] }, request),
  'empty resources': ({ resources }) => resources?.length === 0,
  'a path': url((text, { path }) => text !== '*' && text === path),
  'the start of a path': url((text, { path }) => text.endsWith('*') && text !== '*' && text !== path),
  'any path': url((text, { path }) => text === '*' && path !== '*'),
  'no path': url((_text, { path }) => path === undefined),
  'empty nonResourceURLs': ({ nonResourceURLs }) => nonResourceURLs?.length === 0,
  'a resource under no target': (rule, { isResourceRequest }) => isResourceRequest === true && !hasTarget(rule),
  'a path under no target': (rule, { isResourceRequest }) => isResourceRequest !== true && !hasTarget(rule),
};

/** Tells in which ways a rule matches a request that it wins. */
export function branchesOf(rule: PolicyRule, request: RequestAttributes): string[] {
  return Object.keys(BRANCHES).filter((branch) => BRANCHES[branch]!(rule, request));
}

function entry(test: (entry: GroupResources, request: RequestAttributes) => boolean): Test {
  return ({ resources = [] }, request) =>
    resources.some((each) => test(each, request) && wins({ resources: [each] }, request));
}

function name(test: (text: string, request: RequestAttributes) => boolean): Test {
  return entry((each, request) =>
    (each.resources ?? []).some(
      (text) => test(text, request) && wins({ resources: [{ ...each, resources: [text] }] }, request),
    ),
  );
}

function url(test: (text: string, request: RequestAttributes) => boolean): Test {
  return ({ resources, namespaces, nonResourceURLs = [] }, request) =>
    !isSet(resources) &&
    !isSet(namespaces) &&
    nonResourceURLs.some((text) => test(text, request) && wins({ nonResourceURLs: [text] }, request));
}

function wins(selectors: Partial<PolicyRule>, request: RequestAttributes): boolean {
  return decide({ rules: [{ level: 'None', ...selectors }] }, request).rule === 1;
}

function hasTarget({ resources, namespaces, nonResourceURLs }: PolicyRule): boolean {
  return isSet(resources) || isSet(namespaces) || isSet(nonResourceURLs);
}

function isSet<T>(list: readonly T[] | undefined): list is readonly T[] {
  return list !== undefined && list.length > 0;
}
