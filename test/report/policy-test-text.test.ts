import { describe, expect, it } from 'vitest';
import { type PolicyTestTextOptions, policyTestText } from '../../src/report/policy-test-text.ts';
import { plainStyle } from '../../src/report/text.ts';
import { reportOf, testedFile } from './policy-test-scene.ts';

const OPTIONS: PolicyTestTextOptions = { style: plainStyle, columns: 80, verbose: false, coverage: false };

function text(cases: string, options: Partial<PolicyTestTextOptions> = {}, minCoverage: number | null = null): string {
  return policyTestText(reportOf([testedFile(cases)], minCoverage), { ...OPTIONS, ...options });
}

const PASSED = '- { name: reads have no bodies, request: get pods/web, expect: Metadata }\n';
const FAILED = `- name: no secret has a body
  requests: [delete secrets/db -n prod, get secrets/db -n prod]
  expect: Metadata
`;

describe('policyTestText', () => {
  it('is one line where all is well', () => {
    expect(text(PASSED)).toBe('1 file, 1 case passed; 1 of 3 rules decided\n');
  });

  it('shows what was expected, what happens, and the deciding rule', () => {
    expect(text(PASSED + FAILED)).toBe(`FAIL  a.policy-test.yaml:4: no secret has a body
      delete secrets/db -n prod
        expected  level Metadata
        actual    level Request, rule 4
        mine.yaml:17
        17  - level: Request
        18    resources:
        19    - group: ""
      1 more request is as expected.

1 file, 1 of 2 cases failed; 2 of 3 rules decided
`);
  });

  it('says why the expected rule does not decide', () => {
    const why = (expectation: string, request = 'get secrets/db') =>
      text(`- { name: x, request: ${request}, expect: ${expectation} }\n`, { columns: 120 }).split('\n')[4]?.trim();
    expect(why('{ level: None, rule: 3 }')).toBe('rule 3 would match too, but rule 2 comes first');
    expect(why('{ level: None, rule: 1 }')).toBe(
      'rule 1 does not match: its users are system:kube-proxy; the request has someone',
    );
    expect(why('{ level: None, rule: 1 }', 'get /x --unauthenticated')).toBe(
      'rule 1 does not match: its users are system:kube-proxy; the request has none',
    );
    expect(why('{ level: Request, rule: 4 }', 'get deploy/web')).toBe('rule 4 comes later, and does not match either');
    expect(why('{ level: Request, rule: 9 }')).toBe('there is no rule 9');
    expect(why('Request')).toBe('rule 4 would match too, but rule 2 comes first');
    expect(why('None', 'get secrets/db -n prod')).toBe('rule 3 would match too, but rule 2 comes first');
    expect(why('{ level: Metadata, rule: 0 }')).toBe('mine.yaml:9');
  });

  it('names what else was expected', () => {
    const [, , expected, actual] = text(
      '- { name: x, request: watch pods, expect: { level: None, stages: [], omitManagedFields: true } }\n',
    ).split('\n');
    expect(expected).toBe('        expected  level None, no event, no managed fields');
    expect(actual).toBe('        actual    level Metadata, rule 2, events at ResponseStarted and');
  });

  it('lists with -v what passed, with the decision and what was assumed', () => {
    const shown = text('- { name: reads, requests: [get pods, get pods/web], expect: Metadata }\n', { verbose: true });
    expect(shown.replace(/note: .*/, 'note: …')).toBe(`pass  a.policy-test.yaml:3: reads
      get pods: level Metadata, rule 2
        note: …
      get pods/web: level Metadata, rule 2

1 file, 1 case passed; 1 of 3 rules decided
`);
  });

  it('explains with -v in full', () => {
    const shown = text(FAILED, { verbose: true });
    expect(shown).toContain('        Why no earlier rule matches:\n');
    expect(shown).toContain('          rule 2 (Metadata): verbs get, list, watch; the verb is delete\n');
  });

  it('tells which rules no case decides, with a request for each', () => {
    const coverage = `      rule 1 (mine.yaml:6): no case decides by it; this request would:
        watch pods --as system:kube-proxy
      rule 4 (mine.yaml:17): no case decides by it
      rule 3: no request ever gets there (\`kops-audit lint\` says why), so it
      does not count
`;
    expect(text(PASSED, { coverage: true })).toBe(`coverage of mine.yaml: 1 of 3 rules decided (33.3 %)
${coverage}
1 file, 1 case passed; 1 of 3 rules decided
`);
    expect(text(PASSED, {}, 34)).toBe(`FAIL  coverage of mine.yaml: 1 of 3 rules decided (33.3 %), less than 34 %
${coverage}
1 file, 1 case passed; 1 of 3 rules decided
`);
    expect(text(PASSED, {}, 33)).toBe('1 file, 1 case passed; 1 of 3 rules decided\n');
    // 33.333… is shown as 33.3, and is less than 33.34.
    expect(text(PASSED, {}, 33.34)).toContain('(33.3 %), less than 33.34 %');
    expect(text(PASSED, {}, 33.33)).not.toContain('FAIL');
  });

  it('counts files that could not be run', () => {
    const files = [testedFile(PASSED), testedFile('- x\n', '-')];
    expect(policyTestText(reportOf(files), OPTIONS)).toBe(
      '2 files (1 could not be run), 1 case passed; 1 of 3 rules decided\n',
    );
    expect(policyTestText({ files: [testedFile('- x\n')], coverage: [], minCoverage: null }, OPTIONS)).toBe(
      '1 file (1 could not be run)\n',
    );
  });

  it('stays within 80 columns, whatever the names are', () => {
    const long = 'a word and another '.repeat(8).trim();
    const cases = `- { name: ${long}, requests: [get secrets/db -n prod --as alice --as-group dev --as-group ops --as-group more], expect: { level: None, rule: 1, stages: [Panic, RequestReceived, ResponseStarted] } }\n`;
    for (const verbose of [false, true]) {
      const wide = text(cases, { coverage: true, verbose }, 100)
        .split('\n')
        .filter((line) => line.length > 80);
      expect(wide).toEqual([]);
    }
  });

  it('keeps control characters from the terminal', () => {
    const shown = text('- { name: "a\\e[31mb", request: "get /\\u202ex", expect: None }\n');
    expect(shown).toContain('a\\x1b[31mb');
    expect(shown).toContain('get /\\u202ex');
  });
});
