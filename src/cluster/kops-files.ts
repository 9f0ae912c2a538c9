import { isObject, type JsonObject } from '../json.ts';
import { srvDirectory, type Distribution, type GroupRole } from './groups.ts';

/** Logs that kOps makes on a control-plane node; an audit log must not be one of them. */
export const KOPS_LOGS: readonly string[] = inDirectory('/var/log', [
  'kube-apiserver.log',
  'kube-controller-manager.log',
  'kube-proxy.log',
  'kube-scheduler.log',
]);

/** Files nodeup writes, by the instances it writes them on; see `kopsPaths` for where the lists are from. */
const EVERYWHERE: readonly string[] = [
  ...inDirectory('/srv/kubernetes', ['ca.crt', 'kubelet-server.crt', 'kubelet-server.key']),
  ...inDirectory('/etc/kubernetes', ['cloud.config', 'manifests/kube-proxy.manifest']),
  ...inDirectory('/etc', ['containerd/config.toml', 'sysconfig/kubelet', 'sysctl.d/99-k8s-general.conf']),
  ...inDirectory('/var/lib', ['kube-proxy/kubeconfig', 'kubelet/kubeconfig', 'kubelet/kubelet.conf']),
  '/opt/cni/bin/loopback',
  '/opt/kops/bin/iptables-setup',
  '/var/log/kube-proxy.log',
];

/** The same, by the kind of image. */
const BY_IMAGE: Readonly<Record<'cos' | 'other', readonly string[]>> = {
  cos: inDirectory('/home/kubernetes/bin', ['crictl', 'kubelet', 'nerdctl']),
  other: [
    '/etc/crictl.yaml',
    '/etc/sysconfig/containerd',
    ...inDirectory('/usr', [
      'bin/containerd',
      'local/bin/crictl',
      'local/bin/kubelet',
      'local/bin/nerdctl',
      'sbin/runc',
    ]),
    ...inDirectory('/etc/logrotate.d', [
      'docker',
      'etcd',
      'etcd-events',
      'etcd-leases',
      'kube-addons',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-proxy',
      'kube-scheduler',
      'kubelet',
    ]),
  ],
};

const WITH_API_SERVER: readonly string[] = [
  ...inDirectory('/srv/kubernetes/kube-apiserver', [
    'apiserver-aggregator-ca.crt',
    'apiserver-aggregator.crt',
    'apiserver-aggregator.key',
    'etcd-ca.crt',
    'etcd-client.crt',
    'etcd-client.key',
    'known_tokens.csv',
    'kubelet-api.crt',
    'kubelet-api.key',
    'server.crt',
    'server.key',
    'service-account.key',
    'service-account.pub',
  ]),
  ...inDirectory('/etc/kubernetes/kube-apiserver-healthcheck/secrets', ['ca.crt', 'client.crt', 'client.key']),
  '/etc/kubernetes/manifests/kube-apiserver.manifest',
  '/var/lib/kubectl/kubeconfig',
  '/var/log/kube-apiserver.log',
];

const ON_CONTROL_PLANE: readonly string[] = [
  ...inDirectory('/srv/kubernetes/kube-controller-manager', [
    'ca.crt',
    'ca.key',
    'server.crt',
    'server.key',
    'service-account.key',
  ]),
  ...inDirectory('/srv/kubernetes/kube-scheduler', ['server.crt', 'server.key']),
  ...inDirectory('/etc/kubernetes/kops-controller', [
    'keypair-ids.yaml',
    'kops-controller.crt',
    'kops-controller.key',
    'kubernetes-ca.crt',
    'kubernetes-ca.key',
  ]),
  ...inDirectory('/etc/kubernetes/manifests', ['kube-controller-manager.manifest', 'kube-scheduler.manifest']),
  ...['main', 'events'].flatMap((etcd) =>
    inDirectory(`/etc/kubernetes/pki/etcd-manager-${etcd}`, [
      'etcd-clients-ca.crt',
      'etcd-clients-ca.key',
      'etcd-manager-ca.crt',
      'etcd-manager-ca.key',
      'etcd-peers-ca.crt',
      'etcd-peers-ca.key',
    ]),
  ),
  ...inDirectory('/var/lib', [
    'kops/kubeconfig',
    'kube-controller-manager/kubeconfig',
    'kube-scheduler/config.yaml',
    'kube-scheduler/kubeconfig',
  ]),
  '/var/log/kube-controller-manager.log',
  '/var/log/kube-scheduler.log',
];

/** Files of instances with an API server that depend on the Cluster (`kube_apiserver.go`, 1.36). */
const CONDITIONAL: readonly { path: string; when: (spec: JsonObject) => boolean }[] = [
  {
    path: '/srv/kubernetes/kube-apiserver/encryptionconfig.yaml',
    when: ({ encryptionConfig }) => encryptionConfig === true,
  },
  {
    path: '/etc/kubernetes/authn.config',
    when: ({ authentication: how }) => isObject(how) && ['aws', 'kopeio'].some((key) => isObject(how[key])),
  },
];

/** Directories that nodeup makes, or that every image has: no file can be written in their place. */
const DIRECTORIES: readonly string[] = [
  '/',
  '/srv/kubernetes/assets',
  '/etc/cni/net.d',
  '/etc/kubernetes/manifests',
  '/etc/systemd/system',
  ...'boot dev etc home media mnt opt proc root run srv sys tmp bin lib sbin'.split(' ').map((name) => `/${name}`),
  ...inDirectory('/usr', [
    'bin',
    'libexec',
    'local/bin',
    'sbin',
    'lib/systemd/system',
    'local/lib',
    'local/sbin',
    'share',
  ]),
  ...inDirectory('/var', ['cache', 'spool', 'tmp']),
];

const COS_DIRECTORIES: readonly string[] = [
  ...inDirectory('/home/kubernetes', ['bin', 'flexvolume']),
  ...inDirectory('/mnt/stateful_partition/opt', ['cni/bin', 'google/crash-reporter', 'kops/bin']),
];

/** A directory that nodeup adds as a task of its own: a file asset straight in it adds the same task once more. */
const CLAIMED = '/etc/kubernetes/kops-controller';

/** Directories kOps or the host's own services keep files in that are not all known by name: no place for a file of ours. */
const KOPS_TREES: readonly string[] = [
  ...inDirectory('/etc/kubernetes', ['kops-controller', 'kube-apiserver-healthcheck']),
  ...inDirectory('/srv/kubernetes', ['kube-controller-manager', 'kube-scheduler']),
  ...inDirectory('/etc', ['cni', 'containerd', 'logrotate.d', 'sysconfig', 'sysctl.d']),
  ...inDirectory('/var/lib', ['kops', 'kube-controller-manager', 'kube-proxy', 'kube-scheduler', 'kubectl', 'kubelet']),
  ...inDirectory('/opt', ['cni', 'kops']),
];

/** What nodeup puts on an instance besides file assets. */
export interface KopsPaths {
  files: readonly string[];
  directories: readonly string[];
  /** The directory no file asset may lie straight in; null: none. */
  claimed: string | null;
}

/**
 * The paths nodeup takes for itself on instances of a role: what its builders make of a Cluster, recorded from the model of
 * kOps 1.36.0 (`test/conformance/nodeup`) and compared with the files nodeup 1.32 wrote.
 *
 * @param spec that of the Cluster.
 */
export function kopsPaths(role: GroupRole, distribution: Distribution, spec: JsonObject): KopsPaths {
  const hasApiServer = role === 'ControlPlane' || role === 'APIServer';
  const isCos = distribution === 'cos';
  const files = [
    ...EVERYWHERE,
    ...BY_IMAGE[isCos ? 'cos' : 'other'],
    ...(hasApiServer ? WITH_API_SERVER : []),
    ...(hasApiServer ? CONDITIONAL.filter(({ when }) => when(spec)).map(({ path }) => path) : []),
    ...(role === 'ControlPlane' ? ON_CONTROL_PLANE : []),
  ];
  const directories = isCos ? [...DIRECTORIES, ...COS_DIRECTORIES] : DIRECTORIES;
  const here = (path: string): string => path.replace(/^\/srv\/kubernetes(?=\/)/, srvDirectory(distribution));
  return {
    files: files.map(here),
    directories: directories.map(here),
    claimed: role === 'ControlPlane' ? CLAIMED : null,
  };
}

/**
 * Whether kOps writes this very file on some instance.
 *
 * @param path absolute and clean; on Container-Optimized OS with `/etc/srv/kubernetes` turned to `/srv/kubernetes`.
 */
export function isKopsFile(path: string): boolean {
  return ALL_FILES.has(path);
}

/** Whether a file of ours would lie among those of kOps, or in the place of one of its directories. */
export function isAmongKopsFiles(path: string): boolean {
  return (
    ALL_DIRECTORIES.has(path) ||
    [path, ...directoriesOf(path)].some(isKopsFile) ||
    path.startsWith('/etc/kubernetes/pki/etcd-manager-') ||
    KOPS_TREES.some((tree) => isOrIsBelow(path, tree))
  );
}

const ALL_FILES: ReadonlySet<string> = new Set([
  ...[EVERYWHERE, BY_IMAGE.cos, BY_IMAGE.other, WITH_API_SERVER, ON_CONTROL_PLANE].flat(),
  '/etc/kubernetes/in-tree-cloud.config', // up to kOps 1.35
  ...CONDITIONAL.map(({ path }) => path),
]);
const ALL_DIRECTORIES: ReadonlySet<string> = new Set([
  ...DIRECTORIES,
  ...COS_DIRECTORIES,
  ...[...ALL_FILES].flatMap(directoriesOf),
]);

/** The directories a path lies in, the nearest first, `/` left out. The path absolute and clean. */
export function directoriesOf(path: string): string[] {
  const directories: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    directories.push(path.slice(0, end));
  return directories;
}

/** Whether a path is a directory, or lies in it. Both absolute and clean. */
export function isOrIsBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

function inDirectory(directory: string, names: string[]): string[] {
  return names.map((name) => `${directory}/${name}`);
}
