import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkedLog } from '../../../src/events/complete/check.ts';
import type { Verdict } from '../../../src/events/complete/verdict.ts';
import { LogTally } from '../../../src/events/tally.ts';
import { decide, stagesWritten } from '../../../src/policy/decide/decide.ts';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import { renderPolicy } from '../../../src/policy/render/render.ts';
import type { Policy, RequestAttributes } from '../../../src/policy/types.ts';
import { CASES } from './cases.ts';
import { POLICY_RULES } from '../../../src/lint/policy/rules.ts';
import { findingsOf, quietPolicy } from './findings.ts';

const API_SERVER = { user: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };
const LEASE: RequestAttributes = {
  ...API_SERVER,
  isResourceRequest: true,
  verb: 'update',
  apiGroup: 'coordination.k8s.io',
  resource: 'leases',
  namespace: 'kube-system',
  name: 'apiserver-wlv32tlttr4jl3gtroqexyxapa',
};
const PROBE = { user: 'kube-apiserver-healthcheck', groups: ['system:authenticated'], verb: 'get', path: '/healthz' };
const PERSON: RequestAttributes = {
  user: 'alice',
  groups: ['system:authenticated'],
  isResourceRequest: true,
  verb: 'create',
  resource: 'secrets',
  namespace: 'default',
};

/** What `logs --check` says of two minutes of an API server of kOps with that policy. */
async function verdictOf(policy: Policy): Promise<Verdict> {
  const seconds = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110];
  const text = seconds.flatMap((second) => [LEASE, PROBE, PERSON].flatMap((one) => recorded(policy, one, second)));
  const open = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(text.join(''));
  };
  const servers = [{ server: '', sources: [{ name: 'audit.log', server: '', open }] }];
  return (await checkedLog({ servers, tally: new LogTally() }, [])).verdict;
}

function recorded(policy: Policy, request: RequestAttributes, second: number): string[] {
  const { user: username, groups, verb, path, isResourceRequest: _is, ...objectRef } = request;
  const at = new Date(Date.UTC(2026, 10, 27, 2, 0, second)).toISOString();
  const decision = decide(policy, request);
  return stagesWritten(request, decision).map((stage) => {
    const about = path === undefined ? { objectRef } : { requestURI: path };
    const event = { kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: decision.level, auditID: `${verb}-${second}` };
    const status = stage === 'ResponseComplete' ? { responseStatus: { code: 200 } } : {};
    return `${JSON.stringify({ ...event, stage, verb, user: { username, groups }, ...about, ...status, stageTimestamp: at })}\n`;
  });
}

/** What also tells that nothing is written of the lease, or not its end. */
const SAID_OTHERWISE = ['policy-records-nothing', 'no-catch-all', 'all-stages-omitted', 'response-complete-omitted'];

const RULES = POLICY_RULES.filter(({ id }) => id === 'heartbeat-dropped' || SAID_OTHERWISE.includes(id));

const TEMPLATES = ['kops', 'gce', 'metadata'].map((name) => {
  const source = readFileSync(new URL(`../../../templates/policies/${name}.yaml`, import.meta.url), 'utf8');
  return renderPolicy(source, { name, toolVersion: '0.1.0', set: {} }).text;
});

describe('what lint says of the heartbeat', () => {
  it('is what logs --check can tell of a log under that policy', async () => {
    const texts = [...CASES.flatMap(({ broken, fine }) => [broken, fine]), ...TEMPLATES];
    const seen = new Set<Verdict>();
    for (const text of new Set(texts)) {
      const { policy } = loadPolicy(text);
      if (!policy) continue;
      const ids = RULES.filter((rule) => rule.check({ policy }).length > 0).map(({ id }) => id);
      if (SAID_OTHERWISE.some((id) => ids.includes(id))) continue;
      const verdict = await verdictOf(policy);
      seen.add(verdict);
      expect([text, verdict]).toEqual([text, ids.includes('heartbeat-dropped') ? 'cannot tell' : 'complete']);
    }
    expect([...seen].toSorted()).toEqual(['cannot tell', 'complete']);
  });

  it.each([
    [
      'by no rule',
      'no-catch-all',
      quietPolicy('').replace(/- level: Metadata\n$/, '- {level: Metadata, users: [a]}\n'),
    ],
    ['without its end', 'response-complete-omitted', quietPolicy('', 'omitStages: [ResponseComplete]')],
  ])('is said by another rule where the lease is recorded %s', async (_how, rule, text) => {
    const { policy } = loadPolicy(text);
    expect(policy && (await verdictOf(policy))).toBe('cannot tell');
    const found = findingsOf(text);
    expect(found.map(({ id }) => id)).toContain(rule);
    expect(found.map(({ id }) => id)).not.toContain('heartbeat-dropped');
  });

  it('is nothing below Kubernetes 1.26, which has no such lease', () => {
    const text = quietPolicy('- {level: None, resources: [{group: coordination.k8s.io, resources: [leases]}]}');
    expect(findingsOf(text, '1.26.0').map(({ id }) => id)).toEqual(['heartbeat-dropped']);
    expect(findingsOf(text, '1.25.9')).toEqual([]);
  });
});
