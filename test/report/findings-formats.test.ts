import { describe, expect, it } from 'vitest';
import { lintGithub, lintSarif } from '../../src/report/findings-sarif.ts';
import { lintJunit } from '../../src/report/findings-junit.ts';
import { lintJson } from '../../src/report/findings-json.ts';
import { finding, lintOf, UNREADABLE } from './findings.ts';

const DOCS = 'https://docs.example.com';

const LINTS = [
  lintOf([
    finding(),
    finding({ rule: 'no-catch-all', severity: 'info', ignored: 'so it is', fix: '' }),
    finding({
      rule: 'yaml-syntax',
      severity: 'error',
      fatal: true,
      path: ['rules'],
      edit: { kind: 'remove' },
    }),
  ]),
  lintOf([], { file: 'b.yaml', errors: [UNREADABLE], skipped: [{ line: 4, kind: 'Secret' }] }),
];

describe('lintJson', () => {
  it('holds everything', () => {
    expect(lintJson(LINTS)).toEqual({
      kind: 'LintReport',
      formatVersion: 1,
      summary: { errors: 1, warnings: 1, infos: 0, ignored: 1, unreadable: 1, files: 2, others: 0 },
      files: [
        {
          file: 'policy.yaml',
          findings: [
            {
              rule: 'resource-not-plural',
              severity: 'warning',
              fatal: false,
              message: 'rule 1: "Pods" matches nothing',
              why: 'A policy knows a resource by its plural.',
              mend: 'Write pods.',
              pointer: '/rules/0/resources/0/resources/0',
              start: { line: 7, column: 17 },
              end: { line: 7, column: 21 },
              fixable: false,
              ignored: null,
              followsFrom: null,
            },
            expect.objectContaining({ rule: 'no-catch-all', ignored: 'so it is' }),
            expect.objectContaining({ rule: 'yaml-syntax', fatal: true, fixable: true }),
          ],
          skipped: [],
          errors: [],
        },
        {
          file: 'b.yaml',
          findings: [],
          skipped: [{ line: 4, kind: 'Secret' }],
          errors: [{ message: 'is empty', hint: 'Is it the right file?', line: 3, column: null }],
        },
      ],
    });
  });
});

describe('lintGithub', () => {
  it('writes an annotation a line, without what is ignored', () => {
    expect(lintGithub(LINTS, (file) => `policies/${file}`)).toBe(
      [
        '::warning file=policies/policy.yaml,line=7,endLine=7,col=17,endColumn=20,title=resource-not-plural::rule 1: "Pods" matches nothing%0AFix: Write pods.',
        '::error file=policies/policy.yaml,line=7,endLine=7,col=17,endColumn=20,title=yaml-syntax::rule 1: "Pods" matches nothing%0AFix: Write pods.',
        '::error file=policies/b.yaml,line=3,title=unreadable::is empty%0AIs it the right file?',
        '',
      ].join('\n'),
    );
  });

  it('lets nothing in a text or a name begin another command', () => {
    const evil = 'a%0A::error::x\n::error::y\r\u001B]0;z\u0007,b:c';
    const [line, ...rest] = lintGithub([lintOf([finding({ message: evil, rule: evil })])], () => evil).split('\n');
    expect(rest).toEqual(['']);
    const name = String.raw`a%250A%3A%3Aerror%3A%3Ax%0A%3A%3Aerror%3A%3Ay\r\x1b]0;z\x07%2Cb%3Ac`;
    const text = String.raw`a%250A::error::x%0A::error::y\r\x1b]0;z\x07,b:c%0AFix: Write pods.`;
    expect(line).toBe(`::warning file=${name},line=7,endLine=7,col=17,endColumn=20,title=${name}::${text}`);
  });

  it('gives columns only for a place in one line', () => {
    const { start } = finding().range;
    const range = { start, end: { offset: 200, line: 9, column: 3 } };
    expect(lintGithub([lintOf([finding({ range, severity: 'info' })])], () => undefined)).toMatch(
      /^::notice line=7,endLine=9,title=resource-not-plural::/,
    );
  });
});

describe('lintSarif', () => {
  const uri = (file: string): string | undefined => (file === 'prod.example.com' ? undefined : file);

  it('has the parts that SARIF 2.1.0 wants', () => {
    const log = lintSarif(LINTS, { version: '1.2.3', docs: DOCS, uri });
    expect(log).toMatchObject({ version: '2.1.0', $schema: 'https://json.schemastore.org/sarif-2.1.0.json' });
    const [run] = log['runs'] as Record<string, unknown>[];
    expect(run?.['tool']).toEqual({
      driver: {
        name: 'kops-audit',
        semanticVersion: '1.2.3',
        rules: ['no-catch-all', 'resource-not-plural', 'yaml-syntax'].map((id) =>
          expect.objectContaining({
            id,
            helpUri: `${DOCS}/findings.md#${id}`,
            fullDescription: { text: 'A policy knows a resource by its plural.' },
            help: {
              text: expect.stringMatching(/^A policy .*\nFor example: Rule 1: "Pods" matches nothing\.\n/),
              markdown: expect.stringContaining(`[${id}](https://`),
            },
          }),
        ),
      },
    });
    expect(run?.['results']).toEqual([
      {
        ruleId: 'resource-not-plural',
        ruleIndex: 1,
        level: 'warning',
        message: { text: 'Rule 1: "Pods" matches nothing. Write pods.' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'policy.yaml', uriBaseId: '%SRCROOT%' },
              region: { startLine: 7, startColumn: 17, endLine: 7, endColumn: 21 },
            },
          },
        ],
      },
      expect.objectContaining({
        level: 'note',
        ruleIndex: 0,
        suppressions: [{ kind: 'inSource', justification: 'so it is' }],
      }),
      expect.objectContaining({ level: 'error', ruleIndex: 2 }),
    ]);
    expect(run?.['invocations']).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          {
            level: 'error',
            message: { text: 'b.yaml: is empty Is it the right file?' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'b.yaml', uriBaseId: '%SRCROOT%' },
                  region: { startLine: 3 },
                },
              },
            ],
          },
        ],
      },
    ]);
  });

  it('describes a rule in a sentence, then in all of them', () => {
    const why = 'kube-apiserver 1.36 drops it. Nobody is told.';
    const log = lintSarif([lintOf([finding({ why })])], { version: '1', docs: DOCS, uri });
    const described = { shortDescription: { text: 'kube-apiserver 1.36 drops it.' }, fullDescription: { text: why } };
    expect(log).toMatchObject({ runs: [{ tool: { driver: { rules: [described] } } }] });
  });

  it.each([
    ['no rule matches it', 'No rule matches it.'],
    ['rule 1: "*" is none', 'Rule 1: "*" is none.'],
    ['kOps does not know spec.x', 'kOps does not know spec.x.'],
    ['auditLogPath is not set (CIS 1.2.16)', 'auditLogPath is not set (CIS 1.2.16).'],
    ['kube-apiserver ignores it.', 'kube-apiserver ignores it.'],
  ])('makes a sentence of %s', (message, text) => {
    const log = lintSarif([lintOf([finding({ message, fix: '' })])], { version: '1', docs: DOCS, uri });
    expect(log).toMatchObject({ runs: [{ results: [{ message: { text } }] }] });
  });

  it('says what a finding follows from, and where that is', () => {
    const { start } = finding().range;
    const follower = finding({ followsFrom: { rule: 'unknown-key', start } });
    const physicalLocation = expect.objectContaining({ region: { startLine: 7, startColumn: 17 } });
    expect(lintSarif([lintOf([follower])], { version: '1', docs: DOCS, uri })).toMatchObject({
      runs: [{ results: [{ relatedLocations: [{ physicalLocation }], properties: { followsFrom: 'unknown-key' } }] }],
    });
    expect(lintJson([lintOf([follower])])).toMatchObject({
      files: [{ findings: [{ followsFrom: { rule: 'unknown-key', line: 7, column: 17 } }] }],
    });
    expect(lintGithub([lintOf([follower])], () => 'p.yaml')).toBe('');
  });

  it('names a cluster in a state store by its parts', () => {
    const log = lintSarif([lintOf([finding({ pointer: '/spec' })], { file: 'prod.example.com' })], {
      version: '1',
      docs: DOCS,
      uri,
    });
    expect(log).toMatchObject({
      runs: [
        {
          results: [
            {
              locations: [
                {
                  logicalLocations: [
                    { name: 'prod.example.com', fullyQualifiedName: 'prod.example.com/spec', kind: 'object' },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
  });
});

describe('lintJunit', () => {
  const isError = (severity: string): boolean => severity === 'error';

  it('has a suite a file and a case a finding, of which those fail that make the exit status 1', () => {
    expect(lintJunit([...LINTS, lintOf([], { file: 'a/c.yml' })], isError)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="kops-audit lint" tests="5" failures="1" errors="1">
  <testsuite name="policy.yaml" tests="3" failures="1" errors="0" skipped="1" time="0">
    <testcase classname="policy" name="resource-not-plural (line 7)" file="policy.yaml" line="7" time="0">
      <system-out>policy.yaml:7:17: warning: rule 1: &quot;Pods&quot; matches nothing
A policy knows a resource by its plural.
Fix: Write pods.</system-out>
    </testcase>
    <testcase classname="policy" name="no-catch-all (line 7)" file="policy.yaml" line="7" time="0">
      <skipped message="so it is"/>
    </testcase>
    <testcase classname="policy" name="yaml-syntax (line 7)" file="policy.yaml" line="7" time="0">
      <failure message="rule 1: &quot;Pods&quot; matches nothing" type="error">policy.yaml:7:17: error: rule 1: &quot;Pods&quot; matches nothing
A policy knows a resource by its plural.
Fix: Write pods.</failure>
    </testcase>
  </testsuite>
  <testsuite name="b.yaml" tests="1" failures="0" errors="1" skipped="0" time="0">
    <testcase classname="b" name="can be read" file="b.yaml" line="3" time="0">
      <error message="is empty" type="unreadable">Is it the right file?</error>
    </testcase>
  </testsuite>
  <testsuite name="a/c.yml" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase classname="a.c" name="no findings" file="a/c.yml" line="1" time="0"/>
  </testsuite>
</testsuites>
`);
  });
});
