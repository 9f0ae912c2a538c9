import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editSpecText, readSpecText } from '../../src/change/spec-text.ts';
import { planDisable } from '../../src/cluster/disable.ts';
import { planEnable } from '../../src/cluster/plan.ts';
import { readDocuments } from '../../src/cluster/documents.ts';
import { splice } from '../../src/cluster/splice.ts';
import { runs } from '../helpers/runs.ts';

/** A small policy: what it says is not of interest here. */
const SMALL = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';
const OPTIONS = {
  set: {},
  noLog: false,
  webhook: {},
  policy: { origin: 'template', name: 'small', source: SMALL },
} as const;

function enabled(text: string): string {
  const reading = readSpecText(text, 'f', undefined, null);
  return editSpecText(reading, planEnable(reading, { ...OPTIONS, templates: { small: SMALL }, toolVersion: '1.0.0' }));
}

function disabled(text: string): string {
  const reading = readSpecText(text, 'f', undefined, null);
  return editSpecText(reading, planDisable(reading, { keepPolicy: false }));
}

const HEAD = 'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata:\n  name: c.example.com\nspec:\n';
const TAIL = '  kubernetesVersion: 1.31.0\n';

/** Parents that hold nothing, and what is in a spec besides. */
const PARENTS = [
  '  kubeAPIServer: ~\n',
  '  kubeAPIServer:\n',
  '  kubeAPIServer: null\n',
  '  kubeAPIServer: { }\n',
  '  kubeAPIServer: {}\n',
  '  kubeAPIServer: { # x\n  }\n',
  '  kubeAPIServer: { # x\n    # y\n    }\n',
  '  kubeAPIServer:   ~   # c\n',
  '  kubeAPIServer: # c\n',
  '  kubeAPIServer:\n    # only\n',
  '  kubeAPIServer:\n    ~\n',
  '  kubeAPIServer:\n    {}\n',
  '  kubeAPIServer: {a: b # x\n  }\n',
  '  kubeAPIServer: {"a": "b"#x\n  }\n',
  '  kubeAPIServer: {a: b, }\n',
  '  kubeAPIServer:\n    a: b # c\n    # last\n',
  '  kubeAPIServer: &a {a: b}\n',
  '  kubeAPIServer: &a\n',
  '  kubeAPIServer: &a ~\n',
  '  kubeAPIServer: &a {}\n',
  '  kubeAPIServer: !!null ~\n',
  '  kubeAPIServer: !!map {} # c\n',
  '  kubeAPIServer: !!map &a {}\n',
  '  kubeAPIServer: &a !!null\n',
  '  kubeAPIServer: {a}\n',
  '  kubeAPIServer: {a, b: , c: d}\n',
  '  kubeAPIServer:\n    hasOwnProperty: 1\n    __proto__: 2\n',
  '',
];
const LISTS = [
  '  fileAssets: [ ]\n',
  '  fileAssets: &f []\n',
  '  fileAssets: !!seq []\n',
  '  fileAssets: !!null\n',
  '  fileAssets: ~\n',
  '  fileAssets:\n',
  '  fileAssets: [\n  ]\n',
  '  fileAssets: [ # a\n  ]\n',
  '  fileAssets:   # z\n',
  '  fileAssets: [{name: a, content: b}]\n',
  '  fileAssets:\n  - name: a\n    content: |+\n      x\n\n',
  '  fileAssets:\n    -   name: a # n\n        content: b\n',
  '',
];
const BESIDE = [
  '',
  '  # a comment\n',
  '\n\n',
  '  sshAccess: [0.0.0.0/0,\n  10.0.0.0/8]\n',
  '  networking: &n {calico: {}} # n\n  other: *n\n',
  '  __proto__: {a: 1}\n',
  '  hasOwnProperty: 1\n  constructor: {toString: 2}\n',
];

const spec = fc
  .record({
    parts: fc.tuple(
      fc.constantFrom(...PARENTS),
      fc.constantFrom(...LISTS),
      fc.constantFrom(...BESIDE),
      fc.constant(TAIL),
    ),
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    eol: fc.constantFrom('\n', '\r\n'),
    bom: fc.boolean(),
    marked: fc.boolean(),
    isWhole: fc.boolean(),
  })
  .map(({ parts, order, eol, bom, marked, isWhole }) => {
    const text = `${marked ? '---\n' : ''}${HEAD}${order.map((at) => parts[at]).join('')}`;
    return (bom ? '\uFEFF' : '') + (isWhole ? text : text.replace(/\n+$/, '')).replaceAll('\n', eol);
  });

describe('a comment that is glued to a value in brackets', () => {
  const edited = (text: string, value: string): string => {
    const [document] = readDocuments(text, 'f');
    return splice(text, document!, [{ op: 'replace', path: '/spec/k/a', value }]);
  };

  it.each([
    ['"b"#x', 'c', 'c #x'],
    ['"b" #x', 'c', 'c #x'],
    ['"b"#x', 'true', '"true" #x'],
  ])('%s becomes %s', (before, value, after) => {
    const text = (written: string): string => `${HEAD}  k: {a: ${written}\n    }\n`;
    expect(edited(text(before), value)).toBe(text(after));
  });

  it('keeps its place behind what is added', () => {
    const text = `${HEAD}  kubeAPIServer: {"a": "b"#x\n    }\n${TAIL}`;
    expect(enabled(text)).toMatch(/auditPolicyFile: "[^"]+"#x\n/);
  });
});

describe('what an alias means', () => {
  it.each([
    ['  a: &e x\n  kubeAPIServer: {*e : 1}\n'],
    ['  a: &e x\n  kubeAPIServer: {b: , c: *e}\n'],
    ['  a: &e ~\n  kubeAPIServer: *e\n'],
  ])('stays in %j', (parts) => {
    expect(disabled(enabled(HEAD + parts + TAIL))).toBe(HEAD + parts + TAIL);
  });

  it.each([
    ['  kubeAPIServer:\n    auditLogMaxAge: &n 30\n    x: *n\n', '  kubeAPIServer:\n    x: &n 30\n'],
    ['  kubeAPIServer: {auditLogMaxAge: &n 30, x: *n}\n  y: *n\n', '  kubeAPIServer: {x: &n 30}\n  y: *n\n'],
    ['  kubeAPIServer:\n    auditLogMaxAge: &n 30\n    auditLogMaxBackups: *n\n', '  kubeAPIServer: {}\n'],
  ])('moves to the first alias where its text goes: %j', (parts, after) => {
    expect(disabled(enabled(HEAD + parts + TAIL))).toBe(HEAD + after + TAIL);
  });

  it.each([['~'], ['{}'], ['!!null ~']])('is not changed behind its back: %s', (nothing) => {
    const text = `${HEAD}  kubeAPIServer: ${nothing.replace(/(?=\S+$)/, '&a ')}\n  z: *a\n`;
    expect(() => enabled(text)).toThrow('what &a marks here is used again in line 7');
  });
});

describe('a block text that ends a file without a newline', () => {
  it.each(['|', '|+', '>+', '|-', '|2+'])('keeps its %s', (mark) => {
    for (const parts of [
      `  z: ${mark}\n    x`,
      `  fileAssets:\n  - name: q\n    path: /x\n    content: ${mark}\n        x`,
    ])
      expect(disabled(enabled(HEAD + parts))).toBe(HEAD + parts);
  });
});

describe('enable, then disable', () => {
  it('gives the file back byte for byte', () => {
    fc.assert(
      fc.property(spec, (text) => {
        expect(disabled(enabled(text))).toBe(text);
      }),
      runs(60, 600),
    );
  });

  it('keeps every comment, and every line but those of the empty parents', () => {
    fc.assert(
      fc.property(spec, (text) => {
        const after = enabled(text);
        for (const [comment] of text.matchAll(/#.*\S/g)) expect(after).toContain(comment);
        expect(after).toContain('auditLogMaxAge: 30');
      }),
      runs(40, 400),
    );
  });

  // At the head or at the end, in turns.
  it.each(PARENTS.flatMap((parent) => LISTS.map((list) => parent + list)).map((parts, at) => [parts, at] as const))(
    '%j',
    (parts, at) => {
      const text = HEAD + (at % 2 === 0 ? parts + TAIL : TAIL + parts);
      expect(disabled(enabled(text))).toBe(text);
    },
  );
});
