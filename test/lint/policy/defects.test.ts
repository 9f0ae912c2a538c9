import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import { findingsOf } from './findings.ts';

const FOLDER = new URL('defects/', import.meta.url);

/** What each is to be told: the rules of the policy's text (0 is the whole policy) by the ids of the findings. */
const EXPECTED: Record<string, Record<string, number[]>> = {
  falco: { 'heartbeat-dropped': [1], 'resource-in-wrong-group': [4] },
  'gce-on-kops': { 'heartbeat-dropped': [1], 'unknown-identity': [3, 4, 5] },
  kubermatic: { 'heartbeat-dropped': [1], 'no-catch-all': [0], 'deletecollection-missing': [3] },
  'kubernetes-io': {
    'heartbeat-dropped': [1],
    'policy-records-config-maps': [3],
    'group-not-served': [5],
    'managed-fields-kept': [3],
  },
  kubernikus: { 'resource-in-wrong-group': [1] },
  'kubescape-fails': { 'heartbeat-dropped': [1] },
  'kubescape-passes': { 'policy-records-nothing': [0] },
  kubespray: { 'noise-recorded': [0] },
  'old-gce': { 'heartbeat-dropped': [1], 'policy-records-secrets': [4] },
  openshift: { 'heartbeat-dropped': [1], 'unknown-resource': [3] },
  rke2: { 'policy-records-nothing': [0] },
  stig: {
    'policy-records-secrets': [1],
    'policy-records-config-maps': [1],
    'policy-records-credential-requests': [1],
    'request-received-kept': [1],
    'noise-recorded': [0],
    'managed-fields-kept': [1],
  },
};

describe('defects of policies that are in use', () => {
  it('are all here', () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(
      Object.keys(EXPECTED)
        .map((name) => `${name}.yaml`)
        .toSorted(),
    );
  });

  it.each(Object.entries(EXPECTED))('%s', (name, expected) => {
    const found: Record<string, number[]> = {};
    for (const { id, path } of findingsOf(textOf(name))) (found[id] ??= []).push(Number(path[1] ?? -1) + 1);
    expect(found).toEqual(expected);
  });

  it('openshift: the loader tells of the key that is dropped, of the others it has nothing to tell', () => {
    for (const name of Object.keys(EXPECTED)) {
      const { diagnostics } = loadPolicy(textOf(name));
      const told = diagnostics.map(({ message }) => message);
      expect(told).toEqual(name === 'openshift' ? [expect.stringContaining('"resource"')] : []);
    }
  });
});

function textOf(name: string): string {
  return readFileSync(new URL(`${name}.yaml`, FOLDER), 'utf8');
}
