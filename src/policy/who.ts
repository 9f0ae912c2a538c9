/** Whose request it is, by the names that Kubernetes' authenticators give. */
export type WhoKind = 'person' | 'account' | 'anonymous' | 'kubelet' | 'component';

/**
 * Users that other clusters have or had, or that people take for one, and no cluster of kOps has: there these are service accounts, or
 * nodes, or named otherwise; the insecure port is gone since Kubernetes 1.24. Policies that follow the one of GCE name some of them.
 */
export const NOT_ON_KOPS = [
  'cluster-autoscaler',
  'controller-manager',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
  'kubelet',
  'kubelets',
  'system:admin',
  'system:cloud-controller-manager',
  'system:cluster-autoscaler',
  'system:controller-manager',
  'system:coredns',
  'system:kube-apiserver',
  'system:kube-dns',
  'system:kubelet',
  'system:kubelets',
  'system:node',
  'system:node-problem-detector',
  'system:proxy',
  'system:scheduler',
  'system:unsecured',
] as const;

const NOBODY: ReadonlySet<string> = new Set(NOT_ON_KOPS);

/** The users of the control plane, and kube-proxy, on each cluster that kOps runs (`pkg/model/pki.go` and nodeup of kOps 1.36). */
export const COMPONENTS: readonly string[] = [
  'system:apiserver',
  'system:kube-controller-manager',
  'system:kube-scheduler',
  'system:kube-proxy',
];

/**
 * Users of kOps' own whose names do not begin with `system:`: the probe that asks for the health of each API server, and the API server
 * itself where it talks to kubelets and aggregated APIs (nodeup's `kube_apiserver.go` and `kube_apiserver_healthcheck.go`, kOps 1.36).
 */
const PROGRAMS: ReadonlySet<string> = new Set(['kube-apiserver-healthcheck', 'kubelet-api', 'aggregator']);

/** Whether a name is that of a part of Kubernetes that kOps runs. Anybody whose certificate says so can have another that begins with `system:`. */
export function isKnownComponent(user: string): boolean {
  return COMPONENTS.includes(user) || PROGRAMS.has(user);
}

/**
 * What kind of user has a name; undefined where no user has it. A person is who is not a part of Kubernetes: whoever has a certificate
 * or a token of their own, `kops` and administrators in system:masters among them (Kubernetes' reference on authentication: names that
 * begin with `system:` are its own).
 */
export function kindOfUser(user: string): WhoKind | undefined {
  if (NOBODY.has(user)) return undefined;
  if (user === 'system:anonymous') return 'anonymous';
  if (user.startsWith('system:node:')) return 'kubelet';
  if (user.startsWith('system:serviceaccount:')) return 'account';
  return user.startsWith('system:') || PROGRAMS.has(user) ? 'component' : 'person';
}

/** What kind of users is in a group; undefined where any kind can be: everybody who logged in, and groups of people's own. */
export function kindOfGroup(group: string): WhoKind | undefined {
  if (group === 'system:unauthenticated') return 'anonymous';
  if (group === 'system:nodes') return 'kubelet';
  if (group === 'system:serviceaccounts' || group.startsWith('system:serviceaccounts:')) return 'account';
  if (group === 'system:authenticated') return undefined;
  if (group === 'system:masters' || !group.startsWith('system:')) return 'person';
  return 'component';
}
