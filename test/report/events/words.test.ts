import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/events/event.ts';
import { unfolded } from '../../../src/events/fold.ts';
import { actionText, addressText, agentText, outcomeText, userText } from '../../../src/report/events/words.ts';
import { eventOf } from '../../events/event-of.ts';

const WEB = { resource: 'deployments', apiGroup: 'apps', namespace: 'prod', name: 'web' };
const POD = { resource: 'pods', namespace: 'prod', name: 'web-1' };

describe('userText', () => {
  it.each<[Partial<AuditEvent>, string]>([
    [{ user: { username: 'alice' } }, 'alice'],
    [{ user: { username: 'system:serviceaccount:shop:builder' } }, 'sa:shop/builder'],
    [{ user: { username: 'system:node:ip-10-0-1-5' } }, 'node:ip-10-0-1-5'],
    [{ user: { username: 'system:kube-scheduler' } }, 'sys:kube-scheduler'],
    [{ user: { username: 'system:anonymous' } }, 'anonymous'],
    [{ user: {} }, '(not logged in)'],
    [{ user: { username: 'admin', groups: ['system:masters'] } }, 'admin!'],
    [{ user: { username: 'system:apiserver', groups: ['system:masters'] } }, 'sys:apiserver'],
    [{ user: { username: 'bob' }, impersonatedUser: { username: 'system:serviceaccount:a:b' } }, 'bob as sa:a/b'],
  ])('%j is %s', (said, text) => {
    expect(userText(eventOf(said))).toBe(text);
  });
});

describe('actionText', () => {
  it.each<[string, Partial<AuditEvent>]>([
    ['delete deployments.apps/web -n prod', { verb: 'delete', objectRef: WEB }],
    ['patch deployments.apps/web/scale -n prod', { verb: 'patch', objectRef: { ...WEB, subresource: 'scale' } }],
    [
      'delete namespaces/prod',
      { verb: 'delete', objectRef: { resource: 'namespaces', namespace: 'prod', name: 'prod' } },
    ],
    [
      "list pods -n prod -l 'app in (a,b)' --field-selector spec.nodeName=n1",
      {
        verb: 'list',
        objectRef: { resource: 'pods', namespace: 'prod' },
        requestURI: '/x?labelSelector=app+in+%28a%2Cb%29&fieldSelector=spec.nodeName%3Dn1&limit=500',
      },
    ],
    [
      'watch pods/web-1 -n prod',
      { verb: 'watch', objectRef: POD, requestURI: '/x?fieldSelector=metadata.name%3Dweb-1&watch=true' },
    ],
    ['delete deployments.apps/web -n prod (dry run)', { verb: 'delete', objectRef: WEB, requestURI: '/x?dryRun=All' }],
    ['get /healthz', { verb: 'get', requestURI: '/healthz?verbose=1&token=x' }],
    ['(no verb) /x', { verb: '', requestURI: '/x' }],
    [
      "exec pods/web-1 -n prod -c app -- sh -c 'echo '\\''hi'\\'' > /x'",
      {
        verb: 'get',
        objectRef: { ...POD, subresource: 'exec' },
        requestURI: "/x?command=sh&command=-c&command=echo%20'hi'%20>%20/x&container=app&stdin=true&tty=true",
      },
    ],
    [
      'attach pods/web-1 -n prod -c app',
      { verb: 'create', objectRef: { ...POD, subresource: 'attach' }, requestURI: '/x?container=app' },
    ],
    [
      'port-forward pods/web-1 -n prod 8080 9090',
      { verb: 'create', objectRef: { ...POD, subresource: 'portforward' }, requestURI: '/x?ports=8080&ports=9090' },
    ],
    [
      'logs pods/web-1 -n prod -c app -f',
      { verb: 'get', objectRef: { ...POD, subresource: 'log' }, requestURI: '/x?container=app&follow=true' },
    ],
    [
      'get services/web:80/proxy -n prod',
      { verb: 'get', objectRef: { resource: 'services', namespace: 'prod', name: 'web:80', subresource: 'proxy' } },
    ],
  ])('%s', (text, said) => {
    expect(actionText(eventOf(said))).toBe(text);
  });

  it('leaves the API group out where it is told to', () => {
    expect(actionText(eventOf({ verb: 'get', objectRef: WEB }), undefined, { hasGroup: false })).toBe(
      'get deployments/web -n prod',
    );
  });
});

const ALLOWED = { annotations: { 'authorization.k8s.io/decision': 'allow' } };

describe('outcomeText', () => {
  it.each<[string, Partial<AuditEvent>]>([
    ['200', { responseStatus: { code: 200 } }],
    ['- no answer in the log', { stage: 'RequestReceived' }],
    ['open', { stage: 'ResponseStarted', responseStatus: { code: 200 } }],
    ['died the server failed', { stage: 'Panic', responseStatus: { code: 500 } }],
    ['401 login failed', { stage: 'ResponseStarted', responseStatus: { code: 401 } }],
    [
      '403 denied by RBAC',
      { responseStatus: { code: 403 }, annotations: { 'authorization.k8s.io/decision': 'forbid' } },
    ],
    ['403 denied by admission', { responseStatus: { code: 403, message: 'no' }, ...ALLOWED }],
    [
      '403 may not act as another',
      {
        responseStatus: { code: 403, message: 'users "a" is forbidden: User "b" cannot impersonate resource "users"' },
      },
    ],
    [
      '400 denied by the webhook deny.example.com',
      { responseStatus: { code: 400, message: 'admission webhook "deny.example.com" denied the request: no' } },
    ],
    [
      '500 the webhook x.example.com failed',
      { responseStatus: { code: 500, message: 'Internal error occurred: failed calling webhook "x.example.com": …' } },
    ],
    [
      '422 denied by the admission policy p',
      { responseStatus: { code: 422, message: `ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no` } },
    ],
    [
      '403 denied by Pod Security restricted:latest',
      { responseStatus: { code: 403, message: 'pods "x" is forbidden: violates PodSecurity "restricted:latest": …' } },
    ],
    ['403 over the quota q', { responseStatus: { code: 403, message: 'exceeded quota: q, requested: pods=1' } }],
    ['404 not found', { responseStatus: { code: 404 } }],
    ['418 Teapot', { responseStatus: { code: 418, reason: 'Teapot' } }],
  ])('%s', (text, said) => {
    expect(outcomeText(unfolded(eventOf(said)))).toBe(text);
  });

  it.each([
    ['watch', '', 3_723, '200 ended after 1h 2m'],
    ['get', 'exec', 303, '200 ended after 5m 3s'],
    ['list', '', 12, '200 took 12 s'],
    ['list', '', 4, '200'],
  ])('%s %s of %d s: %s', (verb, subresource, seconds, text) => {
    const started = Date.parse('2026-11-23T05:55:00Z');
    const event = eventOf({
      verb,
      objectRef: { ...POD, subresource },
      responseStatus: { code: 200 },
      requestReceivedTimestamp: new Date(started).toISOString(),
      stageTimestamp: new Date(started + seconds * 1000).toISOString(),
    });
    expect(outcomeText(unfolded(event))).toBe(text);
  });
});

describe('from where', () => {
  it('is the last address, and the program without what follows', () => {
    const event = eventOf({ sourceIPs: ['1.2.3.4', '10.0.0.9'], userAgent: 'kubectl/v1.36.3 (linux/amd64)' });
    expect([addressText(event), agentText(event)]).toEqual(['10.0.0.9', 'kubectl/v1.36.3']);
    expect([addressText(eventOf({})), agentText(eventOf({}))]).toEqual(['', '']);
  });
});
