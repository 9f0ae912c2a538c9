import type { GroupResources, Policy, PolicyRule } from '../../policy/types.ts';

/** A resource that a policy names, and where. Numbers count from 0. */
export interface NamedResource {
  rule: number;
  group: string;
  entry: GroupResources;
  /** As written: `pods/log`. */
  text: string;
  resource: string;
  subresource?: string;
  path: (string | number)[];
}

/** Every resource that a policy names, in order. */
export function namedResources({ rules }: Policy): NamedResource[] {
  return rules.flatMap(({ resources = [] }, rule) =>
    resources.flatMap((entry, at) =>
      (entry.resources ?? []).map((text, place) => {
        const [resource = '', ...rest] = text.split('/');
        const subresource = rest.length > 0 ? { subresource: rest.join('/') } : {};
        const path = ['rules', rule, 'resources', at, 'resources', place];
        return { rule, group: entry.group ?? '', entry, text, resource, ...subresource, path };
      }),
    ),
  );
}

/** A value of one of the plain lists of a rule, and where. */
export interface NamedValue {
  rule: number;
  value: string;
  /** The whole list. */
  values: readonly string[];
  path: (string | number)[];
}

/** Every value of a list of a policy's rules: its `verbs`, its `users` … */
export function namedValues(
  { rules }: Policy,
  key: 'verbs' | 'users' | 'userGroups' | 'namespaces' | 'nonResourceURLs',
): NamedValue[] {
  return rules.flatMap((rule, at) => {
    const values = rule[key] ?? [];
    return values.map((value, place) => ({ rule: at, value, values, path: ['rules', at, key, place] }));
  });
}

/** What the group extensions served up to Kubernetes 1.15, and where it is now (Kubernetes deprecation guide, release 1.16). */
const MOVED: Readonly<Record<string, string>> = {
  daemonsets: 'apps',
  deployments: 'apps',
  replicasets: 'apps',
  networkpolicies: 'networking.k8s.io',
  podsecuritypolicies: 'policy',
};

/** Whether a rule names a resource of `extensions` that was for old clusters only: it has the group the resource moved to as well. */
export function isMovedTwin({ resources = [] }: PolicyRule, group: string, name: string): boolean {
  const home = group === 'extensions' ? MOVED[name.split('/')[0] ?? ''] : undefined;
  return (
    home !== undefined &&
    resources.some((entry) => entry.group === home && (!entry.resources?.length || entry.resources.includes(name)))
  );
}
