import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { UserError } from '../../errors.ts';
import { isAtLeast } from '../kube-version.ts';
import type { RequestOptions } from '../request/target.ts';
import { type Level, type RequestAttributes, type Stage, LEVELS, STAGES } from '../types.ts';
import {
  type Fields,
  KEYS,
  type MaybeNode,
  nodeOr,
  readFields,
  readList,
  readText,
  readWord,
  describe,
  type Reading,
  startReading,
  type TestMistake,
  type TestPlace,
} from './nodes.ts';
import { readRequestLine } from './request-line.ts';

/** What a case expects of the decision; what is left out is not looked at. */
export interface Expectation {
  level: Level;
  /** Counts from 1; 0 is no rule. */
  rule?: number;
  /** The stages at which an event is written, in any order. */
  stages?: Stage[];
  omitManagedFields?: boolean;
}

/** A request as a case has it. */
export interface TestRequest extends TestPlace {
  /** As it is written in the file; a map as one line of JSON. */
  text: string;
  request: RequestAttributes;
  /** What was assumed where the words left something open. */
  notes: string[];
}

/** One or more requests, of which the same is expected. */
export interface PolicyTestCase extends TestPlace {
  /** What the case is for; the first request where the file has no name for it. */
  name: string;
  requests: TestRequest[];
  expect: Expectation;
}

/** What a test file says. */
export interface PolicyTest {
  /** A template's name, or the path of a policy relative to the test file. */
  policy: string;
  /** Parameters of the policy, as `--set` takes them: lists with commas. */
  set: Record<string, string>;
  /** Such as 1.32; left out: the newest. */
  kubernetesVersion?: string;
  cases: PolicyTestCase[];
  /** Where `policy` and `set` stand, for what turns out to be wrong with them later. */
  places: { policy: TestPlace; set: TestPlace };
}

/** A test file as it was read: without a single mistake it can be run. */
export interface ReadPolicyTest {
  /** As far as it could be read; null where not even the policy is known. */
  test: PolicyTest | null;
  /** In the order of the file. */
  mistakes: TestMistake[];
}

/**
 * Reads the text of a policy test (YAML 1.2; the format is described in docs/test-a-policy.md). Gives all that is wrong with it at
 * once, with line and column. Never throws on bad input.
 */
export function readPolicyTest(text: string): ReadPolicyTest {
  const reading = startReading(text);
  const test = reading.root === null && reading.mistakes.length > 0 ? null : readTest(reading);
  const mistakes = reading.mistakes.toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  return { test, mistakes };
}

function readTest(reading: Reading): PolicyTest | null {
  const fields = readFields(reading, reading.root, KEYS.test);
  if (!fields) return null;
  const policy = readPolicyName(reading, fields);
  const set = readSet(reading, fields);
  const version = readVersion(reading, fields);
  const options = version === undefined ? {} : { kubernetesVersion: version };
  const cases = fields.has('cases') ? readCases(reading, fields.get('cases'), options) : [];
  const places = { policy: reading.placeOf(fields.get('policy')), set: reading.placeOf(fields.get('set')) };
  return policy === undefined ? null : { policy, set, ...options, cases, places };
}

/** Aliases could make billions of a small file. */
const MAX_REQUESTS = 10_000;

function readCases(reading: Reading, node: MaybeNode, options: RequestOptions): PolicyTestCase[] {
  const cases: PolicyTestCase[] = [];
  let requests = 0;
  for (const item of readList(reading, node, 'cases')) {
    const found = readCase(reading, item, options);
    if (found) cases.push(found);
    requests += found?.requests.length ?? 0;
    if (requests <= MAX_REQUESTS) continue;
    reading.wrong(item, `more than ${MAX_REQUESTS} requests are not read`, 'Split it into several files.');
    break;
  }
  return cases;
}

function readCase(reading: Reading, node: Node, options: RequestOptions): PolicyTestCase | undefined {
  const fields = readFields(reading, node, KEYS.case);
  if (!fields) return undefined;
  const requests = readRequests(reading, node, fields, options);
  const expect = fields.has('expect') ? readExpectation(reading, fields.get('expect')) : undefined;
  const name = fields.has('name') ? readText(reading, fields.get('name'), 'name') : requests[0]?.text;
  if (name === undefined || expect === undefined || requests.length === 0) return undefined;
  return { name, requests, expect, ...reading.placeOf(node) };
}

function readRequests(reading: Reading, node: Node, fields: Fields, options: RequestOptions): TestRequest[] {
  if (fields.has('request') === fields.has('requests')) {
    reading.wrong(
      node,
      'a case has either one request or a list of requests',
      'Give one of the keys request and requests.',
    );
  }
  const one = fields.has('request') ? [fields.get('request')] : [];
  const list = fields.has('requests') ? readList(reading, fields.get('requests'), 'requests') : [];
  return [...one, ...list].flatMap((item) => readTestRequest(reading, item, options) ?? []);
}

/**
 * Reads a request of a case: a line as after `policy explain`, where groups and namespace are filled in as for a real request, or a
 * map with exactly what the policy is to see. Undefined, and a mistake noted, where it is neither.
 */
function readTestRequest(reading: Reading, node: MaybeNode, options: RequestOptions): TestRequest | undefined {
  if (isMap(node)) return readMap(reading, node);
  if (!isScalar(node) || typeof node.value !== 'string') {
    const hint = 'A line is written like: delete secrets/db -n prod --as alice';
    reading.wrong(node, `a request must be a line of text or a map, not ${describe(node)}`, hint);
    return undefined;
  }
  return readLine(reading, node, node.value.trim(), options);
}

function readLine(reading: Reading, node: Node, text: string, options: RequestOptions): TestRequest | undefined {
  try {
    return { text, ...readRequestLine(text, options), ...reading.placeOf(node) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    reading.wrong(node, `request ${JSON.stringify(text)}: ${error.message}`, error.hint);
    return undefined;
  }
}

const TEXT_KEYS = ['user', 'verb', 'apiGroup', 'resource', 'subresource', 'namespace', 'name', 'path'] as const;

function readMap(reading: Reading, node: Node): TestRequest | undefined {
  const before = reading.mistakes.length;
  const fields = readFields(reading, node, KEYS.request);
  if (!fields) return undefined;
  const request: RequestAttributes = {};
  for (const key of TEXT_KEYS) if (hasText(fields, key)) set(request, key, readText(reading, fields.get(key), key));
  const groups = fields.has('groups') ? readTexts(reading, fields.get('groups'), 'groups') : [];
  if (groups.length > 0) request.groups = groups;
  checkTarget(reading, node, fields);
  if (reading.mistakes.length > before) return undefined;
  const text = JSON.stringify(request);
  return {
    text,
    request: { ...request, isResourceRequest: fields.has('resource') },
    notes: [],
    ...reading.placeOf(node),
  };
}

const NEVER_EMPTY = ['verb', 'resource', 'path'];

// Elsewhere "" says the same as leaving the key out, as it does in Kubernetes.
function hasText(fields: Fields, key: string): boolean {
  const node = fields.get(key);
  return node !== undefined && !(isScalar(node) && node.value === '' && !NEVER_EMPTY.includes(key));
}

function set(request: RequestAttributes, key: (typeof TEXT_KEYS)[number], value: string | undefined): void {
  if (value !== undefined) request[key] = value;
}

function readTexts(reading: Reading, node: MaybeNode, what: string): string[] {
  return readList(reading, node, what, { mayBeEmpty: true }).flatMap(
    (item) => readText(reading, item, `each of ${what}`) ?? [],
  );
}

const OF_RESOURCES = ['apiGroup', 'subresource', 'namespace', 'name'];

function checkTarget(reading: Reading, node: Node, fields: Fields): void {
  if (fields.has('resource') === fields.has('path')) {
    reading.wrong(node, 'a request is either for a resource or for a path', 'Give one of the keys resource and path.');
  } else if (fields.has('path')) {
    const strange = OF_RESOURCES.find((key) => hasText(fields, key));
    if (strange !== undefined)
      reading.wrong(fields.get(strange) ?? node, `a request for a path has no ${strange}`, 'Leave it out.');
  }
}

/** Reads the key `policy`; undefined, and a mistake noted, where it names none. */
function readPolicyName(reading: Reading, fields: Fields): string | undefined {
  if (!fields.has('policy')) return undefined;
  const node = fields.get('policy');
  const hint = 'Name a template such as kops, or a file relative to this one: ./mine.yaml';
  if (isMap(node)) reading.wrong(node, 'the policy itself cannot stand here', hint);
  else return readText(reading, node, 'policy');
  return undefined;
}

/** Reads the key `set` as `--set` would be given. */
function readSet(reading: Reading, fields: Fields): Record<string, string> {
  const node = fields.get('set');
  if (!fields.has('set')) return {};
  if (!isMap(node)) {
    reading.wrong(node, `set must be a map, not ${describe(node)}`, 'Write set: { PARAMETER: value }.');
    return {};
  }
  const pairs = node.items.map(({ key, value }) => {
    return [isScalar(key) ? String(key.value) : '', readParameter(reading, nodeOr(value))] as const;
  });
  return Object.fromEntries(pairs.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

// A list goes with commas, as after --set; a comma inside of an item could not be told apart.
function readParameter(reading: Reading, value: MaybeNode): string | undefined {
  const node = reading.resolve(value);
  if (isScalar(node) && node.value !== null) return String(node.source ?? node.value);
  if (isSeq(node)) {
    const items = readList(reading, node, 'a parameter', { mayBeEmpty: true });
    return items.flatMap((item) => readText(reading, item, 'an item of a parameter') ?? []).join(',');
  }
  reading.wrong(node, `a parameter must be a string or a list, not ${describe(node)}`);
  return undefined;
}

/** Reads the key `kubernetesVersion`. */
function readVersion(reading: Reading, fields: Fields): string | undefined {
  if (!fields.has('kubernetesVersion')) return undefined;
  const node = fields.get('kubernetesVersion');
  const version = readText(reading, node, 'kubernetesVersion');
  try {
    isAtLeast(version, 0);
    return version;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    reading.wrong(node, error.message, error.hint);
    return undefined;
  }
}

/** Reads what a case expects: a level, or a map with a level and more. Undefined, and mistakes noted, where it can't be read. */
function readExpectation(reading: Reading, node: MaybeNode): Expectation | undefined {
  if (!isMap(node)) {
    const level = readWord(reading, node, 'the level', LEVELS);
    return level && { level };
  }
  const fields = readFields(reading, node, KEYS.expect);
  const read = <Value>(key: string, reader: (reading: Reading, node: MaybeNode) => Value | undefined) =>
    fields?.has(key) ? reader(reading, fields.get(key)) : undefined;
  const level = read('level', (_, value) => readWord(reading, value, 'the level', LEVELS));
  const rule = read('rule', readRule);
  const stages = read('stages', readStages);
  const omitManagedFields = read('omitManagedFields', readSwitch);
  return (
    level && {
      level,
      ...(rule === undefined ? {} : { rule }),
      ...(stages ? { stages } : {}),
      ...(omitManagedFields === undefined ? {} : { omitManagedFields }),
    }
  );
}

function readRule(reading: Reading, node: MaybeNode): number | undefined {
  if (isScalar(node) && typeof node.value === 'number' && Number.isInteger(node.value) && node.value >= 0)
    return node.value;
  reading.wrong(node, `rule must be the number of a rule, not ${describe(node)}`, 'Rules count from 1; 0 is no rule.');
  return undefined;
}

function readStages(reading: Reading, node: MaybeNode): Expectation['stages'] {
  const items = readList(reading, node, 'stages', { mayBeEmpty: true });
  return items.flatMap((item) => readWord(reading, item, 'a stage', STAGES) ?? []);
}

function readSwitch(reading: Reading, node: MaybeNode): boolean | undefined {
  if (isScalar(node) && typeof node.value === 'boolean') return node.value;
  reading.wrong(node, `omitManagedFields must be true or false, not ${describe(node)}`);
  return undefined;
}
