/** Whose request it is, by the names that Kubernetes' authenticators give. */
export type WhoKind = 'person' | 'account' | 'anonymous' | 'kubelet' | 'component';

/**
 * Users that other clusters had and no cluster of kOps has: there these are service accounts, or nodes, or named with `system:`; the
 * insecure port is gone since Kubernetes 1.24. Policies that follow the one of GCE name them.
 */
const NOT_ON_KOPS: readonly string[] = [
  'cluster-autoscaler',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
  'kubelet',
  'system:cloud-controller-manager',
  'system:node-problem-detector',
  'system:unsecured',
];

/** The users of the control plane, and kube-proxy, on each cluster that kOps runs (`pkg/model/pki.go` and nodeup of kOps 1.36). */
export const COMPONENTS: readonly string[] = [
  'system:apiserver',
  'system:kube-controller-manager',
  'system:kube-scheduler',
  'system:kube-proxy',
];

/**
 * What kind of user goes by a name; undefined for what nobody goes by. A person is who is no part of Kubernetes: whoever has a certificate or a token of their own, `kops`
 * and administrators in system:masters with them (the reference on authentication of Kubernetes: names that begin with `system:` are
 * Kubernetes' own).
 */
export function kindOfUser(user: string): WhoKind | undefined {
  if (NOT_ON_KOPS.includes(user)) return undefined;
  if (user === 'system:anonymous') return 'anonymous';
  if (user.startsWith('system:node:')) return 'kubelet';
  if (user.startsWith('system:serviceaccount:')) return 'account';
  return user.startsWith('system:') ? 'component' : 'person';
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
