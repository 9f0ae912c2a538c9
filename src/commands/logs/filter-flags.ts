import { BlockList, isIP } from 'node:net';
import { UserError } from '../../errors.ts';
import {
  addressTest,
  type Condition,
  isGlob,
  PLAIN_TESTS,
  type PlainFlag,
  pathTest,
  requestTest,
  resourceTest,
  ruleTest,
  statusTest,
  type Test,
  type TextField,
  textTest,
  timeTest,
  type Use,
} from '../../events/filter.ts';
import { checkChoice } from '../../flags/check.ts';
import { readTime, type Zone } from '../../flags/times.ts';
import { findResources } from '../../policy/api/lookup.ts';
import { PATH_VERBS, RESOURCE_VERBS } from '../../policy/api/verbs.ts';
import { nearest } from '../../policy/nearest.ts';
import { readRequest } from '../../policy/request/request.ts';
import { customNote, readTarget } from '../../policy/request/target.ts';
import { requestWords } from '../../policy/test/request-line.ts';
import { LEVELS, type Policy, STAGES } from '../../policy/types.ts';

/** The flags that say which events are wanted, as the command line gives them. */
export interface FilterFlags {
  user: string[];
  group: string[];
  verb: string[];
  resource: string[];
  namespace: string[];
  name: string[];
  status: string[];
  sourceIp: string[];
  userAgent: string[];
  level: string[];
  stage: string[];
  auditId: string[];
  since?: string;
  until?: string;
  rule: string[];
  failed?: boolean;
  human?: boolean;
  writes?: boolean;
  dryRunRequests?: boolean;
}

/** As where none of these is given: all is wanted. */
export const NO_FILTER: FilterFlags = {
  user: [],
  group: [],
  verb: [],
  resource: [],
  namespace: [],
  name: [],
  status: [],
  sourceIp: [],
  userAgent: [],
  level: [],
  stage: [],
  auditId: [],
  rule: [],
};

/** What the flags are read with. */
interface Surroundings {
  now: Date;
  zone: Zone;
  /** The policy that `--rule` is about; undefined where none is named. */
  policy?: Policy | undefined;
  /** What stands behind `--`: a request as for `policy explain`. */
  request?: readonly string[];
  /** Gets what is odd about a value and may be meant so, a sentence. */
  warn?: (text: string) => void;
}

/**
 * Reads the flags of a filter: values of one flag are alternatives, `!value` excludes, and all flags must hold. Where a value can hold no
 * comma, `get,list` is two; `!get,list` excludes both.
 *
 * @throws UserError for a value that no event can have, with the near one.
 */
export function readFilter(flags: FilterFlags, surroundings: Surroundings): Condition[] {
  const { request = [], warn = () => {} } = surroundings;
  return [
    ...spanOf(flags, surroundings),
    ...READERS.map((reader) => condition(reader, flags[reader.key], warn)),
    ...PLAIN.filter((key) => flags[key]).map((key) => ({ any: [PLAIN_TESTS[key]], none: [] })),
    ...(request.length === 0 ? [] : [{ any: [readWanted(request)], none: [] }]),
    rulesOf(flags.rule, surroundings.policy),
  ].filter(({ any, none }) => any.length + none.length > 0);
}

type ListKey = Exclude<
  keyof FilterFlags,
  'since' | 'until' | 'rule' | 'failed' | 'human' | 'writes' | 'dryRunRequests'
>;

/** What is known of a value when it is read. */
interface Place {
  flag: string;
  use: Use;
  warn: (text: string) => void;
}

interface Reader {
  key: ListKey;
  flag: string;
  /** Its values hold no commas of their own. */
  isList?: boolean;
  test: (value: string, place: Place) => Test;
}

const text =
  (field: TextField) =>
  (value: string, { use, flag, warn }: Place): Test => {
    // A name may have one, as `CN=anna,O=shop` has; `alice,bob` is meant as two.
    if (/^[^,=\s]+(?:,[^,=\s]+)+$/.test(value)) warn(`${flag} ${value} is one value: repeat ${flag} for several.`);
    return textTest(field, value, use);
  };

const oneOf =
  (field: TextField, choices: readonly string[]) =>
  (value: string, { flag }: Place): Test => {
    if (!isGlob(value)) checkChoice(flag, value, choices);
    return textTest(field, value);
  };

/** What is quick to find in an event comes first. */
const READERS: readonly Reader[] = [
  { key: 'level', flag: '--level', isList: true, test: oneOf('level', LEVELS.slice(1)) },
  { key: 'auditId', flag: '--audit-id', test: text('audit-id') },
  { key: 'stage', flag: '--stage', isList: true, test: oneOf('stage', STAGES) },
  { key: 'verb', flag: '--verb', isList: true, test: (value) => textTest('verb', knownVerb(value)) },
  { key: 'status', flag: '--status', isList: true, test: readStatus },
  { key: 'resource', flag: '--resource', isList: true, test: readResource },
  { key: 'namespace', flag: '--namespace', isList: true, test: text('namespace') },
  { key: 'name', flag: '--name', test: text('name') },
  { key: 'user', flag: '--user', test: text('user') },
  { key: 'group', flag: '--group', test: text('group') },
  { key: 'sourceIp', flag: '--source-ip', isList: true, test: readAddress },
  { key: 'userAgent', flag: '--user-agent', test: text('user-agent') },
];

const PLAIN: readonly PlainFlag[] = ['failed', 'writes', 'dryRunRequests', 'human'];

function condition({ flag, isList, test }: Reader, typed: readonly string[], warn: Place['warn']): Condition {
  const values = typed.flatMap((value) => valuesIn(flag, value, isList ?? false));
  const read = (use: Use): Test[] =>
    values.filter((value) => value.use === use).map(({ value }) => test(value, { flag, use, warn }));
  return { any: read('takes'), none: read('excludes') };
}

/** The values in one word, each with what it is for. A mark of exclusion in front is for all of them. */
function valuesIn(flag: string, typed: string, isList: boolean): { value: string; use: Use }[] {
  const words = (isList ? typed.split(',') : [typed]).map((word) => word.trim());
  const use = (word: string): Use => (typed.startsWith('!') || word.startsWith('!') ? 'excludes' : 'takes');
  return words.map((word) => {
    const value = word.replace(/^!/, '');
    if (value !== '') return { value, use: use(word) };
    throw new UserError(`${flag} ${typed} names nothing`, {
      hint: `Write a value, or !value to exclude it: ${flag} '!value'.`,
    });
  });
}

/** A misspelt one would match nothing, and look like an answer. */
function knownVerb(verb: string): string {
  if (isGlob(verb) || RESOURCE_VERBS.includes(verb) || PATH_VERBS.includes(verb)) return verb;
  const near = nearest(verb, [...RESOURCE_VERBS, ...PATH_VERBS]) ?? MEANT[verb.toLowerCase()];
  const meant = near === undefined ? '' : `Did you mean ${near}? `;
  throw new UserError(`--verb ${verb} is no verb`, { hint: `${meant}There are ${RESOURCE_VERBS.join(', ')}.` });
}

/** What kubectl and published rules call them. */
const MEANT: Readonly<Record<string, string>> = {
  apply: 'patch',
  edit: 'patch',
  replace: 'update',
  exec: 'get or create with --resource pods/exec',
  logs: 'get with --resource pods/log',
  read: 'get',
};

/**
 * `pods`, `pods/exec`, `pods/*`, `*\/scale`, `deployments.apps`, `deploy`, `Deployment`, and `/healthz*` for a path. As in a policy `pods/*`
 * is pods and all their subresources, and `*` everything that is a resource.
 */
function readResource(word: string, { warn }: Place): Test {
  if (word.startsWith('/')) return pathTest(word);
  const [type = '', subresource] = splitOnce(word, '/');
  if (type === '*') return resourceTest({ resource: '*', group: '*', subresource: subresource ?? '*' });
  return resourceTest({ ...readType(type, warn), subresource: subresource ?? '' });
}

function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** What several groups have is meant in any of them; what is not of the built-in API may be a custom resource. */
function readType(type: string, warn: Place['warn']): { resource: string; group: string } {
  const [name, group] = splitOnce(type, '.');
  if (isGlob(type)) return { resource: name, group: group ?? '*' };
  const note = customNote(type);
  if (note !== undefined) {
    warn(`--resource ${note}`);
    return { resource: name.toLowerCase(), group: group ?? '*' };
  }
  const { resource, group: found } = readTarget({ target: type }, {});
  const isInSeveral = findResources(name).filter((each) => each.group !== 'metrics.k8s.io').length > 1;
  return { resource, group: group === undefined && isInSeveral ? '*' : found };
}

function readStatus(value: string): Test {
  if (/^[1-5](?:\d\d|\dx|xx)$/i.test(value)) return statusTest(value);
  throw new UserError(`--status ${value} is no status`, { hint: 'Write 403, or 4xx for all from 400 to 499.' });
}

/** An address, a network such as 10.0.0.0/8, or a glob. */
function readAddress(value: string, { use }: Place): Test {
  const [address, bits] = splitOnce(value, '/');
  if (isIP(address) !== 0) return addressTest(inNetwork(value, address, bits), use);
  if (bits === undefined && /^[\da-f:.*?]+$/i.test(address) && isGlob(address))
    return textTest('source-ip', value, use);
  throw new UserError(`--source-ip ${value} is no address`, {
    hint: 'Write an address, a network such as 10.0.0.0/8, or a beginning such as 10.1.*',
  });
}

function inNetwork(value: string, address: string, bits: string | undefined): (given: string) => boolean {
  const most = isIP(address) === 4 ? 32 : 128;
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > most))
    throw new UserError(`--source-ip ${value} is no network`, { hint: `Behind the slash is a number up to ${most}.` });
  const list = new BlockList();
  list.addSubnet(address, bits === undefined ? most : Number(bits), familyOf(address));
  return (given) => isIP(given) !== 0 && list.check(given, familyOf(given));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

function rulesOf(typed: readonly string[], policy: Policy | undefined): Condition {
  const values = typed.flatMap((value) => valuesIn('--rule', value, true));
  if (values.length === 0) return { any: [], none: [] };
  if (policy === undefined)
    throw new UserError('--rule is about a policy, and none is named', {
      hint: 'Name it: --rule 3 --policy kops, or --policy ./policy.yaml.',
    });
  const tests = (wanted: Use): Test[] => {
    const rules = values.filter(({ use }) => use === wanted).map(({ value }) => readRule(value, policy));
    return rules.length === 0 ? [] : [ruleTest(policy, rules)];
  };
  return { any: tests('takes'), none: tests('excludes') };
}

function readRule(value: string, { rules: { length } }: Policy): number {
  if (/^\d{1,6}$/.test(value) && Number(value) <= length) return Number(value);
  throw new UserError(`--rule ${value} is no rule of the policy`, {
    hint: `It has ${length}: write 1 to ${length}, or 0 for what no rule decides.`,
  });
}

function spanOf(flags: FilterFlags, surroundings: Surroundings): Condition[] {
  if (flags.since === undefined && flags.until === undefined) return [];
  return [{ any: [timeTest(...readSpan(flags, surroundings))], none: [] }];
}

/**
 * Reads `--since` and `--until` as microseconds since 1970; what is not given is without an end.
 *
 * @throws UserError for what is no time, and where nothing can lie between them.
 */
export function readSpan(
  { since, until }: Pick<FilterFlags, 'since' | 'until'>,
  { now, zone }: Pick<Surroundings, 'now' | 'zone'>,
): [from: number, to: number] {
  const read = (flag: string, value: string): number => readTime(flag, value, now, zone).getTime() * 1000;
  const from = since === undefined ? -Infinity : read('--since', since);
  const to = until === undefined ? Infinity : read('--until', until);
  if (from >= to)
    throw new UserError(`--since ${since} is not before --until ${until}`, { hint: 'Nothing can lie between them.' });
  return [from, to];
}

/** Without a namespace any is meant, and without `--as` anybody. */
function readWanted(typed: readonly string[]): Test {
  const words = requestWords(typed);
  const { namespace, as } = words;
  const { request } = readRequest(namespace === undefined ? { ...words, allNamespaces: true } : words);
  const isSuch = requestTest(request.isResourceRequest ? { ...request, name: readTarget(words, {}).name } : request);
  const isTheirs = as === undefined ? null : textTest('user', as);
  return isTheirs === null ? isSuch : (event) => isSuch(event) && isTheirs(event);
}
