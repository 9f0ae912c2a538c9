import { describe, expect, it } from 'vitest';
import { QUESTIONS } from '../../../src/events/questions/table.ts';
import { linesOf } from '../../replay/logs.ts';
import { parsedOf } from '../event-of.ts';
import { eventOf, type Given } from './events.ts';

const SA = 'system:serviceaccount:shop:builder';
const SYSTEM = 'system:serviceaccount:kube-system:generic-garbage-collector';
const RBAC = 'rbac.authorization.k8s.io';
const PRIVILEGED = { spec: { template: { spec: { containers: [{ securityContext: { privileged: true } }] } } } };

/** What belongs to a question, and what looks like it and does not. */
const CASES: Readonly<Record<string, { yes: Given[]; no: Given[] }>> = {
  deletions: {
    yes: [{ verb: 'delete' }, { verb: 'deletecollection', on: 'apps:shop:deployments' }, { verb: 'delete', as: SA }],
    no: [
      { verb: 'delete', code: 404 },
      { verb: 'delete', as: SYSTEM },
      { verb: 'delete', requestURI: '/api/v1/x?dryRun=All' },
      { verb: 'delete', stage: 'RequestReceived', code: 0 },
    ],
  },
  'secrets-read': {
    yes: [
      { on: ':shop:secrets/db' },
      { verb: 'watch', on: ':shop:secrets', stage: 'ResponseStarted' },
      { on: ':shop:secrets/db', as: SA },
      { on: ':shop:secrets/db', as: SA, impersonatedUser: { username: 'alice' } },
    ],
    no: [
      { on: ':shop:secrets/db', as: SA, userAgent: 'external-secrets/1' },
      { on: ':shop:secrets/db', as: 'system:node:n' },
      { on: ':shop:secrets/db', code: 403 },
    ],
  },
  'secrets-dumped': {
    yes: [{ verb: 'list', on: '::secrets' }],
    no: [
      { verb: 'list', on: ':shop:secrets' },
      { verb: 'list', on: '::secrets', as: 'system:apiserver' },
    ],
  },
  denied: {
    yes: [{ code: 403 }, { code: 401, stage: 'ResponseStarted', user: {}, annotations: {} }, { code: 403, as: SYSTEM }],
    no: [{ code: 404 }, { code: 403, stage: 'ResponseStarted' }],
  },
  shells: {
    yes: [
      { on: ':shop:pods/web-1/exec', code: 101 },
      { verb: 'create', on: ':shop:pods/web-1/attach', code: 101, stage: 'ResponseStarted' },
    ],
    no: [{ on: ':shop:pods/web-1/log' }, { on: ':shop:pods/web-1/exec', code: 403 }],
  },
  tunnels: {
    yes: [
      { on: ':shop:pods/web-1/portforward', code: 101 },
      { on: '::nodes/n/proxy', requestURI: '/api/v1/nodes/n/proxy/run/shop/web-1/app' },
    ],
    no: [{ on: '::nodes/n/proxy', requestURI: '/api/v1/nodes/n/proxy/metrics', as: SA }],
  },
  copies: {
    yes: [{ on: ':shop:pods/web-1/exec', code: 101, requestURI: '/x/exec?command=tar&command=cf&command=-' }],
    no: [{ on: ':shop:pods/web-1/exec', code: 101, requestURI: '/x/exec?command=start' }],
  },
  'debug-containers': {
    yes: [{ verb: 'patch', on: ':shop:pods/web-1/ephemeralcontainers' }],
    no: [{ verb: 'get', on: ':shop:pods/web-1/ephemeralcontainers' }],
  },
  bindings: {
    yes: [{ verb: 'create', on: `${RBAC}::clusterrolebindings/carol`, code: 201 }],
    no: [{ verb: 'create', on: `${RBAC}::clusterrolebindings/x`, code: 201, as: 'system:apiserver' }],
  },
  roles: {
    yes: [{ verb: 'patch', on: `${RBAC}:shop:roles/dev` }],
    no: [{ verb: 'get', on: `${RBAC}:shop:roles/dev` }],
  },
  'system-roles': {
    yes: [{ verb: 'update', on: `${RBAC}::clusterroles/system:basic-user` }],
    no: [{ verb: 'update', on: `${RBAC}::clusterroles/dev` }],
  },
  credentials: {
    yes: [
      { verb: 'create', on: ':shop:serviceaccounts/builder/token', code: 201 },
      { verb: 'update', on: 'certificates.k8s.io::certificatesigningrequests/eve/approval' },
    ],
    no: [{ verb: 'create', on: ':shop:serviceaccounts/builder/token', code: 201, as: 'system:node:n' }],
  },
  impersonation: {
    yes: [
      { impersonatedUser: { username: 'bob' }, code: 404 },
      { code: 403, annotations: {} },
    ],
    no: [{ code: 403, annotations: { 'authorization.k8s.io/decision': 'forbid' } }],
  },
  anonymous: {
    yes: [{ as: 'system:anonymous', code: 404 }],
    no: [
      { as: 'system:anonymous', on: '', requestURI: '/livez?verbose' },
      { as: 'system:anonymous', code: 403, annotations: { 'authorization.k8s.io/decision': 'forbid' } },
    ],
  },
  privileged: {
    yes: [
      { verb: 'create', on: 'apps:shop:deployments/web', requestObject: PRIVILEGED },
      { verb: 'create', annotations: { 'pod-security.kubernetes.io/audit-violations': 'x' } },
    ],
    no: [{ verb: 'create', requestObject: { spec: { containers: [{ securityContext: { privileged: false } }] } } }],
  },
  'kube-system': {
    yes: [{ verb: 'create', on: ':kube-system:pods/x', code: 201 }],
    no: [{ verb: 'create', on: ':kube-system:pods/x', code: 201, as: SYSTEM }, { verb: 'create' }],
  },
  admission: {
    yes: [{ verb: 'delete', on: 'admissionregistration.k8s.io::validatingwebhookconfigurations/x' }],
    no: [{ verb: 'list', on: 'admissionregistration.k8s.io::validatingwebhookconfigurations' }],
  },
  persistence: {
    yes: [
      { verb: 'create', on: 'batch:shop:cronjobs/x' },
      { verb: 'update', on: ':kube-system:configmaps/coredns' },
      { verb: 'create', on: ':shop:services/web', requestObject: { spec: { type: 'NodePort' } } },
    ],
    no: [
      { verb: 'update', on: ':shop:configmaps/settings' },
      { verb: 'create', on: ':shop:services/web', requestObject: { spec: { type: 'ClusterIP' } } },
    ],
  },
  traces: {
    yes: [
      { verb: 'deletecollection', on: ':shop:events' },
      { verb: 'delete', on: 'events.k8s.io:shop:events/x' },
    ],
    no: [{ verb: 'create', on: ':shop:events/x' }],
  },
  'looking-around': {
    yes: [{ verb: 'create', on: 'authorization.k8s.io::selfsubjectrulesreviews', code: 201 }],
    no: [{ verb: 'create', on: 'authorization.k8s.io::subjectaccessreviews', code: 201 }],
  },
};

describe('the twenty questions', () => {
  it('are twenty, each with cases', () => {
    expect(QUESTIONS.map(({ id }) => id)).toEqual(Object.keys(CASES));
    expect(QUESTIONS).toHaveLength(20);
  });

  it.each(QUESTIONS)('$id: takes what belongs to it, and nothing that only looks like it', ({ id, matches }) => {
    const { yes, no } = CASES[id]!;
    expect(yes.filter((given) => !matches(eventOf(given)))).toEqual([]);
    expect(no.filter((given) => matches(eventOf(given)))).toEqual([]);
  });

  it('are answered on the genuine log', () => {
    const counts = new Map<string, number>();
    for (const line of linesOf('API traffic with controllers')) {
      const event = parsedOf(line);
      for (const { id, matches } of QUESTIONS) if (matches(event)) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toMatchInlineSnapshot(`
      {
        "admission": 1,
        "bindings": 5,
        "credentials": 6,
        "debug-containers": 1,
        "deletions": 9,
        "denied": 56,
        "impersonation": 6,
        "kube-system": 3,
        "looking-around": 6,
        "persistence": 2,
        "roles": 2,
        "secrets-dumped": 3,
        "secrets-read": 10,
        "shells": 6,
      }
    `);
  });
});
