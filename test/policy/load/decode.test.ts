import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LoadedPolicy, loadPolicy, loadPolicyBytes } from '../../../src/policy/load/load.ts';
import { expectOfEvery } from '../../helpers/every.ts';
import { sampled } from '../../helpers/runs.ts';

interface Case {
  id: string;
  yaml?: string;
  yamlBase64?: string;
  ok: boolean;
  warning?: string | null;
  policy?: Record<string, unknown> | null;
  otherVersions?: { upTo: string; ok: boolean }[];
}

function rows(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../conformance/${file}`, import.meta.url), 'utf8'));
}

// What LoadPolicyFromBytes of k8s.io/apiserver v0.37.2 does with them: see test/conformance/README.md.
const ALL = rows('policy-decode.json') as Case[];
/** All but the policy in protobuf, which only the API server reads: see test/yaml/bytes.test.ts. */
const CASES = ALL.filter(({ id }) => id !== 'protobuf');
const FUZZ = rows('policy-decode-fuzz.json') as Case[];
const { mutants: MUTANTS } = rows('policy-vectors.json') as { mutants: Case[] };

function bytesOf({ yaml, yamlBase64 }: Case): Uint8Array {
  return yamlBase64 === undefined ? Buffer.from(yaml ?? '') : Buffer.from(yamlBase64, 'base64');
}

function load(row: Case, kubernetesVersion?: string): LoadedPolicy {
  return loadPolicyBytes(bytesOf(row), kubernetesVersion === undefined ? {} : { kubernetesVersion });
}

function wanted({ policy }: Case): unknown {
  if (!policy) return null;
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...rest } = policy;
  return rest;
}

// The API server does not warn of a document that it does not read.
function warns({ diagnostics }: LoadedPolicy): boolean {
  return diagnostics.some(({ severity, code }) => severity === 'warning' && code !== 'later-document');
}

function named(list: readonly Case[]): [string, Case][] {
  return list.map((row) => [row.id, row]);
}

function check(row: Case): void {
  const loaded = load(row);
  expect(loaded.policy).toEqual(wanted(row));
  expect(loaded.diagnostics.some(({ severity }) => severity === 'error')).toBe(!row.ok);
  if (row.ok) expect(warns(loaded)).toBe(Boolean(row.warning));
}

describe('what the real loader takes and refuses', () => {
  it('has so many inputs', () => {
    expect([ALL.length, CASES.length, MUTANTS.length, FUZZ.length]).toEqual([986, 985, 90, 300]);
  });

  it('of what people write', () => expectOfEvery(named(CASES), check));
  it('of any text', () => expectOfEvery(named(FUZZ), check));

  it('of what is damaged', () => {
    expectOfEvery(named(MUTANTS), (row) => expect(load(row).policy).toEqual(wanted(row)));
  });
});

// The same code reads both from there on: every third tells whether they begin alike.
describe('a text', () => {
  it('is read as its bytes', () => {
    const texts = sampled([...CASES, ...FUZZ], 3).filter(({ yaml }) => yaml !== undefined);
    expectOfEvery(named(texts), (row) => expect(loadPolicy(row.yaml ?? '').policy).toEqual(wanted(row)));
  });
});

describe('what an older release answers otherwise', () => {
  const differing = CASES.flatMap((row) =>
    (row.otherVersions ?? []).map(({ upTo, ok }) => ({ id: row.id, upTo, ok, row })),
  );
  it('has some', () => expect(differing.length).toBe(8));

  it.each(differing)('$id, up to $upTo: $ok', ({ row, upTo, ok }) => {
    const next = `1.${Number(upTo.split('.')[1]) + 1}`;
    expect(load(row, `${upTo}.7`).policy !== null).toBe(ok);
    expect(load(row, next).policy !== null).toBe(row.ok);
  });
});
