import type { Policy } from '../types.ts';
import type { CaseResult } from './run.ts';

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
