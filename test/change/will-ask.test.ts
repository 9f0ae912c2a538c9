import { describe, expect, it } from 'vitest';
import type { LiveSteps } from '../../src/change/change.ts';
import { willAsk } from '../../src/change/live-target.ts';
import type { Preview } from '../../src/kops/preview.ts';
import { OURS, UP_TO_DATE } from '../helpers/memory-kops.ts';
import { STEPS } from '../helpers/steps.ts';

function asks(changes: boolean, baseline: Preview | null, steps: Partial<LiveSteps>): boolean {
  const operations = changes ? [{ op: 'remove' as const, path: '/spec/kubeAPIServer' }] : [];
  return willAsk({ reading: { baseline }, plan: { operations } }, { ...STEPS, ...steps });
}

describe('whether a question will come', () => {
  it.each<[string, boolean, Preview | null, Partial<LiveSteps>, boolean]>([
    ['there is a spec to store', true, UP_TO_DATE, {}, true],
    ['there is a spec to store and no update', true, null, { update: false }, true],
    ['nothing is to be done', false, UP_TO_DATE, {}, false],
    ['only an update is left', false, OURS, {}, true],
    ['only an update is left that is not to be run', false, OURS, { update: false }, false],
    ['nobody asked what is pending', false, null, {}, false],
    ['only the roll is asked for', false, UP_TO_DATE, { rollingUpdate: true }, true],
    ['Terraform files are asked for', false, null, { target: 'terraform' }, true],
    ['direct is asked for', false, UP_TO_DATE, { target: 'direct' }, false],
    ['all is answered beforehand', true, OURS, { yes: true, rollingUpdate: true }, false],
    ['Terraform is answered beforehand', false, null, { yes: true, target: 'terraform' }, false],
  ])('%s', (_, changes, baseline, steps, expected) => {
    expect(asks(changes, baseline, steps)).toBe(expected);
  });
});
