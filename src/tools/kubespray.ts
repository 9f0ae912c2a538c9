import { posix } from 'node:path';
import type { JsonObject } from '../json.ts';
import type { Policy, PolicyRule } from '../policy/types.ts';
import { yamlText } from '../yaml/write-value.ts';
import { clashingLog } from './kubeadm-family.ts';
import { plain } from './talos.ts';
import { shellWord } from './server-flags.ts';
import type { Asked, Tool } from './tool.ts';

/**
 * The rules with what stands at the top of the policy copied into each: kubespray's template has a place for rules only. A rule omits the
 * stages of both, and its own omitManagedFields wins (`k8s.io/apiserver/pkg/audit/policy/checker.go`).
 */
export function rulesAlone({ rules, omitStages = [], omitManagedFields }: Policy): PolicyRule[] {
  return rules.map((rule) => {
    const stages = [...new Set([...(rule.omitStages ?? []), ...omitStages])];
    const fields = rule.omitManagedFields ?? omitManagedFields;
    return {
      ...rule,
      ...(stages.length === 0 ? {} : { omitStages: stages }),
      ...(fields === undefined ? {} : { omitManagedFields: fields }),
    };
  });
}

function logVariables({ log }: Asked): JsonObject {
  if (log === null) return {};
  if (log.path === '-') return { audit_log_path: '-' };
  return {
    audit_log_path: log.path,
    audit_log_hostpath: posix.dirname(log.path),
    audit_log_maxage: log.maxAge,
    audit_log_maxbackups: log.maxBackups,
    audit_log_maxsize: log.maxSize,
  };
}

/** Keys of a cluster that its template can hold: it puts every value in quotes. */
const CLUSTER_KEYS = ['certificate-authority-data', 'tls-server-name'];

function webhookVariables({ webhook }: Asked): JsonObject {
  if (webhook === null) return {};
  const extra = Object.entries(webhook.cluster).filter(([key]) => CLUSTER_KEYS.includes(key));
  return {
    kubernetes_audit_webhook: true,
    audit_webhook_server_url: webhook.server,
    ...(extra.length === 0 ? {} : { audit_webhook_server_extra_args: Object.fromEntries(extra) }),
    ...(webhook.mode === undefined ? {} : { audit_webhook_mode: webhook.mode }),
  };
}

export const KUBESPRAY: Tool = {
  name: 'kubespray',
  aliases: [],
  title: 'kubespray',
  versions: { of: 'kubespray', oldest: '2.20.0', newest: '2.31.0' },
  where: {
    policy: '/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml',
    log: '/var/log/kubernetes/audit/audit.log',
    webhook: '/etc/kubernetes/audit-policy/apiserver-audit-webhook-config.yaml',
  },
  form: 'yaml',
  file: 'audit.yml',
  policyIn: 'settings',
  refuses: (asked) => {
    const { log, webhook } = asked;
    if (webhook?.hasUser)
      return {
        message: 'the webhook config has credentials, and kubespray writes a config of its own without any',
        hint: 'Give a webhook config without a user, or let the collector in by the network.',
      };
    if (webhook?.initialBackoff !== undefined)
      return {
        message: '--webhook-initial-backoff has no effect here: kubespray has no variable for it',
        hint: 'Leave it out, or put audit-webhook-initial-backoff into kube_kubeadm_apiserver_extra_args.',
      };
    if (log === null)
      return {
        message: '--no-log does not work here: kubernetes_audit turns the policy and the log on together',
        hint: 'Leave --no-log out.',
      };
    return clashingLog(asked);
  },
  settings: (asked) =>
    yamlText({
      kubernetes_audit: true,
      ...logVariables(asked),
      ...webhookVariables(asked),
      audit_policy_custom_rules: yamlText(rulesAlone(asked.policy.policy).map((rule) => plain(rule))),
    }),
  goes: () => [
    { file: 'audit.yml', to: 'group_vars/k8s_cluster/ of your inventory, as a file of its own; the policy is in it' },
  ],
  apply: () => [
    { says: 'A new cluster:', commands: ['ansible-playbook -i INVENTORY -b cluster.yml'] },
    {
      says: 'A cluster that runs:',
      commands: ['ansible-playbook -i INVENTORY -b cluster.yml -e upgrade_cluster_setup=true'],
    },
  ],
  verify: ({ log }) => [
    {
      says: 'Before:',
      commands: ['ansible-playbook -i INVENTORY -b cluster.yml --check --diff'],
    },
    {
      says: 'After, on each control-plane node:',
      commands: [
        'sudo grep audit /etc/kubernetes/manifests/kube-apiserver.yaml',
        ...(log === null || log.path === '-' ? [] : [`sudo tail -n 1 ${shellWord(log.path)}`]),
      ],
    },
  ],
  traps: [
    {
      id: 'rules-only',
      says: 'The variable holds rules only: what the policy says at its top (omitStages, omitManagedFields) is copied into every rule here. It replaces all rules that kubespray brings.',
      how: 'read',
    },
    {
      id: 'cluster-yml-alone',
      says: 'cluster.yml without upgrade_cluster_setup=true rewrites kubeadm-config.yaml and leaves kube-apiserver as it is, where auditing was off. A changed policy alone needs only cluster.yml.',
      how: 'read',
    },
    {
      id: 'path-on-the-node',
      says: 'audit_log_path is the path in the container; on the node the log is in audit_log_hostpath. Here both are the same folder.',
      how: 'read',
      when: ({ log }) => log !== null && log.path !== '-',
    },
    {
      id: 'backups-with-an-s',
      says: 'The variable is audit_log_maxbackups with an s; the flag of kube-apiserver has none.',
      how: 'read',
    },
    {
      id: 'braces',
      says: 'Ansible fills in what stands in {{ }} or {% %}, and this policy has such a text: put it between {% raw %} and {% endraw %}.',
      how: 'read',
      when: ({ policy }) => /\{\{|\{%|\{#/.test(JSON.stringify(policy.policy)),
    },
    {
      id: 'webhook-ca-file',
      says: 'A certificate-authority that is a file is left out: give certificate-authority-data.',
      how: 'read',
      when: ({ webhook }) => webhook !== null && 'certificate-authority' in webhook.cluster,
    },
  ],
  sources: [
    { what: 'the variables', how: 'read', from: 'kubespray 2.31.0: roles/kubernetes/control-plane; not run' },
    { what: 'the rules', how: 'run', from: 'kube-apiserver 1.36.3, with the policy that its template makes of them' },
  ],
};
