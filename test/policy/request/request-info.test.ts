import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lintPolicy } from '../../../src/lint/lint-policy.ts';
import { readRequest } from '../../../src/policy/request/request.ts';

interface Row {
  method: string;
  url: string;
  isResourceRequest: boolean;
  verb: string;
  resource: string;
  path: string;
}

/** What kube-apiserver's own RequestInfoFactory (k8s.io/apiserver 0.37.2) says of requests: see oracle/requestinfo. */
const ROWS = JSON.parse(readFileSync(new URL('../../conformance/request-info.json', import.meta.url), 'utf8')) as Row[];

const KINDS = [
  ['path', false],
  ['resource', true],
] as const;

describe.each(KINDS)('the verbs of requests for a %s', (_kind, isResource) => {
  const verbs = [...new Set(ROWS.filter((row) => row.isResourceRequest === isResource).map(({ verb }) => verb))];

  it('are those of the API server', () => {
    expect(verbs.length).toBe(isResource ? 10 : 9);
  });

  it.each(verbs)('"%s" is read by explain, and is nothing to lint', (verb) => {
    const { request } = readRequest({ verb, target: isResource ? 'pods' : '/x' });
    expect([request.verb ?? '', request.isResourceRequest]).toEqual([verb, isResource]);
    const selector = isResource ? 'resources: [{group: "", resources: [pods]}]' : 'nonResourceURLs: [/x]';
    const text = `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- {level: Metadata, verbs: ["${verb}"], ${selector}}\n- level: Metadata\n`;
    expect(lintPolicy(text).filter(({ rule }) => rule === 'unknown-verb')).toEqual([]);
  });
});

it('explain and lint refuse the same other verbs', () => {
  for (const [verb, target, selector] of [
    ['list', '/x', 'nonResourceURLs: [/x]'],
    ['propfind', '/x', 'nonResourceURLs: [/x]'],
    ['connect', 'pods', 'resources: [{group: "", resources: [pods]}]'],
    ['use', 'pods', 'resources: [{group: "", resources: [pods]}]'],
  ]) {
    expect(() => readRequest({ verb: verb!, target: target! })).toThrow(/cannot have the verb/);
    const text = `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- {level: Metadata, verbs: [${verb}], ${selector}}\n- level: Metadata\n`;
    expect(lintPolicy(text).map(({ rule }) => rule)).toContain('unknown-verb');
  }
});
