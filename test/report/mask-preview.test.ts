import { describe, expect, it } from 'vitest';
import { parsePreview } from '../../src/kops/preview.ts';
import { createMasker } from '../../src/report/mask.ts';
import { maskLines } from '../../src/report/mask-preview.ts';
import { maskedPreview } from '../../src/commands/change/show.ts';
import { previewFixture } from '../kops/previews.ts';

const POLICY = ['apiVersion: audit.k8s.io/v1', 'kind: Policy', 'rules:', '- level: Metadata'];
const LEAD = `  \t${' '.repeat(20)}\t`;

function preview(diff: readonly string[], resource = 'ManagedFile/cluster-completed.spec', lead = LEAD): string {
  const field = lead === LEAD ? [`  \tContents${' '.repeat(12)}`] : [];
  return [
    'Will modify resources:',
    `  ${resource}`,
    ...field,
    ...diff.map((line) => lead + line),
    `${lead}`,
    '',
    'Must specify --yes to apply changes',
    '',
  ].join('\n');
}

function shown(text: string, known: readonly string[] = []): string {
  const masked = maskedPreview({ text, ...parsePreview(text) }, createMasker([]), new Set(known));
  return masked.text
    .split('\n')
    .filter((line) => line.startsWith(LEAD) || /secret/.test(line))
    .map((line) => line.replace(LEAD, ''))
    .join('\n');
}

/** A file asset as the diff of a spec shows it. */
function asset(sign: string, content: readonly string[], name = 'x'): string[] {
  return ['  - content: |', ...content.map((line) => `      ${line}`), `    name: ${name}`].map(
    (line) => `${sign} ${line}`,
  );
}

describe('maskPreview', () => {
  it.each([
    'metal-audit-1.36.0',
    'metal-audit-1.32.0',
    'aws-other',
    'aws-old',
    'gce-nodes',
    'metal-fresh-1.32.0',
    'metal-none-1.36.0',
    'aws-audit',
    'gce-audit',
  ])('leaves what holds no secret as it is: %s', (name) => {
    const text = previewFixture(name);
    const masked = maskedPreview({ text, ...parsePreview(text) }, createMasker([]), new Set());
    const lines = text.split('\n').filter((line, at) => line !== masked.text.split('\n')[at]);
    if (/^(aws|gce)-(audit|other)$/.test(name)) expect(masked.text).toContain('‹secret #1›');
    else expect(lines).toEqual([]);
    expect(masked.changes.map((change) => change.name)).toEqual(
      parsePreview(text).changes.map((change) => change.name),
    );
  });

  it('hides the removed content that nobody told, and keeps all around it', () => {
    const text = preview([
      '    fileAssets:',
      ...asset('-', ['users:', '- token: OLD-ROTATED']),
      ...asset('+', POLICY),
      '    iam: {}',
    ]);
    expect(shown(text)).toBe(
      [
        '    fileAssets:',
        '-   - content: |',
        '-       ‹secret #1›',
        '-     name: x',
        ...asset('+', POLICY),
        '    iam: {}',
        '',
      ].join('\n'),
    );
  });

  it.each<[string, string[]]>([
    [
      'in double quotes over lines',
      ['-   - content: "pass=HUNTER2 \\', '-       \\  more HUNTER2\\n"', '-     name: x'],
    ],
    ['in single quotes', ["-   - content: 'pass=HUNTER2'", '-     name: x']],
    ['folded', ['-   - content: >-', '-       HUNTER2', '-', '-       HUNTER2', '-     name: x']],
    ['plain, over lines', ['-   - content: some HUNTER2', '-       and HUNTER2', '-     name: x']],
    ['after another key', ['-   - name: x', '-     content: |-', '-       HUNTER2']],
    [
      'cut in its middle',
      ['...', '        HUNTER2-one', '-       HUNTER2', '+       HUNTER2-two', '        HUNTER2-three', '...'],
    ],
    [
      'cut in its middle, with deeper lines',
      ['...', '          - HUNTER2-one', '-           HUNTER2', '...', '      auditLogMaxAge: 3'],
    ],
    ['begun, then cut', ['-   - content: |', '-       HUNTER2', '...', '        HUNTER2']],
    [
      'removed behind what was added',
      ['-   - content: |', '+   - content: |', '+       HUNTER2', '+     name: a', '-       HUNTER2', '-     name: a'],
    ],
    [
      'in lines of both sides',
      ['    - content: |', '        HUNTER2', '-       HUNTER2', '        HUNTER2', '      name: x'],
    ],
    [
      'with a policy that is cut off',
      ['-   - content: |', ...POLICY.map((line) => `-       ${line}`), '-       # HUNTER2'],
    ],
    [
      'with a policy and more',
      [
        '-   - content: |',
        ...POLICY.map((line) => `-       ${line}`),
        '-       ---',
        '-       HUNTER2',
        '-     name: x',
      ],
    ],
    ['beside a key', ['-   cloudConfig:', '-     password: HUNTER2 and HUNTER2', '-     token: |', '-       HUNTER2']],
    ['in one line', ['- {"content":"HUNTER2 \\"x\\" HUNTER2","name":"x"}']],
  ])('hides a secret %s', (_what, diff) => {
    expect(shown(preview(diff))).not.toContain('HUNTER2');
    expect(shown(preview(diff))).toContain('‹secret #');
  });

  it.each(['', '    ', '\t', '      \t  ', '  \t    \t  '])(
    'hides it behind the indentation %j too, and where the output ends',
    (lead) => {
      for (const diff of [
        ['-   - content: |', '-       HUNTER2'],
        ['    - content: |', '        HUNTER2'],
        ['-       HUNTER2: 1', '+       a: HUNTER2'],
      ])
        for (const text of [preview(diff, undefined, lead), preview(diff, undefined, lead).split('\n\n')[0]!])
          expect(shown(text)).not.toContain('HUNTER2');
    },
  );

  it('hides it at each place where the output can end', () => {
    const whole = preview([
      '    fileAssets:',
      ...asset('-', ['a: 1', '- token: HUNTER2', 'more HUNTER2']),
      '    iam: {}',
    ]);
    for (let end = 0; end <= whole.length; end += 1) expect(shown(whole.slice(0, end))).not.toContain('HUNTER2');
  });

  it('shows lines of a policy that is cut, where they are known, and hides the others', () => {
    const text = preview([
      '...',
      '        - level: Metadata',
      '-       - level: None',
      '+       - level: Request',
      '      name: x',
    ]);
    const lines = shown(text, ['- level: Metadata', '- level: Request']).split('\n');
    expect(lines.slice(1)).toEqual([
      '        - level: Metadata',
      '-       ‹secret #1›',
      '+       - level: Request',
      '      name: x',
      '',
    ]);
  });

  it('looks into what instances get, where the files are less deep', () => {
    const diff = [
      '- FileAssets:',
      '- - content: |',
      '-     HUNTER2',
      '-   name: x',
      '...',
      '      HUNTER2-b',
      '-     HUNTER2',
    ];
    const text = shown(preview(diff, 'ManagedFile/nodeupconfig-cp'));
    expect(text).not.toContain('HUNTER2');
    expect(text).toContain('-   name: x');
  });

  it('hides what kops dumps of a task it does not understand', () => {
    const text = [
      'Will modify resources:',
      '  Secret/x',
      '   internal consistency error!',
      '    actual: &{HUNTER2}',
      '',
    ].join('\n');
    expect(maskedPreview({ text, ...parsePreview(text) }, createMasker([]), new Set()).text).not.toContain('HUNTER2');
  });

  it('masks each of thousands of contents', () => {
    const text = preview(Array.from({ length: 3000 }, (_, at) => asset('-', [`secret ${at}`, 'more'])).flat());
    expect(shown(text)).not.toContain('more');
  });
});

describe('maskLines', () => {
  it('gives each line once and adds none', () => {
    expect(maskLines('kind: Cluster\nspec:\n  token: abcdef', createMasker([]))).toBe(
      'kind: Cluster\nspec:\n  token: ‹secret #1›',
    );
  });
});
