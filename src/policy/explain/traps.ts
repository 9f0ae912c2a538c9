import type { PolicyRule, RequestAttributes } from '../types.ts';
import type { Selector } from './miss.ts';

/**
 * Says what is easily got wrong about a selector that did not match; undefined where nothing is known. The rules are those of
 * kube-apiserver's `pkg/audit/policy/checker.go`, release 1.37.
 */
export function trapIn(rule: PolicyRule, selector: Selector, request: RequestAttributes): string | undefined {
  if (selector === 'resources') return resourceTrap(rule, request);
  const list = rule[selector];
  if (selector !== 'nonResourceURLs' && list?.includes('*')) return `"*" is no wildcard in ${selector}`;
  if (selector === 'users') return userTrap(list ?? [], request);
  if (selector === 'namespaces' && request.isResourceRequest && !request.namespace)
    return 'a request outside of namespaces, or for all of them, has namespace ""';
  if (selector === 'nonResourceURLs') return pathTrap(list ?? [], request);
  return undefined;
}

function userTrap(users: readonly string[], { user = '' }: RequestAttributes): string | undefined {
  const pattern = users.find((name) => name.endsWith('*') && user.startsWith(name.slice(0, -1)));
  if (pattern === undefined) return undefined;
  const [, namespace] = /^system:serviceaccount:([^:]+):\*$/.exec(pattern) ?? [];
  const mend = namespace
    ? `userGroups has system:serviceaccounts:${namespace} for that`
    : 'users are compared letter for letter';
  return `${pattern} is no prefix; ${mend}`;
}

function pathTrap(urls: readonly string[], { path = '', isResourceRequest }: RequestAttributes): string | undefined {
  if (isResourceRequest) return undefined;
  const above = urls.find((url) => path.startsWith(`${url}/`));
  if (above) return `${above} does not cover what is below it; ${above}* does`;
  const below = urls.find((url) => url === `${path}/*`);
  return below && `${below} does not cover ${path} itself`;
}

function resourceTrap({ resources = [] }: PolicyRule, request: RequestAttributes): string | undefined {
  if (!request.isResourceRequest) return undefined;
  const { apiGroup = '', resource = '', subresource = '', name = '' } = request;
  const full = subresource ? `${resource}/${subresource}` : resource;
  const here = resources.filter(({ group = '' }) => group === apiGroup || group === '*');
  if (here.some((entry) => entry.resourceNames?.length && entry.resources?.includes(full)))
    return name ? `its name is ${name}` : 'it has no name';
  if (subresource && here.some((entry) => entry.resources?.includes(resource)))
    return `${resource} does not cover ${full}`;
  const near = here.flatMap((entry) => entry.resources ?? []).find((text) => text.toLowerCase() === full);
  if (near) return `${near} is not ${full}: names are compared letter for letter`;
  if (resources.some((entry) => entry.resources?.includes(full))) return `${resource} is looked for in another group`;
  return undefined;
}
