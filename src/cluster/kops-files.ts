/** Logs that kOps makes on a control-plane node; an audit log must not be one of them. */
export const KOPS_LOGS: readonly string[] = inDirectory('/var/log', [
  'kube-apiserver.log',
  'kube-controller-manager.log',
  'kube-proxy.log',
  'kube-scheduler.log',
]);

/** Directories that nodeup makes as a task of its own: every file in them clashes. */
const OWNED_TREES: readonly string[] = [
  '/etc/kubernetes/kops-controller',
  '/etc/kubernetes/kube-apiserver-healthcheck',
];

/** Single files nodeup writes on a control-plane node; see `isKopsFile` for where the list is from. */
const OWNED_FILES: readonly string[] = [
  ...inDirectory('/srv/kubernetes', ['ca.crt', 'kubelet-server.crt', 'kubelet-server.key']),
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
  ...inDirectory('/srv/kubernetes/kube-controller-manager', [
    'ca.crt',
    'ca.key',
    'server.crt',
    'server.key',
    'service-account.key',
  ]),
  ...inDirectory('/srv/kubernetes/kube-scheduler', ['server.crt', 'server.key']),
  ...inDirectory('/etc/kubernetes', ['cloud.config', 'in-tree-cloud.config', 'authn.config']),
  ...inDirectory('/etc/kubernetes/manifests', [
    'kube-apiserver.manifest',
    'kube-controller-manager.manifest',
    'kube-scheduler.manifest',
  ]),
  ...inDirectory('/etc', ['containerd/config.toml', 'crictl.yaml', 'sysctl.d/99-k8s-general.conf']),
  ...inDirectory('/var/lib', [
    'kube-controller-manager/kubeconfig',
    'kube-scheduler/config.yaml',
    'kube-scheduler/kubeconfig',
    'kubectl/kubeconfig',
    'kubelet/kubeconfig',
  ]),
  ...KOPS_LOGS,
];

/** Written only where the Cluster has `encryptionConfig: true`. */
const ENCRYPTION_FILE = '/srv/kubernetes/kube-apiserver/encryptionconfig.yaml';

/** Directories kOps or the host's own services keep files in that are not all known by name: no place for a file of ours. */
const KOPS_TREES: readonly string[] = [
  ...OWNED_TREES,
  ...inDirectory('/srv/kubernetes', ['kube-controller-manager', 'kube-scheduler']),
  ...inDirectory('/etc', ['cni', 'containerd', 'logrotate.d', 'sysconfig', 'sysctl.d']),
  ...inDirectory('/var/lib', ['kops', 'kube-controller-manager', 'kube-proxy', 'kube-scheduler', 'kubectl', 'kubelet']),
  ...inDirectory('/opt', ['cni', 'kops']),
];

/**
 * Whether kOps itself is sure to write this file on a control-plane node, or needs it to be a file (a path below one clashes too).
 * Such a file asset makes nodeup end with "duplicate tasks" at each run: the node never joins.
 * From kOps' `upup/pkg/fi/task.go` (AddTask), `nodeup/pkg/model/tests/golden/minimal` and the files nodeup 1.32 and 1.36 wrote.
 *
 * @param path an absolute clean path; on Container-Optimized OS give it with `/etc/srv/kubernetes` turned to `/srv/kubernetes`.
 * @param encrypted whether the Cluster has `encryptionConfig: true`.
 */
export function isKopsFile(path: string, encrypted: boolean): boolean {
  return [...OWNED_FILES, ...OWNED_TREES, ...(encrypted ? [ENCRYPTION_FILE] : [])].some((owner) =>
    isOrIsBelow(path, owner),
  );
}

/** Whether a file of ours would lie among those of kOps: stricter than `isKopsFile`, for paths that are free to choose. */
export function isAmongKopsFiles(path: string): boolean {
  return (
    isKopsFile(path, true) ||
    path.startsWith('/etc/kubernetes/pki/etcd-manager-') ||
    KOPS_TREES.some((tree) => isOrIsBelow(path, tree))
  );
}

/** Whether a path is a directory, or lies in it. Both absolute and clean. */
export function isOrIsBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

function inDirectory(directory: string, names: string[]): string[] {
  return names.map((name) => `${directory}/${name}`);
}
