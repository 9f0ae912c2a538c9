import { describe, expect, it } from 'vitest';
import { policyTestJson } from '../../src/report/policy-test.ts';
import { policyTestJunit } from '../../src/report/policy-test-junit.ts';
import { reportOf, testedFile } from './policy-test-scene.ts';

const CASES = `- { name: reads have no bodies, request: get pods/web, expect: Metadata }
- name: no "secret" has a <body>
  requests: [delete secrets/db -n prod, get secrets/db -n prod]
  expect: { level: Metadata, rule: 2 }
`;

describe('policyTestJunit', () => {
  it('has a suite for each file, and one for the coverage asked for', () => {
    const files = [testedFile(CASES, 'tests/a.policy-test.yaml'), testedFile('- x\n', '-')];
    expect(policyTestJunit(reportOf(files, 70))).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="kops-audit policy test" tests="4" failures="2" errors="1">
  <testsuite name="tests/a.policy-test.yaml" tests="2" failures="1" errors="0" skipped="0" time="0">
    <properties>
      <property name="policy" value="mine.yaml"/>
    </properties>
    <testcase classname="tests.a.policy-test" name="reads have no bodies" file="tests/a.policy-test.yaml" line="3" time="0"/>
    <testcase classname="tests.a.policy-test" name="no &quot;secret&quot; has a &lt;body&gt;" file="tests/a.policy-test.yaml" line="4" time="0">
      <failure message="expected level Metadata, rule 2; actual: level Request, rule 4" type="decision">expected: level Metadata, rule 2
delete secrets/db -n prod
  actual: level Request, rule 4</failure>
    </testcase>
  </testsuite>
  <testsuite name="stdin" tests="1" failures="0" errors="1" skipped="0" time="0">
    <testcase classname="stdin" name="the file can be run" file="stdin" line="1" time="0">
      <error message="1 mistake in the test file or its policy" type="unreadable">stdin:3:3: a case must be a map, not x (Its keys are name, request, requests, expect.)</error>
    </testcase>
  </testsuite>
  <testsuite name="coverage" tests="1" failures="1" errors="0" skipped="0" time="0">
    <testcase classname="coverage" name="coverage of mine.yaml" time="0">
      <failure message="2 of 3 rules decided (66.6 %), less than 70 %" type="coverage">decided by no case: rule 1</failure>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  it('leaves the coverage out where none is asked for', () => {
    expect(policyTestJunit(reportOf([testedFile(CASES)]))).not.toContain('coverage');
  });
});

describe('policyTestJson', () => {
  it('is the whole outcome', () => {
    const files = [testedFile(CASES), testedFile('- x\n', 'b.yaml')];
    const json = policyTestJson(reportOf(files, 50));
    const request = { user: 'someone', groups: ['system:authenticated'], isResourceRequest: true };
    expect(json).toMatchObject({
      kind: 'PolicyTestReport',
      formatVersion: 1,
      passed: false,
      counts: { files: 2, unreadable: 1, cases: 2, failed: 1, uncovered: 0 },
      coverage: [
        {
          policy: 'mine.yaml',
          rules: 4,
          decided: [2, 4],
          undecided: [{ rule: 1, example: 'watch pods --as system:kube-proxy' }],
          unreachable: [3],
          passed: true,
        },
      ],
    });
    const [first, second] = json['files'] as { cases: unknown[]; mistakes: unknown[] }[];
    expect(first!.cases[1]).toEqual({
      name: 'no "secret" has a <body>',
      line: 4,
      column: 3,
      passed: false,
      expected: { level: 'Metadata', rule: 2 },
      requests: [
        {
          text: 'delete secrets/db -n prod',
          line: 5,
          column: 14,
          passed: false,
          actual: { level: 'Request', rule: 4, stages: ['ResponseComplete'], omitManagedFields: false },
          differs: ['level', 'rule'],
          notes: [],
          request: { ...request, verb: 'delete', resource: 'secrets', name: 'db', namespace: 'prod' },
        },
        {
          text: 'get secrets/db -n prod',
          line: 5,
          column: 41,
          passed: true,
          actual: { level: 'Metadata', rule: 2, stages: ['ResponseComplete'], omitManagedFields: false },
          differs: [],
          notes: [],
          request: { ...request, verb: 'get', resource: 'secrets', name: 'db', namespace: 'prod' },
        },
      ],
    });
    expect(second!.mistakes).toEqual([
      {
        file: 'b.yaml',
        line: 3,
        column: 3,
        message: 'a case must be a map, not x',
        hint: 'Its keys are name, request, requests, expect.',
      },
    ]);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });

  it('has passed where nothing failed', () => {
    const passed = testedFile('- { request: get pods/web, expect: Metadata }\n');
    expect(policyTestJson(reportOf([passed]))).toMatchObject({ passed: true });
    expect(policyTestJson(reportOf([passed], 90))).toMatchObject({ passed: false, counts: { uncovered: 1 } });
  });
});
