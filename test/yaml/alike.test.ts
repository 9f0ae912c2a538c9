import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readKubeconfig } from '../../src/cluster/kubeconfig/read.ts';
import { readSource } from '../../src/policy/load/source.ts';
import { MAX_LEVELS, plainJson, readDocument } from '../../src/yaml/document.ts';
import { type JsonNode, depthOf } from '../../src/yaml/json-node.ts';
import { readLeniently } from '../../src/yaml/outline.ts';
import { expectOfEvery } from '../helpers/every.ts';

interface Row {
  yaml?: string;
  yamlBase64?: string;
  text?: string;
}

function rows(file: string): Row[] {
  return JSON.parse(readFileSync(new URL(`../conformance/${file}`, import.meta.url), 'utf8')) as Row[];
}

function textOf({ yaml, yamlBase64, text }: Row): string {
  return text ?? yaml ?? Buffer.from(yamlBase64 ?? '', 'base64').toString('utf8');
}

// What begins with a brace is JSON to the loaders of policies and specs, and YAML to that of kubeconfigs.
const TEXTS = ['policy-decode.json', 'policy-decode-fuzz.json', 'spec-decode.json']
  .flatMap(rows)
  .map(textOf)
  .filter((text) => !/^\s*\{/.test(text) && !text.startsWith('k8s\0'));

const REFUSED = 'refused';

const DEEP = 'nested deeper than specs are read';

function told(value: JsonNode | null): string {
  if (value && depthOf(value) > MAX_LEVELS) return DEEP;
  return JSON.stringify(value && plainJson(value));
}

function asPolicy(text: string): string {
  const { value } = readSource({ text, wide: false });
  return value ? told(value) : REFUSED;
}

function asSpec(text: string): string {
  const { value, problem } = readDocument(text, 'yaml');
  if (problem?.isTooDeep) return DEEP;
  return problem ? REFUSED : told(value);
}

// Why a kubeconfig is refused can be its syntax, or what it says: then it was read.
function asKubeconfig(text: string): string {
  const { root, tree } = readKubeconfig(text);
  return tree || root ? told(tree) : REFUSED;
}

describe('a text is read alike as a policy, a spec and a kubeconfig', () => {
  let refused = 0;
  it('whatever it is', () => {
    expectOfEvery([...TEXTS.entries()], (text) => {
      const policy = asPolicy(text);
      if (policy === REFUSED) refused += 1;
      expect([asSpec(text), asKubeconfig(text)]).toEqual([policy, policy]);
    });
  });

  it('were enough of them', () => {
    expect(TEXTS.length).toBeGreaterThan(2300);
    expect(refused).toBeGreaterThan(200);
  });
});

describe('a text that may be broken', () => {
  it('is read up to the mistake, and from the next line on', () => {
    expect(readLeniently('a: 1\nb: [\nc: 2\n').documents).toHaveLength(1);
    expect(readLeniently('a: yes\n---\nb: 0x10\n...\nc: &x d\ne: *x\n')).toEqual({
      documents: [{ a: true }, { b: 16 }, { c: 'd', e: 'd' }],
      rest: [],
    });
    expect(readLeniently('a: 1\nb: 2\n\tx: 2\nc: 3\nd: "e\n')).toEqual({
      documents: [{ a: 1, b: null }],
      rest: [{ c: 3, d: null }],
    });
  });

  it('is read on where a first part is indented further than what comes', () => {
    expect(readLeniently('a: b\n    c: 1\n    d: 2\ne:\n- f: 3\n# end\n')).toEqual({
      documents: [{ a: 'b c' }],
      rest: [{ d: 2 }, { e: [{ f: 3 }] }],
    });
  });

  it('has no document where nothing but comments and directives stand before or after one', () => {
    const alone = { documents: [{ a: 1 }], rest: [] };
    expect(readLeniently('# c\n\n---\na: 1\n')).toEqual(alone);
    expect(readLeniently('\uFEFF# c\r\n%YAML 1.1\r\n---\r\na: 1\r\n...\r\n# c\r\n')).toEqual(alone);
    expect(readLeniently('---\n# c\n---\na: 1\n').documents).toEqual([null, { a: 1 }]);
  });

  it('is given up after twenty mistakes', () => {
    const { rest } = readLeniently('a: b: c\n'.repeat(100));
    expect(rest).toHaveLength(20);
  });

  it('may nest without end', () => {
    expect(() => readLeniently('['.repeat(100_000))).not.toThrow();
    expect(() => readLeniently('- '.repeat(9000))).not.toThrow();
  });
});
