import type { LoadedPolicy } from '../policy/load/load.ts';
import { type Actual, type CaseResult, percentOf, type RequestResult, type RuleCoverage } from '../policy/test/run.ts';
import type { TestMistake } from '../policy/test/nodes.ts';
import type { Policy } from '../policy/types.ts';
import type { Expectation } from '../policy/test/read.ts';
import type { Json, JsonObject } from '../json.ts';

/** A policy that was tested, and its text. */
export interface TestedPolicy {
  /** As it is called in messages: a template's name or a path. */
  name: string;
  /** The name with what was set. */
  label: string;
  /** What stands in front of a line number of `text`. */
  place: string;
  text: string;
  /** The number of the first line of `text` in its file; left out: 1. */
  firstLine?: number;
  policy: Policy;
  /** What loads, but not as meant: `mine.yaml:3: …`. */
  warnings: string[];
  locate: LoadedPolicy['locate'];
}

/** What became of one test file. With mistakes it was not run. */
export interface TestedFile {
  /** As it was given; `-` is stdin. */
  file: string;
  policy: TestedPolicy | null;
  mistakes: TestMistake[];
  cases: CaseResult[];
}

/** Which rules of one policy were decided, by the cases of all files that test it. */
export interface PolicyCoverage extends RuleCoverage {
  policy: TestedPolicy;
  /** For a rule that no case decides: a request that it would decide, as a test file may have it. */
  examples: ReadonlyMap<number, string>;
}

/** The outcome of `policy test`. */
export interface PolicyTestReport {
  files: TestedFile[];
  /** Empty where only some of the cases were run. */
  coverage: PolicyCoverage[];
  /** In percent, for each policy; null where none was asked for. */
  minCoverage: number | null;
}

/** The outcome in numbers. */
export interface PolicyTestCounts {
  files: number;
  /** Files that could not be run. */
  unreadable: number;
  cases: number;
  failed: number;
  /** Policies whose coverage is too small. */
  uncovered: number;
}

/** Counts files, cases, and what is not as it should be. */
export function countsOf(report: PolicyTestReport): PolicyTestCounts {
  const cases = report.files.flatMap((file) => file.cases);
  return {
    files: report.files.length,
    unreadable: report.files.filter(({ mistakes }) => mistakes.length > 0).length,
    cases: cases.length,
    failed: cases.filter(({ passed }) => !passed).length,
    uncovered: report.coverage.filter((entry) => !isCovered(entry, report)).length,
  };
}

/** Whether enough of a policy's rules were decided; the exact share counts, not the rounded one that is shown. */
export function isCovered(coverage: RuleCoverage, { minCoverage }: Pick<PolicyTestReport, 'minCoverage'>): boolean {
  return minCoverage === null || percentOf(coverage) >= minCoverage;
}

/** `88.2 %`: rounded down, so that only all is 100 %. */
export function percentText(coverage: RuleCoverage): string {
  return `${Math.floor(percentOf(coverage) * 10) / 10} %`;
}

/** What was expected, in words: `level None, rule 3`. */
export function expectedText(expect: Expectation): string {
  return textOf(expect, KEYS);
}

/** What really happens, in the same words: the level, the rule, and of the rest what was expected too. */
export function actualText(actual: Actual, expect: Expectation): string {
  return textOf(
    actual,
    KEYS.filter((key) => key === 'level' || key === 'rule' || expect[key] !== undefined),
  );
}

const KEYS = ['level', 'rule', 'stages', 'omitManagedFields'] as const;

type Key = (typeof KEYS)[number];

function textOf(values: Expectation, keys: readonly Key[]): string {
  return keys.flatMap((key) => (values[key] === undefined ? [] : WORDS[key](values))).join(', ');
}

const WORDS: Readonly<Record<Key, (values: Expectation) => string>> = {
  level: ({ level }) => `level ${level}`,
  rule: ({ rule }) => (rule === 0 ? 'no rule' : `rule ${rule}`),
  stages: ({ stages = [] }) => (stages.length === 0 ? 'no event' : `events at ${stages.join(' and ')}`),
  omitManagedFields: ({ omitManagedFields }) => `${omitManagedFields ? 'no ' : ''}managed fields`,
};

/**
 * The outcome as JSON: `formatVersion` grows when a field changes its meaning or goes; new fields may come at any time. Documented in
 * docs/test-a-policy.md.
 */
export function policyTestJson(report: PolicyTestReport): JsonObject {
  const counts = countsOf(report);
  return {
    kind: 'PolicyTestReport',
    formatVersion: 1,
    passed: counts.unreadable + counts.failed + counts.uncovered === 0,
    counts: { ...counts },
    files: report.files.map(fileJson),
    coverage: report.coverage.map((entry) => coverageJson(entry, report)),
  };
}

function fileJson({ file, policy, mistakes, cases }: TestedFile): Json {
  return {
    file,
    policy: policy?.label ?? null,
    mistakes: mistakes.map(({ file: other, line, column, message, hint }) => ({
      file: other ?? file,
      line: line ?? null,
      column: column ?? null,
      message,
      hint: hint ?? null,
    })),
    cases: cases.map(caseJson),
  };
}

function caseJson({ name, line, column, passed, expect, requests }: CaseResult): Json {
  return { name, line, column, passed, expected: { ...expect }, requests: requests.map(requestJson) };
}

function requestJson({ text, line, column, passed, actual, differs, notes, request }: RequestResult): Json {
  return { text, line, column, passed, actual: { ...actual }, differs: [...differs], notes, request: { ...request } };
}

function coverageJson(entry: PolicyCoverage, report: PolicyTestReport): Json {
  const { policy, rules, decided, undecided, unreachable, examples } = entry;
  return {
    policy: policy.label,
    rules,
    decided,
    undecided: undecided.map((rule) => ({ rule, example: examples.get(rule) ?? null })),
    unreachable,
    percent: percentOf(entry),
    passed: isCovered(entry, report),
  };
}
