import { describe, expect, it } from 'vitest';
import { planEnable } from '../../src/cluster/plan.ts';
import type { JsonObject } from '../../src/json.ts';
import { planView } from '../../src/report/plan.ts';
import { plainStyle } from '../../src/report/text.ts';
import { handMade, options, world } from '../helpers/cluster.ts';

const SAFE = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';

function view(server: JsonObject, levels = {}): string {
  const plan = planEnable(world(handMade(SAFE, {}, server)), { ...options(), templates: {}, toolVersion: '0.1.0' });
  return planView(plan, { shares: [], levels }, { style: plainStyle, columns: 200, clean: (text) => text });
}

describe('planView', () => {
  it('counts files, days and rules as a person would', () => {
    const one = view({ auditLogMaxAge: 1, auditLogMaxBackups: 1, auditLogMaxSize: 5 }, { None: 1 });
    expect(one).toContain('kept 1 day, at most 1 rotated file of 5 MB');
    expect(one).toContain(', 1 rule: 1 None\n');
    expect(view({ auditLogMaxAge: 2, auditLogMaxBackups: 2, auditLogMaxSize: 5 })).toContain(
      'kept 2 days, at most 2 rotated files of 5 MB',
    );
    expect(view({})).toMatch(/, 0 rules\n/);
  });
});
