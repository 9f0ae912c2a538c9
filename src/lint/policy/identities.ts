import { withValue } from './harm.ts';
import { type NamedValue, namedValues } from './named.ts';
import { editDistance, nearest } from '../../policy/nearest.ts';
import type { PolicyInput, PolicyLintRule } from '../rule.ts';
import { type LegacyPolicyBreach as PolicyBreach, legacyPolicies } from '../legacy.ts';
import type { Policy } from '../../policy/types.ts';

/** Rules about the users, groups and namespaces that a policy names, as they are on a cluster that kOps runs. */
export const IDENTITY_RULES: readonly PolicyLintRule[] = legacyPolicies([
  {
    id: 'unknown-identity',
    severity: 'warning',
    why: 'Nobody goes by that name on a cluster that kOps runs, so the rule never matches for it.',
    check: unknownIdentities,
  },
  {
    id: 'unknown-namespace',
    severity: 'warning',
    why: 'Namespaces are compared letter for letter, so the rule never matches for it.',
    check: unknownNamespaces,
  },
]);

function unknownIdentities({ policy }: PolicyInput): PolicyBreach[] {
  return [
    ...namedValues(policy, 'users').flatMap((named) => breachOf(named, 'user', mistakenUser(named.value))),
    ...namedValues(policy, 'userGroups').flatMap((named) => breachOf(named, 'group', mistakenGroup(named.value))),
  ];
}

function breachOf({ rule, value, path }: NamedValue, what: string, mistake: string | undefined): PolicyBreach[] {
  if (mistake === undefined || value.includes('*')) return [];
  const [, name] = /(?:Did you mean|Write) (system:[^\s?,]+[^\s?,.])/.exec(mistake) ?? [];
  const meant = name === undefined ? {} : { meant: (policy: Policy) => withValue(policy, path, name) };
  return [{ message: `rule ${rule + 1}: there is no ${what} "${value}"`, mend: mistake, path, ...meant }];
}

function mistakenUser(user: string): string | undefined {
  if (KNOWN_USERS.includes(user)) return undefined;
  const other = OTHER_USER_NAMES[user] ?? roleTaken(user);
  if (other) return other;
  if (KNOWN_GROUPS.includes(user) || /^system:serviceaccounts:[^:]+$/.test(user))
    return 'It is a group: name it in userGroups.';
  const [, controller] = /^system:controller:(.+)$/.exec(user) ?? [];
  if (controller) return `It is a ClusterRole; its user is system:serviceaccount:kube-system:${controller}.`;
  return mistakenAccount(user) ?? mistakenNode(user) ?? nearUser(user);
}

function roleTaken(name: string): string | undefined {
  return CLUSTER_ROLES.includes(name) ? 'It is a ClusterRole: name the user or group that it is bound to.' : undefined;
}

// Any certificate can hold a name, so an unknown one is wrong only where it is nearly one of Kubernetes' own.
function nearUser(user: string): string | undefined {
  const known = nearly(user, KNOWN_USERS);
  if (known) return `Did you mean ${known}?`;
  const group = nearly(user, KNOWN_GROUPS);
  return group && `Did you mean the group ${group}? It is named in userGroups.`;
}

function mistakenGroup(group: string): string | undefined {
  if (KNOWN_GROUPS.includes(group)) return undefined;
  const other = OTHER_GROUP_NAMES[group] ?? roleTaken(group);
  if (other) return other;
  if (KNOWN_USERS.includes(group) || /^system:(?:node:.+|serviceaccount:[^:]+:[^:]+)$/.test(group))
    return 'It is a user: name it in users.';
  return accountsGroup(group) ?? nearGroup(group);
}

function nearGroup(group: string): string | undefined {
  const known = nearly(group, KNOWN_GROUPS);
  if (known) return `Did you mean ${known}?`;
  const user = nearly(group, KNOWN_USERS);
  return user && `Did you mean the user ${user}? It is named in users.`;
}

// With the prefix left out, hyphens or not, or the same but for two letters.
function nearly(name: string, known: readonly string[]): string | undefined {
  const full = `system${letters(name)}`;
  const meant = known.find((each) => letters(each) === full);
  if (meant !== undefined && meant !== 'system:monitoring') return meant;
  return /^system:/i.test(name) ? nearest(name, known) : undefined;
}

function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

const ACCOUNT = 'A service account is written system:serviceaccount:NAMESPACE:NAME.';

function mistakenAccount(user: string): string | undefined {
  const [, namespace = '', name = ''] = /^system:serviceaccount:([^:/]+):([^:/]+)$/.exec(user) ?? [];
  if (name !== '') return mistakenPart(namespace, name);
  const [, first = '', second = ''] = ACCOUNT_LIKE.exec(user) ?? [];
  if (second !== '') return `Did you mean system:serviceaccount:${first}:${second}?`;
  if (KNOWN_NAMESPACES.some((each) => user.startsWith(`${each}:`) && user.split(':').length === 2))
    return `Did you mean system:serviceaccount:${user}?`;
  return /^(?:system:)?service-?accounts?:/i.test(user) || user === 'system:serviceaccount' ? ACCOUNT : undefined;
}

// As RBAC, a URL or a hand writes it.
const ACCOUNT_LIKE = /^(?:system:)?(?:service[-_]?acc?ounts?|sa)[:/]([a-z0-9-]+)[:/]([a-z0-9.-]+)$/i;

// Of the service accounts only those of Kubernetes' own controllers are known.
function mistakenPart(namespace: string, name: string): string | undefined {
  const meant = nearNamespace(namespace);
  if (meant !== undefined) return `Did you mean system:serviceaccount:${meant}:${name}?`;
  if (namespace !== 'kube-system' || CONTROLLERS.includes(name)) return undefined;
  const controller = CONTROLLERS.find((known) => known.length > 8 && editDistance(known, name) === 1);
  return controller && `Did you mean system:serviceaccount:kube-system:${controller}?`;
}

function accountsGroup(group: string): string | undefined {
  const [, namespace = '', name] = /^system:serviceaccounts?:([^:]+)(:.*)?$/i.exec(group) ?? [];
  if (namespace === '') return undefined;
  const meant = nearNamespace(namespace) ?? namespace;
  const full = `system:serviceaccounts:${meant}`;
  if (group === full) return undefined;
  return name === undefined ? `Write ${full}.` : `Write ${full}, or name the one service account in users.`;
}

// Nodes are users, and their names are those of instances: only the form can be wrong.
function mistakenNode(user: string): string | undefined {
  if (/^system:node:./.test(user)) return undefined;
  const [, name = ''] = /^(?:system:)?nodes?:(.*)$/i.exec(user) ?? [];
  if (/^(?:system:)?nodes?:$/i.test(user)) return 'Kubelets are system:node:NAME: write userGroups: [system:nodes].';
  return name === '' ? undefined : `Did you mean system:node:${name}?`;
}

function unknownNamespaces({ policy }: PolicyInput): PolicyBreach[] {
  return namedValues(policy, 'namespaces').flatMap(({ rule, value, path }) => {
    if (value.includes('*')) return [];
    const meant = nearNamespace(value);
    if (meant !== undefined) {
      const message = `rule ${rule + 1}: there is hardly a namespace "${value}"`;
      const follow = (from: Policy): Policy => withValue(from, path, meant);
      return [{ message, mend: `Did you mean ${meant}?`, path, meant: follow }];
    }
    if (value === '' || isLabel(value)) return [];
    const message = `rule ${rule + 1}: no namespace can have the name "${value}"`;
    return [{ message, mend: 'Write it as kubectl get namespaces shows it.', path }];
  });
}

/** A name of a namespace (RFC 1123 label: apimachinery's ValidateNamespaceName). */
function isLabel(name: string): boolean {
  return name.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name);
}

/** One of the namespaces of Kubernetes itself that somebody nearly wrote; any other name may be right. */
function nearNamespace(name: string): string | undefined {
  if (KNOWN_NAMESPACES.includes(name)) return undefined;
  return KNOWN_NAMESPACES.find(
    (known) => letters(known) === letters(name) || editDistance(known, name.toLowerCase()) === 1,
  );
}

/** Users that Kubernetes itself or kOps brings (authentication and RBAC references; kOps 1.36). */
const KNOWN_USERS: readonly string[] = [
  'system:anonymous',
  'system:apiserver',
  'system:kube-controller-manager',
  'system:kube-proxy',
  'system:kube-router',
  'system:kube-scheduler',
];

/** Groups that Kubernetes itself gives. */
const KNOWN_GROUPS: readonly string[] = [
  'system:authenticated',
  'system:bootstrappers',
  'system:masters',
  'system:monitoring',
  'system:nodes',
  'system:serviceaccounts',
  'system:unauthenticated',
];

const KNOWN_NAMESPACES: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Service accounts in kube-system of the controllers of kube-controller-manager (`cmd/kube-controller-manager/names`, release 1.37). */
const CONTROLLERS: readonly string[] = [
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
const CLUSTER_ROLES: readonly string[] = [
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
const OTHER_USER_NAMES: Readonly<Record<string, string>> = {
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
const OTHER_GROUP_NAMES: Readonly<Record<string, string>> = {
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
