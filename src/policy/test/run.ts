import { decide, stagesWritten } from '../decide/decide.ts';
import type { Decision, Level, Policy, Stage } from '../types.ts';
import type { TestPlace } from './nodes.ts';
import type { Expectation, PolicyTest, PolicyTestCase, TestRequest } from './read.ts';

/** What a policy really does with a request. */
export interface Actual {
  level: Level;
  /** Counts from 1; 0 is no rule. */
  rule: number;
  /** At which an event is written. */
  stages: Stage[];
  omitManagedFields: boolean;
}

/** One request of a case against the policy. */
export interface RequestResult extends TestRequest {
  passed: boolean;
  actual: Actual;
  /** What is not as expected. */
  differs: (keyof Expectation)[];
}

/** A case against the policy: passed where all its requests are. */
export interface CaseResult extends TestPlace {
  name: string;
  passed: boolean;
  expect: Expectation;
  requests: RequestResult[];
}

/** How a policy test is run. */
export interface RunOptions {
  /** Which cases to run, by their name; left out: all. */
  only?: RegExp;
}

/** Runs the cases of a test against a policy, in their order. */
export function runPolicyTest(test: PolicyTest, policy: Policy, { only }: RunOptions = {}): CaseResult[] {
  return test.cases
    .filter(({ name }) => only === undefined || name.search(only) >= 0)
    .map((entry) => runCase(entry, policy));
}

function runCase({ name, expect, requests, line, column }: PolicyTestCase, policy: Policy): CaseResult {
  const results = requests.map((request) => runRequest(request, expect, policy));
  return { name, passed: results.every(({ passed }) => passed), expect, requests: results, line, column };
}

function runRequest(request: TestRequest, expect: Expectation, policy: Policy): RequestResult {
  const actual = actualOf(request, decide(policy, request.request));
  const differs = COMPARED.filter((key) => expect[key] !== undefined && !same(expect[key], actual[key]));
  return { ...request, passed: differs.length === 0, actual, differs };
}

const COMPARED = ['level', 'rule', 'stages', 'omitManagedFields'] as const;

function actualOf({ request }: TestRequest, decision: Decision): Actual {
  const { level, rule, omitManagedFields } = decision;
  return { level, rule, stages: stagesWritten(request, decision), omitManagedFields };
}

// Stages are a set.
function same(expected: unknown, actual: unknown): boolean {
  if (!Array.isArray(expected) || !Array.isArray(actual)) return expected === actual;
  return expected.every((item) => actual.includes(item)) && actual.every((item) => expected.includes(item));
}

/** Which rules of a policy the cases of its tests decided; rules count from 1. */
export interface RuleCoverage {
  rules: number;
  decided: number[];
  /** Decided by no case, although they could be. */
  undecided: number[];
  /** Proven to decide no request at all; they don't count. */
  unreachable: number[];
}

/** Tells which rules decided a request of the results, passed or failed. `unreachable` are the rules that never could. */
export function coverageOf(
  policy: Policy,
  results: readonly CaseResult[],
  unreachable: readonly number[] = [],
): RuleCoverage {
  const seen = new Set(results.flatMap(({ requests }) => requests.map(({ actual }) => actual.rule)));
  const rules = policy.rules.map((_, at) => at + 1);
  return {
    rules: rules.length,
    decided: rules.filter((rule) => seen.has(rule)),
    undecided: rules.filter((rule) => !seen.has(rule) && !unreachable.includes(rule)),
    unreachable: rules.filter((rule) => !seen.has(rule) && unreachable.includes(rule)),
  };
}

/** The share of the rules that could decide something and did, in percent, not rounded; 100 where there is none. */
export function percentOf({ decided, undecided }: RuleCoverage): number {
  const all = decided.length + undecided.length;
  return all === 0 ? 100 : (100 * decided.length) / all;
}
