import { posix } from 'node:path';
import { yamlText } from '../yaml/write-value.ts';
import { rotationFlags, serverFlags, shellWord, webhookFlags } from './server-flags.ts';
import { type Asked, type Destination, POLICY_FILE, type Step, type Tool, WEBHOOK_FILE } from './tool.ts';

function files(asked: Asked, settings: string): Destination[] {
  return [
    { file: POLICY_FILE, to: `${asked.policyAt} on every server` },
    ...(asked.webhook === null ? [] : [{ file: WEBHOOK_FILE, to: `${asked.webhookAt} on every server` }]),
    { file: '90-audit.yaml', to: `${settings} on every server` },
  ];
}

function install({ webhook, policyAt, webhookAt }: Asked, settings: string): string[] {
  return [
    `sudo install -D -m 600 ${POLICY_FILE} ${policyAt}`,
    ...(webhook === null ? [] : [`sudo install -D -m 600 ${WEBHOOK_FILE} ${webhookAt}`]),
    `sudo install -D -m 600 90-audit.yaml ${settings}`,
  ];
}

/** Values of `kube-apiserver-arg`: a list of `name=value`; with a `+` the files of the folder add to it. */
function argList(flags: readonly (readonly [string, string])[]): string[] {
  return flags.map(([name, value]) => `${name}=${value}`);
}

const K3S_FILE = '/etc/rancher/k3s/config.yaml.d/90-audit.yaml';

/** The commands of an installation that may have several servers: one after the other. */
function restart(unit: string): Step {
  return { says: 'Then, one server at a time:', commands: [`sudo systemctl restart ${unit}`] };
}

const K3S: Tool = {
  name: 'k3s',
  aliases: [],
  title: 'k3s',
  versions: { of: 'k3s', oldest: '1.25.0', newest: '1.36.0', isKubernetes: true },
  where: {
    policy: '/var/lib/rancher/k3s/server/audit.yaml',
    log: '/var/lib/rancher/k3s/server/logs/audit.log',
    webhook: '/var/lib/rancher/k3s/server/audit-webhook.yaml',
  },
  form: 'yaml',
  file: '90-audit.yaml',
  settings: (asked) => yamlText({ 'kube-apiserver-arg+': argList(serverFlags(asked)) }),
  goes: (asked) => files(asked, K3S_FILE),
  apply: (asked) => [
    {
      says: 'On every server:',
      commands: [
        ...(asked.log === null || asked.log.path === '-'
          ? []
          : [`sudo install -d -m 700 ${shellWord(posix.dirname(asked.log.path))}`]),
        ...install(asked, K3S_FILE),
      ],
    },
    restart('k3s'),
  ],
  verify: ({ log }) => [
    {
      says: 'On each server:',
      commands:
        log === null || log.path === '-'
          ? ["sudo journalctl -u k3s | grep -m1 'audit.k8s.io/v1'"]
          : [`sudo tail -n 1 ${shellWord(log.path)}`, 'sudo journalctl -u k3s | grep audit'],
    },
  ],
  traps: [
    {
      id: 'whole-node',
      says: 'kube-apiserver is a part of the k3s process: a policy that is missing or refused stops k3s on that server, and systemd starts it again and again. One server at a time.',
      how: 'read',
    },
    {
      id: 'plus',
      says: 'Without the + behind kube-apiserver-arg this list replaces that of the files before it; a later file without one replaces this list, and auditing is off.',
      how: 'docs',
    },
    {
      id: 'command-line-wins',
      says: 'Where k3s is started with --kube-apiserver-arg, the lists of all files are ignored. Look: systemctl cat k3s.',
      how: 'docs',
    },
    {
      id: 'selinux',
      says: 'With SELinux keep policy and log below /var/lib/rancher/k3s.',
      how: 'unconfirmed',
      when: ({ log }) => log !== null && log.path !== '-' && !log.path.startsWith('/var/lib/rancher/k3s/'),
    },
  ],
  sources: [
    { what: 'the settings', how: 'docs', from: "k3s' documentation of configuration files and of auditing; not run" },
    { what: 'the flags in them', how: 'run', from: 'kube-apiserver 1.36.3' },
  ],
};

const RKE2_FILE = '/etc/rancher/rke2/config.yaml.d/90-audit.yaml';
const RKE2_LOG = '/var/lib/rancher/rke2/server/logs/audit.log';

/** RKE2 gives the path of the log itself; a second flag of the same value would be a second mount. */
function rke2Flags(asked: Asked): [string, string][] {
  const { log } = asked;
  const path: [string, string][] = log === null || log.path === RKE2_LOG ? [] : [['audit-log-path', log.path]];
  return [...path, ...rotationFlags(asked), ...webhookFlags(asked)];
}

const RKE2: Tool = {
  name: 'rke2',
  aliases: [],
  title: 'RKE2',
  versions: { of: 'RKE2', oldest: '1.25.0', newest: '1.36.0', isKubernetes: true },
  where: {
    policy: '/etc/rancher/rke2/audit-policy.yaml',
    log: RKE2_LOG,
    webhook: '/etc/rancher/rke2/audit-webhook.yaml',
  },
  form: 'yaml',
  file: '90-audit.yaml',
  refuses: ({ log }) => {
    if (log === null)
      return {
        message: 'RKE2 always writes the log where a policy is given: --no-log has no effect there',
        hint: 'Leave --no-log out.',
      };
    if (posix.dirname(log.path) !== '/var/lib/rancher/rke2/server') return null;
    return {
      message: `--log-path ${log.path} does not work here: RKE2 mounts that folder already`,
      hint: `Leave it out: the log is ${RKE2_LOG}.`,
    };
  },
  settings: (asked) => {
    const flags = argList(rke2Flags(asked));
    return yamlText({
      'audit-policy-file': asked.policyAt,
      ...(flags.length === 0 ? {} : { 'kube-apiserver-arg+': flags }),
    });
  },
  goes: (asked) => files(asked, RKE2_FILE),
  apply: (asked) => [
    { says: 'On every server, the policy first:', commands: install(asked, RKE2_FILE) },
    restart('rke2-server'),
  ],
  verify: ({ policyAt, log }) => [
    {
      says: 'On each server; the policy must be yours, not level: None:',
      commands: [
        `sudo head -n 20 ${policyAt}`,
        log === null || log.path === '-'
          ? "kubectl -n kube-system logs -l component=kube-apiserver --tail=-1 | grep -m1 'audit.k8s.io/v1'"
          : `sudo tail -n 1 ${shellWord(log.path)}`,
      ],
    },
  ],
  traps: [
    {
      id: 'writes-level-none',
      says: 'Where the policy is missing, RKE2 writes one with level: None there and starts: nothing is logged, ever, and checks of the flags pass. So does profile: cis without a policy.',
      how: 'read',
    },
    {
      id: 'found-at-start',
      says: 'RKE2 mounts what an argument names only if it is there when it starts: the files first, then the restart.',
      how: 'read',
    },
    {
      id: 'own-log-path',
      says: 'The folder of another log path is mounted from April 2023 on (RKE2 1.24.13, 1.25.9, 1.26.4); before it that log is lost with the container.',
      how: 'read',
      when: ({ log }) => log !== null && log.path !== RKE2_LOG && log.path !== '-',
    },
    {
      id: 'selinux',
      says: 'With SELinux only /var/lib/rancher/rke2/server/logs is labelled for writing.',
      how: 'read',
      when: ({ log }) => log !== null && log.path !== '-' && posix.dirname(log.path) !== posix.dirname(RKE2_LOG),
    },
    {
      id: 'plus',
      says: 'Without the + behind kube-apiserver-arg this list replaces that of the files before it, and a later file without one replaces this.',
      how: 'docs',
    },
  ],
  sources: [
    { what: 'the settings', how: 'read', from: 'RKE2 1.36.4-rc: pkg/podexecutor; not run' },
    { what: 'the flags in them', how: 'run', from: 'kube-apiserver 1.36.3' },
  ],
};

/** What Rancher makes. */
export const RANCHER: readonly Tool[] = [K3S, RKE2];
