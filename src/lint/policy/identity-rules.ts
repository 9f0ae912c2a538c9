import { editDistance } from '../../policy/edit-distance.ts';
import { nearest } from '../../policy/nearest.ts';
import type { Policy } from '../../policy/types.ts';
import { withValue } from './harm-of.ts';
import {
  CLUSTER_ROLES,
  CONTROLLERS,
  KNOWN_GROUPS,
  KNOWN_NAMESPACES,
  KNOWN_USERS,
  OTHER_GROUP_NAMES,
  OTHER_USER_NAMES,
} from './known-identities.ts';
import { namedValues, type NamedValue } from './named.ts';
import type { PolicyBreach, PolicyInput, PolicyLintRule } from './rule.ts';

/** Rules about the users, groups and namespaces that a policy names, as they are on a cluster that kOps runs. */
export const IDENTITY_RULES: readonly PolicyLintRule[] = [
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
];

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
