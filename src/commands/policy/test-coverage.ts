import { reachOf } from '../../policy/compare/reach.ts';
import { requestFor } from '../../policy/test/request-line.ts';
import { type CaseResult, coverageOf, type RuleCoverage } from '../../policy/test/run.ts';
import type { PolicyCoverage, TestedFile, TestedPolicy } from '../../report/policy-test-report.ts';

/** Which rules were decided of each policy, over all files that test it with the same parameters. */
export function coverageOfFiles(files: readonly TestedFile[]): PolicyCoverage[] {
  const tested = new Map<string, { policy: TestedPolicy; cases: CaseResult[] }>();
  for (const { policy, mistakes, cases } of files) {
    if (policy === null || mistakes.length > 0) continue;
    const known = tested.get(policy.label);
    if (known) known.cases.push(...cases);
    else tested.set(policy.label, { policy, cases: [...cases] });
  }
  return [...tested.values()].map(({ policy, cases }) => coverageOfPolicy(policy, cases));
}

// Which rules could decide something is only asked where some decided nothing.
function coverageOfPolicy(tested: TestedPolicy, cases: readonly CaseResult[]): PolicyCoverage {
  const { policy } = tested;
  const plain = coverageOf(policy, cases);
  if (plain.undecided.length === 0) return { policy: tested, ...plain, examples: new Map() };
  const reach = reachOf(policy);
  const unreachable = reach.filter(({ status }) => status === 'unreachable').map(({ rule }) => rule);
  const coverage: RuleCoverage = coverageOf(policy, cases, unreachable);
  const examples = reach.flatMap(({ rule, example }): [number, string][] =>
    example && coverage.undecided.includes(rule) ? [[rule, requestFor(policy, rule, example)]] : [],
  );
  return { policy: tested, ...coverage, examples: new Map(examples) };
}
