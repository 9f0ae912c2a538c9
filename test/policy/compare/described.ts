import type { Description, Requests, ValueSet } from '../../../src/policy/compare/describe.ts';
import { decide } from '../../../src/policy/decide/decide.ts';
import type { PolicyRule, RequestAttributes } from '../../../src/policy/types.ts';

/** Whether a request fits a description, read word by word and with the names as `decide` reads them. */
export function fits({ except, ...requests }: Description, asked: RequestAttributes): boolean {
  return fitsAll(requests, asked) && !except.some((one) => fitsAll(one, asked));
}

function fitsAll(requests: Requests, asked: RequestAttributes): boolean {
  const { user, groups = [], verb = '' } = asked;
  const own = user === undefined ? [] : groups;
  const isUser = user === undefined ? 'except' in requests.users : isIn(requests.users, user);
  return (
    isUser &&
    isIn(requests.verbs, verb) &&
    requests.groups.oneOf.every((list) => list.some((group) => own.includes(group))) &&
    !requests.groups.noneOf.some((group) => own.includes(group)) &&
    fitsTarget(requests, asked)
  );
}

function fitsTarget({ resources, paths, namespaces, names }: Requests, asked: RequestAttributes): boolean {
  if (asked.isResourceRequest !== true) return paths !== null && isIn(paths, asked, isPath);
  return (
    isIn(namespaces, asked.namespace ?? '') &&
    isIn(names, asked.name ?? '') &&
    (resources ?? []).some((set) => isIn(set.groups, asked.apiGroup ?? '') && isIn(set.resources, asked, isResource))
  );
}

function isIn<T>(
  set: ValueSet,
  value: T,
  matches: (name: string, value: T) => boolean = (name, own) => name === own,
): boolean {
  return 'only' in set
    ? set.only.some((name) => matches(name, value))
    : !set.except.some((name) => matches(name, value));
}

function isPath(pattern: string, asked: RequestAttributes): boolean {
  return isNamed(pattern, (name) => isDecided({ nonResourceURLs: [name] }, asked));
}

// A "*" in quotes is a name like any other.
function isResource(pattern: string, asked: RequestAttributes): boolean {
  const group = asked.apiGroup ?? '';
  const star = (name: string | undefined): string => (name === '*' ? 'star' : (name ?? ''));
  const quoted = { ...asked, resource: star(asked.resource), subresource: star(asked.subresource) };
  return isNamed(pattern.replaceAll('"*"', 'star'), (name) =>
    isDecided({ resources: [{ group, resources: [name] }] }, quoted),
  );
}

function isNamed(pattern: string, matches: (name: string) => boolean): boolean {
  const [name = '', ...except] = pattern.split(/ except | and /);
  return matches(name) && !except.some(matches);
}

function isDecided(rule: Omit<PolicyRule, 'level'>, asked: RequestAttributes): boolean {
  return decide({ rules: [{ level: 'None', ...rule }] }, asked).rule === 1;
}
