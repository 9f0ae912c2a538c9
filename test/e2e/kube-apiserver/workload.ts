import type { Identity } from './identities.ts';
import * as objects from './objects.ts';

/** One request of the workload and what the API server answers. */
export interface Row {
  as: Identity;
  method: string;
  path: string;
  status: number;
  /** A text is sent as it is, anything else as JSON. */
  body?: unknown;
  contentType?: string;
  headers?: Record<string, string>;
  /** The client goes away once the answer begins. */
  leave?: boolean;
  /** A patch that is not JSON: at level Request and above kube-apiserver up to 1.36 loses its ResponseComplete event (kubernetes/kubernetes#139419). */
  losesItsEnd?: boolean;
}

type Answered = Omit<Row, 'as' | 'method' | 'path' | 'status'>;

const CORE = '/api/v1';
const SHOP = `${CORE}/namespaces/shop`;
const SYSTEM = `${CORE}/namespaces/kube-system`;
const group = (name: string, namespace = 'shop'): string => `/apis/${name}/namespaces/${namespace}`;
const APPS = group('apps/v1');
const WIDGETS = `${group('example.com/v1')}/widgets`;
const LEASES = 'coordination.k8s.io/v1';
const AUTHN = '/apis/authentication.k8s.io/v1';
const AUTHZ = '/apis/authorization.k8s.io/v1';
const CSRS = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

const MERGE = { contentType: 'application/merge-patch+json' };
const STRATEGIC = { contentType: 'application/strategic-merge-patch+json' };
const JSON_PATCH = { contentType: 'application/json-patch+json' };
const APPLY = { contentType: 'application/apply-patch+yaml' };
const SPDY = {
  headers: { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io' },
};
const WEBSOCKET = {
  headers: {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'ZHVtbXktd2Vic29ja2V0IQ==',
    'sec-websocket-protocol': 'v5.channel.k8s.io',
  },
};
const LEAVE = { leave: true };
const impersonate = (user: string, group?: string): Answered => ({
  headers: { 'impersonate-user': user, ...(group !== undefined && { 'impersonate-group': group }) },
});

/** What has to be there before the rest: send these, then wait for what they grant. */
export const PREPARATION: readonly Row[] = [
  row('admin', 'POST', `${CORE}/namespaces`, 201, { body: { metadata: { name: 'shop' } } }),
  row('admin', 'POST', `${CORE}/namespaces`, 201, { body: { metadata: { name: 'scratch' } } }),
  row('admin', 'POST', `${SHOP}/serviceaccounts`, 201, { body: { metadata: { name: 'default' } } }),
  row('admin', 'POST', `${SHOP}/serviceaccounts`, 201, { body: { metadata: { name: 'builder' } } }),
  ...['edit', 'view'].map((role) =>
    row('admin', 'POST', `${RBAC}/namespaces/shop/rolebindings`, 201, {
      body: objects.roleBinding(`dev-${role}`, `system:aggregate-to-${role}`, 'dev'),
    }),
  ),
  row('admin', 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', 201, {
    body: objects.customResource(),
  }),
];

/** What `PREPARATION` makes possible a moment after it was answered. */
export const GRANTED: readonly Row[] = [
  row('alice', 'GET', `${SHOP}/pods`, 200),
  row('alice', 'GET', `${APPS}/deployments`, 200),
  row('admin', 'GET', WIDGETS, 200),
];

const NODES: readonly Row[] = [
  row('admin', 'POST', `${CORE}/nodes`, 201, { body: { metadata: { name: 'node-1' } } }),
  row('node', 'PATCH', `${CORE}/nodes/node-1/status`, 200, { body: objects.nodeStatus(), ...STRATEGIC }),
  row('kubelet', 'PATCH', `${CORE}/nodes/node-1/status`, 403, { body: {}, ...STRATEGIC }),
  row('node', 'GET', `${CORE}/nodes/node-1`, 200),
  row('kubelet', 'GET', `${CORE}/nodes/node-1/status`, 403),
  row('bob', 'GET', `${CORE}/nodes/node-1`, 403),
  row('node', 'POST', `${group(LEASES, 'kube-node-lease')}/leases`, 201, { body: objects.lease('node-1') }),
  row('node', 'GET', `${group(LEASES, 'kube-node-lease')}/leases/node-1`, 200),
  row('node', 'PATCH', `${group(LEASES, 'kube-node-lease')}/leases/node-1`, 200, {
    body: { spec: { renewTime: '2026-01-02T03:05:05.000000Z' } },
    ...MERGE,
  }),
  row('scheduler', 'POST', `${group(LEASES, 'kube-system')}/leases`, 201, { body: objects.lease('kube-scheduler') }),
  row('scheduler', 'PUT', `${group(LEASES, 'kube-system')}/leases/kube-scheduler`, 422, {
    body: objects.lease('kube-scheduler'),
  }),
  row('bob', 'GET', `${group(LEASES, 'kube-system')}/leases`, 403),
];

const PODS: readonly Row[] = [
  ...['web-1', 'web-2', 'web-3', 'web-4'].map((name) =>
    row('alice', 'POST', `${SHOP}/pods?fieldManager=kubectl-create`, 201, { body: objects.pod(name) }),
  ),
  row('alice', 'POST', `${SHOP}/pods?dryRun=All`, 201, { body: objects.pod('dry') }),
  row('alice', 'POST', `${SHOP}/pods`, 409, { body: objects.pod('web-1') }),
  row('alice', 'POST', `${SHOP}/pods`, 422, { body: objects.pod('Not_A_Name') }),
  row('alice', 'POST', `${SHOP}/pods`, 400, { body: '{not json' }),
  row('scheduler', 'POST', `${SHOP}/pods/web-1/binding`, 201, {
    body: { metadata: { name: 'web-1' }, target: { kind: 'Node', name: 'node-1' } },
  }),
  row('node', 'PATCH', `${SHOP}/pods/web-1/status`, 200, { body: { status: { phase: 'Running' } }, ...STRATEGIC }),
  row('alice', 'GET', `${SHOP}/pods/web-1`, 200),
  row('alice', 'GET', `${SHOP}/pods/%77eb-1`, 200),
  row('alice', 'GET', `${SHOP}/pods/nothing`, 404),
  row('alice', 'GET', `${SHOP}/pods`, 200),
  row('alice', 'GET', `${SHOP}/pods?limit=2`, 200),
  row('alice', 'GET', `${SHOP}/pods?fieldSelector=metadata.name%3Dweb-1`, 200),
  row('alice', 'GET', `${SHOP}/pods?labelSelector=app%3Dweb&fieldSelector=status.phase%3DRunning`, 200),
  row('alice', 'GET', `${SHOP}/pods`, 200, {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  }),
  row('bob', 'GET', `${CORE}/pods`, 403),
  row('alice', 'HEAD', `${SHOP}/pods/web-1`, 405),
  row('alice', 'PATCH', `${SHOP}/pods/web-1`, 200, { body: { metadata: { labels: { tier: 'front' } } }, ...MERGE }),
  row('alice', 'PATCH', `${SHOP}/pods/web-1`, 200, {
    body: [{ op: 'add', path: '/metadata/labels/zone', value: 'a' }],
    ...JSON_PATCH,
  }),
  row('alice', 'PATCH', `${SHOP}/pods/web-1?fieldManager=shop&force=true`, 200, {
    body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1', labels: { applied: 'yes' } } },
    ...APPLY,
  }),
  row('alice', 'PATCH', `${SHOP}/pods/web-1`, 400, { body: '{not json', ...MERGE, losesItsEnd: true }),
  row('alice', 'GET', `${SHOP}/pods/web-1/log?tailLines=10`, 500),
  row('alice', 'GET', `${SHOP}/pods/web-2/log`, 204),
  row('alice', 'POST', `${SHOP}/pods/web-1/exec?command=id&stdout=true`, 500, SPDY),
  row('alice', 'GET', `${SHOP}/pods/web-1/exec?command=id&stdout=true`, 101, WEBSOCKET),
  row('alice', 'POST', `${SHOP}/pods/web-1/attach?stdout=true`, 500, SPDY),
  row('alice', 'GET', `${SHOP}/pods/web-1/portforward?ports=8080`, 500, WEBSOCKET),
  row('bob', 'POST', `${SYSTEM}/pods/nothing/exec?command=id`, 403, SPDY),
  row('admin', 'GET', `${SHOP}/pods/web-1:8080/proxy/a/b?c=d`, 400),
  row('admin', 'POST', `${SHOP}/services/web:http/proxy/login`, 404, { body: {} }),
  row('admin', 'GET', `${CORE}/nodes/node-1/proxy/metrics`, 400),
  row('alice', 'POST', `${SHOP}/pods/web-3/eviction`, 201, { body: { metadata: { name: 'web-3' } } }),
  row('alice', 'DELETE', `${SHOP}/pods/web-4?gracePeriodSeconds=0`, 200),
  row('alice', 'DELETE', `${SHOP}/pods/nothing`, 404),
  row('builder', 'DELETE', `${SHOP}/pods/web-1`, 403),
];

const SECRETS: readonly Row[] = [
  row('alice', 'POST', `${SHOP}/secrets`, 201, {
    body: { metadata: { name: 'db' }, stringData: { password: 'dummy-password' } },
  }),
  row('alice', 'GET', `${SHOP}/secrets/db`, 200),
  row('alice', 'GET', `${SHOP}/%73ecrets/db`, 200),
  row('alice', 'PATCH', `${SHOP}/secrets/db`, 200, { body: { stringData: { password: 'dummy-rotated' } }, ...MERGE }),
  row('alice', 'GET', `${SHOP}/secrets`, 200),
  row('bob', 'GET', `${CORE}/secrets`, 403),
  row('alice', 'GET', `${SHOP}/secrets?watch=true`, 200, LEAVE),
  row('alice', 'POST', `${SHOP}/configmaps`, 201, { body: { metadata: { name: 'settings' }, data: { a: '1' } } }),
  row('alice', 'PUT', `${SHOP}/configmaps/settings`, 200, { body: { metadata: { name: 'settings' }, data: {} } }),
  row('alice', 'PATCH', `${SHOP}/configmaps/applied?fieldManager=shop`, 201, {
    body: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: applied\n',
    ...APPLY,
    losesItsEnd: true,
  }),
  row('unsecured', 'GET', `${SYSTEM}/configmaps/nothing`, 404),
  row('autoscaler', 'GET', `${SYSTEM}/configmaps/nothing`, 403),
  row('alice', 'DELETE', `${SHOP}/secrets?labelSelector=none%3Done`, 200),
  row('alice', 'DELETE', `${SHOP}/configmaps`, 200),
  row('alice', 'POST', `${SHOP}/serviceaccounts/builder/token`, 201, { body: { spec: { expirationSeconds: 600 } } }),
  row('builder', 'POST', `${SHOP}/serviceaccounts/builder/token`, 403, { body: {} }),
  row('admin', 'POST', `${AUTHN}/tokenreviews`, 201, { body: { spec: { token: 'dummy-bad-token' } } }),
  row('alice', 'POST', `${AUTHN}/selfsubjectreviews`, 201, { body: {} }),
  row('admin', 'POST', `${AUTHZ}/subjectaccessreviews`, 201, {
    body: { spec: { user: 'alice', resourceAttributes: { namespace: 'shop', verb: 'get', resource: 'secrets' } } },
  }),
  row('alice', 'POST', `${AUTHZ}/selfsubjectaccessreviews`, 201, {
    body: { spec: { resourceAttributes: { namespace: 'shop', verb: 'get', resource: 'pods' } } },
  }),
  row('admin', 'POST', CSRS, 422, {
    body: {
      metadata: { name: 'alice' },
      spec: { request: 'bm90IGEgcmVxdWVzdA==', signerName: 'example.com/dummy', usages: ['client auth'] },
    },
  }),
  row('admin', 'PUT', `${CSRS}/alice/approval`, 404, { body: { metadata: { name: 'alice' } } }),
  row('admin', 'GET', CSRS, 200),
];

const WORKLOADS: readonly Row[] = [
  row('alice', 'POST', `${APPS}/deployments`, 201, { body: objects.deployment('web', 3) }),
  row('alice', 'PUT', `${APPS}/deployments/web`, 200, { body: objects.deployment('web', 5) }),
  row('alice', 'GET', `${APPS}/deployments/web`, 200),
  row('alice', 'GET', `${APPS}/deployments/web/scale`, 200),
  row('alice', 'PATCH', `${APPS}/deployments/web/scale`, 200, { body: { spec: { replicas: 2 } }, ...MERGE }),
  row('admin', 'PATCH', `${APPS}/deployments/web/status`, 200, { body: { status: { replicas: 3 } }, ...MERGE }),
  row('alice', 'PATCH', `${APPS}/deployments/from-yaml?fieldManager=shop`, 422, {
    body: 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: from-yaml\n',
    ...APPLY,
    losesItsEnd: true,
  }),
  row('controllerManager', 'GET', '/apis/apps/v1/deployments?limit=500', 200),
  row('alice', 'DELETE', `${APPS}/deployments`, 200),
  row('alice', 'POST', `${SHOP}/services`, 201, {
    body: { metadata: { name: 'web' }, spec: { ports: [{ name: 'http', port: 80 }] } },
  }),
  row('admin', 'POST', `${SYSTEM}/endpoints`, 201, { body: { metadata: { name: 'kube-scheduler' } } }),
  row('scheduler', 'GET', `${SYSTEM}/endpoints/kube-scheduler`, 403),
  row('controllerManager', 'PUT', `${SYSTEM}/endpoints/kube-scheduler`, 403, { body: {} }),
  row('controllerManager', 'GET', '/apis/metrics.k8s.io/v1beta1/nodes', 404),
  row('admin', 'GET', '/apis/metrics.k8s.io/v1beta1/nodes', 404),
  row('admin', 'POST', `${group('discovery.k8s.io/v1')}/endpointslices`, 201, { body: objects.endpointSlice('web-1') }),
  row('controllerManager', 'POST', `${group('discovery.k8s.io/v1')}/endpointslices`, 403, {
    body: objects.endpointSlice('web-2'),
  }),
  row('kubeProxy', 'GET', '/apis/discovery.k8s.io/v1/endpointslices?watch=true', 200, LEAVE),
  row('kubeProxy', 'GET', `${CORE}/services?allowWatchBookmarks=true&watch=true`, 200, LEAVE),
  row('kubeProxy', 'GET', `${CORE}/services`, 200),
  row('cilium', 'GET', `${CORE}/nodes?watch=1`, 403),
  row('cilium', 'GET', `${CORE}/namespaces`, 403),
  row('admin', 'POST', `${RBAC}/clusterroles`, 201, { body: { metadata: { name: 'reader' }, rules: [] } }),
  row('alice', 'POST', `${RBAC}/clusterroles`, 403, { body: { metadata: { name: 'god' }, rules: [] } }),
];

const EVENTS_AND_WATCHES: readonly Row[] = [
  row('node', 'POST', `${SHOP}/events`, 201, { body: objects.event('pulled') }),
  row('admin', 'PATCH', `${SHOP}/events/pulled`, 200, { body: { count: 2 }, ...MERGE }),
  row('alice', 'GET', `${SHOP}/events?fieldSelector=involvedObject.name%3Dweb-1`, 200),
  row('scheduler', 'POST', `${group('events.k8s.io/v1')}/events`, 201, { body: objects.newEvent('scheduled') }),
  row('alice', 'GET', `${group('events.k8s.io/v1')}/events`, 200),
  row('alice', 'GET', `${SHOP}/pods?watch=1&timeoutSeconds=1`, 200),
  row('alice', 'GET', `${CORE}/watch/namespaces/shop/pods`, 200, LEAVE),
  row('alice', 'GET', `${CORE}/watch/namespaces/shop/pods/web-1`, 200, LEAVE),
  row('node', 'GET', `${CORE}/pods?fieldSelector=spec.nodeName%3Dnode-1&watch=true`, 200, LEAVE),
  row('bob', 'GET', `${CORE}/nodes?watch=true`, 403),
  row('alice', 'GET', `${SHOP}/pods?watch=false`, 200),
];

const CUSTOM_RESOURCES: readonly Row[] = [
  row('admin', 'POST', WIDGETS, 201, { body: objects.widget('one') }),
  row('admin', 'GET', `${WIDGETS}/one`, 200),
  row('admin', 'PATCH', `${WIDGETS}/one/status`, 200, { body: { status: { ready: true } }, ...MERGE }),
  row('admin', 'GET', `${WIDGETS}/one/scale`, 404),
  row('admin', 'GET', `${WIDGETS}?watch=true`, 200, LEAVE),
  row('alice', 'DELETE', `${WIDGETS}/one`, 403),
  row('admin', 'DELETE', WIDGETS, 200),
  row('admin', 'GET', '/apis/nothing.example.com/v1/things', 404),
  row('admin', 'DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com', 200),
];

const PATHS: readonly Row[] = [
  ...[
    '/healthz',
    '/livez',
    '/readyz',
    '/readyz/ping',
    '/version',
    '/metrics',
    '/openapi/v2',
    '/api',
    '/apis/apps/v1',
    '/debug/pprof/',
  ].map((path) => row('admin', 'GET', path, 200)),
  ...['/', '/api/v1', '/.well-known/openid-configuration'].map((path) => row('admin', 'GET', path, 200)),
  ...['/healthz', '/livez?verbose', '/version'].map((path) => row('anonymous', 'GET', path, 200)),
  ...['/metrics', '/apis', `${CORE}/pods`].map((path) => row('anonymous', 'GET', path, 403)),
  ...['/swagger-2.0.0.json', '/versionx', '/nothing'].map((path) => row('admin', 'GET', path, 404)),
  row('admin', 'POST', '/healthz', 200, { body: {} }),
  row('admin', 'HEAD', '/version', 405),
  row('admin', 'GET', '/openid/v1/jwks', 406),
  row('bob', 'GET', '/metrics', 403),
];

const WHO: readonly Row[] = [
  row('stranger', 'GET', `${CORE}/pods`, 401),
  row('stranger', 'GET', `${SHOP}/secrets/db`, 401),
  row('stranger', 'GET', `${SHOP}/pods?watch=true`, 401),
  row('stranger', 'GET', '/healthz', 401),
  row('stranger', 'POST', `${SHOP}/pods`, 401, { body: objects.pod('never') }),
  row('anonymous', 'POST', `${SHOP}/pods`, 403, { body: objects.pod('never') }),
  row('admin', 'GET', `${SHOP}/pods`, 200, impersonate('alice', 'dev')),
  row('admin', 'GET', `${SHOP}/secrets`, 403, impersonate('system:serviceaccount:shop:builder')),
  row('admin', 'GET', `${CORE}/nodes/node-1`, 200, impersonate('system:node:node-1', 'system:nodes')),
  row('alice', 'GET', `${SHOP}/pods`, 403, impersonate('admin', 'system:masters')),
  row('admin', 'GET', `${SHOP}/pods?timeout=nonsense`, 400),
  row('admin', 'PUT', `${SHOP}/pods`, 405, { body: {} }),
  row('namespaceController', 'DELETE', `${CORE}/namespaces/scratch/configmaps`, 200),
  row('namespaceController', 'GET', `${CORE}/namespaces/scratch`, 200),
  row('admin', 'DELETE', `${CORE}/namespaces/scratch`, 200),
];

/** The rest, in the order in which they are sent. */
export const WORKLOAD: readonly Row[] = [
  ...NODES,
  ...PODS,
  ...SECRETS,
  ...WORKLOADS,
  ...EVENTS_AND_WATCHES,
  ...CUSTOM_RESOURCES,
  ...PATHS,
  ...WHO,
];

// Whoever deletes sends options, as kubectl does.
function row(as: Identity, method: string, path: string, status: number, more: Answered = {}): Row {
  const options = method === 'DELETE' ? { body: { propagationPolicy: 'Background' } } : {};
  return { as, method, path, status, ...options, ...more };
}
