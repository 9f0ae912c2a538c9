import { editDistance, nearest } from '../../policy/nearest.ts';
import type { Policy } from '../../policy/types.ts';
import { COMPONENTS, type NOT_ON_KOPS } from '../../policy/who.ts';
import { type PolicyBreach, type PolicyInput, type PolicyLintRule, policyRule } from '../rule.ts';
import { withValue } from './harm.ts';
import { type NamedValue, namedValues } from './named.ts';

/** Rules about the users, groups and namespaces that a policy names, as they are on a cluster that kOps runs. */
export const IDENTITY_RULES: readonly PolicyLintRule[] = [
  policyRule({
    id: 'unknown-identity',
    severity: 'warning',
    why: 'No one has that name on a cluster that kOps runs, so it matches nothing.',
    check: unknownIdentities,
    say: ({ rule, what, name, hint }) => ({
      message: `rule ${rule}: there is no ${what} "${name}"`,
      fix: HINTS[hint.kind](hint.name),
    }),
  }),
  policyRule({
    id: 'unknown-namespace',
    severity: 'warning',
    why: 'Namespaces are compared letter by letter, so it matches nothing.',
    check: unknownNamespaces,
    say: ({ rule, name, near }) => ({
      message: `rule ${rule}: ${near === null ? `no namespace can have the name "${name}"` : `"${name}" is probably a misspelt namespace`}`,
      fix: near === null ? 'Write it as kubectl get namespaces shows it.' : `Did you mean ${near}?`,
    }),
  }),
];

/** What is to be written in the place of a name, where it is of the same kind, or what else is to be done. */
type Hint = { kind: keyof typeof HINTS; name: string };

const HINTS = {
  near: (name: string) => `Did you mean ${name}?`,
  write: (name: string) => `Write ${name}.`,
  writeThat: (name: string) => `Write ${name}.`,
  group: () => 'Move it to userGroups: it is a group.',
  user: () => 'Move it to users: it is a user.',
  nearGroup: (name: string) => `Did you mean the group ${name}? Then write it in userGroups.`,
  nearUser: (name: string) => `Did you mean the user ${name}? Then write it in users.`,
  account: () => 'Write a service account as system:serviceaccount:NAMESPACE:NAME.',
  accounts: (name: string) => `Write ${name}, or write the one service account in users.`,
  role: () => 'Write the user or group that this ClusterRole is bound to.',
  controller: (name: string) => `Write ${name}, the user that this ClusterRole is bound to.`,
  kubelets: () => 'Write userGroups: [system:nodes]. Kubelets are the users system:node:NAME.',
  admins: () => 'Write userGroups: [system:masters]. Administrators are in that group.',
  unsecured: () => 'Remove it: it was the user of the insecure port, which Kubernetes 1.24 removed.',
  cloudAccount: () =>
    'Write its service account, such as system:serviceaccount:kube-system:aws-cloud-controller-manager.',
  anonymous: () => 'Move it to users: it is a user. Its group is system:unauthenticated.',
} as const;

function hint(kind: Hint['kind'], name = ''): Hint {
  return { kind, name };
}

type IdentityArgs = { rule: number; what: 'user' | 'group'; name: string; hint: Hint };

function unknownIdentities({ policy }: PolicyInput): PolicyBreach<IdentityArgs>[] {
  return [
    ...namedValues(policy, 'users').flatMap((named) => breachOf(named, 'user', mistakenUser(named.value))),
    ...namedValues(policy, 'userGroups').flatMap((named) => breachOf(named, 'group', mistakenGroup(named.value))),
  ];
}

/** Where the name that is meant is to be written in the same place. */
const IN_PLACE: readonly Hint['kind'][] = ['near', 'write', 'accounts'];

function breachOf(
  { rule, value, path }: NamedValue,
  what: IdentityArgs['what'],
  mistake: Hint | undefined,
): PolicyBreach<IdentityArgs>[] {
  if (mistake === undefined || value.includes('*')) return [];
  const meant = (policy: Policy): Policy => withValue(policy, path, mistake.name);
  const isInPlace = IN_PLACE.includes(mistake.kind);
  return [{ args: { rule: rule + 1, what, name: value, hint: mistake }, path, ...(isInPlace ? { meant } : {}) }];
}

function mistakenUser(user: string): Hint | undefined {
  if (KNOWN_USERS.includes(user)) return undefined;
  const other = OTHER_USER_NAMES[user] ?? roleTaken(user);
  if (other) return other;
  if (KNOWN_GROUPS.includes(user) || /^system:serviceaccounts:[^:]+$/.test(user)) return hint('group');
  const [, controller] = /^system:controller:(.+)$/.exec(user) ?? [];
  if (controller) return hint('controller', systemAccount(controller));
  return mistakenAccount(user) ?? mistakenNode(user) ?? nearUser(user);
}

function roleTaken(name: string): Hint | undefined {
  return CLUSTER_ROLES.includes(name) ? hint('role') : undefined;
}

// Any certificate can hold a name, so an unknown one is wrong only where it is nearly one of Kubernetes' own.
function nearUser(user: string): Hint | undefined {
  const known = nearly(user, KNOWN_USERS);
  if (known) return hint('near', known);
  const group = nearly(user, KNOWN_GROUPS);
  return group === undefined ? undefined : hint('nearGroup', group);
}

function mistakenGroup(group: string): Hint | undefined {
  if (KNOWN_GROUPS.includes(group)) return undefined;
  const other = OTHER_GROUP_NAMES[group] ?? roleTaken(group);
  if (other) return other;
  if (KNOWN_USERS.includes(group) || /^system:(?:node:.+|serviceaccount:[^:]+:[^:]+)$/.test(group)) return hint('user');
  return accountsGroup(group) ?? nearGroup(group);
}

function nearGroup(group: string): Hint | undefined {
  const known = nearly(group, KNOWN_GROUPS);
  if (known) return hint('near', known);
  const user = nearly(group, KNOWN_USERS);
  return user === undefined ? undefined : hint('nearUser', user);
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

function mistakenAccount(user: string): Hint | undefined {
  const [, namespace = '', name = ''] = /^system:serviceaccount:([^:/]+):([^:/]+)$/.exec(user) ?? [];
  if (name !== '') return mistakenPart(namespace, name);
  const [, first = '', second = ''] = ACCOUNT_LIKE.exec(user) ?? [];
  if (second !== '') return hint('near', `system:serviceaccount:${first}:${second}`);
  if (KNOWN_NAMESPACES.some((each) => user.startsWith(`${each}:`) && user.split(':').length === 2))
    return hint('near', `system:serviceaccount:${user}`);
  const isAccount = /^(?:system:)?service-?accounts?:/i.test(user) || user === 'system:serviceaccount';
  return isAccount ? hint('account') : undefined;
}

// As RBAC, a URL or a hand writes it.
const ACCOUNT_LIKE = /^(?:system:)?(?:service[-_]?acc?ounts?|sa)[:/]([a-z0-9-]+)[:/]([a-z0-9.-]+)$/i;

// Of the service accounts only those of Kubernetes' own controllers are known.
function mistakenPart(namespace: string, name: string): Hint | undefined {
  const meant = nearNamespace(namespace);
  if (meant !== undefined) return hint('near', `system:serviceaccount:${meant}:${name}`);
  if (namespace !== 'kube-system' || CONTROLLERS.includes(name)) return undefined;
  const controller = CONTROLLERS.find((known) => known.length > 8 && editDistance(known, name) === 1);
  return controller === undefined ? undefined : hint('near', systemAccount(controller));
}

function systemAccount(name: string): string {
  return `system:serviceaccount:kube-system:${name}`;
}

function accountsGroup(group: string): Hint | undefined {
  const [, namespace = '', name] = /^system:serviceaccounts?:([^:]+)(:.*)?$/i.exec(group) ?? [];
  if (namespace === '') return undefined;
  const full = `system:serviceaccounts:${nearNamespace(namespace) ?? namespace}`;
  return group === full ? undefined : hint(name === undefined ? 'write' : 'accounts', full);
}

// Nodes are users, and their names are those of instances: only the form can be wrong.
function mistakenNode(user: string): Hint | undefined {
  if (/^system:node:./.test(user)) return undefined;
  const [, name = ''] = /^(?:system:)?nodes?:(.*)$/i.exec(user) ?? [];
  if (/^(?:system:)?nodes?:$/i.test(user)) return hint('kubelets');
  return name === '' ? undefined : hint('near', `system:node:${name}`);
}

/** A name that is nearly `near`; null: that no namespace can have. */
type NamespaceArgs = { rule: number; name: string; near: string | null };

function unknownNamespaces({ policy }: PolicyInput): PolicyBreach<NamespaceArgs>[] {
  return namedValues(policy, 'namespaces').flatMap(({ rule, value: name, path }) => {
    if (name.includes('*')) return [];
    const near = nearNamespace(name) ?? null;
    if (near === null && (name === '' || isLabel(name))) return [];
    const meant = (from: Policy): Policy => withValue(from, path, near);
    return [{ args: { rule: rule + 1, name, near }, path, ...(near === null ? {} : { meant }) }];
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
const KNOWN_USERS: readonly string[] = ['system:anonymous', 'system:kube-router', ...COMPONENTS];

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

/** What does the work of those on kOps 1.36 that have other names elsewhere. */
const OTHER_USERS: Readonly<Record<(typeof NOT_ON_KOPS)[number], Hint>> = {
  kubelet: hint('kubelets'),
  kubelets: hint('kubelets'),
  'system:kubelet': hint('kubelets'),
  'system:kubelets': hint('kubelets'),
  'system:node': hint('kubelets'),
  'system:admin': hint('admins'),
  'system:unsecured': hint('unsecured'),
  'cluster-autoscaler': hint('write', systemAccount('cluster-autoscaler')),
  'system:cluster-autoscaler': hint('write', systemAccount('cluster-autoscaler')),
  'system:cloud-controller-manager': hint('cloudAccount'),
  'system:node-problem-detector': hint('write', systemAccount('node-problem-detector')),
  'kube-apiserver': hint('write', 'system:apiserver'),
  'system:kube-apiserver': hint('write', 'system:apiserver'),
  'kube-controller-manager': hint('near', 'system:kube-controller-manager'),
  'kube-proxy': hint('near', 'system:kube-proxy'),
  'kube-scheduler': hint('near', 'system:kube-scheduler'),
  'controller-manager': hint('write', 'system:kube-controller-manager'),
  'system:controller-manager': hint('write', 'system:kube-controller-manager'),
  'system:scheduler': hint('write', 'system:kube-scheduler'),
  'system:proxy': hint('write', 'system:kube-proxy'),
  'system:kube-dns': hint('write', systemAccount('coredns')),
  'system:coredns': hint('write', systemAccount('coredns')),
};

/** The same where a service account was taken for one of them. */
const OTHER_USER_NAMES: Readonly<Record<string, Hint>> = {
  ...OTHER_USERS,
  'system:serviceaccount:kube-system:kube-apiserver': hint('near', 'system:apiserver'),
  'system:serviceaccount:kube-system:kube-controller-manager': hint('near', 'system:kube-controller-manager'),
  'system:serviceaccount:kube-system:kube-scheduler': hint('near', 'system:kube-scheduler'),
};

const IN_NODES = hint('writeThat', 'system:nodes, the group of the kubelets');
const IN_MASTERS = hint('writeThat', 'system:masters, the group of administrators');
const EVERYBODY = hint('writeThat', 'system:authenticated, the group of everyone who logged in');

/** The same for groups. */
const OTHER_GROUP_NAMES: Readonly<Record<string, Hint>> = {
  kubelets: IN_NODES,
  'system:kubelet': IN_NODES,
  'system:kubelets': IN_NODES,
  'system:admin': IN_MASTERS,
  'system:admins': IN_MASTERS,
  'system:users': EVERYBODY,
  'system:everyone': EVERYBODY,
  'system:anonymous': hint('anonymous'),
  'system:serviceaccount': hint('write', 'system:serviceaccounts'),
  'kube-system': hint('write', 'system:serviceaccounts:kube-system'),
};
