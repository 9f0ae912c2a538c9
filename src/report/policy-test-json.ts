import type { Json, JsonObject } from '../json.ts';
import { percentOf, type CaseResult, type RequestResult } from '../policy/test/run.ts';
import {
  countsOf,
  isCovered,
  type PolicyCoverage,
  type PolicyTestReport,
  type TestedFile,
} from './policy-test-report.ts';

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
