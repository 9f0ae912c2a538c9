import type { Target } from './deciders.ts';

/** A request that an audit log is expected to hold, and what it is called: a name stands for several. */
export interface Watched extends Target {
  name: string;
}

const RBAC = ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'];
const CHANGES = ['create', 'update', 'patch', 'delete'];
const WRITES = [...CHANGES, 'deletecollection'];

/** What must not go unseen, whoever does it: changes of permissions and secrets, and commands in containers. */
export const SENSITIVE: readonly Watched[] = [
  ...RBAC.flatMap((resource) => each('RBAC', WRITES, inRbac(resource))),
  ...each('secrets', WRITES, { resource: 'secrets' }),
  ...opened('pods', 'exec'),
  ...opened('pods', 'attach'),
];

/** What CIS Kubernetes Benchmark 3.2.2 names. */
export const CIS: readonly Watched[] = [
  ...each('secrets', ['get', 'list', ...CHANGES], { resource: 'secrets' }),
  ...each('config maps', CHANGES, { resource: 'configmaps' }),
  ...each('token reviews', ['create'], {
    apiGroup: 'authentication.k8s.io',
    resource: 'tokenreviews',
    clusterScoped: true,
  }),
  ...each('pods', CHANGES, { resource: 'pods' }),
  ...each('deployments', CHANGES, { apiGroup: 'apps', resource: 'deployments' }),
  ...opened('pods', 'exec'),
  ...opened('pods', 'portforward'),
  ...opened('pods', 'proxy'),
  ...opened('services', 'proxy'),
];

function each(name: string, verbs: readonly string[], target: Omit<Target, 'verb'>): Watched[] {
  return verbs.map((verb) => ({ ...target, name, verb }));
}

function inRbac(resource: string): Omit<Target, 'verb'> {
  return { apiGroup: 'rbac.authorization.k8s.io', resource, clusterScoped: resource.startsWith('cluster') };
}

// Over WebSocket these are a get, over SPDY a create.
function opened(resource: string, subresource: string): Watched[] {
  return each(`${resource}/${subresource}`, ['create', 'get'], { resource, subresource });
}

/**
 * Names what is watched, with its verbs where it is not all of that name: `secrets`, `pods/exec (get)`.
 *
 * @param all what there is of each name.
 */
export function describe(watched: readonly Watched[], all: readonly Watched[]): string[] {
  const names = [...new Set(watched.map(({ name }) => name))];
  return names.map((name) => {
    const isAll = all.every((target) => target.name !== name || watched.includes(target));
    return isAll ? name : `${name} (${verbsOf(watched, name).join(', ')})`;
  });
}

function verbsOf(watched: readonly Watched[], wanted: string): string[] {
  return [...new Set(watched.flatMap(({ name, verb }) => (name === wanted ? [verb] : [])))];
}
