import { describe, expect, it } from 'vitest';
import { QUESTIONS } from '../../../src/events/questions/table.ts';
import { SECTIONS } from '../../../src/events/report/sections.ts';
import { anEvent, reportOf, sectionIn } from './made.ts';

const EXEC = {
  verb: 'get',
  requestURI: '/api/v1/namespaces/shop/pods/web/exec?command=sh',
  objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
  code: 101,
};
const SECRET = { resource: 'secrets', namespace: 'shop', name: 'db' };

describe('the sections of a report', () => {
  it('are all questions and what auditors ask besides, each as evidence for something', () => {
    const ids = SECTIONS.map(({ id }) => id);
    expect(ids.slice(0, QUESTIONS.length)).toEqual(QUESTIONS.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(SECTIONS.filter(({ evidenceFor }) => evidenceFor.length === 0).map(({ id }) => id)).toEqual([]);
    expect(SECTIONS.filter(({ seenIn }) => seenIn.length === 0).map(({ id }) => id)).toEqual([]);
  });

  it.each([
    ['secrets-changed', { verb: 'update', objectRef: SECRET }],
    ['admins', { verb: 'delete', user: { username: 'root', groups: ['system:masters'] } }],
    ['log-access', { requestURI: '/api/v1/nodes/cp-1/proxy/logs/kube-audit/audit.log?x=1' }],
    ['failed', { code: 409 }],
    ['failed', { stage: 'Panic', code: 500 }],
  ])('%s has %j', async (id, event) => {
    expect(sectionIn(await reportOf([anEvent(event)]), id)).toMatchObject({ requests: 1 });
    expect(sectionIn(await reportOf([anEvent()]), id)).toMatchObject({ requests: 0 });
  });

  it.each([
    ['secrets-changed', { verb: 'update', objectRef: SECRET, user: { username: 'system:apiserver' } }],
    ['admins', { verb: 'delete', user: { username: 'system:apiserver', groups: ['system:masters'] } }],
    ['failed', { code: 403 }],
  ])('%s has not %j', async (id, event) => {
    expect(sectionIn(await reportOf([anEvent(event)]), id)).toMatchObject({ requests: 0 });
  });
});

describe('requests of several events', () => {
  it('are counted once when they end, and told as they ended', async () => {
    const started = anEvent({ ...EXEC, stage: 'ResponseStarted' });
    const report = await reportOf([started, { ...started, stage: 'ResponseComplete' }]);
    expect(report.requests).toBe(1);
    expect(sectionIn(report, 'shells')).toMatchObject({ requests: 1, groups: [{ isOpen: false }] });
  });

  it('are told as open where the log ends before they do', async () => {
    const report = await reportOf([anEvent({ ...EXEC, stage: 'ResponseStarted' })]);
    expect(sectionIn(report, 'shells')).toMatchObject({ requests: 1, groups: [{ isOpen: true }] });
    expect(report.requests).toBe(1);
  });

  it('are told by how they ended also where that alone would not be in the section', async () => {
    const started = anEvent({ ...EXEC, stage: 'ResponseStarted' });
    const report = await reportOf([started, { ...started, stage: 'ResponseComplete', responseStatus: { code: 500 } }]);
    expect(sectionIn(report, 'shells')).toMatchObject({ requests: 1, groups: [{ event: { code: 500 } }] });
  });

  it('are counted where the login failed, of which there is no other event', async () => {
    const report = await reportOf([anEvent({ stage: 'ResponseStarted', code: 401, user: {} })]);
    expect(report.activity.buckets).toMatchObject([{ denied: 1 }]);
    expect(sectionIn(report, 'denied').requests).toBe(1);
  });
});

describe('rows', () => {
  it('put together what says the same, and keep apart what a person did to different objects', async () => {
    const read = (name: string, username = 'alice') =>
      anEvent({ verb: 'delete', objectRef: { ...SECRET, name }, user: { username } });
    const bot = 'system:serviceaccount:shop:bot';
    const { groups, byPeople } = sectionIn(
      await reportOf([read('a'), read('a'), read('b'), read('a', bot), read('b', bot)]),
      'deletions',
    );
    expect(groups.map(({ requests, isPerson }) => [requests, isPerson])).toEqual([
      [2, true],
      [1, true],
      [2, false],
    ]);
    expect(byPeople).toBe(3);
  });

  it('are bounded in number, and what has no room is counted', async () => {
    const many = Array.from({ length: 1003 }, (_, at) =>
      anEvent({ verb: 'delete', objectRef: { ...SECRET, name: `s${at}` } }),
    );
    const { groups, untold, requests } = sectionIn(await reportOf(many), 'deletions');
    expect({ groups: groups.length, untold, requests }).toEqual({ groups: 1000, untold: 3, requests: 1003 });
  });

  it('keep no body and no long text', async () => {
    const event = anEvent({
      verb: 'create',
      objectRef: SECRET,
      userAgent: 'x'.repeat(10_000),
      requestObject: { data: { password: 'aHVudGVyMg==' } },
    });
    const text = JSON.stringify(sectionIn(await reportOf([event]), 'secrets-changed').groups);
    expect(text).not.toContain('aHVudGVyMg');
    expect(text.length).toBeLessThan(2000);
  });

  it('say what a binding gives, and what a pod may do', async () => {
    const bound = anEvent({
      verb: 'create',
      objectRef: { resource: 'clusterrolebindings', apiGroup: 'rbac.authorization.k8s.io' },
      requestObject: { roleRef: { name: 'cluster-admin' }, subjects: [{ kind: 'User', name: 'eve' }] },
    });
    const pod = anEvent({
      verb: 'create',
      requestObject: {
        spec: {
          hostNetwork: true,
          volumes: [{ hostPath: { path: '/etc' } }],
          containers: [{ securityContext: { privileged: true, capabilities: { add: ['SYS_ADMIN'] } } }],
        },
      },
    });
    const report = await reportOf([bound, pod]);
    expect(sectionIn(report, 'bindings').groups).toMatchObject([{ detail: 'cluster-admin for eve' }]);
    expect(sectionIn(report, 'privileged').groups).toMatchObject([
      { detail: 'hostNetwork, hostPath /etc, privileged, capability SYS_ADMIN' },
    ]);
  });
});

describe('evidence', () => {
  it('gets each event of a section once, and the row knows the line', async () => {
    const lines: string[] = [];
    const evidence = { add: (id: string, { auditID }: { auditID: string }) => lines.push(`${id} ${auditID}`) };
    const denied = { code: 403, annotations: { 'authorization.k8s.io/decision': 'forbid' } };
    const report = await reportOf(
      [anEvent(), anEvent({ ...denied, auditID: 'one' }), anEvent({ ...denied, auditID: 'two', verb: 'list' })],
      { evidence },
    );
    expect(lines).toEqual(['denied one', 'denied two']);
    expect(sectionIn(report, 'denied').groups.map(({ line }) => line)).toEqual([1, 2]);
  });
});

describe('activity', () => {
  it('is told in at most 120 spans, however long the log is, and loses no request', async () => {
    const days = Array.from({ length: 200 }, (_, day) => {
      const time = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
      return anEvent({ stageTimestamp: time });
    });
    const { buckets, width } = (await reportOf(days)).activity;
    expect(buckets.length).toBeLessThanOrEqual(120);
    expect(buckets.reduce((sum, { ok }) => sum + ok, 0)).toBe(200);
    expect(buckets.every(({ from }, at) => at === 0 || from - (buckets[at - 1]?.from ?? 0) === width)).toBe(true);
  });
});

describe('what a policy could not have shown', () => {
  it('is not told where no policy is known', async () => {
    expect(sectionIn(await reportOf([]), 'shells').blind).toBeNull();
  });

  it('is each request that it keeps too little of, by the rule that decides it', async () => {
    const policy = {
      rules: [
        { level: 'None' as const, verbs: ['get'], resources: [{ group: '', resources: ['pods/exec'] }] },
        { level: 'Metadata' as const },
      ],
    };
    const report = await reportOf([], { policy });
    expect(sectionIn(report, 'shells').blind).toMatchObject([
      { rule: 1, level: 'None', requests: [{ verb: 'get', subresource: 'exec' }] },
    ]);
    expect(sectionIn(report, 'privileged').blind).toMatchObject([{ rule: 2, level: 'Metadata' }]);
    expect(sectionIn(report, 'deletions').blind).toEqual([]);
  });

  it('is all of a section where the stages that tell an end are omitted', async () => {
    const policy = {
      rules: [{ level: 'Metadata' as const, omitStages: ['ResponseStarted' as const, 'ResponseComplete' as const] }],
    };
    expect(sectionIn(await reportOf([], { policy }), 'shells').blind).toHaveLength(1);
  });
});
