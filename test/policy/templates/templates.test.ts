import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/policy/decide/decide.ts';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import { renderPolicy } from '../../../src/policy/render/render.ts';
import { readTemplate } from '../../../src/policy/render/template.ts';
import type { RequestAttributes } from '../../../src/policy/types.ts';
import { NAMES, policy, source } from './sources.ts';

describe.each(NAMES)('the template %s', (name) => {
  it.each(['1.19.0', '1.22.17', '1.23.0', '1.30.1', '1.35.4', '1.36.3', undefined])(
    'loads on Kubernetes %s without a warning, like its source',
    (version) => {
      const options = version === undefined ? {} : { kubernetesVersion: version };
      const {
        text,
        policy: rendered,
        diagnostics,
      } = renderPolicy(source(name), { name, toolVersion: '0.1.0', ...options });
      expect(diagnostics).toEqual([]);
      expect(loadPolicy(text, options)).toMatchObject({ policy: rendered, diagnostics: [] });
      expect(text).not.toMatch(/!param|!since|# param|\t|\r| $/m);
      expect(text).toMatch(/[^\n]\n$/);
    },
  );

  it('says what it is, what can be set and what it keeps', () => {
    const { title, summary, parameters, shares } = readTemplate(source(name), name);
    expect(title).toMatch(/^\w+: .*\.$/);
    expect(summary.length).toBeGreaterThan(80);
    expect(parameters.length).toBeGreaterThan(0);
    expect(parameters.filter(({ description }) => description === '')).toEqual([]);
    expect(shares.map(({ log }) => log)).toEqual(['API traffic', 'API traffic with controllers']);
  });

  it('declares no parameter that it does not have', () => {
    const declared = [...source(name).matchAll(/^# param (\w+)/gm)].map((match) => match[1]);
    expect(declared.toSorted()).toEqual(
      readTemplate(source(name), name)
        .parameters.map((parameter) => parameter.name)
        .toSorted(),
    );
  });

  it('renders with each value of each parameter', () => {
    for (const parameter of readTemplate(source(name), name).parameters) {
      for (const value of parameter.allowed ?? ['a', 'a,system:node:b']) {
        expect(() => policy(name, { [parameter.name]: value })).not.toThrow();
      }
    }
  });
});

describe('metadata', () => {
  it('is one rule, without RequestReceived', () => {
    expect(policy('metadata')).toEqual({ omitStages: ['RequestReceived'], rules: [{ level: 'Metadata' }] });
  });

  it('records each request twice when told to', () => {
    expect(policy('metadata', { omitStages: '' })).toEqual({ rules: [{ level: 'Metadata' }] });
  });
});

describe('gce', () => {
  it('is the policy of the scripts', () => {
    const original = readFileSync(new URL('../../conformance/gce-policy.yaml', import.meta.url), 'utf8');
    expect(policy('gce')).toEqual(loadPolicy(original).policy);
    expect(policy('gce').rules).toHaveLength(17);
  });

  it.each(['gce-conformance.json', 'gce-extra-probes.json'])('agrees with all of %s', (file) => {
    interface Case extends RequestAttributes {
      label: string;
      level: string;
      rule: number;
      omitStages: string[];
    }
    const cases: Case[] = JSON.parse(readFileSync(new URL(`../../conformance/${file}`, import.meta.url), 'utf8'));
    const gce = policy('gce');
    expect(cases.length).toBe(file === 'gce-conformance.json' ? 618 : 31);
    for (const { label, level, rule, omitStages, ...request } of cases) {
      const decision = decide(gce, { ...request, isResourceRequest: request.resource !== undefined });
      expect({ label, ...decision }).toEqual({ label, level, rule, omitStages, omitManagedFields: false });
    }
  });
});
