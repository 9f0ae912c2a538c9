import fc from 'fast-check';
import type { Policy, PolicyRule, RequestAttributes } from '../../../src/policy/types.ts';

// Few values, so that rules and requests meet; among them those that a quote, a backslash or a template could break.
const USERS = [
  '',
  'alice',
  "o'brien",
  'DOM\\bob',
  'kübe "x" 日本',
  '{{ user }} ? $1 @p :q',
  'a\nb\0\x85\u202e\u{e0001}',
];
const GROUPS = ['dev', "q'g", 'back\\slash', 'system:authenticated', '*'];
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', ''];
const NAMESPACES = ['', 'prod', 'kube-system', "it's"];
const API_GROUPS = ['', 'apps', 'example.com'];
const RESOURCES = ['pods', 'namespaces', 'deployments', 'status'];
const SUBRESOURCES = ['', 'log', 'status', 'proxy', 'finalize'];
const NAMES = ['', 'a', 'web-1', "n'1"];
const ENTRIES = ['*', 'pods', 'pods/log', 'pods/*', '*/status', '*/*', 'namespaces/finalize', 'deployments', '*/'];
const PATHS = ['/healthz', '/healthz/etcd', '/api', '/api/v1', '/a b', '/a+b', '/ä', '/x%zz', "/it's\\", '/'];
const URLS = ['*', '/healthz', '/healthz*', '/api*', '/a b', '/a+b', '/ä*', '/x%zz', "/it's\\*", '/x%25zz'];

const some = (values: readonly string[]): fc.Arbitrary<string[]> => fc.subarray([...values], { maxLength: 3 });
const of = (values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);

const RULE: fc.Arbitrary<PolicyRule> = fc.record(
  {
    level: fc.constantFrom('None', 'Metadata', 'Request', 'RequestResponse'),
    users: some(USERS),
    userGroups: some(GROUPS),
    verbs: some(VERBS),
    namespaces: some(NAMESPACES),
    resources: fc.array(
      fc.record(
        { group: of([...API_GROUPS, '*']), resources: some(ENTRIES), resourceNames: some(NAMES) },
        { requiredKeys: [] },
      ),
      { maxLength: 3 },
    ),
    nonResourceURLs: some(URLS),
    omitStages: fc.subarray(['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic']),
    omitManagedFields: fc.boolean(),
  },
  { requiredKeys: ['level'] },
);

/** A policy of a few rules, most of which select by one or two things. */
export const POLICY: fc.Arbitrary<Policy> = fc.record(
  {
    rules: fc.array(
      fc
        .tuple(
          RULE,
          fc.subarray(['users', 'userGroups', 'verbs', 'namespaces', 'resources', 'nonResourceURLs'] as const),
        )
        .map(([rule, left]) => {
          const { level, omitStages, omitManagedFields } = rule;
          const kept = Object.fromEntries(left.slice(0, 2).map((key) => [key, rule[key]]));
          return {
            level,
            ...(omitStages ? { omitStages } : {}),
            ...(omitManagedFields ? { omitManagedFields } : {}),
            ...kept,
          };
        }),
      { maxLength: 8 },
    ),
    omitStages: fc.subarray(['RequestReceived', 'Panic']),
    omitManagedFields: fc.boolean(),
  },
  { requiredKeys: ['rules'] },
);

const WHO: fc.Arbitrary<Pick<RequestAttributes, 'user' | 'groups'>> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 6, arbitrary: fc.record({ user: of(USERS), groups: some(GROUPS) }) },
);
const WHAT: fc.Arbitrary<RequestAttributes> = fc.oneof(
  fc.record({
    isResourceRequest: fc.constant(true),
    namespace: of(NAMESPACES),
    apiGroup: of(API_GROUPS),
    resource: of(RESOURCES),
    subresource: of(SUBRESOURCES),
    name: of(NAMES),
  }),
  fc.record({ isResourceRequest: fc.constant(false), path: of(PATHS) }),
);

/** A request, as a policy sees it. */
export const REQUEST: fc.Arbitrary<RequestAttributes> = fc
  .tuple(WHO, of(VERBS), WHAT)
  .map(([who, verb, what]) => ({ ...who, verb, ...what }));

const LEVELS = ['Metadata', 'Request', 'RequestResponse'];
const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];
const URIS = [
  '/api/v1/pods',
  '/api/v1/namespaces/prod/pods/web-1/log?container=a',
  '/api/v1/namespaces/prod',
  '/api/v1/namespaces/prod/status',
  '/api/v1/namespaces/prod/finalize?x=?',
  '/api/v1/namespaces//pods',
  '/api/v1/watch/namespaces/prod/pods/a',
  '/api/v1/proxy/namespaces/prod/pods/a/status/x',
  '/apis/apps/v1/deployments?fieldSelector=metadata.name%3Da',
  '/apis/apps/v1/namespaces/kube-system/deployments?limit=1&fieldSelector=a%3Db,metadata.name==web-1&x=fieldSelector',
  '/api/v1/pods?fieldSelector=metadata.name%3D..',
  '/api/v1/pods?fieldSelector=metadata.name%3Da%2Fb',
  '/apis/example.com/v1/namespaces/it%27s/status/n%271/status/',
  '/api/v1/namespaces/pr%6Fd/pods/a%2Fb',
  '/apis/apps/v1/',
  '/api',
  '/odd/path',
  '/x%zz',
  '/x%25zz',
  '/%C3%A4/b',
  '/%FF/healthz',
  '/%ED%A0%80',
  '/a%20b',
  '/a+b',
  '/healthz?verbose=1%zz',
  '/it%27s%5C/more',
];
const TEXT = fc.constantFrom('a', '<b>&', '\u2028', 'ä😀', '"},"responseStatus":{"', '\\', '\u0001\b\f\n', '\ufffd');
const MANAGED = fc.array(fc.record({ manager: TEXT, fieldsV1: fc.constant({ 'f:a': { 'k:{"n":"x<y"}': {} } }) }), {
  minLength: 1,
  maxLength: 2,
});
const OBJECT = fc.record(
  {
    kind: TEXT,
    metadata: fc.record({ name: TEXT, managedFields: MANAGED }, { requiredKeys: [] }),
    requestObject: fc.constant({ a: 1 }),
    responseObject: fc.constant({ a: 1 }),
    requestReceivedTimestamp: TEXT,
    number: fc.constantFrom(0, 1, -5, 0.25),
  },
  { requiredKeys: ['metadata'] },
);
const BODY = fc.oneof(
  OBJECT,
  fc.record({ kind: fc.constant('List'), items: fc.array(OBJECT, { maxLength: 3 }) }),
  fc.record({
    kind: fc.constant('Table'),
    rows: fc.array(fc.record({ cells: fc.array(TEXT), object: OBJECT }), { maxLength: 2 }),
  }),
);

/** An event as kube-apiserver could write it, with its keys in the order of Go, and bodies and names that are made to confuse. */
export const EVENT: fc.Arbitrary<Record<string, unknown>> = fc
  .record({
    level: of(LEVELS),
    stage: of(STAGES),
    requestURI: of(URIS),
    verb: of(VERBS),
    who: WHO,
    agent: TEXT,
    ref: fc.option(
      fc.record({ resource: of(RESOURCES), namespace: of(NAMESPACES), name: of(NAMES), apiGroup: of(API_GROUPS) }),
    ),
    bodies: fc.tuple(fc.option(BODY), fc.option(BODY)),
    annotations: fc.option(
      fc.dictionary(
        of([
          'a/b',
          'authorization.k8s.io/decision',
          'patch.webhook.admission.k8s.io/round_0_index_0',
          'patch.webhook.admission.k8s.io/round_1_index_0',
          'z',
        ]),
        TEXT,
        { minKeys: 1 },
      ),
    ),
  })
  .map(({ level, stage, requestURI, verb, who, agent, ref, bodies: [request, response], annotations }) => ({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID: '1',
    stage,
    requestURI,
    verb,
    user: { ...(who.user === undefined ? {} : { username: who.user }), ...(who.groups ? { groups: who.groups } : {}) },
    userAgent: agent,
    ...(ref ? { objectRef: ref } : {}),
    responseStatus: { metadata: {}, code: 200 },
    ...(request && level !== 'Metadata' ? { requestObject: request } : {}),
    ...(response && level === 'RequestResponse' ? { responseObject: response } : {}),
    requestReceivedTimestamp: '2026-01-02T03:04:05.000001Z',
    stageTimestamp: '2026-01-02T03:04:05.000002Z',
    ...(annotations ? { annotations } : {}),
  }));

/** The event of a request at level Metadata. */
export function eventOf({ user, groups, verb = '', path = '', ...what }: RequestAttributes): Record<string, unknown> {
  const { isResourceRequest, namespace, apiGroup, resource = '', subresource, name } = what;
  const parts = [
    apiGroup ? `apis/${apiGroup}/v1` : 'api/v1',
    ...(namespace ? [`namespaces/${namespace}`] : []),
    ...[resource, name, subresource].filter(Boolean),
  ];
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: '1',
    stage: 'ResponseComplete',
    requestURI: isResourceRequest === true ? `/${parts.join('/')}` : encodeURI(path),
    verb,
    user: user === undefined ? {} : { username: user, groups },
    ...(isResourceRequest === true ? { objectRef: { resource, namespace, name, apiGroup, subresource } } : {}),
    requestReceivedTimestamp: '2026-01-02T03:04:05.000001Z',
    stageTimestamp: '2026-01-02T03:04:05.000002Z',
  };
}
