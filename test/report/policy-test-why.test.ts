import { describe, expect, it } from 'vitest';
import { explain } from '../../src/policy/explain/explain.ts';
import type { Policy } from '../../src/policy/types.ts';
import { whyNotAsExpected } from '../../src/report/policy-test-text.ts';

const REQUEST = { user: 'alice', verb: 'get', isResourceRequest: true, resource: 'pods', namespace: 'default' };

function why(...resources: string[]): string[] {
  const policy: Policy = {
    rules: [
      ...resources.map((name) => ({ level: 'None' as const, resources: [{ resources: [name] }] })),
      { level: 'Metadata' },
    ],
  };
  return whyNotAsExpected(explain(policy, REQUEST), { level: 'None' }, policy.rules.length);
}

describe('why a level is not the expected one', () => {
  it('tells of the rules that fail by what is easily got wrong, two at most', () => {
    const trapped = (rule: number): string =>
      `rule ${rule} does not match: its resources are Pods (core); the request has pods (core) (Pods is not pods: names must match exactly)`;
    expect(why('secrets', 'Pods')).toEqual([trapped(2)]);
    expect(why('Pods', 'Pods', 'Pods')).toEqual([trapped(1), trapped(2)]);
  });

  it('says nothing of rules that are about something else', () => {
    expect(why('secrets')).toEqual([]);
  });
});
