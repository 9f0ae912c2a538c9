import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import type { SpecDocument } from '../../src/cluster/documents.ts';
import { placeOf, rangeOf, readDocuments } from '../../src/cluster/documents.ts';

const CLUSTER = 'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata:\n  name: one.k8s.local\nspec:\n  api: {}\n';
const GROUP =
  'apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata:\n  labels:\n    kops.k8s.io/cluster: one.k8s.local\n  name: nodes\nspec:\n  role: Node\n';

function heads(text: string): string[] {
  return readDocuments(text, 'f.yaml').map(
    ({ line, kind, name, clusterLabel }) => `${line} ${kind} ${name} ${clusterLabel}`,
  );
}

function failure(text: string, act: (documents: SpecDocument[]) => unknown = (all) => all.map((each) => each.value())) {
  try {
    act(readDocuments(text, 'f.yaml'));
  } catch (error) {
    if (error instanceof UserError) {
      return { at: [error.place?.line, error.place?.column], message: error.message, hint: error.hint };
    }
    throw error;
  }
  return undefined;
}

describe('which documents a file holds', () => {
  it.each([
    ['one', CLUSTER, ['1 Cluster one.k8s.local ']],
    [
      'joined as kOps prints',
      `${CLUSTER}\n---\n\n${GROUP}`,
      ['1 Cluster one.k8s.local ', '10 InstanceGroup nodes one.k8s.local'],
    ],
    [
      'CRLF and a byte order mark',
      `\uFEFF---\n${CLUSTER}---\n${GROUP}`.replaceAll('\n', '\r\n'),
      ['2 Cluster one.k8s.local ', '9 InstanceGroup nodes one.k8s.local'],
    ],
    [
      'separators that kOps does not see',
      `--- # one\n${CLUSTER}--- # two\n${GROUP}`,
      ['1 Cluster one.k8s.local ', '8 InstanceGroup nodes one.k8s.local'],
    ],
    [
      'empty ones between',
      `# head\n---\n${CLUSTER}---\n# nothing\n---\n${GROUP}---\n`,
      ['3 Cluster one.k8s.local ', '12 InstanceGroup nodes one.k8s.local'],
    ],
    ['flow style', 'kind: Cluster\nmetadata: {name: x}\nspec: {}\n', ['1 Cluster x ']],
    ['quotes', `"kind": 'Cluster'\nmetadata: # c\n  name: "x" # c\nspec: {}\n`, ['1 Cluster x ']],
    ['a kind from an anchor', 'a: &k Cluster\nkind: *k\nmetadata:\n  name: x\nspec: {}\n', ['1 Cluster x ']],
    ['a name in two lines', 'kind: Foo\nmetadata:\n  name: x\n    y\n', ['1 Foo x y ']],
    ['JSON', '{"kind":"Cluster","metadata":{"name":"x"},"spec":{}}', ['1 Cluster x ']],
    [
      'a JSON list',
      '[\n{"kind":"Cluster","metadata":{"name":"x"},"spec":{}},\n{"kind":"B","metadata":{"name":"]},{"}}]',
      ['2 Cluster x ', '3 B ]},{ '],
    ],
  ])('%s', (_name, text, expected) => {
    expect(heads(text)).toEqual(expected);
  });

  it('gives the range of each, without separators', () => {
    const text = `---\r\n${CLUSTER.replaceAll('\n', '\r\n')}\r\n---\r\n${GROUP}`;
    const ranges = readDocuments(text, 'f').map(({ start, end }) => text.slice(start, end));
    expect(ranges).toEqual([CLUSTER.replaceAll('\n', '\r\n'), GROUP]);
  });
});

// Results recorded from sigs.k8s.io/yaml v1.6.0.
describe('values as kOps reads them', () => {
  it.each([
    ['yes', 'a: yes\n', true],
    ['an octal number', 'a: 0777\n', 511],
    ['an end without newline: the block text loses its own', 'a: |\n    x', 'x'],
    ['that also before a separator', 'a: |+\n    x\n---\nkind: B\n', 'x'],
    ['not with a blank line before it', 'a: |\n    x\n\n---\nkind: B\n', 'x\n'],
    ['CRLF in a block text', 'a: |\r\n    x\r\n    y\r\n', 'x\ny\n'],
  ])('%s', (_name, text, expected) => {
    const [document] = readDocuments(`kind: Cluster\nmetadata: {name: x}\nspec:\n  ${text}`, 'f');
    expect(document!.value().spec['a']).toEqual(expected);
  });

  it('leaves a document alone that nobody asks for', () => {
    expect(heads(`${CLUSTER}---\nkind: Addon\nspec: [\n`)).toEqual(['1 Cluster one.k8s.local ', '8 Addon  ']);
  });
});

describe('input that can not be read', () => {
  it.each([
    ['nothing', '', [undefined, undefined], 'holds no document'],
    ['comments only', '# a\n---\n', [undefined, undefined], 'holds no document'],
    ['an empty JSON list', '[]', [undefined, undefined], 'is an empty JSON list'],
    ['a list of numbers', '[{},\n 5]', [2, 2], 'a JSON list must hold kOps objects'],
    ['binary', 'a\0', [undefined, undefined], 'not in UTF-8'],
    ['kops get --full', '//  WARNING\n{}', [1, 1], 'neither YAML nor JSON'],
    ['a tab', `${CLUSTER}\tb: 1\n`, [7, 1], 'there is a tab where YAML wants spaces'],
    ['an open quote', `${CLUSTER}  b: "x\n  c: 1\n`, [7, 6], 'the quote that opens here is not closed'],
    ['a wrong column', `${CLUSTER}   b: 1\n`, [7, 4], 'did not find expected key'],
    ['a control character', `${CLUSTER}  b: \u0007\n`, [7, 6], 'U+0007'],
    ['an unknown anchor', `${CLUSTER}  b: *x\n`, [7, 6], 'no anchor "x"'],
    ['truncated JSON', '{"kind": "Cluster",\n "spec": {', [2, 11], 'not valid JSON'],
    ['a scalar', 'hello\n', [1, 1], 'is not a kOps document'],
    ['no name', 'kind: Cluster\nmetadata: {name: 5}\nspec: {}\n', [1, 1], 'has no metadata.name'],
    ['no spec', '---\nkind: Cluster\nmetadata: {name: x}\nspec:\n', [2, 1], 'Cluster x has no spec'],
    [
      'the same key twice',
      `---\n${CLUSTER}  b: 1\n  api: {}\n`,
      [9, 3],
      'the key "api" appears twice in one map, on lines 7 and 9',
    ],
    [
      'the same key twice in an instance group',
      'kind: InstanceGroup\nmetadata: {name: x}\nspec:\n  role: Node\n  role: Master\n',
      [5, 3],
      'the key "role" appears twice in one map, on lines 4 and 5',
    ],
    [
      'the same key twice in JSON',
      '{"kind":"Cluster","metadata":{"name":"x"},"spec":{"a":1,\n"a":2}}',
      [2, 1],
      '"a" appears twice',
    ],
  ])('%s', (_name, text, at, message) => {
    const found = failure(text);
    expect(found?.at).toEqual(at);
    expect(found?.message).toContain(message);
  });

  it.each([
    ['a value', `${CLUSTER}  name: {{ .name }}\n`, [7, 9]],
    ['two in one value', `${CLUSTER}  name: {{ .a }}-{{ .b }}\n`, [7, 9]],
    ['a line', `${CLUSTER}{{- range .x }}\n  b: 1\n{{- end }}\n`, [7, 1]],
  ])('a template: %s', (_name, text, at) => {
    const found = failure(text);
    expect(found?.message).toBe('is a template with {{ }}, not a spec');
    expect(found?.at).toEqual(at);
    expect(found?.hint).toBe(
      'Render it first, with `kops toolbox template` or whatever fills it in, and give the result. Or paste what `kops-audit enable --blocks yaml` prints into the template.',
    );
  });

  it('takes braces inside quotes for text', () => {
    expect(failure(`${CLUSTER}  b: "{{ .x }}"\n  c: |\n    {{ y }}\n`)).toBeUndefined();
  });

  it('does not blame braces elsewhere for another mistake', () => {
    expect(failure(`${CLUSTER}  b: "{{ .x }}"\n  c: *x\n`)?.message).toContain('no anchor');
  });
});

describe('what kOps refuses', () => {
  it.each([
    ['two byte order marks', `\uFEFF\uFEFF${CLUSTER}`, [1, 1], 'begins with two byte order marks'],
    ['%YAML 1.2', `%YAML 1.2\n---\n${CLUSTER}`, [1, 1], 'found incompatible YAML document'],
    ['a directive that kOps cuts off', `%YAML 1.1\n---\n${CLUSTER}`, [1, 10], 'did not find expected <document start>'],
    ['an unknown directive', `%FOO x\n--- # c\n${CLUSTER}`, [1, 1], 'found unknown directive name'],
    ['one further down', `kind: A\n---\n%YAML 1.2\n--- # c\n${CLUSTER}`, [3, 1], 'found incompatible YAML document'],
  ])('is refused: %s', (_name, text, at, message) => {
    const found = failure(text);
    expect(found?.message).toContain(message);
    expect(found?.at).toEqual(at);
  });

  it('is not a directive that belongs to its document', () => {
    expect(failure(`%YAML 1.1\n--- # c\n${CLUSTER}`)).toBeUndefined();
    expect(heads(`# c\n%YAML 1.1\n--- # c\n${CLUSTER}---\n${GROUP}`)).toEqual([
      '1 Cluster one.k8s.local ',
      '11 InstanceGroup nodes one.k8s.local',
    ]);
  });
});

describe('placeOf', () => {
  it('finds a value, or the nearest part on the way to it', () => {
    const [, document] = readDocuments(`kind: A\n---\n${CLUSTER}  fileAssets:\n  - name: x\n    path: /y\n`, 'f.yaml');
    expect(placeOf(document!, '/spec/fileAssets/0/path')).toEqual({ file: 'f.yaml', line: 11, column: 11 });
    expect(placeOf(document!, '/spec/fileAssets/0/mode')).toEqual({ file: 'f.yaml', line: 10, column: 5 });
    expect(placeOf(document!, '')).toEqual({ file: 'f.yaml', line: 3, column: 1 });
  });

  it('counts columns in the file, also in a list of JSON', () => {
    const [, second] = readDocuments('[{}, {"kind": "Cluster", "metadata": {"name": "x"}, "spec": {"a": 1}}]', 'f');
    expect(placeOf(second!, '/spec/a')).toEqual({ file: 'f', line: 1, column: 67 });
  });

  it.each([
    ['content: !!int HUNTER2abc', 'cannot decode this text as a !!int'],
    ['content: *HUNTER2abc', 'there is no anchor of this name before this alias'],
    ['content: [HUNTER2?a, b', 'inside brackets this text needs quotes, because of the "?"'],
    ['content: "HUNTER2abc', ''],
    ['content: @HUNTER2abc', ''],
    ['content: HUNTER2abc: x', ''],
  ])('names no text of a spec that cannot be read: %s', (line, message) => {
    const text = `kind: Cluster\nmetadata: {name: m}\nspec:\n  fileAssets:\n  - ${line}\n`;
    const said = (): string => {
      try {
        readDocuments(text, 'f')[0]?.value();
        return 'no error';
      } catch (error) {
        return error instanceof UserError ? `${error.message} ${error.hint ?? ''}` : 'another error';
      }
    };
    expect(said()).toContain(message);
    expect(said()).not.toMatch(/HUNTER2|no error|another error/);
  });
});

it('says of protobuf what it is and what to do', () => {
  expect(() => readDocuments('k8s\0\n\u0019', 'f')).toThrow(
    expect.objectContaining({
      message: "is in Kubernetes' protobuf encoding, which kops-audit does not read",
      hint: 'Write it as YAML or JSON.',
    }),
  );
});

describe('a document that is nested too deep', () => {
  const nested = (levels: number): string => `  deep: ${'['.repeat(levels)}${']'.repeat(levels)}\n`;

  it.each(['yaml', 'json'])('is refused at its start, as %s', (form) => {
    const text = form === 'yaml' ? CLUSTER + nested(300) : `{"spec": ${'['.repeat(300)}${']'.repeat(300)}}`;
    expect(failure(text)).toEqual({ at: [1, 1], message: 'is nested more than 250 levels deep', hint: undefined });
  });

  it('is read where it is not', () => {
    expect(failure(CLUSTER + nested(200))).toBeUndefined();
  });
});

describe('where to show what is said of a pointer', () => {
  const text = `${CLUSTER}  list: [a, b]\n  rules:\n  - x: 1\n  none:\n  long: |\n    a\n    b\n`;
  const [document] = readDocuments(text, 'f.yaml');

  it.each([
    ['a value of one line', '/metadata/name', '4:9', '4:22'],
    ['the key of a map', '/spec', '5:1', '5:5'],
    ['the key of a list in brackets', '/spec/list', '7:3', '7:7'],
    ['an item', '/spec/list/1', '7:13', '7:14'],
    ['an item that is a map: its first line', '/spec/rules/0', '9:5', undefined],
    ['the key of nothing', '/spec/none', '10:3', '10:7'],
    ['a text of several lines: its first', '/spec/long', '11:9', undefined],
    ['what is not there: the nearest part', '/spec/api/dns', '6:3', '6:6'],
  ])('is %s', (_what, pointer, start, end) => {
    const range = rangeOf(document!, pointer);
    const told = [range.start, range.end].map((place) => place && `${place.line}:${place.column}`);
    expect(told).toEqual([start, end]);
  });
});
