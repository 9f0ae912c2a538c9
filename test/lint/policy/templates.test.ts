import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lintPolicy } from '../../../src/lint/lint-policy.ts';
import type { LocatedFinding } from '../../../src/lint/rule.ts';
import { renderPolicy } from '../../../src/policy/render/render.ts';

const VERSIONS = ['1.19.0', '1.22.17', '1.30.1', '1.36.3', '1.37.2', undefined];

describe.each(VERSIONS)('on Kubernetes %s', (kubernetesVersion) => {
  const options = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  const lint = (name: string, set: Record<string, string> = {}): LocatedFinding[] => {
    const source = readFileSync(new URL(`../../../templates/policies/${name}.yaml`, import.meta.url), 'utf8');
    return lintPolicy(renderPolicy(source, { name, toolVersion: '0.1.0', set, ...options }).text, options);
  };
  const ids = (findings: LocatedFinding[]): string[] =>
    findings.flatMap(({ rule, ignored }) => (ignored === undefined ? [rule] : []));

  it('the template kops lints clean, and ignores nothing', () => {
    expect(lint('kops')).toEqual([]);
    for (const changesLevel of ['Metadata', 'RequestResponse']) expect(lint('kops', { changesLevel })).toEqual([]);
    expect(lint('kops', { readsLevel: 'None' })).toEqual([]);
  });

  it('gce and metadata lint clean, and say why', () => {
    expect(ids(lint('gce'))).toEqual([]);
    expect(ids(lint('metadata'))).toEqual([]);
    for (const { ignored } of [...lint('gce'), ...lint('metadata')]) expect(ignored).toMatch(/^\S+ .+ \S+$/);
    for (const changesLevel of ['Metadata', 'Request']) expect(ids(lint('gce', { changesLevel }))).toEqual([]);
  });

  it('a parameter that writes secrets into the log is told of', () => {
    expect(ids(lint('gce', { secretsLevel: 'Request' }))).toEqual([
      'policy-records-secrets',
      'policy-records-config-maps',
    ]);
  });
});
