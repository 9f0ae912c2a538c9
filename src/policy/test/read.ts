import type { Node } from 'yaml';
import type { RequestOptions } from '../request/words.ts';
import { type Fields, readFields, readList, readText } from './fields.ts';
import { KEYS } from './keys.ts';
import { readExpectation } from './read-expectation.ts';
import { readPolicyName, readSet, readVersion } from './read-head.ts';
import { readTestRequest } from './read-request.ts';
import { type Reading, startReading } from './reading.ts';
import type { PolicyTest, PolicyTestCase, TestMistake, TestRequest } from './types.ts';

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
  const cases = fields.has('cases') ? readCases(reading, fields.get('cases') ?? null, options) : [];
  const places = { policy: reading.placeOf(fields.get('policy')), set: reading.placeOf(fields.get('set')) };
  return policy === undefined ? null : { policy, set, ...options, cases, places };
}

/** Aliases could make billions of a small file. */
const MAX_REQUESTS = 10_000;

function readCases(reading: Reading, node: Node | null, options: RequestOptions): PolicyTestCase[] {
  const cases: PolicyTestCase[] = [];
  let requests = 0;
  for (const item of readList(reading, node, 'cases')) {
    const found = readCase(reading, item, options);
    if (found) cases.push(found);
    requests += found?.requests.length ?? 0;
    if (requests <= MAX_REQUESTS) continue;
    reading.wrong(item, `more than ${MAX_REQUESTS} requests are not read`, 'Make several files of it.');
    break;
  }
  return cases;
}

function readCase(reading: Reading, node: Node, options: RequestOptions): PolicyTestCase | undefined {
  const fields = readFields(reading, node, KEYS.case);
  if (!fields) return undefined;
  const requests = readRequests(reading, node, fields, options);
  const expect = fields.has('expect') ? readExpectation(reading, fields.get('expect') ?? null) : undefined;
  const name = fields.has('name') ? readText(reading, fields.get('name') ?? null, 'name') : requests[0]?.text;
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
  const one = fields.has('request') ? [fields.get('request') ?? null] : [];
  const list = fields.has('requests') ? readList(reading, fields.get('requests') ?? null, 'requests') : [];
  return [...one, ...list].flatMap((item) => readTestRequest(reading, item, options) ?? []);
}
