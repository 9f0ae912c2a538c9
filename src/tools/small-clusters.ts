import { posix } from 'node:path';
import { yamlText } from '../yaml/write-value.ts';
import { serverFlags, shellWord } from './server-flags.ts';
import { type Asked, POLICY_FILE, type Tool, WEBHOOK_FILE } from './tool.ts';

const MINIKUBE_FOLDER = '~/.minikube/files/etc/ssl/certs';

function minikubeFlags(asked: Asked): string {
  const lines = serverFlags(asked).map(
    ([name, value]) => `  --extra-config=${shellWord(`apiserver.${name}=${value}`)}`,
  );
  return ['minikube start', ...lines].join(' \\\n');
}

const MINIKUBE: Tool = {
  name: 'minikube',
  aliases: [],
  title: 'minikube',
  versions: { of: 'minikube', oldest: '1.30.0', newest: '1.38.0' },
  where: {
    policy: '/etc/ssl/certs/audit-policy.yaml',
    log: '-',
    webhook: '/etc/ssl/certs/audit-webhook.yaml',
  },
  form: 'shell',
  file: 'start.sh',
  refuses: ({ log }) =>
    log === null || log.path === '-'
      ? null
      : {
          message: `--log-path ${log.path} would be lost: minikube mounts no folder that the log can be written to`,
          hint: 'Leave it out: the log goes to the output of kube-apiserver.',
        },
  settings: (asked) => `${minikubeFlags(asked)}\n`,
  goes: ({ webhook }) => [
    { file: POLICY_FILE, to: `${MINIKUBE_FOLDER}/audit-policy.yaml` },
    ...(webhook === null ? [] : [{ file: WEBHOOK_FILE, to: `${MINIKUBE_FOLDER}/audit-webhook.yaml` }]),
    { file: 'start.sh', to: 'your shell' },
  ],
  apply: ({ webhook }) => [
    {
      says: 'First the files:',
      commands: [
        `install -D -m 600 ${POLICY_FILE} ${MINIKUBE_FOLDER}/audit-policy.yaml`,
        ...(webhook === null ? [] : [`install -D -m 600 ${WEBHOOK_FILE} ${MINIKUBE_FOLDER}/audit-webhook.yaml`]),
      ],
    },
    { says: 'Then start it anew:', commands: ['minikube stop', 'sh start.sh'] },
  ],
  verify: () => [
    {
      says: 'After:',
      commands: ["kubectl -n kube-system logs kube-apiserver-minikube | grep -m1 'audit.k8s.io/v1'"],
    },
  ],
  traps: [
    {
      id: 'this-folder-only',
      says: 'minikube adds no mounts. The policy must be in a folder that kube-apiserver has anyway, and /etc/ssl/certs is one; from any other the start fails with "no such file or directory".',
      how: 'read',
    },
    {
      id: 'log-is-cut',
      says: 'The log is mixed with what kube-apiserver says itself, and the kubelet cuts it by its own limits. Save it with `minikube logs` or `kubectl logs`.',
      how: 'read',
      when: ({ log }) => log !== null,
    },
    {
      id: 'replaces-extra-config',
      says: '--extra-config on a profile that is there replaces all that it had: repeat your others.',
      how: 'read',
    },
    { id: 'new-policy', says: 'A new policy needs the copy and the start again.', how: 'read' },
  ],
  sources: [
    { what: 'the folder of the policy', how: 'docs', from: "minikube's tutorial on audit policies; not run" },
    { what: 'what is mounted', how: 'read', from: 'minikube 1.38.1' },
    { what: 'the flags', how: 'run', from: 'kube-apiserver 1.36.3' },
  ],
};

const K0S: Tool = {
  name: 'k0s',
  aliases: ['k0sctl'],
  title: 'k0s',
  versions: { of: 'k0s', oldest: '1.25.0', newest: '1.36.0', isKubernetes: true },
  where: {
    policy: '/etc/k0s/audit-policy.yaml',
    log: '/var/log/k0s-audit/audit.log',
    webhook: '/etc/k0s/audit-webhook.yaml',
  },
  form: 'yaml',
  file: 'k0s.yaml',
  settings: (asked) =>
    yamlText({
      apiVersion: 'k0s.k0sproject.io/v1beta1',
      kind: 'ClusterConfig',
      spec: { api: { extraArgs: Object.fromEntries(serverFlags(asked)) } },
    }),
  goes: ({ policyAt, webhookAt, webhook }) => [
    { file: POLICY_FILE, to: `${policyAt} on every controller` },
    ...(webhook === null ? [] : [{ file: WEBHOOK_FILE, to: `${webhookAt} on every controller` }]),
    { file: 'k0s.yaml', to: 'spec.api of /etc/k0s/k0s.yaml on every controller' },
  ],
  apply: ({ log, policyAt, webhookAt, webhook }) => [
    {
      says: 'On every controller, one at a time; k0sctl puts the files there with spec.hosts[].files:',
      commands: [
        `sudo install -D -m 644 ${POLICY_FILE} ${policyAt}`,
        ...(webhook === null ? [] : [`sudo install -D -o kube-apiserver -m 400 ${WEBHOOK_FILE} ${webhookAt}`]),
        ...(log === null || log.path === '-'
          ? []
          : [`sudo install -d -o kube-apiserver -m 700 ${shellWord(posix.dirname(log.path))}`]),
        'sudo k0s config validate --config /etc/k0s/k0s.yaml',
        'sudo k0s stop && sudo k0s start',
      ],
    },
  ],
  verify: ({ log }) => [
    {
      says: 'On each controller:',
      commands:
        log === null || log.path === '-'
          ? ["sudo journalctl -u k0scontroller | grep -m1 'audit.k8s.io/v1'"]
          : [`sudo tail -n 1 ${shellWord(log.path)}`],
    },
  ],
  traps: [
    {
      id: 'own-user',
      says: 'kube-apiserver runs as the user kube-apiserver: a policy it cannot read, or a log folder it cannot write to, keeps it from starting.',
      how: 'read',
    },
    {
      id: 'not-dynamic',
      says: 'Dynamic configuration leaves spec.api alone: each controller needs the file and a restart.',
      how: 'docs',
    },
    {
      id: 'validate-is-not-enough',
      says: '`k0s config validate` does not know the flags of kube-apiserver.',
      how: 'read',
    },
    {
      id: 'texts',
      says: 'extraArgs is a map of texts: numbers need quotes.',
      how: 'read',
    },
  ],
  sources: [
    { what: 'the settings', how: 'read', from: 'k0s 1.36.3, and its documentation; not run' },
    { what: 'the flags in them', how: 'run', from: 'kube-apiserver 1.36.3' },
  ],
};

const MICROK8S_ARGS = '/var/snap/microk8s/current/args';

const MICROK8S: Tool = {
  name: 'microk8s',
  aliases: [],
  title: 'MicroK8s',
  versions: { of: 'MicroK8s', oldest: '1.25.0', newest: '1.36.0', isKubernetes: true },
  where: {
    policy: '${SNAP_DATA}/args/audit-policy.yaml',
    log: '${SNAP_COMMON}/var/log/audit/audit.log',
    webhook: '${SNAP_DATA}/args/audit-webhook.yaml',
  },
  form: 'arguments',
  file: 'audit-arguments',
  settings: (asked) =>
    serverFlags(asked)
      .map(([name, value]) => `--${name}=${value}\n`)
      .join(''),
  goes: ({ webhook }) => [
    { file: POLICY_FILE, to: `${MICROK8S_ARGS}/audit-policy.yaml on every control-plane node` },
    ...(webhook === null
      ? []
      : [{ file: WEBHOOK_FILE, to: `${MICROK8S_ARGS}/audit-webhook.yaml on every control-plane node` }]),
    { file: 'audit-arguments', to: `the end of ${MICROK8S_ARGS}/kube-apiserver` },
  ],
  apply: ({ webhook }) => [
    {
      says: 'On every control-plane node, one at a time:',
      commands: [
        `sudo install -m 600 ${POLICY_FILE} ${MICROK8S_ARGS}/audit-policy.yaml`,
        ...(webhook === null ? [] : [`sudo install -m 600 ${WEBHOOK_FILE} ${MICROK8S_ARGS}/audit-webhook.yaml`]),
        `sudo sed -i '/^--audit-/d' ${MICROK8S_ARGS}/kube-apiserver`,
        `sudo tee -a ${MICROK8S_ARGS}/kube-apiserver < audit-arguments`,
        'sudo snap restart microk8s.daemon-kubelite',
      ],
    },
  ],
  verify: ({ log }) => [
    {
      says: 'On each node:',
      commands:
        log === null || log.path === '-'
          ? ["sudo journalctl -u snap.microk8s.daemon-kubelite | grep -m1 'audit.k8s.io/v1'"]
          : [`sudo tail -n 1 ${shellWord(log.path.replace(/^\$\{SNAP_COMMON\}/, '/var/snap/microk8s/common'))}`],
    },
  ],
  traps: [
    {
      id: 'whole-node',
      says: 'kubelite is one process: a policy that is missing or refused stops the kubelet and the scheduler of the node as well.',
      how: 'read',
    },
    {
      id: 'twice',
      says: 'Appended a second time, the flags stand twice. So the sed before it takes out what is there.',
      how: 'read',
    },
    {
      id: 'cis-hardening',
      says: '`microk8s enable cis-hardening` overwrites args/audit-policy.yaml with a policy of its own, and keeps your flags.',
      how: 'read',
    },
    {
      id: 'strict-snap',
      says: 'A strictly confined snap cannot write to that folder. Keep the log below ${SNAP_COMMON}, which is /var/snap/microk8s/common.',
      how: 'unconfirmed',
      when: ({ log }) => log !== null && log.path !== '-' && !/^(?:\$\{SNAP_|\/var\/snap\/microk8s\/)/.test(log.path),
    },
  ],
  sources: [
    { what: 'the files', how: 'read', from: 'MicroK8s 1.36, with its cis-hardening addon; not run' },
    { what: 'the flags', how: 'run', from: 'kube-apiserver 1.36.3' },
  ],
};

/** Clusters of one or few machines. */
export const SMALL_CLUSTERS: readonly Tool[] = [MINIKUBE, K0S, MICROK8S];
