import { readFileSync } from 'node:fs';
import { renderPolicy } from '../../../src/policy/render/render.ts';
import type { Policy } from '../../../src/policy/types.ts';

export const NAMES = ['metadata', 'gce', 'kops'] as const;

export function source(name: string): string {
  return readFileSync(new URL(`../../../templates/policies/${name}.yaml`, import.meta.url), 'utf8');
}

export function policy(name: string, set: Record<string, string> = {}, kubernetesVersion?: string): Policy {
  return renderPolicy(source(name), {
    name,
    toolVersion: '0.0.0',
    set,
    ...(kubernetesVersion ? { kubernetesVersion } : {}),
  }).policy;
}
