import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import type { JsonObject } from '../../src/json.ts';
import { compareKeys, specToYaml } from '../../src/yaml/print.ts';
import { runs } from '../helpers/runs.ts';

/** Recorded from the real kops: `kops get cluster -o json` and `-o yaml` of one cluster; paths shortened in both. */
function recorded(name: string, extension: 'json' | 'yaml'): string {
  return readFileSync(new URL(`kops-yaml/${name}.${extension}`, import.meta.url), 'utf8');
}

describe('specToYaml', { timeout: 30_000 }, () => {
  it.each(['fresh-1.36.0', 'strings-1.36.0', 'strings-1.32.0'])('is what kops prints, byte for byte: %s', (name) => {
    const cluster = JSON.parse(recorded(name, 'json')) as JsonObject;
    expect(specToYaml(cluster)).toBe(recorded(name, 'yaml'));
  });

  it('writes nested lists and empty things as kOps does', () => {
    const value = { b: [], a: {}, c: [{ z: [1, 'x'], y: null }, [true, ['1']]], d: '' };
    expect(specToYaml(value)).toBe('a: {}\nb: []\nc:\n- "y": null\n  z:\n  - 1\n  - x\n- - true\n  - - "1"\nd: ""\n');
    expect(specToYaml({})).toBe('{}\n');
  });

  it('is YAML that holds the same values', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...' \n\t:#-\'"\\,[]{}&*!|>%@`?=~.0123456789_eExXoyYnNtrusé\u2028\ufeff😀') }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc
        .array(fc.constantFrom('word', 'a:', '#', "it's", '"', '  ', '\n'), { maxLength: 60 })
        .map((words) => words.join(' ')),
      fc.constantFrom('yes', 'NO', '12:30', '1_000', '2001-01-01', '0o7', '1e3', '~', '.5', '0x1F', '<<', '='),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.constant(null),
        fc.boolean(),
        fc.integer(),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(text, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(text, tree, { noNullPrototype: true }), (value) => {
        const document = parseDocument(specToYaml(value as JsonObject));
        expect(document.errors).toEqual([]);
        expect(document.toJS()).toEqual(value);
      }),
      runs(150, 1000),
    );
  });
});

describe('compareKeys', () => {
  it('puts numbers by value and letters last', () => {
    const sorted = [
      '',
      '_a',
      '~',
      '1',
      '1.5',
      '01',
      '2',
      '10',
      'A1',
      'Z',
      'a',
      'a b',
      'a-b',
      'a.b',
      'a_b',
      'a1',
      'a9',
      'a10',
      'aB',
      'ab',
      'é',
    ];
    expect(sorted.toReversed().toSorted(compareKeys)).toEqual(sorted);
  });

  it('compares digits within a number', () => {
    expect(['a100', 'a20', 'a1'].toSorted(compareKeys)).toEqual(['a1', 'a20', 'a100']);
    expect(['a100', 'a11'].toSorted(compareKeys)).toEqual(['a11', 'a100']);
    expect(['a10', 'a1', 'a01'].toSorted(compareKeys)).toEqual(['a1', 'a01', 'a10']);
  });
});
