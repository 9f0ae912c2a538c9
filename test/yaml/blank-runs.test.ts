import { describe, expect, it } from 'vitest';
import { plainJson, readDocument } from '../../src/yaml/document.ts';
import { editText } from '../../src/yaml/edit.ts';
import type { Operation } from '../../src/yaml/json-patch.ts';
import { readDocuments } from '../../src/cluster/documents.ts';
import { splice } from '../../src/cluster/splice.ts';

const RUN = '\n'.repeat(5000);
const CLUSTER = 'kind: Cluster\nmetadata:\n  name: a.example.com\nspec:\n  channel: stable\n';

function edited(text: string, operation: Operation): string {
  const { value, root } = readDocument(text, 'yaml');
  const document = { text, form: 'yaml', isJson: false, value: value && plainJson(value), root: root() } as const;
  return editText(document, [operation]);
}

describe('long runs of blank lines', () => {
  it.each([
    ['between keys', `a: 1${RUN}b: 2\n`],
    ['above everything', `${RUN}a: 1\n`],
    ['at the end', `a: 1\n${RUN}`],
    ['of blanks', `a:\n${'   \n'.repeat(2000)}  b: 2\n`],
    ['behind a block text', `a: |\n  x\n${RUN}b: 2\n`],
    ['behind a block text at the end', `a: |-\n  x\n${RUN}`],
    ['in a block text', `a: |\n  x\n${RUN}  y\n`],
    ['behind a block text that keeps them', `a: |+\n  x\n${RUN}b: 2\n`],
    ['of blanks behind a block text', `a: |\n  x\n${'    \n'.repeat(1000)}b: 2\n`],
    ['in quotes', `a: "x${RUN}y"\n`],
    ['in a plain text', `a: x${RUN}  y\n`],
  ])('stay where they are %s', (_where, text) => {
    const added = edited(text, { op: 'add', path: '/c', value: { d: 1 } });
    expect(added.length).toBe(text.length + 'c:\n  d: 1\n'.length);
    expect(added.replace(/c:\n +d: 1\n/, '')).toBe(text);
    expect(edited(added, { op: 'remove', path: '/c' })).toBe(text);
  });

  it.each(['\n', '\r\n'])('stay byte for byte in a file that is edited (%j)', (newline) => {
    const text = `${CLUSTER}${RUN}  kubeAPIServer:\n    admissionControl: []\n${RUN}  topology: {}\n`.replaceAll(
      '\n',
      newline,
    );
    const [document] = readDocuments(text, 'a.yaml');
    const on = splice(text, document!, [{ op: 'add', path: '/spec/kubeAPIServer/auditLogPath', value: '-' }]);
    expect(on).toBe(
      text.replace(`admissionControl: []${newline}`, `admissionControl: []${newline}    auditLogPath: "-"${newline}`),
    );
    const [again] = readDocuments(on, 'a.yaml');
    expect(splice(on, again!, [{ op: 'remove', path: '/spec/kubeAPIServer/auditLogPath' }])).toBe(text);
    expect(again!.placeAt(again!.source.indexOf('topology')).line).toBe(on.split('\n').length - 1);
  });
});
