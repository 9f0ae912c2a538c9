import { apiGroups, apiResources, findResources } from '../../policy/api/lookup.ts';
import { isAtLeast } from '../../policy/kube-version.ts';
import { nearest } from '../../policy/nearest.ts';
import type { Policy } from '../../policy/types.ts';
import { list, type PolicyBreach, type PolicyInput, type PolicyLintRule, policyRule } from '../rule.ts';
import { isMovedTwin } from './named.ts';

/** Said only where it is not known for which Kubernetes the policy is. */
export const WILDCARD_VERSION = 'wildcard-group-version';

/** Rules about the API groups that a policy names. */
export const GROUP_RULES: readonly PolicyLintRule[] = [
  policyRule({
    id: 'unknown-group',
    severity: 'warning',
    why: 'kube-apiserver accepts any group here. One that it does not serve silently matches nothing.',
    check: unknownGroups,
    say: ({ rule, group, ...args }) => ({
      message: `rule ${rule}: ${VERSION.test(group) ? `"${group}" is a version, not an API group` : `there is no API group "${group}"`}`,
      fix: groupFix(args),
    }),
  }),
  policyRule({
    id: 'group-not-served',
    severity: 'info',
    why: 'It does no harm, but matches nothing on this version of Kubernetes.',
    check: groupsNotServed,
    say: ({ rule, group, goneSince, movedNames, hasOthers }) => ({
      message: `rule ${rule}: ${goneText(group, goneSince, movedNames)}${movedNames.length > 0 ? '; the rule also names the group they moved to' : ''}`,
      fix: hasOthers ? 'Remove the entry.' : 'Remove the rule, or write the group that replaced it.',
    }),
  }),
  policyRule({
    id: WILDCARD_VERSION,
    severity: 'warning',
    why: 'kube-apiserver up to 1.35 does not know such a group and does not start. From 1.36 on it means every group.',
    check: wildcardGroups,
    say: ({ rule }) => ({
      message: `rule ${rule}: the group "*" is refused up to Kubernetes 1.35; 1.36 and later read it`,
      fix: 'List the groups by name. If it is for Kubernetes 1.36 or later, run lint with --kubernetes-version 1.36.',
    }),
  }),
];

interface NamedGroup {
  rule: number;
  group: string;
  path: (string | number)[];
  /** The entry names no resource: those of named ones are judged one by one. */
  isWhole: boolean;
  /** The resources it names, and how many entries the rule has. */
  names: readonly string[];
  entries: number;
}

function namedGroups({ rules }: Policy): NamedGroup[] {
  return rules.flatMap(({ resources = [] }, rule) =>
    resources.flatMap(({ group, resources: names = [] }, at) => {
      if (!group) return [];
      const path = ['rules', rule, 'resources', at, 'group'];
      return [{ rule, group, path, names, isWhole: names.length === 0, entries: resources.length }];
    }),
  );
}

/** `homes`: the groups that its resources are in. `meant`: the group that was meant, null where none is like it. */
type UnknownArgs = { rule: number; group: string; meant: string | null; homes: readonly Home[] };

function groupFix({ meant, homes }: Pick<UnknownArgs, 'meant' | 'homes'>): string {
  if (homes.length > 1) return `Make an entry for each group: ${homes.map(entryText).join('; ')}.`;
  if (meant === '') return 'Write group: "", which is core.';
  if (meant === null) return 'Write the group as kubectl api-resources shows it.';
  return homes.length === 1 ? `Write group: ${meant}.` : `Did you mean ${meant}?`;
}

function entryText({ group, names }: Home): string {
  return `group: ${group || '""'} for ${list(names)}`;
}

function unknownGroups({ policy }: PolicyInput): PolicyBreach<UnknownArgs>[] {
  return namedGroups(policy).flatMap(({ rule, group, path, names }) => {
    const guess = meantGroup(group);
    if (guess === undefined) return [];
    const homes = homesOf(names);
    const [home] = homes;
    const meant = guess && home && home.group !== guess ? guess : (home?.group ?? guess);
    const isSure = homes.length === 1 || !group.includes('.') || group.endsWith('.k8s.io');
    const breach = { args: { rule: rule + 1, group, meant, homes }, path };
    if (homes.length > 1 || !meant || !isSure) return [breach];
    return [{ ...breach, edit: { kind: 'replace' as const, value: meant } }];
  });
}

/** What people write in the place of a group: the version that is in an apiVersion. */
const VERSION = /^v\d+(?:(?:alpha|beta)\d+)?$/;

type Home = { group: string; names: readonly string[] };

/** The groups that resources are in, where each of them is known; those of one group together. */
function homesOf(names: readonly string[]): Home[] {
  const homes = new Map<string, string[]>();
  for (const name of names) {
    const [found] = findResources(name.split('/')[0] ?? '');
    if (!found || name.includes('*')) return [];
    homes.set(found.group, [...(homes.get(found.group) ?? []), name]);
  }
  return [...homes].map(([group, own]) => ({ group, names: own }));
}

const CORE: readonly string[] = ['core', 'v1', 'api', 'core.k8s.io'];

/**
 * The group that was meant: undefined for one that may be right, null for one that is wrong and like no other. The groups of custom
 * resources have a dot, so one with a dot is wrong only where it is nearly that of a built-in group.
 */
function meantGroup(group: string): string | null | undefined {
  const known = apiGroups().filter((name) => name !== '');
  if (group === '*' || known.includes(group) || GONE.includes(group) || isCustom(group)) return undefined;
  if (CORE.includes(group)) return '';
  const stem = group.replace(/\.k8s\.io$/, '');
  const meant = known.find((name) => name === stem || name.startsWith(`${stem}.`)) ?? nearest(group, known);
  return meant ?? (group.includes('.') ? undefined : null);
}

/**
 * Groups of custom resources that are nearly built-in ones: what special interest groups publish (`x-k8s.io`, by Kubernetes' API review
 * process), and the VerticalPodAutoscaler.
 */
function isCustom(group: string): boolean {
  return group.endsWith('.x-k8s.io') || group === 'autoscaling.k8s.io';
}

/** Groups that were gone before the table begins. */
const GONE: readonly string[] = ['auditregistration.k8s.io'];

/** `goneSince`: the minor release of Kubernetes from which on the group is gone; null: only these resources of it are, since 1.16. */
type GoneArgs = {
  rule: number;
  group: string;
  goneSince: number | null;
  movedNames: readonly string[];
  hasOthers: boolean;
};

function goneText(group: string, goneSince: number | null, names: readonly string[]): string {
  if (goneSince !== null) return `the API group ${group} was removed in Kubernetes 1.${goneSince}`;
  return `${list(names)} of ${group} ${names.length === 1 ? 'was' : 'were'} removed in Kubernetes 1.16`;
}

function groupsNotServed({ policy, kubernetesVersion }: PolicyInput): PolicyBreach<GoneArgs>[] {
  return namedGroups(policy).flatMap(({ rule, group, path, names, isWhole, entries }) => {
    const last = lastRelease(group);
    const own = policy.rules[rule] ?? { level: 'None' };
    const isTwin = names.length > 0 && names.every((name) => isMovedTwin(own, group, name));
    if (last === undefined || (!isWhole && !isTwin && !GONE.includes(group))) return [];
    const goneSince = isAtLeast(kubernetesVersion, last + 1) ? last + 1 : null;
    if (goneSince === null && !isTwin) return [];
    // Without its only entry a rule would match more, not less.
    const hasOthers = entries > 1;
    const args = { rule: rule + 1, group, goneSince, movedNames: isTwin ? names : [], hasOthers };
    return hasOthers ? [{ args, path: path.slice(0, -1), edit: { kind: 'remove' as const } }] : [{ args, path }];
  });
}

function wildcardGroups({ policy, kubernetesVersion }: PolicyInput): PolicyBreach<{ rule: number }>[] {
  if (kubernetesVersion !== undefined) return [];
  return namedGroups(policy).flatMap(({ rule, group, path }) =>
    group === '*' ? [{ args: { rule: rule + 1 }, path }] : [],
  );
}

// The last minor release that serves anything of a built-in group; undefined for one that the newest serves, or that is not known.
function lastRelease(group: string): number | undefined {
  if (GONE.includes(group)) return 18;
  const until = apiResources().flatMap((entry) => (entry.group === group ? [entry.until ?? Infinity] : []));
  const last = Math.max(...until);
  return Number.isFinite(last) ? last : undefined;
}
