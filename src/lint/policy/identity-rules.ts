import { nearest } from '../../policy/nearest.ts';
import { namedValues, type NamedValue } from './named.ts';
import type { PolicyBreach, PolicyInput, PolicyLintRule } from './rule.ts';

/** Rules about the users and groups that a policy names, as they are on a cluster that kOps runs. */
export const IDENTITY_RULES: readonly PolicyLintRule[] = [
  {
    id: 'unknown-identity',
    severity: 'warning',
    why: 'Nobody goes by that name on a cluster that kOps runs, so the rule never matches for it.',
    check: unknownIdentities,
  },
];

/** Users that other set-ups have or had, and what does their work on kOps 1.36. */
const NOT_ON_KOPS: Readonly<Record<string, string>> = {
  kubelet: 'Kubelets are system:node:NAME: write userGroups: [system:nodes].',
  'system:node': 'Kubelets are system:node:NAME: write userGroups: [system:nodes].',
  'system:unsecured': 'It was the insecure port, gone since Kubernetes 1.24: remove it.',
  'cluster-autoscaler': 'Write system:serviceaccount:kube-system:cluster-autoscaler.',
  'system:cluster-autoscaler': 'Write system:serviceaccount:kube-system:cluster-autoscaler.',
  'system:cloud-controller-manager':
    'It is a service account there, such as system:serviceaccount:kube-system:aws-cloud-controller-manager.',
  'system:node-problem-detector': 'Write system:serviceaccount:kube-system:node-problem-detector.',
  'system:controller-manager': 'Write system:kube-controller-manager.',
  'system:scheduler': 'Write system:kube-scheduler.',
};

/** Groups that Kubernetes itself gives (authentication and RBAC references), and users with such a name. */
const GROUPS = [
  'system:authenticated',
  'system:bootstrappers',
  'system:masters',
  'system:monitoring',
  'system:nodes',
  'system:serviceaccounts',
  'system:unauthenticated',
];
const USERS = [
  'system:anonymous',
  'system:apiserver',
  'system:kube-controller-manager',
  'system:kube-proxy',
  'system:kube-router',
  'system:kube-scheduler',
];

function unknownIdentities({ policy }: PolicyInput): PolicyBreach[] {
  return [
    ...namedValues(policy, 'users').flatMap((named) => breachOf(named, 'user', mistakenUser(named.value))),
    ...namedValues(policy, 'userGroups').flatMap((named) => breachOf(named, 'group', mistakenGroup(named.value))),
  ];
}

function breachOf({ rule, value, path }: NamedValue, what: string, mistake: string | undefined): PolicyBreach[] {
  if (mistake === undefined || value.includes('*')) return [];
  return [{ message: `rule ${rule + 1}: there is no ${what} "${value}"`, mend: mistake, path }];
}

function mistakenUser(user: string): string | undefined {
  const known = NOT_ON_KOPS[user];
  if (known) return known;
  if (GROUPS.includes(user) || /^system:serviceaccounts:[^:]+$/.test(user))
    return 'It is a group: name it in userGroups.';
  if (user.startsWith('system:serviceaccount')) return mistakenAccount(user);
  return nearly(user, USERS);
}

function mistakenAccount(user: string): string | undefined {
  if (/^system:serviceaccount:[^:]+:[^:]+$/.test(user)) return undefined;
  return 'A service account is written system:serviceaccount:NAMESPACE:NAME.';
}

function mistakenGroup(group: string): string | undefined {
  if (USERS.includes(group) || /^system:(?:node:.+|serviceaccount:[^:]+:[^:]+)$/.test(group)) {
    return 'It is a user: name it in users.';
  }
  const [, namespace] = /^system:serviceaccount:([^:]+)$/.exec(group) ?? [];
  if (namespace) return `Write system:serviceaccounts:${namespace}.`;
  return nearly(group, GROUPS);
}

// Any certificate can hold a name, so an unknown one is wrong only where it is nearly one of Kubernetes' own.
function nearly(name: string, known: readonly string[]): string | undefined {
  if (!name.startsWith('system:') || known.includes(name)) return undefined;
  const meant = nearest(name, known);
  return meant && `Did you mean ${meant}?`;
}
