/** Users that Kubernetes itself or kOps brings (authentication and RBAC references; kOps 1.36). */
export const KNOWN_USERS: readonly string[] = [
  'system:anonymous',
  'system:apiserver',
  'system:kube-controller-manager',
  'system:kube-proxy',
  'system:kube-router',
  'system:kube-scheduler',
];

/** Groups that Kubernetes itself gives. */
export const KNOWN_GROUPS: readonly string[] = [
  'system:authenticated',
  'system:bootstrappers',
  'system:masters',
  'system:monitoring',
  'system:nodes',
  'system:serviceaccounts',
  'system:unauthenticated',
];

export const KNOWN_NAMESPACES: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Service accounts in kube-system of the controllers of kube-controller-manager (`cmd/kube-controller-manager/names`, release 1.37). */
export const CONTROLLERS: readonly string[] = [
  'attachdetach-controller',
  'bootstrap-signer',
  'certificate-controller',
  'clusterrole-aggregation-controller',
  'cronjob-controller',
  'daemon-set-controller',
  'deployment-controller',
  'disruption-controller',
  'endpoint-controller',
  'endpointslice-controller',
  'endpointslicemirroring-controller',
  'ephemeral-volume-controller',
  'expand-controller',
  'generic-garbage-collector',
  'horizontal-pod-autoscaler',
  'job-controller',
  'namespace-controller',
  'node-controller',
  'persistent-volume-binder',
  'pod-garbage-collector',
  'pv-protection-controller',
  'pvc-protection-controller',
  'replicaset-controller',
  'replication-controller',
  'resourcequota-controller',
  'root-ca-cert-publisher',
  'route-controller',
  'service-account-controller',
  'service-controller',
  'statefulset-controller',
  'token-cleaner',
  'ttl-after-finished-controller',
  'ttl-controller',
];

/** ClusterRoles with names like those of users (`plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`, release 1.37). */
export const CLUSTER_ROLES: readonly string[] = [
  'system:aggregate-to-admin',
  'system:aggregate-to-edit',
  'system:aggregate-to-view',
  'system:auth-delegator',
  'system:basic-user',
  'system:discovery',
  'system:heapster',
  'system:kubelet-api-admin',
  'system:node-bootstrapper',
  'system:node-proxier',
  'system:persistent-volume-provisioner',
  'system:public-info-viewer',
  'system:service-account-issuer-discovery',
  'system:volume-scheduler',
];

const KUBELETS = 'Kubelets are system:node:NAME: write userGroups: [system:nodes].';
const IN_NODES = 'Kubelets are in the group system:nodes: write that.';
const ADMINS = 'Administrators are in the group system:masters: name that in userGroups.';

/** Names of users that other set-ups have or had, or that people take for one, and what does their work on kOps 1.36. */
export const OTHER_USER_NAMES: Readonly<Record<string, string>> = {
  kubelet: KUBELETS,
  kubelets: KUBELETS,
  'system:kubelet': KUBELETS,
  'system:kubelets': KUBELETS,
  'system:node': KUBELETS,
  'system:admin': ADMINS,
  'system:unsecured': 'It was the insecure port, gone since Kubernetes 1.24: remove it.',
  'cluster-autoscaler': 'Write system:serviceaccount:kube-system:cluster-autoscaler.',
  'system:cluster-autoscaler': 'Write system:serviceaccount:kube-system:cluster-autoscaler.',
  'system:cloud-controller-manager':
    'It is a service account there, such as system:serviceaccount:kube-system:aws-cloud-controller-manager.',
  'system:node-problem-detector': 'Write system:serviceaccount:kube-system:node-problem-detector.',
  'kube-apiserver': 'Write system:apiserver.',
  'system:kube-apiserver': 'Write system:apiserver.',
  'controller-manager': 'Write system:kube-controller-manager.',
  'system:controller-manager': 'Write system:kube-controller-manager.',
  'system:scheduler': 'Write system:kube-scheduler.',
  'system:proxy': 'Write system:kube-proxy.',
  'system:kube-dns': 'Write system:serviceaccount:kube-system:coredns.',
  'system:coredns': 'Write system:serviceaccount:kube-system:coredns.',
  'system:serviceaccount:kube-system:kube-apiserver': 'Did you mean system:apiserver?',
  'system:serviceaccount:kube-system:kube-controller-manager': 'Did you mean system:kube-controller-manager?',
  'system:serviceaccount:kube-system:kube-scheduler': 'Did you mean system:kube-scheduler?',
};

/** The same for groups. */
export const OTHER_GROUP_NAMES: Readonly<Record<string, string>> = {
  kubelets: IN_NODES,
  'system:kubelet': IN_NODES,
  'system:kubelets': IN_NODES,
  'system:admin': 'Administrators are in system:masters: write that.',
  'system:admins': 'Administrators are in system:masters: write that.',
  'system:users': 'Everybody who logged in is in system:authenticated: write that.',
  'system:everyone': 'Everybody who logged in is in system:authenticated: write that.',
  'system:anonymous': 'It is a user: name it in users. Its group is system:unauthenticated.',
  'system:serviceaccount': 'Write system:serviceaccounts.',
  'kube-system': 'Write system:serviceaccounts:kube-system.',
};
