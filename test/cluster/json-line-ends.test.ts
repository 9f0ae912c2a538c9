import { expect, it } from 'vitest';
import { readDocuments } from '../../src/cluster/documents.ts';
import { splice } from '../../src/cluster/splice.ts';

it.each(['\u0085', '\u2028', '\u2029', String.raw`\ud83c\udf89`, String.raw`\/`])(
  'edits JSON with %j in a string',
  (odd) => {
    const text = `{"kind":"Cluster","metadata":{"name":"a.k8s.local"},"spec":{"api":"${odd} x"}}\n`;
    const edited = splice(text, readDocuments(text, 'a.json')[0]!, [{ op: 'add', path: '/spec/channel', value: 'b' }]);
    expect(edited).toBe(text.replace(`x"}`, `x","channel":"b"}`));
  },
);
