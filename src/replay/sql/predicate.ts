import { grouped } from '../../grouped.ts';
import type { GroupResources, PolicyRule } from '../../policy/types.ts';

/** What of a request is compared with texts; `target` is `pods` or `pods/log`. */
export type Field =
  | 'user'
  | 'verb'
  | 'namespace'
  | 'apiGroup'
  | 'resource'
  | 'subresource'
  | 'target'
  | 'name'
  | 'path';

/** When a rule matches a request, in as few words as it takes: each database has all of them. */
export type Predicate =
  | { all: readonly Predicate[] }
  | { any: readonly Predicate[] }
  | { field: Field; in: readonly string[] }
  | { field: Field; startsWith: string }
  | { groupsHaveAny: readonly string[] }
  | { is: 'authenticated' | 'resource' | 'path' };

const ALWAYS: Predicate = { all: [] };

/**
 * Gives when a rule of a policy matches: what `matches` in `decide.ts` asks, as a value. Of the predicates of a policy's rules the first
 * that holds wins.
 */
export function predicateOf({ users, userGroups, verbs, namespaces, ...target }: PolicyRule): Predicate {
  const needsUser = users?.includes('') === true;
  return all([
    ...(needsUser ? [{ is: 'authenticated' as const }] : []),
    ...isIn('user', users),
    ...(isSet(userGroups) ? [{ groupsHaveAny: userGroups }] : []),
    ...isIn('verb', verbs),
    ...targetOf(namespaces, target),
  ]);
}

/** Which attributes of a request a predicate asks for. */
export function fieldsOf(predicate: Predicate): Field[] {
  if ('all' in predicate) return predicate.all.flatMap(fieldsOf);
  if ('any' in predicate) return predicate.any.flatMap(fieldsOf);
  return 'field' in predicate ? [predicate.field] : [];
}

type Target = Pick<PolicyRule, 'resources' | 'nonResourceURLs'>;

function targetOf(namespaces: readonly string[] | undefined, { resources, nonResourceURLs }: Target): Predicate[] {
  if (isSet(namespaces) || isSet(resources))
    return [{ is: 'resource' }, ...isIn('namespace', namespaces), ...(isSet(resources) ? [entriesOf(resources)] : [])];
  return isSet(nonResourceURLs) ? [{ is: 'path' }, pathsOf(nonResourceURLs)] : [];
}

/** Entries that differ in their group only are one, or a policy of 18 groups is not to be read. */
function entriesOf(entries: readonly GroupResources[]): Predicate {
  const alike = grouped(entries, ({ resources = [], resourceNames = [] }) =>
    JSON.stringify([resources, isSet(resources) ? resourceNames : []]),
  );
  return any([...alike.values()].map(entryOf));
}

function entryOf(entries: readonly GroupResources[]): Predicate {
  const groups = entries.map(({ group = '' }) => group);
  const { resources, resourceNames } = entries[0] ?? {};
  const isAnyGroup = groups.includes('*');
  return all([
    ...(isAnyGroup ? [] : isIn('apiGroup', groups)),
    ...(isSet(resources) ? [resourcesOf(resources), ...isIn('name', resourceNames)] : []),
  ]);
}

/** `*`, `pods`, `pods/log`, of any resource `*` with `/log` behind it, and `pods/*`, which means the plain `pods` too. */
function resourcesOf(names: readonly string[]): Predicate {
  if (names.includes('*')) return ALWAYS;
  const subresources = names.filter((name) => name.startsWith('*/') && name !== '*/').map((name) => name.slice(2));
  const resources = names.filter((name) => name.endsWith('/*')).map((name) => name.slice(0, -2));
  return any([...isIn('target', names), ...isIn('subresource', subresources), ...isIn('resource', resources)]);
}

function pathsOf(urls: readonly string[]): Predicate {
  const prefixes = urls.filter((url) => url.endsWith('*')).map((url) => url.slice(0, -1));
  const whole = urls.filter((url) => !url.endsWith('*'));
  return any([...isIn('path', whole), ...prefixes.map((startsWith) => ({ field: 'path' as const, startsWith }))]);
}

function isIn(field: Field, values: readonly string[] | undefined): Predicate[] {
  return isSet(values) ? [{ field, in: [...new Set(values)] }] : [];
}

function all(parts: readonly Predicate[]): Predicate {
  const asked = parts.filter((part) => !isAlways(part));
  return asked.length === 1 && asked[0] ? asked[0] : { all: asked };
}

function any(parts: readonly Predicate[]): Predicate {
  if (parts.some(isAlways)) return ALWAYS;
  return parts.length === 1 && parts[0] ? parts[0] : { any: parts };
}

function isAlways(predicate: Predicate): boolean {
  if ('startsWith' in predicate) return predicate.startsWith === '';
  return 'all' in predicate && predicate.all.length === 0;
}

function isSet<T>(list: readonly T[] | undefined): list is readonly T[] {
  return list !== undefined && list.length > 0;
}
