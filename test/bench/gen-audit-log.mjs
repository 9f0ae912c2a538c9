// The generator of the log that the measurements of readers were made on (`logs.mjs`); the same seed gives the same bytes.
// Deterministic generator of a realistic kube-apiserver audit log (audit.k8s.io/v1 Event, one JSON object per line,
// field order and HTML escaping as the Go encoder writes them).
// usage: node gen-audit-log.mjs --out audit.log --bytes 1073741824 --seed 42 [--level mixed|metadata] [--nodes 60] [--tokens 1]
import { openSync, writeSync, closeSync } from 'node:fs';

const arg = (k, d) => {
  const i = process.argv.indexOf('--' + k);
  return i < 0 ? d : process.argv[i + 1];
};
const OUT = arg('out', 'audit.log'),
  BYTES = Number(arg('bytes', 1 << 30)),
  SEED = Number(arg('seed', 42));
const LEVEL = arg('level', 'mixed'),
  NODES = Number(arg('nodes', 60)),
  TOKENS = Number(arg('tokens', 1)),
  HUGE = Number(arg('huge', 3));

// ---- PRNG (sfc32 seeded by splitmix32) -----------------------------------------------------------------
let s0, s1, s2, s3;
{
  let h = SEED >>> 0;
  const sm = () => {
    h = (h + 0x9e3779b9) | 0;
    let t = h ^ (h >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
  s0 = sm();
  s1 = sm();
  s2 = sm();
  s3 = sm();
}
const u32 = () => {
  const t = (((s0 + s1) | 0) + s3) | 0;
  s3 = (s3 + 1) | 0;
  s0 = s1 ^ (s1 >>> 9);
  s1 = (s2 + (s2 << 3)) | 0;
  s2 = (s2 << 21) | (s2 >>> 11);
  s2 = (s2 + t) | 0;
  return t >>> 0;
};
for (let i = 0; i < 20; i++) u32();
const rnd = () => u32() / 4294967296;
const int = (a, b) => a + Math.floor(rnd() * (b - a + 1));
const pick = (a) => a[Math.floor(rnd() * a.length)];
const zipf = (a) => a[Math.min(a.length - 1, Math.floor(a.length * Math.pow(rnd(), 2.2)))];
const hexs = [];
for (let i = 0; i < 65536; i++) hexs.push(i.toString(16).padStart(4, '0'));
const h4 = () => hexs[u32() & 65535];
const uuid = () => `${h4()}${h4()}-${h4()}-4${h4().slice(1)}-a${h4().slice(1)}-${h4()}${h4()}${h4()}`;
const AL = 'bcdfghjklmnpqrstvwxz2456789';
const sfx = (n) => {
  let s = '';
  for (let i = 0; i < n; i++) s += AL[u32() % 27];
  return s;
};
const hex64 = () => {
  let s = '';
  for (let i = 0; i < 16; i++) s += h4();
  return s;
};

// ---- cluster model -------------------------------------------------------------------------------------
const nodes = Array.from({ length: NODES }, () => `i-0${h4()}${h4()}${h4()}${h4()}f`);
const apps = [
  'checkout',
  'payments',
  'catalog',
  'search',
  'frontend',
  'auth-gateway',
  'ledger',
  'notifier',
  'recommender',
  'inventory',
  'pricing',
  'shipping',
  'web-bff',
  'mobile-bff',
  'image-resizer',
  'reporting',
  'etl-runner',
  'feature-flags',
  'session-store',
  'kafka-bridge',
  'risk-engine',
  'billing',
  'geo',
  'mailer',
];
const namespaces = [
  'kube-system',
  'default',
  'monitoring',
  'logging',
  'cert-manager',
  'ingress-nginx',
  'argocd',
  'istio-system',
  ...apps.map((a) => a + '-prod'),
  ...apps.slice(0, 10).map((a) => a + '-stg'),
];
const appNs = namespaces.slice(8);
const pods = [];
for (const ns of appNs) {
  const n = int(3, 14);
  const rs = sfx(10);
  for (let i = 0; i < n; i++)
    pods.push({
      ns,
      app: ns.replace(/-(prod|stg)$/, ''),
      rs,
      name: `${ns.replace(/-(prod|stg)$/, '')}-${rs}-${sfx(5)}`,
      uid: uuid(),
      node: pick(nodes),
    });
}
const A = 'system:authenticated';
const sa = (ns, n) => ({
  username: `system:serviceaccount:${ns}:${n}`,
  uid: uuid(),
  groups: ['system:serviceaccounts', `system:serviceaccounts:${ns}`, A],
  extra: {
    'authentication.kubernetes.io/credential-id': [`JTI=${uuid()}`],
    'authentication.kubernetes.io/node-name': [pick(nodes)],
    'authentication.kubernetes.io/node-uid': [uuid()],
    'authentication.kubernetes.io/pod-name': [`${n}-${sfx(10)}-${sfx(5)}`],
    'authentication.kubernetes.io/pod-uid': [uuid()],
  },
});
const U = {
  kcm: { username: 'system:kube-controller-manager', groups: [A] },
  sched: { username: 'system:kube-scheduler', groups: [A] },
  ccm: sa('kube-system', 'aws-cloud-controller-manager'),
  api: { username: 'system:apiserver', uid: uuid(), groups: ['system:authenticated', 'system:masters'] },
  anon: { username: 'system:anonymous', groups: ['system:unauthenticated'] },
  proxy: { username: 'system:kube-proxy', groups: ['system:node-proxier', A] },
  dep: sa('kube-system', 'deployment-controller'),
  rs: sa('kube-system', 'replicaset-controller'),
  ep: sa('kube-system', 'endpoint-controller'),
  eps: sa('kube-system', 'endpointslice-controller'),
  nsctl: sa('kube-system', 'namespace-controller'),
  gc: sa('kube-system', 'generic-garbage-collector'),
  hpa: sa('kube-system', 'horizontal-pod-autoscaler'),
  job: sa('kube-system', 'cronjob-controller'),
  rq: sa('kube-system', 'resourcequota-controller'),
  dns: sa('kube-system', 'coredns'),
  cilium: sa('kube-system', 'cilium'),
  ca: sa('kube-system', 'cluster-autoscaler'),
  ms: sa('kube-system', 'metrics-server'),
  kops: sa('kube-system', 'kops-controller'),
  ebs: sa('kube-system', 'ebs-csi-controller-sa'),
  argo: sa('argocd', 'argocd-application-controller'),
  cm: sa('cert-manager', 'cert-manager'),
  prom: sa('monitoring', 'prometheus-k8s'),
  ing: sa('ingress-nginx', 'ingress-nginx'),
  istio: sa('istio-system', 'istiod'),
  ksm: sa('monitoring', 'kube-state-metrics'),
};
const nodeUser = nodes.map((n) => ({
  username: `system:node:${n}`,
  groups: ['system:nodes', A],
  extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${hex64()}`] },
}));
const humans = [
  'alice',
  'bob',
  'carol',
  'dave',
  'erin',
  'frank',
  'grace',
  'heidi',
  'ivan',
  'judy',
  'mallory',
  'zoë',
].map((n, i) => ({
  username: i % 3 === 0 ? `arn:aws:sts::123456789012:assumed-role/eng/${n}` : `${n}@example.com`,
  uid: `aws-iam-authenticator:123456789012:AROA${sfx(16).toUpperCase()}`,
  groups: i % 4 === 0 ? ['system:masters', A] : ['dev', `team-${i % 5}`, A],
  extra:
    i % 2
      ? {
          accessKeyId: [''],
          arn: [`arn:aws:sts::123456789012:assumed-role/eng/${n}`],
          canonicalArn: ['arn:aws:iam::123456789012:role/eng'],
          sessionName: [n],
        }
      : undefined,
}));
const KV = 'v1.32.4',
  UA = (c) =>
    `${c}/${KV} (linux/amd64) kubernetes/59526cd/${c === 'kubectl' ? '' : 'system:serviceaccount:kube-system:'}${c}`;
const ua = {
  kubelet: `kubelet/${KV} (linux/amd64) kubernetes/59526cd`,
  kcm: `kube-controller-manager/${KV} (linux/amd64) kubernetes/59526cd/leader-election`,
  sched: `kube-scheduler/${KV} (linux/amd64) kubernetes/59526cd/leader-election`,
  kubectl: `kubectl/${KV} (darwin/arm64) kubernetes/59526cd`,
  probe: 'kube-probe/1.32',
};

// ---- encoding like Go's encoding/json (HTML escaping on, no trailing spaces) ------------------------------
const esc = (s) => s.replace(/[<>&\u2028\u2029]/g, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
const J = (o) => esc(JSON.stringify(o));
let clock = Date.UTC(2025, 2, 3, 8, 0, 0) * 1000; // µs
const ts = (us) => {
  const ms = Math.floor(us / 1000);
  return new Date(ms).toISOString().slice(0, 19) + '.' + String(us % 1000000).padStart(6, '0') + 'Z';
};
const pools = new Map();
const tok = (u) => {
  if (TOKENS < 2 || !u?.extra?.['authentication.kubernetes.io/pod-uid']) return u;
  if (!pools.has(u))
    pools.set(
      u,
      Array.from({ length: TOKENS }, () => ({
        ...u,
        extra: {
          ...u.extra,
          'authentication.kubernetes.io/credential-id': [`JTI=${uuid()}`],
          'authentication.kubernetes.io/pod-uid': [uuid()],
        },
      })),
    );
  return pick(pools.get(u));
};
const LV = ['None', 'Metadata', 'Request', 'RequestResponse'];
function line(e) {
  clock += int(20, 900);
  const t0 = clock,
    t1 = t0 + (e.longRunning ? int(1e6, 5e8) : int(800, 90000));
  let lv = e.level ?? 'Metadata';
  if (LEVEL === 'metadata') lv = 'Metadata';
  const L = LV.indexOf(lv);
  let s = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"${lv}","auditID":"${e.auditID ?? uuid()}","stage":"${e.stage ?? 'ResponseComplete'}","requestURI":${J(e.uri)},"verb":"${e.verb}","user":${e.user ? J(tok(e.user)) : '{}'}`;
  if (e.imp) s += `,"impersonatedUser":${J(e.imp)}`;
  s += `,"sourceIPs":${J(e.ips ?? [`10.${int(0, 3)}.${int(0, 255)}.${int(1, 254)}`])}`;
  if (e.ua) s += `,"userAgent":${J(e.ua)}`;
  if (e.ref) s += `,"objectRef":${J(e.ref)}`;
  if (e.stage !== 'RequestReceived')
    s += `,"responseStatus":${e.status ? J(e.status) : `{"metadata":{},"code":${e.code ?? 200}}`}`;
  if (L >= 2 && e.req !== undefined) s += `,"requestObject":${typeof e.req === 'string' ? e.req : J(e.req)}`;
  if (L >= 3 && e.res !== undefined && e.stage !== 'RequestReceived')
    s += `,"responseObject":${typeof e.res === 'string' ? e.res : J(e.res)}`;
  s += `,"requestReceivedTimestamp":"${ts(t0)}","stageTimestamp":"${e.stage === 'RequestReceived' ? ts(t0) : ts(t1)}"`;
  if (e.ann !== null && e.stage !== 'RequestReceived')
    s += `,"annotations":${J(e.ann ?? { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': e.reason ?? '' })}`;
  return s + '}\n';
}
// objectRef in the order of the Go struct
const ref = (resource, ns, name, g = '', v = 'v1', x = {}) => {
  const r = { resource };
  if (ns) r.namespace = ns;
  if (name) r.name = name;
  if (x.uid) r.uid = x.uid;
  if (g) r.apiGroup = g;
  r.apiVersion = v;
  if (x.rv) r.resourceVersion = String(x.rv);
  if (x.sub) r.subresource = x.sub;
  return r;
};
const uri = (r, q = '') =>
  `${r.apiGroup ? '/apis/' + r.apiGroup : '/api'}/${r.apiVersion}${r.namespace && r.resource !== 'namespaces' ? '/namespaces/' + r.namespace : ''}/${r.resource}${r.name ? '/' + r.name : ''}${r.subresource ? '/' + r.subresource : ''}${q}`;
const rv = () => int(48000000, 92000000);
const RBAC = (r, s) => `RBAC: allowed by ClusterRoleBinding "${r}" of ClusterRole "${r}" to ${s}`;

// ---- object bodies ------------------------------------------------------------------------------------------
const managed = (n) =>
  Array.from({ length: n }, (_, i) => ({
    manager: pick(['kube-controller-manager', 'kubectl-client-side-apply', 'kubelet', 'argocd-controller', 'helm']),
    operation: 'Update',
    apiVersion: 'v1',
    time: ts(clock).slice(0, 19) + 'Z',
    fieldsType: 'FieldsV1',
    fieldsV1: Object.fromEntries(
      Array.from({ length: int(6, 30) }, (_, k) => [
        `f:${pick(['metadata', 'spec', 'status', 'annotations', 'labels', 'containers', 'conditions', 'resources'])}-${k}`,
        { '.': {}, [`k:{"name":"${sfx(5)}"}`]: { '.': {}, 'f:type': {} } },
      ]),
    ),
    ...(i ? { subresource: 'status' } : {}),
  }));
const container = (a) => ({
  name: a,
  image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/${a}:${int(1, 9)}.${int(0, 40)}.${int(0, 99)}`,
  args: ['--config=/etc/app/config.yaml', `--log-level=${pick(['info', 'debug'])}`, '--flag=<none>&x="y"'],
  env: Array.from({ length: int(4, 34) }, (_, i) => ({
    name: `${a.toUpperCase().replace(/-/g, '_')}_OPTION_${i}`,
    value: pick([
      'true',
      'false',
      sfx(24),
      'https://svc.internal/api?q=1&r=2',
      'línea ünïcode ✓',
      'C:\\path\\file "quoted"',
    ]),
  })),
  resources: { limits: { cpu: '2', memory: '2Gi' }, requests: { cpu: '250m', memory: '512Mi' } },
  volumeMounts: [
    { name: 'config', mountPath: '/etc/app' },
    { name: `kube-api-access-${sfx(5)}`, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
  ],
  livenessProbe: {
    httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  },
  terminationMessagePath: '/dev/termination-log',
  imagePullPolicy: 'IfNotPresent',
});
const pod = (p, m = 2) => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: {
    name: p.name,
    generateName: `${p.app}-${p.rs}-`,
    namespace: p.ns,
    uid: p.uid,
    resourceVersion: String(rv()),
    creationTimestamp: ts(clock).slice(0, 19) + 'Z',
    labels: { app: p.app, 'pod-template-hash': p.rs },
    annotations: { 'prometheus.io/scrape': 'true' },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: `${p.app}-${p.rs}`,
        uid: uuid(),
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
    managedFields: managed(m),
  },
  spec: {
    volumes: [{ name: 'config', configMap: { name: p.app, defaultMode: 420 } }],
    containers: Array.from({ length: int(1, 3) }, () => container(p.app)),
    restartPolicy: 'Always',
    nodeName: p.node,
    tolerations: [
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    ],
  },
  status: {
    phase: 'Running',
    conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((t) => ({
      type: t,
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: ts(clock).slice(0, 19) + 'Z',
    })),
    hostIP: '10.0.3.4',
    podIP: '100.96.2.7',
    containerStatuses: [
      {
        name: p.app,
        state: { running: { startedAt: ts(clock).slice(0, 19) + 'Z' } },
        ready: true,
        restartCount: 0,
        containerID: `containerd://${hex64()}`,
      },
    ],
  },
});
const nodeObj = (n) => ({
  kind: 'Node',
  apiVersion: 'v1',
  metadata: {
    name: n,
    uid: uuid(),
    resourceVersion: String(rv()),
    labels: { 'node-role.kubernetes.io/node': '', 'topology.kubernetes.io/zone': 'us-east-1a' },
    managedFields: managed(3),
  },
  spec: { podCIDR: '100.96.4.0/24', providerID: `aws:///us-east-1a/${n}` },
  status: {
    capacity: { cpu: '8', memory: '32386544Ki', pods: '110' },
    conditions: ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((t) => ({
      type: t,
      status: t === 'Ready' ? 'True' : 'False',
      lastHeartbeatTime: ts(clock).slice(0, 19) + 'Z',
      reason: 'KubeletHas',
      message: 'kubelet has sufficient',
    })),
    images: Array.from({ length: int(8, 50) }, () => ({
      names: [
        `123456789012.dkr.ecr.us-east-1.amazonaws.com/${pick(apps)}@sha256:${hex64()}`,
        `123456789012.dkr.ecr.us-east-1.amazonaws.com/${pick(apps)}:${int(1, 9)}.${int(0, 40)}`,
      ],
      sizeBytes: int(1e6, 9e8),
    })),
  },
});
const deploy = (p, m = 3) => ({
  kind: 'Deployment',
  apiVersion: 'apps/v1',
  metadata: {
    name: p.app,
    namespace: p.ns,
    uid: uuid(),
    generation: int(2, 90),
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { c: container(p.app) } }) + '\n',
    },
    managedFields: managed(m),
  },
  spec: {
    replicas: int(1, 20),
    template: {
      metadata: { labels: { app: p.app } },
      spec: { containers: Array.from({ length: int(1, 4) }, () => container(p.app)) },
    },
  },
});
// ---- event kinds ---------------------------------------------------------------------------------------------
const W = [];
const add = (w, f) => W.push([w, f]);
const RR = 'RequestResponse';
add(17, () => {
  const i = int(0, NODES - 1),
    r = ref('leases', 'kube-node-lease', nodes[i], 'coordination.k8s.io', 'v1', { uid: uuid(), rv: rv() });
  return { user: nodeUser[i], verb: 'update', uri: uri(r, '?timeout=10s'), ref: r, ua: ua.kubelet };
});
add(8, () => {
  const [u, n, a] = pick([
    [U.kcm, 'kube-controller-manager', ua.kcm],
    [U.sched, 'kube-scheduler', ua.sched],
    [U.ccm, 'cloud-controller-manager', 'aws-cloud-controller-manager/v1.32'],
    [U.kops, 'kops-controller-leader', 'kops-controller/v0.0.0'],
  ]);
  const r = ref('leases', 'kube-system', n, 'coordination.k8s.io', 'v1', rnd() < 0.5 ? { uid: uuid(), rv: rv() } : {});
  return {
    user: u,
    verb: r.uid ? 'update' : 'get',
    uri: uri(r, '?timeout=5s'),
    ref: r,
    ua: a,
    reason: RBAC(u.username, `User "${u.username}"`),
  };
});
add(5, () => {
  const i = int(0, NODES - 1),
    r = ref('nodes', '', nodes[i]);
  return { user: nodeUser[i], verb: 'get', uri: uri(r, '?resourceVersion=0&timeout=10s'), ref: r, ua: ua.kubelet };
});
add(1.4, () => {
  const i = int(0, NODES - 1),
    r = ref('nodes', '', nodes[i], '', 'v1', { sub: 'status' });
  return {
    level: RR,
    user: nodeUser[i],
    verb: 'patch',
    uri: uri(r, '?timeout=10s'),
    ref: r,
    ua: ua.kubelet,
    req: {
      status: {
        $setElementOrder: { conditions: [{ type: 'Ready' }] },
        conditions: [{ lastHeartbeatTime: ts(clock), type: 'Ready' }],
      },
    },
    res: nodeObj(nodes[i]),
  };
});
add(2.2, () => {
  const p = pick(pods),
    i = nodes.indexOf(p.node),
    r = ref('pods', p.ns, p.name, '', 'v1', { sub: 'status' });
  return {
    level: RR,
    user: nodeUser[i],
    verb: 'patch',
    uri: uri(r),
    ref: r,
    ua: ua.kubelet,
    req: {
      metadata: { uid: p.uid },
      status: { conditions: [{ lastTransitionTime: ts(clock), type: 'Ready', status: 'True' }] },
    },
    res: pod(p),
  };
});
add(4, () => {
  const p = zipf(pods),
    i = nodes.indexOf(p.node),
    res = pick(['configmaps', 'secrets']),
    n = pick([p.app, 'kube-root-ca.crt', p.app + '-tls']),
    w = rnd() < 0.6;
  const r = ref(res, p.ns, n);
  return {
    user: nodeUser[i],
    verb: w ? 'watch' : 'get',
    uri: w
      ? `/api/v1/namespaces/${p.ns}/${res}?allowWatchBookmarks=true&fieldSelector=metadata.name%3D${n}&resourceVersion=${rv()}&timeout=${int(300, 599)}s&timeoutSeconds=${int(300, 599)}&watch=true`
      : uri(r),
    ref: r,
    ua: ua.kubelet,
    stage: w ? pick(['ResponseStarted', 'ResponseComplete']) : undefined,
    longRunning: w,
  };
});
add(3, () => {
  const p = pick(pods),
    i = nodes.indexOf(p.node),
    r = ref('serviceaccounts', p.ns, p.app, '', 'v1', { sub: 'token' });
  return { user: nodeUser[i], verb: 'create', uri: uri(r), ref: r, code: 201, ua: ua.kubelet };
});
add(10, () => {
  const [u, res, g] = pick([
    [U.kcm, 'pods', ''],
    [U.kcm, 'replicasets', 'apps'],
    [U.sched, 'nodes', ''],
    [U.proxy, 'services', ''],
    [U.proxy, 'endpointslices', 'discovery.k8s.io'],
    [U.cilium, 'ciliumendpoints', 'cilium.io'],
    [U.argo, 'applications', 'argoproj.io'],
    [U.prom, 'endpoints', ''],
    [U.ing, 'ingresses', 'networking.k8s.io'],
    [U.istio, 'virtualservices', 'networking.istio.io'],
    [U.ksm, 'cronjobs', 'batch'],
    [U.dns, 'endpointslices', 'discovery.k8s.io'],
    [U.ca, 'persistentvolumes', ''],
  ]);
  const r = ref(res, '', '', g, g.includes('istio') || g === 'argoproj.io' ? 'v1alpha1' : 'v1');
  return {
    user: u,
    verb: 'watch',
    stage: pick(['ResponseStarted', 'ResponseComplete']),
    longRunning: true,
    uri: uri(
      r,
      `?allowWatchBookmarks=true&resourceVersion=${rv()}&timeout=${int(5, 9)}m${int(0, 59)}s&timeoutSeconds=${int(300, 599)}&watch=true`,
    ),
    ref: r,
    ua: UA(u.username.split(':').pop()),
    reason: RBAC(u.username.split(':').pop(), `ServiceAccount "${u.username}"`),
  };
});
add(5, () => {
  const [u, res, g] = pick([
    [U.kcm, 'pods', ''],
    [U.ms, 'nodes', ''],
    [U.prom, 'pods', ''],
    [U.argo, 'deployments', 'apps'],
    [U.hpa, 'pods', 'metrics.k8s.io'],
    [U.kcm, 'pods', 'metrics.k8s.io'],
    [U.rq, 'resourcequotas', ''],
    [U.cm, 'certificates', 'cert-manager.io'],
    [U.gc, 'replicasets', 'apps'],
  ]);
  const ns = rnd() < 0.5 ? pick(namespaces) : '';
  const r = ref(res, ns, '', g, g === 'metrics.k8s.io' ? 'v1beta1' : 'v1');
  return {
    user: u,
    verb: 'list',
    uri: uri(r, pick(['?limit=500&resourceVersion=0', '?labelSelector=app%3D' + pick(apps), ''])),
    ref: r,
    ua: UA(u.username.split(':').pop()),
  };
});
add(4, () => {
  const ns = pick(appNs),
    a = ns.replace(/-(prod|stg)$/, ''),
    up = rnd() < 0.5,
    r = ref(rnd() < 0.5 ? 'endpoints' : 'endpointslices', ns, a, '', 'v1', up ? { uid: uuid(), rv: rv() } : {});
  if (r.resource === 'endpointslices') {
    const q = ref(
      'endpointslices',
      ns,
      `${a}-${sfx(5)}`,
      'discovery.k8s.io',
      'v1',
      up ? { uid: uuid(), rv: rv() } : {},
    );
    return { user: U.eps, verb: up ? 'update' : 'get', uri: uri(q), ref: q, ua: UA('endpointslice-controller') };
  }
  return { user: U.ep, verb: up ? 'update' : 'get', uri: uri(r), ref: r, ua: UA('endpoint-controller') };
});
add(3, () => {
  const p = pick(pods),
    nm = `${p.name}.${h4()}${h4()}${h4()}${h4()}`,
    r = ref('events', p.ns, nm, rnd() < 0.3 ? 'events.k8s.io' : '');
  const o = {
    kind: 'Event',
    apiVersion: 'v1',
    metadata: { name: nm, namespace: p.ns },
    involvedObject: { kind: 'Pod', namespace: p.ns, name: p.name, uid: p.uid },
    reason: pick(['Pulled', 'Created', 'Started', 'Unhealthy', 'BackOff']),
    message:
      'Readiness probe failed: Get "http://100.96.1.4:8080/healthz": dial tcp 100.96.1.4:8080: connect: connection refused',
    type: 'Warning',
    count: int(1, 900),
    managedFields: managed(1),
  };
  return {
    level: RR,
    user: pick(nodeUser),
    verb: 'create',
    code: 201,
    uri: uri({ ...r, name: undefined }),
    ref: r,
    ua: ua.kubelet,
    req: o,
    res: o,
  };
});
add(3, () => {
  const tr = rnd() < 0.4,
    r = tr
      ? ref('tokenreviews', '', '', 'authentication.k8s.io')
      : ref('subjectaccessreviews', '', '', 'authorization.k8s.io');
  const u = pick([U.prom, U.ms, ...nodeUser]);
  return {
    level: tr ? 'Metadata' : RR,
    user: u,
    verb: 'create',
    code: 201,
    uri: uri(r, '?timeout=10s'),
    ref: r,
    ua: ua.kubelet,
    req: {
      kind: 'SubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: {
        resourceAttributes: { namespace: pick(namespaces), verb: 'get', resource: 'pods' },
        user: pick(humans).username,
        groups: ['dev', A],
      },
      status: { allowed: false },
    },
    res: {
      kind: 'SubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: { managedFields: managed(1) },
      spec: {
        nonResourceAttributes: { path: '/metrics', verb: 'get' },
        user: pick(humans).username,
        groups: ['dev', A],
      },
      status: { allowed: true, reason: RBAC('prom', 'User "x"') },
    },
  };
});
add(7, () => {
  const u = pick([U.anon, U.anon, U.api, U.prom, U.argo, U.gc, ...humans]);
  return {
    user: u,
    verb: 'get',
    uri: pick([
      '/healthz',
      '/readyz',
      '/readyz',
      '/livez?verbose',
      '/livez?exclude=etcd',
      '/version',
      '/version?timeout=32s',
      '/openapi/v3',
      '/openapi/v2?timeout=32s',
      '/openapi/v3/apis/apps/v1?hash=' + h4() + h4(),
      '/api?timeout=32s',
      '/apis?timeout=32s',
      '/api/v1?timeout=32s',
      '/apis/apps/v1?timeout=32s',
      '/metrics',
      '/.well-known/openid-configuration',
      '/healthz/poststarthook/rbac%2Fbootstrap-roles',
      '/swagger.json',
    ]),
    ua: u === U.anon ? ua.probe : 'Prometheus/2.53.1',
    ann: {
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': RBAC('system:public-info-viewer', 'Group "system:unauthenticated"'),
    },
  };
});
add(2.2, () => {
  const p = pick(pods),
    g = pick([
      ['argoproj.io', 'applications', 'v1alpha1', U.argo],
      ['cert-manager.io', 'certificates', 'v1', U.cm],
      ['monitoring.coreos.com', 'servicemonitors', 'v1', U.prom],
      ['cilium.io', 'ciliumendpoints', 'v2', U.cilium],
    ]);
  const sub = rnd() < 0.4;
  const r = ref(g[1], p.ns, p.app, g[0], g[2], { rv: rv(), ...(sub ? { sub: 'status' } : {}) });
  const b = {
    kind: 'X',
    metadata: { name: p.app, managedFields: managed(2) },
    status: {
      history: Array.from({ length: int(2, 40) }, () => ({
        id: uuid(),
        msg: `sync ${sfx(30)} <ok> & done`,
        at: ts(clock),
      })),
    },
  };
  return {
    level: RR,
    user: g[3],
    verb: pick(['patch', 'update', 'get']),
    uri: uri(r),
    ref: r,
    ua: UA(g[1]),
    req: b,
    res: b,
  };
});
add(1.1, () => {
  const p = pick(pods),
    r = ref('deployments', p.ns, p.app, 'apps', 'v1', {
      uid: uuid(),
      rv: rv(),
      ...(rnd() < 0.6 ? { sub: 'status' } : {}),
    });
  const b = deploy(p);
  return {
    level: RR,
    user: U.dep,
    verb: 'update',
    uri: uri(r),
    ref: r,
    ua: UA('deployment-controller'),
    req: b,
    res: b,
  };
});
add(0.9, () => {
  const p = pick(pods),
    create = rnd() < 0.5,
    r = ref('pods', p.ns, create && rnd() < 0.8 ? '' : p.name);
  const b = pod(p);
  return create
    ? {
        level: RR,
        user: U.rs,
        verb: 'create',
        code: 201,
        uri: `/api/v1/namespaces/${p.ns}/pods`,
        ref: r,
        ua: UA('replicaset-controller'),
        req: b,
        res: b,
        ann: {
          'authorization.k8s.io/decision': 'allow',
          'authorization.k8s.io/reason': RBAC(
            'system:controller:replicaset-controller',
            'ServiceAccount "replicaset-controller/kube-system"',
          ),
          'pod-security.kubernetes.io/enforce-policy': 'privileged:latest',
        },
      }
    : {
        level: RR,
        user: pick([U.rs, U.gc, U.job]),
        verb: 'delete',
        uri: uri({ ...r, name: p.name }),
        ref: { ...r, name: p.name },
        ua: UA('gc'),
        req: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: p.uid } },
        res: b,
      };
});
add(2.4, () => {
  // humans with kubectl
  const h = pick(humans),
    p = pick(pods),
    k = int(0, 9);
  const base = { user: h, ua: ua.kubectl, ips: [`198.51.100.${int(1, 254)}`, `10.0.0.${int(1, 99)}`] };
  if (k < 3) {
    const r = ref(
      pick(['pods', 'deployments', 'configmaps', 'secrets', 'services', 'nodes']),
      rnd() < 0.8 ? p.ns : '',
      '',
    );
    if (r.resource === 'deployments') {
      const q = ref('deployments', p.ns, '', 'apps');
      return { ...base, verb: 'list', uri: uri(q, '?limit=500'), ref: q };
    }
    return { ...base, verb: 'list', uri: uri(r, '?limit=500'), ref: r };
  }
  if (k < 5) {
    const r = ref(pick(['pods', 'secrets', 'services']), p.ns, p.app);
    return {
      ...base,
      verb: 'get',
      uri: uri(r),
      ref: r,
      ...(rnd() < 0.1
        ? {
            code: 404,
            status: {
              metadata: {},
              status: 'Failure',
              message: `pods "${p.app}" not found`,
              reason: 'NotFound',
              details: { name: p.app, kind: 'pods' },
              code: 404,
            },
          }
        : {}),
    };
  }
  if (k === 5) {
    const r = ref('pods', p.ns, p.name, '', 'v1', { sub: pick(['exec', 'log', 'portforward']) });
    return {
      ...base,
      level: rnd() < 0.5 ? 'Request' : 'Metadata',
      verb: r.subresource === 'log' ? 'get' : 'create',
      stage: pick(['RequestReceived', 'ResponseStarted', 'ResponseComplete']),
      longRunning: true,
      code: 101,
      uri: uri(
        r,
        '?command=sh&command=-c&command=echo+%22hi%22&container=' + p.app + '&stdin=true&stdout=true&tty=true',
      ),
      ref: r,
    };
  }
  if (k === 6) {
    const r = ref('deployments', p.ns, p.app, 'apps');
    return {
      ...base,
      level: RR,
      verb: 'patch',
      uri: uri(r, '?fieldManager=kubectl-client-side-apply&fieldValidation=Strict'),
      ref: r,
      req: { spec: { template: { spec: { containers: [container(p.app)] } } } },
      res: deploy(p, 4),
    };
  }
  if (k === 7) {
    const upd = rnd() < 0.5,
      r = ref('configmaps', p.ns, p.app);
    const b = {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: p.app, namespace: p.ns },
      data: { 'app.yaml': `a: "b"\nurl: http://x?y=1&z=<2>\n`.repeat(int(3, 200)) },
    };
    return {
      ...base,
      level: RR,
      verb: upd ? 'update' : 'create',
      uri: upd ? uri(r) : `/api/v1/namespaces/${p.ns}/configmaps`,
      ref: r,
      req: b,
      res: b,
    };
  }
  if (k === 8) {
    const r = ref('pods', p.ns, p.name);
    return {
      ...base,
      imp: { username: 'system:serviceaccount:argocd:argocd-server', groups: ['system:serviceaccounts', A] },
      verb: 'delete',
      level: RR,
      uri: uri(r),
      ref: r,
      req: { kind: 'DeleteOptions', apiVersion: 'meta/v1', propagationPolicy: 'Background' },
      res: pod(p),
    };
  }
  const r = ref('clusterrolebindings', '', pick(['ops-admin', 'dev-view']), 'rbac.authorization.k8s.io');
  return {
    ...base,
    level: RR,
    verb: pick(['create', 'update', 'delete']),
    uri: uri(r),
    ref: r,
    req: {
      kind: 'ClusterRoleBinding',
      metadata: { name: r.name },
      subjects: [{ kind: 'Group', name: 'dev' }],
      roleRef: { kind: 'ClusterRole', name: 'admin' },
    },
    res: { kind: 'ClusterRoleBinding', metadata: { name: r.name, managedFields: managed(1) } },
    code: 201,
  };
});
add(0.9, () => {
  const ns = pick(appNs),
    r = ref(pick(['pods', 'secrets', 'configmaps', 'endpoints']), ns, '');
  return {
    level: RR,
    user: U.nsctl,
    verb: 'deletecollection',
    uri: uri(r),
    ref: r,
    ua: UA('namespace-controller'),
    res: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { kind: r.resource } },
  };
});
add(1.2, () => {
  const n = pick(namespaces),
    r = ref('namespaces', n, n);
  return { user: U.api, verb: 'get', uri: `/api/v1/namespaces/${r.name}`, ref: r, ua: `kube-apiserver/${KV}` };
});
add(0.9, () => {
  const r = ref('configmaps', 'kube-system', 'cluster-autoscaler-status');
  return { user: U.ca, verb: pick(['get', 'update']), uri: uri(r), ref: r, ua: UA('cluster-autoscaler') };
});
add(0.4, () => ({
  user: null,
  verb: 'get',
  uri: '/api/v1/nodes',
  ref: ref('nodes', '', ''),
  code: 401,
  ua: 'curl/8.5.0',
  ips: [`203.0.113.${int(1, 254)}`],
  status: {
    metadata: {},
    status: 'Failure',
    message: 'Authentication failed, attempted: bearer',
    reason: 'Unauthorized',
    code: 401,
  },
  stage: 'ResponseStarted',
  ann: null,
}));
add(0.15, () => {
  // nasty but valid: keys and quotes that fool substring scanners
  const k = int(0, 5);
  if (k === 0)
    return {
      user: {
        username: 'eve","verb":"get',
        groups: [A],
        extra: { a: ['b'], responseStatus: ['x'], requestObject: ['{"verb":"delete"}'], objectRef: ['y'] },
      },
      verb: 'delete',
      uri: '/api/v1/namespaces/default/pods/x?x=","verb":"list',
      ref: ref('pods', 'default', 'x'),
      ua: 'evil\\","objectRef":{"resource":"secrets"},"x":"',
    };
  if (k === 1)
    return {
      user: humans[11],
      verb: 'get',
      uri: '/api/v1/namespaces/d%C3%A9fault/pods/%22%5C%22',
      ref: ref('pods', 'dèfault', '"\\"'),
      ua: 'ünï\u2028cödé ✓ 日本 😀',
    };
  if (k === 2) return { user: U.anon, verb: 'post', uri: '/healthz%2A/../..', code: 403, ua: 'curl\\' };
  if (k === 3)
    return {
      level: RR,
      user: humans[1],
      verb: 'create',
      code: 201,
      uri: '/api/v1/namespaces/default/pods',
      ref: ref('pods', 'default', 'web'),
      ua: ua.kubectl,
      req: {
        kind: 'Pod',
        requestReceivedTimestamp: 'x',
        responseObject: { a: 1 },
        annotations: { stage: 'Panic' },
        metadata: { name: 'web', annotations: { n: '\\\\","responseObject":{"z":1},"requestReceivedTimestamp":"' } },
      },
      res: { kind: 'Pod', verb: 'list', user: { username: 'root' }, requestReceivedTimestamp: '2020' },
    };
  if (k === 4)
    return {
      user: { username: 'tab\tnl\nname', groups: ['a,b', 'c"d', A] },
      verb: 'list',
      uri: '/apis/apps/v1/deployments',
      ref: ref('deployments', '', '', 'apps'),
      ua: '',
    };
  return {
    user: humans[2],
    verb: 'use',
    uri: '/apis',
    ua: 'x',
    stage: 'Panic',
    code: 500,
    ann: { long: 'q"\\'.repeat(40) },
  };
});

const total = W.reduce((a, [w]) => a + w, 0);
const cum = [];
let acc = 0;
for (const [w, f] of W) {
  acc += w / total;
  cum.push([acc, f]);
}
const fd = openSync(OUT, 'w');
let buf = [],
  bl = 0,
  written = 0,
  lines = 0;
const hugeAt = Array.from({ length: HUGE }, (_, i) => Math.floor((BYTES * (i + 1)) / (HUGE + 1)));
const flush = () => {
  if (buf.length) {
    writeSync(fd, Buffer.from(buf.join(''), 'utf8'));
    buf = [];
    bl = 0;
  }
};
const emit = (l) => {
  buf.push(l);
  const n = Buffer.byteLength(l);
  bl += n;
  written += n;
  lines++;
  if (bl > 1 << 22) flush();
};
// oxlint-disable-next-line no-unmodified-loop-condition -- emit() counts what is written
while (written < BYTES) {
  if (hugeAt.length && written >= hugeAt[0] && LEVEL === 'mixed') {
    hugeAt.shift();
    const b = {
      kind: 'CustomResourceDefinition',
      spec: {
        versions: Array.from({ length: 9000 }, (_, i) => ({
          name: `v${i}`,
          schema: { description: `<p>${sfx(40)} "quoted" & é</p>`, type: 'object' },
        })),
      },
    };
    const r = ref('customresourcedefinitions', '', 'applications.argoproj.io', 'apiextensions.k8s.io');
    emit(
      line({
        level: RR,
        user: humans[0],
        verb: 'patch',
        uri: uri(r, '?fieldManager=argocd-controller&force=true'),
        ref: r,
        ua: ua.kubectl,
        req: b,
        res: b,
      }),
    );
    continue;
  }
  const x = rnd();
  let i = 0;
  while (cum[i][0] < x && i < cum.length - 1) i++;
  const e = cum[i][1]();
  if (!e.stage && rnd() < 0.03) {
    e.auditID = uuid();
    emit(line({ ...e, stage: 'RequestReceived' }));
  }
  emit(line(e));
}
flush();
closeSync(fd);
console.log(
  JSON.stringify({
    out: OUT,
    seed: SEED,
    level: LEVEL,
    bytes: written,
    events: lines,
    avg: Math.round(written / lines),
  }),
);
