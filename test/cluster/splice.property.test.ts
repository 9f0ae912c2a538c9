import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperations } from '../../src/yaml/json-patch.ts';
import { readDocuments, type SpecDocument } from '../../src/cluster/documents.ts';
import { sniffHead } from '../../src/cluster/document-head.ts';
import { splice } from '../../src/cluster/splice.ts';
import type { KopsObject, Operation } from '../../src/cluster/types.ts';
import { UserError } from '../../src/errors.ts';
import { canonicalJson, type Json } from '../../src/json.ts';
import { runs } from '../helpers/runs.ts';
import { entryTexts } from './entry-texts.ts';
import { enabling, someOperations } from './operations.ts';
import { specJson, writtenSpec } from './written-spec.ts';

const RUNS = runs(20, 60);

interface Case {
  text: string;
  documents: SpecDocument[];
  at: number;
  cluster: KopsObject;
}

function specCase(): fc.Arbitrary<Case> {
  return writtenSpec().map(({ text, at }) => {
    const documents = readDocuments(text, 'f');
    return { text, documents, at, cluster: documents[at]!.value() };
  });
}

/** The text after operations; undefined where they are refused for an anchor, the only reason these files give. */
function spliced({ text, documents, at }: Case, operations: Operation[]): string | undefined {
  try {
    return splice(text, documents[at]!, operations);
  } catch (error) {
    if (error instanceof UserError && error.message.includes('is used again')) return undefined;
    throw error;
  }
}

function changedCase(): fc.Arbitrary<{ before: Case; operations: Operation[]; after: string }> {
  return fc
    .tuple(specCase(), fc.array(fc.tuple(fc.nat(), fc.nat(), specJson()), { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([before, numbers, random]) => {
      const operations = random ? someOperations(before.cluster, numbers) : enabling(before.cluster).operations;
      return { before, operations, after: spliced(before, operations) };
    })
    .filter((each): each is { before: Case; operations: Operation[]; after: string } => each.after !== undefined);
}

describe('splice, for random specs in random hands', () => {
  it('gives a text that says exactly what fast-json-patch gives', () => {
    fc.assert(
      fc.property(changedCase(), ({ before, operations, after }) => {
        const expected = applyOperations(before.cluster, structuredClone(operations));
        const value = readDocuments(after, 'f')[before.at]!.value();
        expect(canonicalJson(value as unknown as Json)).toBe(canonicalJson(expected as unknown as Json));
      }),
      RUNS,
    );
  });

  it('leaves the other documents and what is between them byte for byte', () => {
    fc.assert(
      fc.property(changedCase(), ({ before: { text, documents, at }, after }) => {
        const { start, end } = documents[at]!;
        expect(after.slice(0, start)).toBe(text.slice(0, start));
        expect(after.slice(after.length - (text.length - end))).toBe(text.slice(end));
      }),
      RUNS,
    );
  });

  it('writes the line ends that the file has', () => {
    fc.assert(
      fc.property(changedCase(), ({ before: { text }, after }) => {
        const isCrlf = /\r\n/.test(text);
        expect(after.match(isCrlf ? /(?<!\r)\n/ : /\r/)).toBeNull();
      }),
      RUNS,
    );
  });

  it('leaves every key that no operation leads to byte for byte, and all their comments', () => {
    fc.assert(
      fc.property(changedCase(), ({ before, operations, after }) => {
        const touched = new Set(operations.map(({ path }) => path.split('/')[2]!));
        const old = entryTexts(before.documents[before.at]!);
        const now = entryTexts(readDocuments(after, 'f')[before.at]!);
        // What is put behind a block text that ends the document makes it `|-` where it had no final newline.
        const isCut = !before.documents[before.at]!.source.endsWith('\n');
        const plain = (text = ''): string => (isCut ? text.replaceAll(/([|>]\d?)[-+]?(?=[ \n])/g, '$1') : text);
        for (const [key, text] of old)
          if (!touched.has(key) && !holdsWhatMoved(text, now.get(key))) expect(plain(now.get(key))).toBe(plain(text));
      }),
      RUNS,
    );
  });

  it('keeps every comment when auditing is turned on', () => {
    const comments = (text: string): string[] =>
      text.match(/#(?: remark| one| {3}two| - name: x| why| head| end)/g) ?? [];
    fc.assert(
      fc.property(specCase(), (before) => {
        const { operations, isPure } = enabling(before.cluster);
        const after = spliced(before, operations);
        fc.pre(after !== undefined && isPure && !/[*]a\d/.test(before.text));
        expect(comments(after!)).toEqual(comments(before.text));
      }),
      RUNS,
    );
  });

  it('gives the file back byte for byte when what was added is removed again', () => {
    fc.assert(
      fc.property(specCase(), (before) => {
        const { operations, undo, isPure } = enabling(before.cluster);
        const on = spliced(before, operations);
        fc.pre(on !== undefined && isPure && !isHard(before));
        const documents = readDocuments(on!, 'f');
        expect(splice(on!, documents[before.at]!, undo)).toBe(before.text);
      }),
      RUNS,
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(changedCase(), ({ before, operations, after }) => {
        const documents = readDocuments(after, 'f');
        const value = documents[before.at]!.value();
        const again = operations.flatMap(({ path }): Operation[] => {
          const now = valueAt(value, path);
          return now === undefined ? [] : [{ op: 'replace', path, value: now }];
        });
        expect(splice(after, documents[before.at]!, again)).toBe(after);
      }),
      RUNS,
    );
  });
});

/** Whether a text has become another only as far as what an alias in it meant stands in its place. */
function holdsWhatMoved(before: string, after = ''): boolean {
  return [...before.matchAll(/[*](a\d+)/g)].some(({ 0: alias, 1: name, index }) => {
    const rest = before.slice(index + alias.length);
    return after.startsWith(`${before.slice(0, index)}&${name} `) && after.endsWith(rest);
  });
}

// What does not come back as it was: aliases and merges, `[ ]`, brackets on their own line or far from their key, and a block text at
// the end of a document without a final newline.
function isHard({ text, documents, at }: Case): boolean {
  const { source } = documents[at]!;
  if (!source.endsWith('\n') && source.includes('|')) return true;
  return /[*]a\d|\[ \]|\{ \}|\n +(?:\[\]|\{\})|(?::|&a\d) {2,}(?:\[\]|\{\})/.test(text);
}

describe('sniffHead', () => {
  it('says what the parsed document says, or nothing', () => {
    let certain = 0;
    fc.assert(
      fc.property(specCase(), ({ documents }) => {
        for (const document of documents) {
          const head = sniffHead(document.source);
          if (!head) continue;
          certain++;
          const { kind, apiVersion, metadata } = document.value();
          expect(head).toEqual({ kind, apiVersion, name: metadata.name, clusterLabel: '' });
        }
      }),
      RUNS,
    );
    expect(certain).toBeGreaterThan(0);
  });
});

/** The value at a JSON pointer (RFC 6901), undefined where there is none. */
function valueAt(document: unknown, pointer: string): Json | undefined {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let value: unknown = document;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value as Json | undefined;
}
