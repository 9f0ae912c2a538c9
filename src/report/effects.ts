import { apiGroups, resourceOf } from '../policy/api/lookup.ts';
import { PATH_VERBS, RESOURCE_VERBS } from '../policy/api/verbs.ts';
import type { Comparison, DifferenceClass } from '../policy/compare/compare.ts';
import {
  describeRequests,
  type Description,
  type Requests,
  type ResourceSet,
  type ValueSet,
} from '../policy/compare/describe.ts';
import type { Outcome } from '../policy/compare/sides.ts';
import { LEVELS } from '../policy/types.ts';
import { safeText, wrap } from './text.ts';

const LONGEST_LIST = 4;
const MOST = 6;

/** What a change of a policy does to what is recorded, one line a set of requests; '' where nothing in the log changes. */
export function effectText({ classes }: Comparison, columns: number): string {
  const effects = classes.flatMap(effectsOf);
  const shown = effects.length > MOST + 1 ? effects.slice(0, MOST) : effects;
  const more = effects.length - shown.length;
  const lines = [...shown, ...(more > 0 ? [`${more} more sets of requests, see kops-audit policy diff`] : [])];
  return lines.map((line) => `  - ${wrap(line, columns - 4).replaceAll('\n', '\n    ')}\n`).join('');
}

function effectsOf(entry: DifferenceClass): string[] {
  const { before, after } = entry;
  const description = describeRequests(entry.requests);
  if (isMadeUp(description) || recordsTheSame(description, before, after)) return [];
  const { except, ...requests } = description;
  const but = except.map((one) => exceptionText(one, LONGEST_LIST));
  const left =
    but.length === 0 ? '' : but.length > 2 ? `, with ${but.length} exceptions` : `, but not ${but.join(' and ')}`;
  return [`${requestsText(requests, LONGEST_LIST)}${left}: ${changeOf(before, after)}`];
}

const VERBS = [...RESOURCE_VERBS, ...PATH_VERBS, ''];

// What a fix leaves behind: requests with the verb, group or resource that it corrects. Nobody sends these.
function isMadeUp({ verbs, resources, paths }: Description): boolean {
  if ('only' in verbs && verbs.only.every((verb) => !VERBS.includes(verb))) return true;
  return paths === null && (resources ?? []).every(isMadeUpSet);
}

function isMadeUpSet({ groups, resources }: ResourceSet): boolean {
  if ('except' in groups) return false;
  return groups.only.every((group) => {
    if (!apiGroups().includes(group)) return !group.includes('.');
    return 'only' in resources && resources.only.every((name) => !resourceOf(group, name.split(/[/ ]/)[0] ?? ''));
  });
}

const READS = ['get', 'head', 'list', 'watch'];
const STREAM = /\/(?:exec|attach|portforward|proxy|log)$/;

// A read sends no body, and a stream and a watch leave none, whatever the level: see `src/policy/explain/meaning.ts`.
function recordsTheSame({ verbs, resources, paths }: Description, before: Outcome, after: Outcome): boolean {
  if (before.omitStages.join() !== after.omitStages.join() || before.level === 'None' || after.level === 'None')
    return false;
  const only = 'only' in verbs ? verbs.only : undefined;
  const noResponse = before.level !== 'RequestResponse' && after.level !== 'RequestResponse';
  if (only && noResponse && only.every((verb) => READS.includes(verb))) return true;
  if (only?.every((verb) => verb === 'watch')) return true;
  const isStreams = resources?.every(
    (set) => 'only' in set.resources && set.resources.only.every((name) => STREAM.test(name)),
  );
  return paths === null && isStreams === true;
}

function changeOf(before: Outcome, after: Outcome): string {
  if (after.level === 'None') return 'no longer recorded';
  const bodies = WITH[after.level];
  if (before.level === 'None') return `now recorded, ${bodies}`;
  if (before.level !== after.level) return `${rises(before, after) ? 'now' : 'from now on only'} recorded ${bodies}`;
  const lost = after.omitStages.filter((stage) => !before.omitStages.includes(stage));
  if (lost.length > 0) return `no longer recorded at ${lost.join(', ')}`;
  const won = before.omitStages.filter((stage) => !after.omitStages.includes(stage));
  if (won.length > 0) return `now recorded at ${won.join(', ')} too`;
  return `now recorded ${after.omitManagedFields ? 'without' : 'with'} managed fields`;
}

function rises(before: Outcome, after: Outcome): boolean {
  return LEVELS.indexOf(after.level) > LEVELS.indexOf(before.level);
}

const WITH = {
  Metadata: 'without bodies',
  Request: 'with the body of the request',
  RequestResponse: 'with both bodies',
} as const;

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

/** Resources and paths by their names; null where these are not all. */
export function targetNames({ resources, paths }: Pick<Requests, 'resources' | 'paths'>): string[] | null {
  const sets = resources ?? [];
  if (sets.some((set) => 'except' in set.groups) || (paths && 'except' in paths)) return null;
  const names = sets.flatMap((set) => {
    const groups = 'only' in set.groups ? set.groups.only : [];
    if ('only' in set.resources) return set.resources.only;
    return isAny(set.resources) ? groups : [''];
  });
  const all = [...new Set([...names, ...(paths?.only ?? [])])];
  return all.length === 0 || all.some((name) => name === '' || name.includes(' except ')) ? null : all;
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

/** Of which names and in which namespaces requests are: `in namespace kube-system`. '' where it is any. */
export function placeText({ names, namespaces }: Pick<Requests, 'names' | 'namespaces'>, limit: ListLimit): string {
  return [placed(names, NAMED, limit), placed(namespaces, IN_NAMESPACE, limit)].filter((part) => part !== '').join(' ');
}

interface Wording {
  only: string;
  except: string;
  /** For the empty value. */
  none: string;
}

const NAMED: Wording = { only: 'named ', except: 'not named ', none: 'no name' };
const IN_NAMESPACE: Wording = { only: 'in namespace ', except: 'outside namespace ', none: '(no namespace)' };

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
