import { loadPolicy } from '../../src/policy/load/load.ts';
import { readPolicyTest } from '../../src/policy/test/read.ts';
import { coverageOf, runPolicyTest } from '../../src/policy/test/run.ts';
import type { PolicyTestReport, TestedFile, TestedPolicy } from '../../src/report/policy-test.ts';

const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
# Noise.
- level: None
  users: [system:kube-proxy]
  verbs: [watch]
# Reads are cheap.
- level: Metadata
  verbs: [get, list, watch]
- level: None
  verbs: [get]
  resources:
  - group: ""
    resources: [secrets]
- level: Request
  resources:
  - group: ""
`;

/** The policy that the tests of the reports test: its third rule decides nothing. */
function testedPolicy(): TestedPolicy {
  const { policy, locate } = loadPolicy(POLICY);
  return {
    name: 'mine.yaml',
    label: 'mine.yaml',
    place: 'mine.yaml',
    text: POLICY,
    policy: policy!,
    warnings: [],
    locate,
  };
}

/** A test file with these cases, run. */
export function testedFile(cases: string, file = 'a.policy-test.yaml'): TestedFile {
  const policy = testedPolicy();
  const { test, mistakes } = readPolicyTest(`policy: mine.yaml\ncases:\n${cases}`);
  return { file, policy, mistakes, cases: test && mistakes.length === 0 ? runPolicyTest(test, policy.policy) : [] };
}

/** The outcome of these files. */
export function reportOf(files: TestedFile[], minCoverage: number | null = null): PolicyTestReport {
  const policy = testedPolicy();
  const cases = files.flatMap((file) => file.cases);
  const examples = new Map([[1, 'watch pods --as system:kube-proxy']]);
  return { files, minCoverage, coverage: [{ policy, ...coverageOf(policy.policy, cases, [3]), examples }] };
}
