import { posix } from 'node:path';
import { compareVersions } from '../cluster/release.ts';
import type { JsonObject } from '../json.ts';
import { sha256 } from '../sha256.ts';
import { yamlText } from '../yaml/write-value.ts';
import { serverFlags, serverMounts, shellWord } from './server-flags.ts';
import { type Asked, type Destination, POLICY_FILE, type Step, type Tool, WEBHOOK_FILE } from './tool.ts';

const WHERE = {
  policy: '/etc/kubernetes/audit/policy.yaml',
  log: '/var/log/kubernetes/audit/audit.log',
  webhook: '/etc/kubernetes/audit/webhook.yaml',
} as const;

/** What kubeadm mounts into kube-apiserver on its own (`cmd/kubeadm/app/phases/controlplane/volumes.go`, Kubernetes 1.36). */
const MOUNTED = [
  '/etc/kubernetes/pki',
  '/etc/ssl/certs',
  '/etc/ca-certificates',
  '/usr/share/ca-certificates',
  '/usr/local/share/ca-certificates',
  '/etc/pki/ca-trust',
  '/etc/pki/tls/certs',
] as const;

/** The folder of the log is a mount: it must not be, hold or lie in one that is there. */
export function clashingLog({ log, policyAt }: Asked): { message: string; hint: string } | null {
  if (log === null || log.path === '-') return null;
  const folder = posix.dirname(posix.normalize(log.path));
  const clash = [posix.dirname(policyAt), ...MOUNTED].find(
    (mount) => isWithin(folder, mount) || isWithin(mount, folder),
  );
  if (clash === undefined) return null;
  return {
    message: `--log-path ${log.path} does not work here: ${clash} is mounted into kube-apiserver as well`,
    hint: `Give the log a folder of its own, such as ${WHERE.log}.`,
  };
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function isBefore(version: string | null, release: string): boolean {
  return version !== null && compareVersions(version, release) < 0;
}

/** `extraArgs` is a list since v1beta4, with text for values; before it a map (`cmd/kubeadm/app/apis/kubeadm`). */
function argsList(asked: Asked): JsonObject[] {
  return serverFlags(asked).map(([name, value]) => ({ name, value }));
}

function argsMap(asked: Asked): JsonObject {
  return Object.fromEntries(serverFlags(asked));
}

function copies({ webhook, policyAt, webhookAt }: Asked): string[] {
  return [
    `sudo install -D -m 600 ${POLICY_FILE} ${policyAt}`,
    ...(webhook === null ? [] : [`sudo install -D -m 600 ${WEBHOOK_FILE} ${webhookAt}`]),
  ];
}

function nodeFiles({ webhook, policyAt, webhookAt }: Asked): Destination[] {
  const where = 'on every control-plane node';
  return [
    { file: POLICY_FILE, to: `${policyAt} ${where}` },
    ...(webhook === null ? [] : [{ file: WEBHOOK_FILE, to: `${webhookAt} ${where}` }]),
  ];
}

/** The last line of the log, or what of it is in the container's output. */
function lastEvent({ log }: Asked): string[] {
  if (log === null) return [];
  return log.path === '-'
    ? ["sudo crictl logs --tail 1000 $(sudo crictl ps -q --name kube-apiserver) 2>&1 | grep -m1 'audit.k8s.io/v1'"]
    : [`sudo tail -n 1 ${shellWord(log.path)}`];
}

const KUBEADM: Tool = {
  name: 'kubeadm',
  aliases: [],
  title: 'kubeadm',
  versions: { of: 'kubeadm', oldest: '1.22.0', newest: '1.37.0', isKubernetes: true },
  where: WHERE,
  form: 'yaml',
  file: 'kubeadm.yaml',
  refuses: clashingLog,
  settings: (asked) =>
    yamlText({
      apiVersion: `kubeadm.k8s.io/${isBefore(asked.toolVersion, '1.31.0') ? 'v1beta3' : 'v1beta4'}`,
      kind: 'ClusterConfiguration',
      apiServer: {
        extraArgs: isBefore(asked.toolVersion, '1.31.0') ? argsMap(asked) : argsList(asked),
        extraVolumes: serverMounts(asked),
      },
    }),
  goes: (asked) => [
    ...nodeFiles(asked),
    { file: 'kubeadm.yaml', to: 'the ClusterConfiguration of your kubeadm configuration' },
  ],
  apply: (asked) => [
    {
      says: 'On every control-plane node, before kubeadm init and before each kubeadm join --control-plane:',
      commands: copies(asked),
    },
    { says: 'A new cluster, on its first node:', commands: ['sudo kubeadm init --config kubeadm.yaml'] },
    {
      says: 'A cluster that runs: put the settings into the configuration that it has, and store that, once:',
      commands: [
        "kubectl -n kube-system get cm kubeadm-config -o jsonpath='{.data.ClusterConfiguration}' > now.yaml",
        'sudo kubeadm init phase upload-config kubeadm --config kubeadm.yaml',
      ],
    },
    {
      says: 'Then on each control-plane node, one at a time, with an InitConfiguration in that file whose localAPIEndpoint is that node:',
      commands: ['sudo kubeadm init phase control-plane apiserver --config kubeadm.yaml'],
    },
  ],
  verify: (asked) => [
    {
      says: 'Before: what kubeadm would write, without touching the node:',
      commands: [
        'mkdir -p check && sudo env KUBEADM_INIT_DRYRUN_DIR="$PWD/check" kubeadm init phase control-plane apiserver --dry-run --config kubeadm.yaml',
        'sudo grep audit check/kube-apiserver.yaml',
      ],
    },
    { says: 'After, on each node:', commands: ['sudo crictl ps --name kube-apiserver', ...lastEvent(asked)] },
  ],
  traps: [
    {
      id: 'one-node-at-a-time',
      says: 'The policy must be on a node before the settings. Where its folder is missing the pod does not start, and without the file kube-apiserver ends at once. Do one node, see it come back, then the next.',
      how: 'read',
    },
    {
      id: 'own-address',
      says: 'Without the localAPIEndpoint of the node, the phase writes --advertise-address of another one into its manifest.',
      how: 'run',
    },
    {
      id: 'validate-is-not-enough',
      says: '`kubeadm config validate` checks types and unknown keys only: a misspelt flag, two mounts of one path, or a policy outside of every mount pass it, and the API server does not come back. Check the file with `kops-audit lint` as well.',
      how: 'run',
    },
    {
      id: 'same-name',
      says: 'An extra volume with the name of one of kubeadm (k8s-certs, ca-certs, …) replaces it; of two with one name the last one stays. Nothing is said.',
      how: 'run',
    },
    {
      id: 'policy-alone',
      says: 'A changed policy alone restarts nothing: the manifest is the same. Move /etc/kubernetes/manifests/kube-apiserver.yaml out of the folder, wait until the pod is gone, and move it back; one node at a time.',
      how: 'read',
    },
    {
      id: 'hand-edits',
      says: 'What is edited in /etc/kubernetes/manifests by hand is lost at `kubeadm upgrade`: the settings belong into the stored configuration.',
      how: 'docs',
    },
    {
      id: 'v1beta3-ends',
      says: 'This is v1beta3, where extraArgs is a map. kubeadm 1.31 and later takes v1beta4, with a list; kubeadm 1.37 refuses v1beta3. `kubeadm config migrate` rewrites it.',
      how: 'run',
      when: ({ toolVersion }) => isBefore(toolVersion, '1.31.0'),
    },
    {
      id: 'older-than-v1beta4',
      says: 'This is v1beta4, which kubeadm has from 1.31 on. For an older one add --kubernetes-version.',
      how: 'read',
      when: ({ toolVersion }) => toolVersion === null,
    },
  ],
  sources: [
    {
      what: 'v1beta4, from 1.31 on',
      how: 'run',
      from: 'kubeadm 1.36.3: config validate, and the static pod that it writes',
    },
    {
      what: 'v1beta3, before 1.31',
      how: 'run',
      from: 'kubeadm 1.36.3, which still takes it; older releases were read',
    },
    {
      what: 'the static pod',
      how: 'run',
      from: "the kubelet's own validation, and kube-apiserver 1.36.3 with its flags",
    },
    { what: '1.37 refuses v1beta3', how: 'run', from: 'kubeadm 1.37.2' },
    { what: 'the commands for a cluster that runs', how: 'read', from: "kubeadm's phases, 1.36" },
  ],
};

/** kind converts a map without an apiVersion for every node image; a patch with one is ignored where the image has another. */
function kindPatch(asked: Asked): string {
  return yamlText({
    kind: 'ClusterConfiguration',
    apiServer: { extraArgs: argsMap(asked), extraVolumes: serverMounts(asked) },
  });
}

const KIND: Tool = {
  name: 'kind',
  aliases: [],
  title: 'kind',
  versions: { of: 'kind', oldest: '0.20.0', newest: '0.33.0' },
  where: WHERE,
  form: 'yaml',
  file: 'kind.yaml',
  refuses: clashingLog,
  settings: (asked) =>
    yamlText({
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      nodes: [
        {
          role: 'control-plane',
          extraMounts: [
            { hostPath: `./${POLICY_FILE}`, containerPath: asked.policyAt, readOnly: true },
            ...(asked.webhook === null
              ? []
              : [{ hostPath: `./${WEBHOOK_FILE}`, containerPath: asked.webhookAt, readOnly: true }]),
          ],
          kubeadmConfigPatches: [kindPatch(asked)],
        },
      ],
    }),
  goes: ({ webhook }) => [
    { file: POLICY_FILE, to: 'the folder in which you run kind' },
    ...(webhook === null ? [] : [{ file: WEBHOOK_FILE, to: 'the same folder' }]),
    { file: 'kind.yaml', to: 'the same folder; or into the configuration that you have' },
  ],
  apply: () => [
    { says: 'In the folder with these files:', commands: ['kind create cluster --config kind.yaml'] },
    {
      says: 'A cluster that runs cannot take it. Delete it and create it again:',
      commands: ['kind delete cluster'],
    },
  ],
  verify: ({ log }) => [
    {
      says: 'After:',
      commands: [
        ...(log === null ? ['docker exec kind-control-plane crictl ps --name kube-apiserver'] : []),
        ...(log === null || log.path === '-'
          ? []
          : [`docker exec kind-control-plane tail -n 1 ${shellWord(log.path)}`]),
        ...(log?.path === '-'
          ? ["kubectl -n kube-system logs kube-apiserver-kind-control-plane | grep -m1 'audit.k8s.io/v1'"]
          : []),
      ],
    },
  ],
  traps: [
    {
      id: 'no-api-version',
      says: 'Leave the patch without apiVersion, and extraArgs a map: so it works with every node image. With kubeadm.k8s.io/v1beta3 it is ignored from image 1.36 on, with v1beta4 before it, and nothing is said.',
      how: 'run',
    },
    {
      id: 'every-control-plane',
      says: 'Every node with role control-plane needs the extraMounts.',
      how: 'read',
    },
    {
      id: 'quotes',
      says: 'Numbers in extraArgs need quotes: kubeadm refuses them otherwise, and only inside of the node.',
      how: 'run',
    },
    {
      id: 'both-in-one-patch',
      says: 'Keep extraVolumes in this one patch: those of a node replace those of the whole cluster, while extraArgs are merged.',
      how: 'run',
    },
    {
      id: 'file-must-be-there',
      says: 'Where policy.yaml is missing, docker makes a folder of that name, and kube-apiserver does not start.',
      how: 'unconfirmed',
    },
    {
      id: 'log-goes-with-the-cluster',
      says: 'The log is inside the node: `kind delete cluster` deletes it. Copy it out first.',
      how: 'read',
      when: ({ log }) => log !== null,
    },
    {
      id: 'webhook-from-a-container',
      says: 'In the webhook config, localhost is the node, not your machine.',
      how: 'read',
      when: ({ webhook }) => webhook !== null && /localhost|127\.0\.0\.1|\[::1\]/.test(webhook.server),
    },
  ],
  sources: [
    {
      what: 'the patch',
      how: 'run',
      from: "kind 0.33's own code, with kubeadm 1.36.3 on what it made; images 1.35 to 1.37",
    },
    { what: 'the patch as kubeadm gets it', how: 'run', from: 'kubeadm 1.36.3: config validate' },
    { what: 'a cluster of containers', how: 'read', from: 'not run: there was no docker' },
  ],
};

/** So many characters a file may have in the bootstrap configuration of Cluster API, from 1.10 on. */
const MAX_INLINE = 10_240;

function secretNames({ policy, webhook }: Asked): { policy: string | null; webhook: string | null } {
  const isInline = Array.from(policy.text).length <= MAX_INLINE;
  return {
    policy: isInline ? null : `audit-policy-${sha256(policy.text).slice(0, 8)}`,
    webhook: webhook === null ? null : `audit-webhook-${webhook.digest}`,
  };
}

function machineFile(path: string, content: JsonObject): JsonObject {
  return { path, owner: 'root:root', permissions: '0600', ...content };
}

function machineFiles(asked: Asked): JsonObject[] {
  const { policy, webhook } = secretNames(asked);
  const from = (name: string, key: string): JsonObject => ({ contentFrom: { secret: { name, key } } });
  return [
    machineFile(asked.policyAt, policy === null ? { content: asked.policy.text } : from(policy, POLICY_FILE)),
    ...(webhook === null ? [] : [machineFile(asked.webhookAt, from(webhook, WEBHOOK_FILE))]),
  ];
}

function secretStep(asked: Asked): Step[] {
  const { policy, webhook } = secretNames(asked);
  const create = (name: string, file: string): string =>
    `kubectl -n NAMESPACE create secret generic ${name} --from-file=${file}`;
  const commands = [
    ...(policy === null ? [] : [create(policy, POLICY_FILE)]),
    ...(webhook === null ? [] : [create(webhook, WEBHOOK_FILE)]),
  ];
  return commands.length === 0 ? [] : [{ says: 'First, beside the control plane object:', commands }];
}

const CLUSTER_API: Tool = {
  name: 'cluster-api',
  aliases: ['capi', 'kubeadmcontrolplane'],
  title: 'Cluster API (KubeadmControlPlane)',
  versions: { of: 'Cluster API', oldest: '1.5.0', newest: '1.14.0' },
  where: WHERE,
  form: 'yaml',
  file: 'control-plane.yaml',
  refuses: clashingLog,
  settings: (asked) =>
    yamlText({
      apiVersion: `controlplane.cluster.x-k8s.io/${isBefore(asked.toolVersion, '1.11.0') ? 'v1beta1' : 'v1beta2'}`,
      kind: 'KubeadmControlPlane',
      spec: {
        kubeadmConfigSpec: {
          files: machineFiles(asked),
          clusterConfiguration: {
            apiServer: {
              extraArgs: isBefore(asked.toolVersion, '1.11.0') ? argsMap(asked) : argsList(asked),
              extraVolumes: serverMounts(asked),
            },
          },
        },
      },
    }),
  goes: (asked) => {
    const { policy, webhook } = secretNames(asked);
    return [
      { file: POLICY_FILE, to: policy === null ? 'inside of the settings' : `the Secret ${policy}` },
      ...(webhook === null ? [] : [{ file: WEBHOOK_FILE, to: `the Secret ${webhook}` }]),
      { file: 'control-plane.yaml', to: 'the spec of your KubeadmControlPlane, or the template of its ClusterClass' },
    ];
  },
  apply: (asked) => [
    ...secretStep(asked),
    {
      says: 'Put the settings into the object that you have: lists are replaced as a whole by a merge patch. Then:',
      commands: ['kubectl -n NAMESPACE apply -f YOUR-CONTROL-PLANE.yaml'],
    },
  ],
  verify: (asked) => [
    {
      says: 'The control-plane machines are replaced, one by one; wait for it, then on a new one:',
      commands: ['kubectl -n NAMESPACE get kubeadmcontrolplane', ...lastEvent(asked)],
    },
  ],
  traps: [
    {
      id: 'machines-are-replaced',
      says: 'Every control-plane machine is replaced by a new one, and its log goes with it.',
      how: 'read',
    },
    {
      id: 'too-large-to-inline',
      says: 'The policy has more than 10,240 characters, which Cluster API 1.10 and later refuses inside of the object: so it is in a Secret.',
      how: 'read',
      when: (asked) => secretNames(asked).policy !== null,
    },
    {
      id: 'secret-alone',
      says: 'A change of a Secret alone replaces no machine: its name has a part of the hash of what it holds, so that another content is another name.',
      how: 'unconfirmed',
      when: (asked) => Object.values(secretNames(asked)).some((name) => name !== null),
    },
    {
      id: 'content-format',
      says: 'Leave contentFormat out: Template would fill in what stands in {{ }}.',
      how: 'read',
      when: ({ policy }) => policy.text.includes('{{'),
    },
    {
      id: 'v1beta1-ends',
      says: 'This is v1beta1, where extraArgs is a map. Cluster API 1.11 and later has v1beta2, with a list, and 1.16 is to serve v1beta1 no longer.',
      how: 'read',
      when: ({ toolVersion }) => isBefore(toolVersion, '1.11.0'),
    },
    {
      id: 'older-than-v1beta2',
      says: 'This is v1beta2, which Cluster API has from 1.11 on. For an older one add --tool-version.',
      how: 'read',
      when: ({ toolVersion }) => toolVersion === null,
    },
    {
      id: 'long-argument',
      says: 'Cluster API refuses an argument of more than 1,024 characters.',
      how: 'read',
      when: (asked) => serverFlags(asked).some(([, value]) => value.length > 1024),
    },
  ],
  sources: [
    { what: 'the object', how: 'read', from: 'Cluster API 1.14.0-rc: its types and their limits; not run' },
    { what: 'what kubeadm makes of it', how: 'run', from: 'kubeadm 1.36.3: the same clusterConfiguration validated' },
  ],
};

/** kubeadm, and what hands its configuration on to it. */
export const KUBEADM_FAMILY: readonly Tool[] = [KUBEADM, KIND, CLUSTER_API];
