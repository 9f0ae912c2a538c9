import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lintPolicy } from '../../../src/lint/lint-policy.ts';
import type { LocatedFinding } from '../../../src/lint/rule.ts';
import { renderPolicy } from '../../../src/policy/render/render.ts';

const VERSIONS = ['1.19.0', '1.22.17', '1.30.1', '1.36.3', '1.37.2', undefined];
/** Where a template is another text: before and after its `!since` tags. */
const TEXTS = ['1.19.0', '1.22.17', undefined];

type Lint = (name: string, set?: Record<string, string>) => LocatedFinding[];

function linter(kubernetesVersion: string | undefined): Lint {
  const options = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  return (name, set = {}) => {
    const source = readFileSync(new URL(`../../../templates/policies/${name}.yaml`, import.meta.url), 'utf8');
    return lintPolicy(renderPolicy(source, { name, toolVersion: '0.1.0', set, ...options }).text, options);
  };
}

function ids(findings: LocatedFinding[]): string[] {
  return findings.flatMap(({ rule, ignored }) => (ignored === undefined ? [rule] : []));
}

describe.each(VERSIONS)('on Kubernetes %s', (kubernetesVersion) => {
  const lint = linter(kubernetesVersion);

  it('the template kops lints clean, and ignores nothing', () => {
    expect(lint('kops')).toEqual([]);
  });

  it.each(['gce', 'metadata'])('%s lints clean, and says why', (name) => {
    const findings = lint(name);
    expect(ids(findings)).toEqual([]);
    for (const { ignored } of findings) expect(ignored).toMatch(/^\S+ .+ \S+$/);
  });
});

describe.each(TEXTS)('on Kubernetes %s, with other parameters,', (kubernetesVersion) => {
  const lint = linter(kubernetesVersion);

  it('the template kops lints clean, and ignores nothing', () => {
    for (const changesLevel of ['Metadata', 'RequestResponse']) expect(lint('kops', { changesLevel })).toEqual([]);
    expect(lint('kops', { readsLevel: 'None' })).toEqual([]);
  });

  it('gce lints clean', () => {
    for (const changesLevel of ['Metadata', 'Request']) expect(ids(lint('gce', { changesLevel }))).toEqual([]);
  });

  it('one that writes secrets into the log is told of', () => {
    expect(ids(lint('gce', { secretsLevel: 'Request' }))).toEqual([
      'policy-records-secrets',
      'policy-records-config-maps',
    ]);
  });
});
