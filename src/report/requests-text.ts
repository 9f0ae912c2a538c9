import type { ResourceSet, Requests, ValueSet } from '../policy/compare/describe.ts';
import { safeText } from './safe-text.ts';

/** How many names of a list are shown; Infinity for all. */
export type ListLimit = number;

/** Which requests are meant, as a part of a sentence: `get, list secrets (core), by anyone except group system:masters`. */
export function requestsText(requests: Requests, limit: ListLimit): string {
  const parts = [whatText(requests, limit), placeText(requests, limit)].filter((part) => part !== '');
  return safeText(`${parts.join(' ')}, by ${whoText(requests, limit)}`);
}

/** The same for an exception: what is open is left out. '' where everything is. */
export function exceptionText(requests: Requests, limit: ListLimit): string {
  const { verbs, users, groups } = requests;
  const isAnyTarget = isAny(requests.paths) && requests.resources?.length === 1 && isAnyResource(requests.resources[0]);
  const what = isAny(verbs) && isAnyTarget ? '' : whatText(requests, limit);
  const who = isAny(users) && groups.oneOf.length === 0 ? '' : `by ${whoText(requests, limit)}`;
  return safeText([what, placeText(requests, limit), who].filter((part) => part !== '').join(' '));
}

function isAny(set: ValueSet | null): boolean {
  return set !== null && 'except' in set && set.except.length === 0;
}

function isAnyResource(set: ResourceSet | undefined): boolean {
  return set !== undefined && isAny(set.groups) && isAny(set.resources);
}

function whatText({ verbs, resources, paths }: Requests, limit: ListLimit): string {
  const all = isAny(paths) && resources?.length === 1 && isAnyResource(resources[0]);
  const targets = all ? 'anything' : [...resourcesText(resources ?? [], limit), ...pathsText(paths, limit)].join('; ');
  if ('only' in verbs) return `${list(verbs.only, limit)} ${targets}`;
  return isAny(verbs) ? `any verb on ${targets}` : `any verb except ${list(verbs.except, limit)} on ${targets}`;
}

function pathsText(paths: ValueSet | null, limit: ListLimit): string[] {
  if (paths === null) return [];
  if ('only' in paths) return [list(paths.only, limit)];
  return [isAny(paths) ? 'any path' : `any path except ${list(paths.except, limit)}`];
}

function resourcesText(sets: readonly ResourceSet[], limit: ListLimit): string[] {
  return sets.map(({ groups, resources }) => {
    const where = groupsText(groups, limit);
    if ('only' in resources) return `${list(resources.only, limit)} (${where})`;
    const but = isAny(resources) ? '' : ` except ${list(resources.except, limit)}`;
    return isAny(groups) ? `any resource${but}` : `any resource${but} (${where})`;
  });
}

function groupsText(groups: ValueSet, limit: ListLimit): string {
  if ('only' in groups) return list(groups.only.map(groupName), limit);
  return isAny(groups) ? 'any API group' : `any API group except ${list(groups.except.map(groupName), limit)}`;
}

function groupName(group: string): string {
  return group === '' ? 'core' : group;
}

function placeText({ names, namespaces }: Requests, limit: ListLimit): string {
  return [placed(names, NAMED, limit), placed(namespaces, IN_NAMESPACE, limit)].filter((part) => part !== '').join(' ');
}

interface Wording {
  only: string;
  except: string;
  /** For the empty value. */
  none: string;
}

const NAMED: Wording = { only: 'named ', except: 'not named ', none: 'no name' };
const IN_NAMESPACE: Wording = { only: 'in namespace ', except: 'outside of namespace ', none: '(no namespace)' };

function placed(set: ValueSet, { only, except, none }: Wording, limit: ListLimit): string {
  if (isAny(set)) return '';
  const values = 'only' in set ? set.only : set.except;
  const names = values.map((value) => (value === '' ? none : value));
  return `${'only' in set ? only : except}${list(names, limit, ' or ')}`;
}

function whoText({ users, groups }: Requests, limit: ListLimit): string {
  const members = groups.oneOf.map((names) => `${names.length > 1 ? 'groups' : 'group'} ${list(names, limit, ' or ')}`);
  const { noneOf } = groups;
  if ('only' in users) {
    const not = noneOf.length > 0 ? [`not in ${counted('group', noneOf, limit)}`] : [];
    return [counted('user', users.only, limit), ...members.map((text) => `in ${text}`), ...not].join(', ');
  }
  const base = members.length > 0 ? members.join(' that is also in ') : 'anyone';
  const but = [
    ...(users.except.length > 0 ? [counted('user', users.except, limit)] : []),
    ...(noneOf.length > 0 ? [counted('group', noneOf, limit)] : []),
  ];
  return but.length > 0 ? `${base} except ${but.join(' and ')}` : base;
}

function counted(noun: string, names: readonly string[], limit: ListLimit): string {
  return `${noun}${names.length > 1 ? 's' : ''} ${list(names, limit)}`;
}

function list(names: readonly string[], limit: ListLimit, separator = ', '): string {
  const shown = names.map((name) => (name === '' ? '""' : name));
  if (shown.length <= limit + 1) return shown.join(separator);
  return `${shown.slice(0, limit).join(separator)} and ${shown.length - limit} more`;
}
