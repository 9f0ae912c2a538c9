import { decide } from '../policy/decide/decide.ts';
import type { Policy, RequestAttributes } from '../policy/types.ts';
import { WRITES } from '../policy/api/verbs.ts';
import type { LoggedEvent, ObjectReference } from './event.ts';
import { isHuman, shortName } from './people.ts';
import { requestOf } from './request.ts';

/** One thing that is asked of an event. */
export type Test = (event: LoggedEvent) => boolean;

/** The tests of one flag: one of `any` must hold where there is one, and none of `none`. */
export interface Condition {
  any: readonly Test[];
  none: readonly Test[];
}

/** Whether an event is wanted: each condition must hold. */
export function eventFilter(conditions: readonly Condition[]): Test {
  const tests = conditions.flatMap(({ any, none }) => [
    ...(any.length === 0 ? [] : [oneOf(any)]),
    ...none.map(
      (test): Test =>
        (event) =>
          !test(event),
    ),
  ]);
  return (event) => tests.every((test) => test(event));
}

function oneOf(any: readonly Test[]): Test {
  const [first] = any;
  return any.length === 1 && first ? first : (event) => any.some((test) => test(event));
}

/** The fields that a glob is held against, by the name of their flag. */
export type TextField =
  | 'user'
  | 'group'
  | 'verb'
  | 'namespace'
  | 'name'
  | 'source-ip'
  | 'user-agent'
  | 'level'
  | 'stage'
  | 'audit-id';

/** One of these texts must match. A user is also whom somebody acted as, and goes by the short name as well. */
const TEXTS: Readonly<Record<TextField, (event: LoggedEvent) => readonly string[]>> = {
  user: ({ user, impersonatedUser }) => [...namesOf(user?.username), ...namesOf(impersonatedUser?.username)],
  group: ({ user, impersonatedUser }) => [...(user?.groups ?? []), ...(impersonatedUser?.groups ?? [])],
  verb: ({ verb }) => [verb],
  namespace: ({ objectRef }) => (objectRef ? [namespaceOf(objectRef)] : []),
  name: ({ objectRef }) => textsOf(objectRef?.name),
  'source-ip': ({ sourceIPs }) => sourceIPs ?? [],
  'user-agent': ({ userAgent }) => textsOf(userAgent),
  level: ({ level }) => [level],
  stage: ({ stage }) => [stage],
  'audit-id': ({ auditID }) => [auditID],
};

function textsOf(text: string | undefined): string[] {
  return text === undefined ? [] : [text];
}

function namesOf(username: string | undefined): string[] {
  return username === undefined ? [] : [username, shortName(username)];
}

/** A namespace itself is in it, as the audit policy sees it. */
function namespaceOf({ resource, namespace = '', name = '' }: ObjectReference): string {
  return namespace === '' && resource === 'namespaces' ? name : namespace;
}

/** Whether a field matches a glob: `*` is any text, `?` any character; upper and lower case differ, but for the agent. */
export function textTest(field: TextField, glob: string): Test {
  const matches = remembered(globTest(glob, field === 'user-agent'));
  const read = TEXTS[field];
  return (event) => read(event).some(matches);
}

function globTest(glob: string, ignoresCase: boolean): (text: string) => boolean {
  if (!/[*?]/.test(glob) && !ignoresCase) return (text) => text === glob;
  const source = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const pattern = new RegExp(`^${source}$`, ignoresCase ? 'is' : 's');
  return (text) => pattern.test(text);
}

const REMEMBERED = 10_000;

function remembered(test: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = test(text);
    if (answers.size < REMEMBERED) answers.set(text, answer);
    return answer;
  };
}

/** A resource as a flag names it: `*` stands for any, and an empty subresource for none. */
export interface ResourceWords {
  group: string;
  resource: string;
  subresource: string;
}

/** Whether it is for such a resource, as a rule of a policy would select it: `pods` is pods without their subresources. */
export function resourceTest({ group, resource, subresource }: ResourceWords): Test {
  return ({ objectRef }) =>
    objectRef !== undefined &&
    isOrAny(resource, objectRef.resource ?? '') &&
    isOrAny(group, objectRef.apiGroup ?? '') &&
    isOrAny(subresource, objectRef.subresource ?? '');
}

function isOrAny(wanted: string, given: string): boolean {
  return wanted === '*' || wanted === given;
}

/** Whether a request ended with a status: `403`, or `4xx` for all from 400 to 499. */
export function statusTest(status: string): Test {
  const from = Number(status.replaceAll(/x/gi, '0'));
  const to = Number(status.replaceAll(/x/gi, '9'));
  return ({ code }) => code >= from && code <= to;
}

/** Whether it was written from one time on, and before another, both in microseconds since 1970. */
export function timeTest(from: number, to: number): Test {
  return ({ at }) => at >= from && at < to;
}

/** The flags that need no value. */
export type PlainFlag = 'failed' | 'human' | 'writes' | 'dryRunRequests';

/** What they ask. */
export const PLAIN_TESTS: Readonly<Record<PlainFlag, Test>> = {
  failed: ({ code }) => code >= 400,
  human: isHuman,
  writes: ({ verb, objectRef }) => objectRef !== undefined && WRITES.includes(verb),
  dryRunRequests: ({ requestURI }) => /[?&]dryRun=/.test(requestURI),
};

/** Whether a rule of a policy (from 1; 0 for no rule) decides the request. */
export function ruleTest(policy: Policy, rule: number): Test {
  return (event) => decide(policy, requestOf(event)).rule === rule;
}

/** Whether it is such a request: verb, resource and place; who sends it is left to other tests. */
export function requestTest(wanted: RequestAttributes): Test {
  return (event) => {
    const request = requestOf(event);
    return request.isResourceRequest === wanted.isResourceRequest && ASKED.every((key) => isSame(wanted, request, key));
  };
}

const ASKED = ['verb', 'apiGroup', 'resource', 'subresource', 'namespace', 'name', 'path'] as const;

/** A path counts only where there is no resource; name and namespace only where one is wanted. */
function isSame(wanted: RequestAttributes, given: RequestAttributes, key: (typeof ASKED)[number]): boolean {
  if (key === 'path' && wanted.isResourceRequest) return true;
  if ((key === 'name' || key === 'namespace') && (wanted[key] ?? '') === '') return true;
  return (wanted[key] ?? '') === (given[key] ?? '');
}
