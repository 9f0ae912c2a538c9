/** Random cluster specs whose file assets get in the way: of one another, of what kOps writes, of where auditing goes. */

const POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';
export const WEBHOOK = `apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
clusters: [{name: k, cluster: {server: "https://logs.example.com/events"}}]
users: [{name: u, user: {token: abcdef}}]
`;

/** Numbers from 0 to below 1, always the same ones for a seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const IMAGES = ['ubuntu/noble-24.04', 'ubuntu/noble-24.04', 'flatcar-stable-4152', 'cos-cloud/cos-125-19216-220-49'];
const ROLES = [
  undefined,
  [],
  ['Master'],
  ['ControlPlane'],
  ['ControlPlane', 'APIServer'],
  ['Master', 'ControlPlane', 'APIServer'],
  ['Node'],
  ['APIServer'],
  ['Bastion'],
  ['control-plane'],
  ['ControlPlane', 'Node'],
];
const HARMLESS = [
  '/opt/tool/config.yaml',
  '/opt/tool/more.yaml',
  '/etc/profile.d/proxy.sh',
  '/etc/kubernetes/extra/a.yaml',
  '/etc/kubernetes/manifests/mine.yaml',
  '/usr/local/bin/tool',
  '/var/lib/mine/x',
  '/home/kubernetes/mine',
];

function nastyPaths(srv) {
  const audit = `${srv}/kube-apiserver/audit`;
  return [
    audit,
    `${audit}/policy.yaml`,
    `${audit}/policy.yaml/x`,
    `${audit}/policy.yaml/x/y`,
    `${audit}//policy.yaml`,
    `${audit}/policy-2.yaml`,
    `${audit}/webhook.yaml`,
    `${audit}/webhook.yaml/x`,
    `${audit}/other`,
    `${audit}-2`,
    `${srv}/kube-apiserver/audit-policy.yaml`,
    `${srv}/kube-apiserver/server.crt`,
    `${srv}/kube-apiserver/server.crt/x`,
    `${srv}/kube-apiserver/encryptionconfig.yaml`,
    `${srv}/kube-apiserver`,
    `${srv}/assets`,
    `${srv}/assets/a`,
    `${srv}/ca.crt`,
    `${srv}/kube-scheduler/mine`,
    `${srv}//ca.crt`,
    srv,
    '/srv',
    '/var/log',
    '/var/log/kube-audit',
    '/var/log/kube-audit/audit.log',
    '/var/log/kube-audit/audit.log/x',
    '/var/log/kube-audit/x',
    '/var/log/kube-audit-2',
    '/var/log/kube-apiserver.log',
    '/var/log/kube-apiserver.log/x',
    '/var/log/audit/audit.log',
    '/etc',
    '/etc/kubernetes',
    '/etc/kubernetes/audit',
    '/etc/kubernetes/audit/policy.yaml',
    '/etc/kubernetes/audit/policy.yaml/x',
    '/etc/kubernetes/cloud.config',
    '/etc/kubernetes/kops-controller',
    '/etc/kubernetes/kops-controller/mine',
    '/etc/kubernetes/kops-controller/sub/mine',
    '/etc/kubernetes/kube-apiserver-healthcheck/secrets/mine',
    '/etc/kubernetes/pki/etcd-manager-main/mine',
    '/etc/kubernetes/manifests',
    '/etc/kubernetes/manifests/kube-apiserver.manifest',
    '/etc/cni/net.d/mine.conf',
    '/etc/sysconfig/kubelet',
    '/etc/containerd/config.toml',
    '/var/lib/kubelet',
    '/var/lib/kubelet/mine',
    '/var/lib/kubelet/kubeconfig',
    '/var/lib/kube-scheduler/kubeconfig',
    '/home/kubernetes',
    '/home/kubernetes/bin/mine',
    '/usr/local/bin',
    '/opt/a',
    '/opt/a/b',
    '/opt/a//b',
    '/opt/a/../a/b',
    '/opt/a/b/c',
    '/opt/d/',
    'opt/a/b',
    '/tmp',
    '/',
  ];
}

/** One case: a Cluster with its instance groups, and what `enable` is asked for. */
export function assetSet(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const chance = (share) => random() < share;
  const image = pick(IMAGES);
  const srv = image.startsWith('cos') !== chance(0.1) ? '/etc/srv/kubernetes' : '/srv/kubernetes';
  const nasty = nastyPaths(srv);
  const asset = (name, bad) => ({
    name,
    ...(chance(0.08) ? {} : { path: chance(bad) ? pick(nasty) : pick(HARMLESS) }),
    ...roles(),
    ...content(),
    ...(chance(0.04) ? { mode: pick(['0440', '0644', 'rw', '0999']) } : {}),
  });
  const roles = () => {
    const list = pick(ROLES);
    return list === undefined ? {} : { roles: list };
  };
  const content = () => {
    if (chance(0.85)) return { content: pick(['x', 'x\n', POLICY]) };
    const padded = Buffer.from(pick(['abc', 'ab', POLICY])).toString('base64');
    return { content: chance(0.8) ? padded.replace(/=+$/, '') : padded, isBase64: true };
  };
  const several = (most, prefix, bad) => {
    const count = Math.floor(random() * (most + 1));
    return Array.from({ length: count }, (_, index) =>
      asset(pick([`${prefix}${index}`, 'audit-policy', 'audit-policy-3']), bad),
    );
  };
  const bad = pick([0.1, 0.2, 0.4]);
  const spec = { fileAssets: several(4, 'a', bad), kubeAPIServer: {} };
  if (chance(0.45)) auditing(spec, { pick, chance, srv, nasty });
  if (chance(0.1)) spec.encryptionConfig = true;
  const groups = [group('cp', 'Master', image, several(1, 'g', bad))];
  if (chance(0.3)) groups.push(group('api', 'APIServer', image, several(1, 'h', bad)));
  if (chance(0.7)) groups.push(group('nodes', 'Node', image, several(1, 'n', bad)));
  return { documents: [cluster(spec), ...groups], ask: request({ pick, chance, nasty }) };
}

/** Audit settings as somebody may have them, right or wrong. */
function auditing(spec, { pick, chance, srv, nasty }) {
  const directory = pick([`${srv}/kube-apiserver/audit`, '/etc/kubernetes/audit', `${srv}/kube-apiserver`, '/opt/a']);
  const file = chance(0.85) ? `${directory}/policy.yaml` : pick(nasty);
  const log = chance(0.7) ? '/var/log/kube-audit/audit.log' : pick(['-', '/var/log/audit.log', ...nasty]);
  const all = ['Master', 'ControlPlane', 'APIServer'];
  Object.assign(spec.kubeAPIServer, { auditPolicyFile: file, auditLogPath: log });
  if (chance(0.9)) {
    const wanted = chance(0.8) ? all : pick([['ControlPlane'], ['Master'], ['control-plane', 'master'], []]);
    spec.fileAssets.splice(chance(0.5) ? 0 : spec.fileAssets.length, 0, {
      name: 'audit-policy',
      path: file,
      content: POLICY,
      roles: wanted,
    });
  }
  if (!chance(0.2)) return;
  spec.kubeAPIServer.auditWebhookConfigFile = `${directory}/webhook.yaml`;
  spec.fileAssets.push({ name: 'hook', path: `${directory}/webhook.yaml`, content: WEBHOOK, roles: all });
}

function request({ pick, chance, nasty }) {
  return {
    ...(chance(0.5) ? { policy: pick(['gce', 'kops', 'metadata']) } : {}),
    ...(chance(0.12) ? { logPath: pick(nasty) } : {}),
    ...(chance(0.15) ? { webhook: true } : {}),
  };
}

function cluster(spec) {
  const etcd = (name) => ({
    name,
    provider: 'Manager',
    etcdMembers: [{ instanceGroup: 'cp', name: 'a' }],
    backups: { backupStore: `memfs://store/backups/${name}` },
  });
  return {
    apiVersion: 'kops.k8s.io/v1alpha2',
    kind: 'Cluster',
    metadata: { name: 'm.k8s.local', labels: { 'alpha.kops.k8s.io/cloud': 'metal' } },
    spec: {
      authorization: { rbac: {} },
      channel: 'stable',
      configBase: 'memfs://store/m.k8s.local',
      etcdClusters: [etcd('main'), etcd('events')],
      iam: {},
      kubelet: { anonymousAuth: false },
      kubernetesApiAccess: ['0.0.0.0/0'],
      kubernetesVersion: '1.35.0',
      masterPublicName: 'api.m.k8s.local',
      networkCIDR: '10.0.0.0/16',
      networking: { cni: {} },
      nonMasqueradeCIDR: '100.64.0.0/10',
      sshAccess: ['0.0.0.0/0'],
      subnets: [{ name: 'a', type: 'Public', zone: 'a', cidr: '10.0.0.0/19' }],
      topology: { dns: { type: 'None' } },
      ...spec,
    },
  };
}

function group(name, role, image, fileAssets) {
  return {
    apiVersion: 'kops.k8s.io/v1alpha2',
    kind: 'InstanceGroup',
    metadata: { name, labels: { 'kops.k8s.io/cluster': 'm.k8s.local' } },
    spec: { image, role, machineType: 'x', minSize: 1, maxSize: 1, subnets: ['a'], fileAssets },
  };
}

/** What of a Cluster decides whether its files can be written and found: all but the content of the files. */
export function placesOf({ spec }) {
  return {
    kubeAPIServer: spec.kubeAPIServer,
    fileAssets: spec.fileAssets.map(({ content: _content, ...asset }) => asset),
  };
}
