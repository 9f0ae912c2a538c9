type Name =
  | 'admin'
  | 'alice'
  | 'bob'
  | 'node'
  | 'kubelet'
  | 'scheduler'
  | 'controllerManager'
  | 'kubeProxy'
  | 'autoscaler'
  | 'unsecured'
  | 'namespaceController'
  | 'cilium'
  | 'builder';

/** Who can sign in, each with a static token: user name and groups, as the API server will see them. */
const IDENTITIES: Readonly<Record<Name, { user: string; groups: readonly string[] }>> = {
  admin: { user: 'admin', groups: ['system:masters'] },
  alice: { user: 'alice', groups: ['dev', 'team-shop'] },
  bob: { user: 'bob', groups: ['ops'] },
  node: { user: 'system:node:node-1', groups: ['system:nodes'] },
  kubelet: { user: 'kubelet', groups: ['system:nodes'] },
  scheduler: { user: 'system:kube-scheduler', groups: [] },
  controllerManager: { user: 'system:kube-controller-manager', groups: [] },
  kubeProxy: { user: 'system:kube-proxy', groups: ['system:node-proxier'] },
  autoscaler: { user: 'cluster-autoscaler', groups: [] },
  unsecured: { user: 'system:unsecured', groups: ['system:masters'] },
  namespaceController: serviceAccount('kube-system', 'namespace-controller'),
  cilium: serviceAccount('kube-system', 'cilium'),
  builder: serviceAccount('shop', 'builder'),
};

/** One of them; or nobody (`anonymous`), or a token that is not known (`stranger`). */
export type Identity = Name | 'anonymous' | 'stranger';

function serviceAccount(namespace: string, name: string): { user: string; groups: readonly string[] } {
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
  };
}

/** The file for `--token-auth-file`: a line of token, user, uid and groups for each. */
export function tokenFile(): string {
  const rows = Object.entries(IDENTITIES).map(
    ([name, { user, groups }]) => `${tokenOf(name)},${user},uid-${name},"${groups.join(',')}"\n`,
  );
  return rows.join('');
}

/** The header by which an identity signs in. */
export function authorization(identity: Identity): Record<string, string> {
  return identity === 'anonymous' ? {} : { authorization: `Bearer ${tokenOf(identity)}` };
}

function tokenOf(name: string): string {
  return `dummy-token-${name.toLowerCase()}`;
}
