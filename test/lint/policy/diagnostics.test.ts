import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ERROR_CODES, WARNING_CODES } from '../../../src/lint/policy/diagnostics.ts';
import { loadPolicy } from '../../../src/policy/load/load.ts';

interface DecodeCase {
  yaml?: string;
}

it('knows every code that the loader gives', () => {
  const cases = JSON.parse(readFileSync(new URL('../../conformance/policy-decode.json', import.meta.url), 'utf8')) as
    | { cases?: DecodeCase[] }
    | DecodeCase[];
  const texts = (Array.isArray(cases) ? cases : (cases.cases ?? [])).flatMap(({ yaml }) => yaml ?? []);
  expect(texts.length).toBeGreaterThan(900);
  const found = texts.flatMap((text) => loadPolicy(text, { kubernetesVersion: '1.35.0' }).diagnostics);
  const codes = (severity: string): string[] => [
    ...new Set(found.filter((each) => each.severity === severity).map(({ code }) => code)),
  ];
  expect(codes('warning').filter((code) => !WARNING_CODES.includes(code))).toEqual([]);
  expect(codes('error').filter((code) => !ERROR_CODES.includes(code))).toEqual([]);
});
