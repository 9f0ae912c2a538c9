import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LoadedPolicy, loadPolicy } from '../../../src/policy/load/load.ts';
import { decodeText } from '../../../src/policy/load/text.ts';

interface Case {
  id: string;
  yaml?: string;
  yamlBase64?: string;
  ok: boolean;
  warningClasses?: string[];
  policy?: Record<string, unknown> | null;
  otherVersions?: { upTo: string; ok: boolean }[];
}

// 986 inputs and what LoadPolicyFromBytes of k8s.io/apiserver v0.37.2 does with them.
const CASES: Case[] = JSON.parse(
  readFileSync(new URL('../../conformance/policy-decode.json', import.meta.url), 'utf8'),
);

// What we decide otherwise than the API server, for now. Nearly all are refusals of what it reads.
const KNOWN_DIFFERENCES: Record<string, string[]> = {
  'the yaml package refuses a bracket continued at or left of the column of its key': [
    'users-flow-dedent',
    'users-flow-dedent-0',
    'flow-dedent-brace',
    'comment-in-flow-glued',
    'tab-flow-next-line',
    'tab-blank-line-in-flow',
  ],
  'the yaml package reads "a:" in brackets as a map, "[-, a]" and "*k:" not at all': [
    'flow-colon-end',
    'flow-colon-comma',
    'flow-double-colon',
    'flow-dash',
    'alias-colon',
  ],
  'line breaks inside quotes: CRLF, led by a tab, U+0085, U+2028': [
    'crlf-in-quoted',
    'tab-multiline-quoted',
    'nel-in-quoted',
    'ls-in-quoted',
    'ls-in-plain',
  ],
  'Go decodes a second JSON key over the first, we take the second alone': [
    'json-dup-rules',
    'json-dup-rules-shorter',
    'json-dup-level-null',
    'json-dup-bool',
    'json-dup-resource',
  ],
  'JSON with broken Unicode, which Go mends': ['json-lone-surrogate', 'json-bad-utf8'],
  'we refuse more than 250 levels, Go more than 10,000': ['deep-list-9990', 'deep-map-1000', 'json-deep-10010'],
  'a key .inf, which Go turns into text again': ['key-inf'],
  'a line of blanks and a tab that continues a plain scalar': ['space-tab-blank-line'],
  'we look for control characters in the whole file, Go in the block it has read': ['second-doc-control-char-far'],
  protobuf: ['protobuf'],
};

const known = new Set(Object.values(KNOWN_DIFFERENCES).flat());

function load(row: Case, kubernetesVersion?: string): LoadedPolicy {
  const text = row.yaml ?? decodeText(Buffer.from(row.yamlBase64 ?? '', 'base64'));
  if (text === undefined) return { policy: null, diagnostics: [{ severity: 'error', message: 'not text' }] };
  return loadPolicy(text, kubernetesVersion === undefined ? {} : { kubernetesVersion });
}

function wanted({ policy }: Case): unknown {
  if (!policy) return null;
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...rest } = policy;
  return rest;
}

function warns({ diagnostics }: LoadedPolicy): boolean {
  return diagnostics.some(
    ({ severity, message }) => severity === 'warning' && !message.startsWith('only the first YAML document'),
  );
}

describe('what the real loader takes and refuses', () => {
  it('has 986 inputs', () => {
    expect(CASES).toHaveLength(986);
    expect([...known].filter((id) => !CASES.some((row) => row.id === id))).toEqual([]);
  });

  it.each(CASES.filter(({ id }) => !known.has(id)).map((row): [string, Case] => [row.id, row]))('%s', (_id, row) => {
    const loaded = load(row);
    expect(loaded.policy).toEqual(wanted(row));
    expect(loaded.diagnostics.some(({ severity }) => severity === 'error')).toBe(!row.ok);
    if (row.ok) expect(warns(loaded)).toBe((row.warningClasses?.length ?? 0) > 0);
  });

  it('still differs where it says so', () => {
    const agreeing = CASES.filter((row) => known.has(row.id)).filter(
      (row) => JSON.stringify(load(row).policy) === JSON.stringify(wanted(row)),
    );
    expect(agreeing.map(({ id }) => id)).toEqual([]);
  });
});

describe('what an older release answers otherwise', () => {
  const rows = CASES.flatMap((row) => (row.otherVersions ?? []).map(({ upTo, ok }) => ({ id: row.id, upTo, ok, row })));
  it('has some', () => expect(rows.length).toBe(8));

  it.each(rows)('$id, up to $upTo: $ok', ({ row, upTo, ok }) => {
    const next = `1.${Number(upTo.split('.')[1]) + 1}`;
    expect(load(row, `${upTo}.7`).policy !== null).toBe(ok);
    expect(load(row, next).policy !== null).toBe(row.ok);
  });
});

describe('the random policies of the vectors', () => {
  const vectors: { mutants: Case[] } = JSON.parse(
    readFileSync(new URL('../../conformance/policy-vectors.json', import.meta.url), 'utf8'),
  );
  it.each(vectors.mutants.map((row): [string, Case] => [row.id, row]))('damaged %s', (_id, row) => {
    expect(load(row).policy).toEqual(wanted(row));
  });
});
