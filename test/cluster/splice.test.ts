import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../src/cluster/documents.ts';
import { splice } from '../../src/cluster/splice.ts';
import type { Operation } from '../../src/cluster/types.ts';
import type { Json } from '../../src/json.ts';

const HEAD = 'kind: Cluster\nmetadata:\n  name: x\nspec:\n';

function edit(text: string, ...operations: Operation[]): string {
  const documents = readDocuments(text, 'f.yaml');
  return splice(
    text,
    documents.find(({ kind }) => kind === 'Cluster')!,
    operations,
  );
}

/** Edits the spec of a Cluster, and gives its lines. */
function spec(text: string, ...operations: Operation[]): string {
  const edited = edit(HEAD + text, ...operations);
  expect(edited.startsWith(HEAD)).toBe(true);
  return edited.slice(HEAD.length);
}

function add(path: string, value: Json): Operation {
  return { op: 'add', path: `/spec${path}`, value };
}

function replace(path: string, value: Json): Operation {
  return { op: 'replace', path: `/spec${path}`, value };
}

function remove(path: string): Operation {
  return { op: 'remove', path: `/spec${path}` };
}

const POLICY = 'kind: Policy\nrules:\n- level: Metadata\n';
const ASSET = { content: POLICY, name: 'audit', path: '/srv/policy.yaml', roles: ['Master'] };

describe('what turning auditing on writes', () => {
  it('puts new keys in their place among sorted ones, as kOps prints', () => {
    const server = add('/kubeAPIServer', { auditLogMaxAge: 30, auditLogPath: '-' });
    expect(spec('  api: {}\n  topology: x\n', add('/fileAssets', [ASSET]), server)).toBe(
      `  api: {}
  fileAssets:
  - content: |
      kind: Policy
      rules:
      - level: Metadata
    name: audit
    path: /srv/policy.yaml
    roles:
    - Master
  kubeAPIServer:
    auditLogMaxAge: 30
    auditLogPath: "-"
  topology: x
`,
    );
  });

  it('puts them behind the last where the keys are not sorted, and indents as the file does', () => {
    const text = '    topology: x\n    sshAccess:\n      - a\n    etcd:\n        -   name: main\n            b: 1\n';
    expect(spec(text, add('/fileAssets', [ASSET]))).toBe(
      `${text}    fileAssets:
      -   content: |
            kind: Policy
            rules:
            - level: Metadata
          name: audit
          path: /srv/policy.yaml
          roles:
            - Master
`,
    );
  });

  it('fills a map that is empty, and one that is not there', () => {
    const key = add('/kubeAPIServer/auditLogMaxAge', 30);
    expect(spec('  kubeAPIServer: {}   # ours\n', key)).toBe('  kubeAPIServer:   # ours\n    auditLogMaxAge: 30\n');
    expect(spec('  kubeAPIServer: # ours\n', replace('/kubeAPIServer', { a: 1 }))).toBe(
      '  kubeAPIServer: # ours\n    a: 1\n',
    );
  });

  it('stays between braces where there are some', () => {
    expect(
      spec(
        '  kubeAPIServer: {zone: a, dns: [b]} # c\n',
        add('/kubeAPIServer/auditLogPath', '/x'),
        add('/kubeAPIServer/dns/-', 'c d'),
      ),
    ).toBe('  kubeAPIServer: {zone: a, dns: [b, c d], auditLogPath: /x} # c\n');
    expect(spec('  fileAssets: [{name: a}]\n', add('/fileAssets/-', { content: POLICY }))).toBe(
      '  fileAssets: [{name: a}, {content: "kind: Policy\\nrules:\\n- level: Metadata\\n"}]\n',
    );
  });

  it('gives each entry its line where the others have theirs', () => {
    expect(spec('  a: {\n    b: 1, # one\n    d: 2 # two\n  }\n', add('/a/c', 3), add('/a/e', 4))).toBe(
      '  a: {\n    b: 1, # one\n    c: 3,\n    d: 2, # two\n    e: 4\n  }\n',
    );
  });

  it('changes a text in its place, with its indentation and the comment in its line', () => {
    const text =
      '  fileAssets:\n  - name: a # n\n    content: |  # c\n        old\n        kind: Policy\n    # end\n    path: "/p"  # d\n';
    expect(spec(text, replace('/fileAssets/0/content', POLICY), replace('/fileAssets/0/path', '/q'))).toBe(
      '  fileAssets:\n  - name: a # n\n    content: |  # c\n        kind: Policy\n        rules:\n        - level: Metadata\n    # end\n    path: /q  # d\n',
    );
  });

  it('changes a quoted text into a block text, and back', () => {
    expect(spec('  a: "x\\ny" # c\n  b: 1\n', replace('/a', 'p\nq\n'))).toBe('  a: | # c\n    p\n    q\n  b: 1\n');
    expect(spec('  a: |- # c\n    p\n    q\n\n  b: 1\n', replace('/a', 'x'))).toBe('  a: x # c\n\n  b: 1\n');
  });

  it('moves the comment of a value on its own line up to the key', () => {
    expect(spec('  a:\n    [] # c\n  b:\n    x # d\n', add('/a/-', 1), replace('/b', { z: 2 }))).toBe(
      '  a: # c\n  - 1\n  b: # d\n    z: 2\n',
    );
  });

  it('keeps the brackets of a list of roles, and the dashes of another', () => {
    const roles = replace('/roles', ['Master', 'ControlPlane']);
    expect(spec('  roles: [ Master ] # c\n', roles)).toBe('  roles: [Master, ControlPlane] # c\n');
    expect(spec('  roles:\n    - Master # c\n', roles)).toBe('  roles:\n    - Master\n    - ControlPlane\n');
  });
});

describe('what is around', () => {
  it('leaves comments, blank lines and other documents as they are', () => {
    const cluster = `${HEAD}\n  # one\n\n  api: { a:   1 }   # two\n  # about dns\n  dns: 'x'\n# end\n`;
    const other = '\n---\n\nkind: A\nx: [\n';
    expect(edit(`# top\n---\n${cluster}${other}`, add('/bar', 1))).toBe(
      `# top\n---\n${cluster.replace('  # two\n', '  # two\n  bar: 1\n')}${other}`,
    );
  });

  it('keeps CRLF, and a final newline that is missing', () => {
    expect(spec('  a: 1\r\n  c: 2'.replaceAll('\r', ''), add('/b', 'x\ny\n'))).toBe(
      '  a: 1\n  b: |\n    x\n    y\n  c: 2',
    );
    const crlf = `${HEAD}  a: 1\n  c: 2`.replaceAll('\n', '\r\n');
    expect(edit(crlf, add('/b', 'x\ny\n'), add('/d', 3))).toBe(
      `${HEAD}  a: 1\n  b: |\n    x\n    y\n  c: 2\n  d: 3`.replaceAll('\n', '\r\n'),
    );
  });

  it('writes the newline that a block text at the end needs', () => {
    expect(spec('  a: 1', add('/b', 'x\ny\n'))).toBe('  a: 1\n  b: |\n    x\n    y\n');
    expect(spec('  a: 1', add('/b', 'x\ny'))).toBe('  a: 1\n  b: |-\n    x\n    y');
    expect(edit(`${HEAD}  a: 1\n---\nkind: B\n`, add('/b', 'x\ny\n'))).toBe(
      `${HEAD}  a: 1\n  b: |\n    x\n    y\n\n---\nkind: B\n`,
    );
  });

  it('keeps the value of a block text that is no longer at the end', () => {
    expect(edit(`${HEAD}  a: |\n    x\n---\nkind: B\n`, add('/b', 1))).toBe(
      `${HEAD}  a: |-\n    x\n  b: 1\n---\nkind: B\n`,
    );
  });

  it('does not let a comment below slip into a text', () => {
    expect(spec('  a: x\n      # deep\n  b: 1\n', replace('/a', 'p\nq\n'))).toBe(
      '  a: "p\\nq\\n"\n      # deep\n  b: 1\n',
    );
  });

  it('adds behind the comments that belong to what is above', () => {
    expect(spec('  l:\n  - a: 1\n    # of a\n  # of m\n  m: 2\n', add('/l/-', 'x'), add('/lz', 1))).toBe(
      '  l:\n  - a: 1\n    # of a\n  - x\n  lz: 1\n  # of m\n  m: 2\n',
    );
  });

  it('writes keys that YAML would take for something else in quotes', () => {
    expect(spec('  a: {}\n', add('/a/on', 'off'), add('/a/x~1y', '1'), add('/a/p~0q', null))).toBe(
      '  a:\n    "on": "off"\n    "p~q": null\n    x/y: "1"\n',
    );
  });
});

describe('what goes', () => {
  it('takes the comments with it that are right above in its column and in its line', () => {
    const text =
      '  s:\n    # top of a\n    a: 1 # a\n\n    # apart\n\n    # of b\n    # more of b\n    b: |\n      x\n      # text\n      # of b too\n    # of c\n    c: 1\n';
    expect(spec(text, remove('/s/b'))).toBe(
      '  s:\n    # top of a\n    a: 1 # a\n\n    # apart\n\n    # of c\n    c: 1\n',
    );
    expect(spec(text, remove('/s/a'))).toBe(text.replace('    # top of a\n    a: 1 # a\n', ''));
  });

  it('leaves a comment in another column where it is', () => {
    expect(spec('  s:\n    a: 1\n  # apart\n    b: 2\n', remove('/s/b'))).toBe('  s:\n    a: 1\n  # apart\n');
  });

  it('leaves empty brackets behind the last one', () => {
    expect(spec('  a: # c\n    b: 1\n  l:\n  - x\n', remove('/a/b'), remove('/l/0'))).toBe('  a: {} # c\n  l: []\n');
    expect(spec('  a: {b: 1}\n  l: [\n    x,\n  ]\n', remove('/a/b'), remove('/l/0'))).toBe('  a: {}\n  l: []\n');
  });

  it('moves the next key up to the dash', () => {
    expect(spec('  l:\n  - isBase64: false # c\n    name: a\n', remove('/l/0/isBase64'))).toBe('  l:\n  - name: a\n');
    expect(spec('  l:\n  - isBase64: false # c\n    # of name\n    name: a\n', remove('/l/0/isBase64'))).toBe(
      '  l:\n  -\n    # of name\n    name: a\n',
    );
    expect(spec('  l:\n  - b: 1\n    c: 2\n', remove('/l/0/b'), add('/l/0/a', 0))).toBe('  l:\n  - a: 0\n    c: 2\n');
  });

  it('takes the right comma with it', () => {
    expect(spec('  a: {b: 1, c: 2, d: 3}\n', remove('/a/b'))).toBe('  a: {c: 2, d: 3}\n');
    expect(spec('  a: {b: 1, c: 2, d: 3}\n', remove('/a/c'))).toBe('  a: {b: 1, d: 3}\n');
    expect(spec('  a: {b: 1, c: 2, d: 3}\n', remove('/a/d'))).toBe('  a: {b: 1, c: 2}\n');
    expect(spec('  a: [\n    1,\n    2,\n  ]\n', remove('/a/1'))).toBe('  a: [\n    1,\n  ]\n');
  });
});

describe('JSON', () => {
  const value = { kind: 'Cluster', metadata: { name: 'x' }, spec: { fileAssets: [], z: { a: 1 } } };
  const operations = [add('/fileAssets', [ASSET]), add('/z/b', 'yes'), remove('/z/a')];

  it.each([undefined, 2, 4, '\t'])('keeps its form, indented by %j', (indent) => {
    const after = { ...value, spec: { fileAssets: [ASSET], z: { b: 'yes' } } };
    expect(edit(JSON.stringify(value, null, indent), ...operations)).toBe(JSON.stringify(after, null, indent));
  });

  it('changes one element of a list', () => {
    const text = '[{"kind": "A"},\n {"kind": "Cluster", "metadata": {"name": "x"}, "spec": {}}]\n';
    expect(edit(text, add('/a', { b: ['c\n'] }))).toBe(text.replace('{}', '{"a": {"b": ["c\\n"]}}'));
  });
});

describe('anchors', () => {
  it('writes an alias out before changing it', () => {
    expect(spec('  a: &a\n    x: 1 # c\n  b: *a # d\n', add('/b/v', 2))).toBe(
      '  a: &a\n    x: 1 # c\n  b: # d\n    x: 1\n    v: 2\n',
    );
  });

  it('adds to a map with a merge behind the merge, and overrules what comes from it', () => {
    expect(spec('  a: &a {x: 1, v: {z: 2}}\n  b:\n    <<: *a\n', replace('/b/x', 3), add('/b/v/w', 4))).toBe(
      '  a: &a {x: 1, v: {z: 2}}\n  b:\n    <<: *a\n    x: 3\n    v:\n      z: 2\n      w: 4\n',
    );
  });

  it('writes a merge out before taking something out of it', () => {
    expect(spec('  a: &a {x: 1, v: 2}\n  b:\n    <<: *a\n    w: 3\n', remove('/b/x'))).toBe(
      '  a: &a {x: 1, v: 2}\n  b:\n    v: 2\n    w: 3\n',
    );
  });

  it.each([
    ['changed inside', add('/a/y', 2)],
    ['replaced', replace('/a', 2)],
    ['removed', remove('/a')],
  ])('refuses where what is used elsewhere would be %s, and names both lines', (_name, operation) => {
    expect(() => spec('  a: &a\n    x: 1\n  b: *a\n', operation)).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: 'cannot be edited safely: what &a marks here is used again in line 7',
        place: { file: 'f.yaml', line: 5, column: 6 },
      }),
    );
  });
});

describe('what is refused', () => {
  it('says which operation does not fit', () => {
    const test: Operation = { op: 'test', path: '/spec/a', value: 2 };
    expect(() => spec('  a: 1\n', test, remove('/a'))).toThrow(
      expect.objectContaining({ name: 'PatchConflict', operation: test }),
    );
    expect(() => spec('  a: 1\n', remove('/b'))).toThrow(expect.objectContaining({ name: 'PatchConflict' }));
  });

  it('refuses keys that are written with "?"', () => {
    expect(() => spec('  ? a\n  : 1\n', replace('/a', 2))).toThrow(
      expect.objectContaining({ name: 'UserError', place: { file: 'f.yaml', line: 5, column: 3 } }),
    );
  });

  it('refuses characters that end a line for kOps alone', () => {
    expect(() => spec('  a: 1 # x\u2028  b: 2\n', replace('/a', 2))).toThrow('U+2028');
  });

  it('changes nothing where nothing changes', () => {
    const text = `${HEAD}  a:   1\n`;
    expect(edit(text, replace('/a', 1))).toBe(text);
    expect(edit(text)).toBe(text);
  });
});
