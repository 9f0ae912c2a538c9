import { isMovedTwin } from './named.ts';
import { list } from '../rule.ts';
import type { PolicyInput, PolicyLintRule } from '../rule.ts';
import { type LegacyPolicyBreach as PolicyBreach, legacyPolicies } from '../legacy.ts';
import { apiGroups, apiResources, findResources } from '../../policy/api/lookup.ts';
import { isAtLeast } from '../../policy/kube-version.ts';
import { nearest } from '../../policy/nearest.ts';
import type { Policy } from '../../policy/types.ts';

/** Said only where it is not known for which Kubernetes the policy is. */
export const WILDCARD_VERSION = 'wildcard-group-version';

/** Rules about the API groups that a policy names. */
export const GROUP_RULES: readonly PolicyLintRule[] = legacyPolicies([
  {
    id: 'unknown-group',
    severity: 'warning',
    why: 'kube-apiserver accepts any group here, and one that it does not serve matches nothing, without a word.',
    check: unknownGroups,
  },
  {
    id: 'group-not-served',
    severity: 'info',
    why: 'It does no harm, but matches nothing on this version of Kubernetes.',
    check: groupsNotServed,
  },
  {
    id: WILDCARD_VERSION,
    severity: 'warning',
    why: 'kube-apiserver up to 1.35 does not know such a group and ends at start-up; from 1.36 on it means every group.',
    check: wildcardGroups,
  },
]);

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

function unknownGroups({ policy }: PolicyInput): PolicyBreach[] {
  return namedGroups(policy).flatMap(({ rule, group, path, names }) => {
    const guess = meantGroup(group);
    if (guess === undefined) return [];
    const is = VERSION.test(group) ? `"${group}" is a version, not an API group` : `there is no API group "${group}"`;
    const message = `rule ${rule + 1}: ${is}`;
    const homes = homesOf(names);
    if (homes.length > 1)
      return [{ message, mend: `Make an entry for each group: ${homes.map(entryText).join('; ')}.`, path }];
    const meant = guess && homes[0] && homes[0].group !== guess ? guess : (homes[0]?.group ?? guess);
    if (meant === '') return [{ message, mend: 'Write group: "", which is core.', path }];
    if (homes.length === 1 && meant !== null)
      return [{ message, mend: `Write group: ${meant}.`, path, edit: { kind: 'replace' as const, value: meant } }];
    const mend = meant === null ? 'Write the group as kubectl api-resources shows it.' : `Did you mean ${meant}?`;
    const isSure = meant !== null && (!group.includes('.') || group.endsWith('.k8s.io'));
    return [{ message, mend, path, ...(isSure ? { edit: { kind: 'replace' as const, value: meant } } : {}) }];
  });
}

/** What people write in the place of a group: the version that is in an apiVersion. */
const VERSION = /^v\d+(?:(?:alpha|beta)\d+)?$/;

interface Home {
  group: string;
  names: string[];
}

/** The groups that resources are in, where each of them is known; those of one group together. */
function homesOf(names: readonly string[]): Home[] {
  const homes: Home[] = [];
  for (const name of names) {
    const [found] = findResources(name.split('/')[0] ?? '');
    if (!found || name.includes('*')) return [];
    const home = homes.find(({ group }) => group === found.group);
    if (home) home.names.push(name);
    else homes.push({ group: found.group, names: [name] });
  }
  return homes;
}

function entryText({ group, names }: Home): string {
  return `group: ${group || '""'} for ${list(names)}`;
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

function groupsNotServed({ policy, kubernetesVersion }: PolicyInput): PolicyBreach[] {
  return namedGroups(policy).flatMap(({ rule, group, path, names, isWhole, entries }) => {
    const last = lastRelease(group);
    const isTwin = names.length > 0 && names.every((name) => isMovedTwin(policy.rules[rule]!, group, name));
    if (last === undefined || (!isWhole && !isTwin && !GONE.includes(group))) return [];
    const isGone = isAtLeast(kubernetesVersion, last + 1);
    if (!isGone && !isTwin) return [];
    const gone = `the API group ${group} is gone since Kubernetes 1.${last + 1}`;
    const moved = `${list(names)} of ${group} ${names.length === 1 ? 'is' : 'are'} gone since Kubernetes 1.16`;
    const also = isTwin ? '; the rule names the group they moved to as well' : '';
    const message = `rule ${rule + 1}: ${isGone ? gone : moved}${also}`;
    const entry = path.slice(0, -1);
    // Without its only entry a rule would match more, not less.
    if (entries > 1) return [{ message, mend: 'Remove the entry.', path: entry, edit: { kind: 'remove' as const } }];
    return [{ message, mend: 'Remove the rule, or name the group that took its place.', path }];
  });
}

function wildcardGroups({ policy, kubernetesVersion }: PolicyInput): PolicyBreach[] {
  if (kubernetesVersion !== undefined) return [];
  return namedGroups(policy).flatMap(({ rule, group, path }) => {
    if (group !== '*') return [];
    const message = `rule ${rule + 1}: the group "*" is refused up to Kubernetes 1.35; 1.36 and later read it`;
    return [
      { message, mend: 'List the groups by name, or say which Kubernetes it is: --kubernetes-version 1.36.', path },
    ];
  });
}

// The last minor release that serves anything of a built-in group; undefined for one that the newest serves, or that is not known.
function lastRelease(group: string): number | undefined {
  if (GONE.includes(group)) return 18;
  const until = apiResources().flatMap((entry) => (entry.group === group ? [entry.until ?? Infinity] : []));
  const last = Math.max(...until);
  return Number.isFinite(last) ? last : undefined;
}
