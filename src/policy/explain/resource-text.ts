import type { GroupResources, RequestAttributes } from '../types.ts';

/** One entry of a rule's `resources` as a person reads it: `pods, pods/log (core)`, `all of apps`, `secrets (core) named db`. */
export function entryText({ group = '', resources = [], resourceNames = [] }: GroupResources): string {
  const where = group === '*' ? 'any group' : groupText(group);
  const what = resources.length === 0 ? `all of ${where}` : `${resources.join(', ')} (${where})`;
  return resourceNames.length === 0 ? what : `${what} named ${resourceNames.map((name) => name || '""').join(', ')}`;
}

/** The resource of a request as a person reads it: `pods/log (core)`, `deployments (apps)`. */
export function resourceText({ apiGroup = '', resource = '', subresource = '' }: RequestAttributes): string {
  return `${resource}${subresource && `/${subresource}`} (${groupText(apiGroup)})`;
}

function groupText(group: string): string {
  return group === '' ? 'core' : group;
}
