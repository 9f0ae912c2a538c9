import { readFileSync } from 'node:fs';
import type { KopsObject } from '../../src/cluster/types.ts';

export function previewFixture(name: string): string {
  return readFileSync(new URL(`fixtures/preview-${name}.txt`, import.meta.url), 'utf8');
}

/** Instance groups as kOps prints them: names and roles. */
export function instanceGroups(roles: Record<string, string>): KopsObject[] {
  return Object.entries(roles).map(([name, role]) => ({
    apiVersion: 'kops.k8s.io/v1alpha2',
    kind: 'InstanceGroup',
    metadata: { name },
    spec: { role },
  }));
}
