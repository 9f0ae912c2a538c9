import { WRITES } from '../policy/api/verbs.ts';
import { compilePolicy } from '../policy/decide/compile.ts';
import type { Policy, RequestAttributes } from '../policy/types.ts';
import type { AuditUser, LoggedEvent, ObjectReference } from './event.ts';
import { isHuman, shortName } from './people.ts';
import { requestOf } from './request.ts';

/** One thing that is asked of an event. */
export type Test = (event: LoggedEvent) => boolean;

/** The tests of one flag: one of `any` must hold where there is one, and none of `none`. */
export interface Condition {
  any: readonly Test[];
  none: readonly Test[];
}

/** What every event passes: of a log that nothing is asked of but how much is in it no events need be made. */
export const EVERY: Test = () => true;

/**
 * Whether an event is wanted: each condition must hold; without one it is `EVERY`. Nothing of an event is looked at that none of them asks
 * for.
 */
export function eventFilter(conditions: readonly Condition[]): Test {
  const tests = conditions.flatMap(({ any, none }) => [
    ...(any.length === 0 ? [] : [oneOf(any)]),
    ...none.map(
      (test): Test =>
        (event) =>
          !test(event),
    ),
  ]);
  const [first = EVERY] = tests;
  return tests.length <= 1 ? first : (event) => tests.every((test) => test(event));
}

function oneOf(any: readonly Test[]): Test {
  const [first] = any;
  return any.length === 1 && first ? first : (event) => any.some((test) => test(event));
}

/** What a value of a flag is for: what it matches is wanted, or is not. */
export type Use = 'takes' | 'excludes';

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

/**
 * Whether a field matches a glob: `*` is any text, `?` any character; upper and lower case differ, but for the agent. A user goes by
 * the short name as well.
 *
 * Where it excludes, nobody can hide behind what they chose to say: of a user it is who authenticated, not as whom they acted, and of the
 * addresses all must match, as the first ones come from a header that a client may send.
 */
export function textTest(field: TextField, glob: string, use: Use = 'takes'): Test {
  if (field === 'source-ip') return addressTest(globTest(glob, false), use);
  const matches = remembered(field === 'user' ? userTest(glob) : globTest(glob, field === 'user-agent'));
  if (field === 'user') return usersTest(matches, use);
  if (field === 'group') return groupsTest(matches, use);
  const read = TEXTS[field];
  return (event) => {
    const text = read(event);
    return text !== undefined && matches(text);
  };
}

/** What has no such field matches nothing; a name that is empty is one that is not there. */
const TEXTS: Readonly<
  Record<Exclude<TextField, 'user' | 'group' | 'source-ip'>, (event: LoggedEvent) => string | undefined>
> = {
  verb: ({ verb }) => verb,
  namespace: ({ objectRef }) => objectRef && namespaceOf(objectRef),
  name: ({ objectRef }) => objectRef?.name,
  'user-agent': ({ userAgent }) => userAgent,
  level: ({ level }) => level,
  stage: ({ stage }) => stage,
  'audit-id': ({ auditID }) => auditID,
};

/** A namespace itself is in it, as the audit policy sees it. */
function namespaceOf({ resource, namespace = '', name = '' }: ObjectReference): string {
  return namespace === '' && resource === 'namespaces' ? name : namespace;
}

function userTest(glob: string): (username: string) => boolean {
  const matches = globTest(glob, false);
  return (username) => matches(username) || matches(shortName(username));
}

function usersTest(matches: (username: string) => boolean, use: Use): Test {
  const isOne = (user: AuditUser | undefined): boolean => user?.username !== undefined && matches(user.username);
  return use === 'excludes' ? ({ user }) => isOne(user) : (event) => isOne(event.user) || isOne(event.impersonatedUser);
}

function groupsTest(matches: (group: string) => boolean, use: Use): Test {
  const isIn = (user: AuditUser | undefined): boolean => user?.groups?.some(matches) ?? false;
  return use === 'excludes' ? ({ user }) => isIn(user) : (event) => isIn(event.user) || isIn(event.impersonatedUser);
}

/** Whether it came from an address that matches. */
export function addressTest(matches: (address: string) => boolean, use: Use): Test {
  const isOne = remembered(matches);
  if (use === 'excludes') return ({ sourceIPs = [] }) => sourceIPs.length > 0 && sourceIPs.every(isOne);
  return ({ sourceIPs = [] }) => sourceIPs.some(isOne);
}

function globTest(glob: string, ignoresCase: boolean): (text: string) => boolean {
  if (!isGlob(glob) && !ignoresCase) return (text) => text === glob;
  const source = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  const pattern = new RegExp(`^${source}$`, ignoresCase ? 'is' : 's');
  return (text) => pattern.test(text);
}

/** Whether a word stands for several. */
export function isGlob(word: string): boolean {
  return /[*?]/.test(word);
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

/** A resource as a flag names it, each part a glob; an empty subresource is none. */
interface ResourceWords {
  group: string;
  resource: string;
  subresource: string;
}

/** Whether it is for such a resource, as a rule of a policy would select it: `pods` is pods without their subresources. */
export function resourceTest({ group, resource, subresource }: ResourceWords): Test {
  const isType = globTest(resource, false);
  const isOfGroup = globTest(group, false);
  const isSub = globTest(subresource, false);
  return ({ objectRef }) =>
    objectRef !== undefined &&
    isType(objectRef.resource ?? '') &&
    isSub(objectRef.subresource ?? '') &&
    isOfGroup(objectRef.apiGroup ?? '');
}

/** Whether it is for such a path, and for no resource. */
export function pathTest(glob: string): Test {
  const matches = remembered(globTest(glob, false));
  return ({ objectRef, requestURI }) => objectRef === undefined && matches(requestURI.split('?', 1)[0] ?? '');
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

const WRITE_VERBS: ReadonlySet<string> = new Set(WRITES);

/** What they ask. */
export const PLAIN_TESTS: Readonly<Record<PlainFlag, Test>> = {
  failed: ({ code }) => code >= 400,
  human: isHuman,
  writes: ({ verb, objectRef }) => WRITE_VERBS.has(verb) && objectRef !== undefined,
  dryRunRequests: ({ requestURI }) => /[?&]dryRun=/.test(requestURI),
};

/** Whether one of some rules of a policy (from 1; 0 for no rule) decides the request. */
export function ruleTest(policy: Policy, rules: readonly number[]): Test {
  const decided = compilePolicy([policy]);
  const wanted = new Set(rules);
  return (event) => decided(requestOf(event)).some(({ rule }) => wanted.has(rule));
}

/** The subresources that are opened by get over WebSocket and by create over SPDY: who asks for one means both. */
const OPENED: ReadonlySet<string | undefined> = new Set(['exec', 'attach', 'portforward']);

/**
 * Whether it is such a request: verb, resource and place; who sends it is left to other tests. A name is also that of an object that
 * is created, which the API server adds from the body.
 */
export function requestTest(wanted: RequestAttributes): Test {
  const { verb = '', subresource } = wanted;
  const isVerb = (given: string): boolean => given === verb || (OPENED.has(subresource) && isOpening(given, verb));
  return (event) => isVerb(event.verb) && isSameTarget(wanted, event);
}

function isOpening(given: string, wanted: string): boolean {
  return [given, wanted].every((verb) => verb === 'get' || verb === 'create');
}

function isSameTarget(wanted: RequestAttributes, event: LoggedEvent): boolean {
  const request = requestOf(event);
  if (request.isResourceRequest !== wanted.isResourceRequest) return false;
  if (!wanted.isResourceRequest) return request.path === wanted.path;
  const isType = (['apiGroup', 'resource', 'subresource'] as const).every(
    (key) => (wanted[key] ?? '') === (request[key] ?? ''),
  );
  const { name, namespace } = event.objectRef ?? {};
  return (
    isType &&
    isSameOrAny(wanted.namespace, request.namespace || namespace) &&
    isSameOrAny(wanted.name, request.name || name)
  );
}

function isSameOrAny(wanted: string | undefined, given: string | undefined): boolean {
  return wanted === undefined || wanted === '' || wanted === given;
}
