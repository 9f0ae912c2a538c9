import { BlockList, isIP } from 'node:net';
import { UserError } from '../../errors.ts';
import {
  type Condition,
  PLAIN_TESTS,
  type PlainFlag,
  requestTest,
  resourceTest,
  type ResourceWords,
  ruleTest,
  statusTest,
  type Test,
  type TextField,
  textTest,
  timeTest,
} from '../../events/filter.ts';
import { checkChoice } from '../../flags/check.ts';
import { readTime, type Zone } from '../../flags/times.ts';
import { findResources } from '../../policy/api/lookup.ts';
import { PATH_VERBS, RESOURCE_VERBS } from '../../policy/api/verbs.ts';
import { nearest } from '../../policy/nearest.ts';
import { readRequest } from '../../policy/request/request.ts';
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

/** What the flags are read with. */
interface Surroundings {
  now: Date;
  zone: Zone;
  /** The policy that `--rule` is about; undefined where none is named. */
  policy?: Policy | undefined;
  /** What stands behind `--`: a request as for `policy explain`. */
  request?: readonly string[];
}

/**
 * Reads the flags of a filter: values of one flag are alternatives, `!value` excludes, and all flags must hold.
 *
 * @throws UserError for a value that no event can have, with the near one.
 */
export function readFilter(flags: FilterFlags, surroundings: Surroundings): Condition[] {
  const { request = [] } = surroundings;
  return [
    ...READERS.map(({ key, flag, test }) => condition(flags[key], (value) => test(value, flag))),
    condition(flags.rule, (value) => readRule(value, surroundings.policy)),
    ...PLAIN.filter((key) => flags[key]).map((key) => ({ any: [PLAIN_TESTS[key]], none: [] })),
    ...spanOf(flags, surroundings),
    ...(request.length === 0 ? [] : [{ any: [readWanted(request)], none: [] }]),
  ].filter(({ any, none }) => any.length + none.length > 0);
}

type ListKey = Exclude<
  keyof FilterFlags,
  'since' | 'until' | 'rule' | 'failed' | 'human' | 'writes' | 'dryRunRequests'
>;

interface Reader {
  key: ListKey;
  flag: string;
  test: (value: string, flag: string) => Test;
}

const text =
  (field: TextField) =>
  (value: string): Test =>
    textTest(field, value);

const oneOf =
  (field: TextField, choices: readonly string[]) =>
  (value: string, flag: string): Test => {
    if (!/[*?]/.test(value)) checkChoice(flag, value, choices);
    return textTest(field, value);
  };

const READERS: readonly Reader[] = [
  { key: 'verb', flag: '--verb', test: (value) => textTest('verb', knownVerb(value)) },
  { key: 'resource', flag: '--resource', test: (value) => resourceTest(readResource(value)) },
  { key: 'status', flag: '--status', test: readStatus },
  { key: 'level', flag: '--level', test: oneOf('level', LEVELS.slice(1)) },
  { key: 'stage', flag: '--stage', test: oneOf('stage', STAGES) },
  { key: 'user', flag: '--user', test: text('user') },
  { key: 'group', flag: '--group', test: text('group') },
  { key: 'namespace', flag: '--namespace', test: text('namespace') },
  { key: 'name', flag: '--name', test: text('name') },
  { key: 'sourceIp', flag: '--source-ip', test: readAddress },
  { key: 'userAgent', flag: '--user-agent', test: text('user-agent') },
  { key: 'auditId', flag: '--audit-id', test: text('audit-id') },
];

const PLAIN: readonly PlainFlag[] = ['failed', 'human', 'writes', 'dryRunRequests'];

function condition(values: readonly string[] = [], read: (value: string) => Test): Condition {
  return {
    any: values.filter((value) => !value.startsWith('!')).map(read),
    none: values.filter((value) => value.startsWith('!')).map((value) => read(value.slice(1))),
  };
}

/** A misspelt one would match nothing, and look like an answer. */
function knownVerb(verb: string): string {
  if (/[*?]/.test(verb) || RESOURCE_VERBS.includes(verb) || PATH_VERBS.includes(verb)) return verb;
  const near = nearest(verb, [...RESOURCE_VERBS, ...PATH_VERBS]);
  const meant = near === undefined ? '' : `Did you mean ${near}? `;
  throw new UserError(`--verb ${verb} is no verb`, { hint: `${meant}There are ${RESOURCE_VERBS.join(', ')}.` });
}

/** `pods`, `pods/exec`, `pods/*`, `deployments.apps`, `deploy`; what is not of the built-in API is taken as it is. */
function readResource(word: string): ResourceWords {
  const [type = '', subresource = ''] = word.split('/');
  const dot = type.indexOf('.');
  const [name, given] = dot < 0 ? [type, undefined] : [type.slice(0, dot), type.slice(dot + 1)];
  const [found] = name === '*' ? [] : findResources(name, given === undefined ? {} : { group: given });
  const resource = found?.resource ?? name;
  return { resource, group: given ?? (found === undefined ? '*' : groupOf(name, found.group)), subresource };
}

/** What several groups have is meant in any of them. */
function groupOf(name: string, first: string): string {
  return findResources(name).length > 1 ? '*' : first;
}

function readStatus(value: string): Test {
  if (/^[1-5](\d\d|xx)$/i.test(value)) return statusTest(value);
  throw new UserError(`--status ${value} is no status`, { hint: 'Write 403, or 4xx for all from 400 to 499.' });
}

/** An address, a network such as 10.0.0.0/8, or a glob. */
function readAddress(value: string): Test {
  const [address = '', bits] = value.split('/');
  const family = isIP(address);
  if (bits === undefined || family === 0) return textTest('source-ip', value);
  const most = family === 4 ? 32 : 128;
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most)
    throw new UserError(`--source-ip ${value} is no network`, { hint: `Behind the slash is a number up to ${most}.` });
  const list = new BlockList();
  const name = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, Number(bits), name);
  return ({ sourceIPs = [] }) => sourceIPs.some((each) => isIP(each) !== 0 && list.check(each, nameOf(each)));
}

function nameOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

function readRule(value: string, policy: Policy | undefined): Test {
  if (policy === undefined)
    throw new UserError('--rule is about a policy, and none is named', {
      hint: 'Name it: --rule 3 --policy kops, or --policy ./policy.yaml.',
    });
  const count = policy.rules.length;
  if (!/^\d{1,6}$/.test(value) || Number(value) > count)
    throw new UserError(`--rule ${value} is no rule of the policy`, {
      hint: `It has ${count}: write 1 to ${count}, or 0 for what no rule decides.`,
    });
  return ruleTest(policy, Number(value));
}

function spanOf({ since, until }: FilterFlags, { now, zone }: Surroundings): Condition[] {
  if (since === undefined && until === undefined) return [];
  const read = (flag: string, value: string): number => readTime(flag, value, now, zone).getTime() * 1000;
  const from = since === undefined ? -Infinity : read('--since', since);
  const to = until === undefined ? Infinity : read('--until', until);
  if (from >= to)
    throw new UserError(`--since ${since} is not before --until ${until}`, { hint: 'Nothing can lie between them.' });
  return [{ any: [timeTest(from, to)], none: [] }];
}

/** Without a namespace any is meant, and without `--as` anybody. */
function readWanted(typed: readonly string[]): Test {
  const words = requestWords(typed);
  const { namespace, as } = words;
  const isSuch = requestTest(readRequest(namespace === undefined ? { ...words, allNamespaces: true } : words).request);
  const isTheirs = as === undefined ? null : textTest('user', as);
  return isTheirs === null ? isSuch : (event) => isSuch(event) && isTheirs(event);
}
