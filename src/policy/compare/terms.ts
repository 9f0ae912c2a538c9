import type { GroupResources } from '../types.ts';
import type { Term } from './box.ts';
import type { Selector, Universe } from './universe.ts';

/**
 * What a rule matches, as products of sets: one, but for a rule some of whose entries have `resourceNames` (one for each list of
 * them). A rule that no request can match has none. The rules are those of `decide`.
 */
export function termsOf(universe: Universe, selector: Selector, rule: number): Term[] {
  const { users, groups, verbs, namespaces, names } = universe;
  const common = {
    users: users.bitsOf(selector.users),
    verbs: verbs.bitsOf(selector.verbs),
    namespaces: namespaces.bitsOf(selector.namespaces),
    anyGroup: selector.userGroups?.length ? groups.bitsOf(selector.userGroups) : 0n,
    rule,
  };
  return targetsOf(universe, selector)
    .filter(({ targets }) => targets !== 0n)
    .map(({ targets, resourceNames }) => ({ ...common, targets, names: names.bitsOf(resourceNames) }));
}

interface Target {
  targets: bigint;
  resourceNames: readonly string[] | undefined;
}

function targetsOf(universe: Universe, { namespaces, resources, nonResourceURLs }: Selector): Target[] {
  const { pathTargets, kindTargets } = universe;
  if (resources?.length) return resourceTargets(universe, resources);
  if (namespaces?.length) return [{ targets: kindTargets, resourceNames: undefined }];
  if (!nonResourceURLs?.length) return [{ targets: pathTargets | kindTargets, resourceNames: undefined }];
  const targets = nonResourceURLs.reduce((bits, pattern) => bits | universe.pathTarget(pattern), 0n);
  return [{ targets, resourceNames: undefined }];
}

function resourceTargets({ entryTargets }: Universe, entries: readonly GroupResources[]): Target[] {
  const found = new Map<string, Target>();
  for (const entry of entries) {
    const resourceNames = entry.resources?.length && entry.resourceNames?.length ? entry.resourceNames : undefined;
    const key = JSON.stringify(resourceNames ?? []);
    const targets = (found.get(key)?.targets ?? 0n) | entryTargets(entry);
    found.set(key, { targets, resourceNames });
  }
  return [...found.values()];
}
