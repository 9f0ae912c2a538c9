import { describe, expect, it } from 'vitest';
import { withoutBlankRuns } from '../../../src/cluster/text/blank-runs.ts';
import { readDocuments } from '../../../src/cluster/text/documents.ts';
import { splice } from '../../../src/cluster/text/splice.ts';

const RUN = '\n'.repeat(5000);
const CLUSTER = 'kind: Cluster\nmetadata:\n  name: a.example.com\nspec:\n  channel: stable\n';

describe('long runs of blank lines', () => {
  it.each([
    ['between keys', `a: 1${RUN}b: 2\n`],
    ['above everything', `${RUN}a: 1\n`],
    ['at the end', `a: 1\n${RUN}`],
    ['of blanks', `a:\n${'   \n'.repeat(2000)}  b: 2\n`],
    ['behind a block text', `a: |\n  x\n${RUN}b: 2\n`],
    ['behind a block text at the end', `a: |-\n  x\n${RUN}`],
  ])('are cut %s', (_where, text) => {
    const short = withoutBlankRuns(text, false);
    expect(short.text.length).toBeLessThan(30);
    expect(short.back(short.text.length)).toBe(text.length);
    const letter = short.text.search(/\d|x/);
    expect(text[short.back(letter)]).toBe(short.text[letter]);
    for (const last of ['b: 2', 'a: 1'])
      if (short.text.includes(last)) expect(text.indexOf(last)).toBe(short.back(short.text.indexOf(last)));
  });

  it.each([
    ['in a block text', `a: |\n  x\n${RUN}  y\n`],
    ['behind a block text that keeps them', `a: |+\n  x\n${RUN}b: 2\n`],
    ['of blanks behind a block text', `a: |\n  x\n${'    \n'.repeat(1000)}b: 2\n`],
    ['in quotes', `a: "x${RUN}y"\n`],
    ['in a plain text', `a: x${RUN}  y\n`],
    ['in a text that kOps refuses', `a: 1${RUN}b: [\n`],
  ])('stay %s', (_where, text) => {
    expect(withoutBlankRuns(text, false).text).toBe(text);
  });

  it.each(['\n', '\r\n'])('stay byte for byte in a file that is edited (%j)', (newline) => {
    const text = `${CLUSTER}${RUN}  kubeAPIServer:\n    admissionControl: []\n${RUN}  topology: {}\n`.replaceAll(
      '\n',
      newline,
    );
    const [document] = readDocuments(text, 'a.yaml');
    const edited = splice(text, document!, [{ op: 'add', path: '/spec/kubeAPIServer/auditLogPath', value: '-' }]);
    expect(edited).toBe(
      text.replace(`admissionControl: []${newline}`, `admissionControl: []${newline}    auditLogPath: "-"${newline}`),
    );
    const [again] = readDocuments(edited, 'a.yaml');
    expect(splice(edited, again!, [{ op: 'remove', path: '/spec/kubeAPIServer/auditLogPath' }])).toBe(text);
    expect(again!.placeAt(again!.source.indexOf('topology')).line).toBe(edited.split('\n').length - 1);
  });
});
