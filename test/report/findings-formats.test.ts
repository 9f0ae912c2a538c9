import { describe, expect, it } from 'vitest';
import { lintGithub, lintSarif } from '../../src/report/findings-sarif.ts';
import { lintJson } from '../../src/report/findings-json.ts';
import { finding, lintOf, UNREADABLE } from './findings.ts';

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
      summary: { errors: 1, warnings: 1, infos: 0, ignored: 1, unreadable: 1 },
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
          errors: [{ message: 'is empty', hint: 'Is it the file that was meant?', line: 3, column: null }],
        },
      ],
    });
  });
});

describe('lintGithub', () => {
  it('writes an annotation a line, without what is ignored', () => {
    expect(lintGithub(LINTS, (file) => `policies/${file}`)).toBe(
      [
        '::warning file=policies/policy.yaml,line=7,endLine=7,col=17,endColumn=20,title=resource-not-plural::rule 1: "Pods" matches nothing%0AWrite pods.',
        '::error file=policies/policy.yaml,line=7,endLine=7,col=17,endColumn=20,title=yaml-syntax::rule 1: "Pods" matches nothing%0AWrite pods.',
        '::error file=policies/b.yaml,line=3,title=unreadable::is empty%0AIs it the file that was meant?',
        '',
      ].join('\n'),
    );
  });

  it('lets nothing in a text or a name begin another command', () => {
    const evil = 'a%0A::error::x\n::error::y\r\u001B]0;z\u0007,b:c';
    const [line, ...rest] = lintGithub([lintOf([finding({ message: evil, rule: evil })])], () => evil).split('\n');
    expect(rest).toEqual(['']);
    const name = String.raw`a%250A%3A%3Aerror%3A%3Ax%0A%3A%3Aerror%3A%3Ay\r\x1b]0;z\x07%2Cb%3Ac`;
    const text = String.raw`a%250A::error::x%0A::error::y\r\x1b]0;z\x07,b:c%0AWrite pods.`;
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
    const log = lintSarif(LINTS, { version: '1.2.3', uri });
    expect(log).toMatchObject({ version: '2.1.0', $schema: 'https://json.schemastore.org/sarif-2.1.0.json' });
    const [run] = log['runs'] as Record<string, unknown>[];
    expect(run?.['tool']).toEqual({
      driver: {
        name: 'kops-audit',
        semanticVersion: '1.2.3',
        rules: ['no-catch-all', 'resource-not-plural', 'yaml-syntax'].map((id) =>
          expect.objectContaining({
            id,
            help: expect.objectContaining({ text: expect.stringContaining(`docs/findings.md#${id}`) }),
          }),
        ),
      },
    });
    expect(run?.['results']).toEqual([
      {
        ruleId: 'resource-not-plural',
        ruleIndex: 1,
        level: 'warning',
        message: { text: 'rule 1: "Pods" matches nothing Write pods.' },
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
            message: { text: 'b.yaml: is empty Is it the file that was meant?' },
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

  it('names a cluster in a state store by its parts', () => {
    const log = lintSarif([lintOf([finding({ pointer: '/spec' })], { file: 'prod.example.com' })], {
      version: '1',
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
