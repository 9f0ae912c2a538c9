import { posix } from 'node:path';
import type { JsonObject } from '../json.ts';
import type { Asked } from './tool.ts';

/**
 * The flags of kube-apiserver that auditing consists of, in the order in which people write them. The three of rotation are always there:
 * their defaults changed in Kubernetes 1.36, and before it they kept every file (`pkg/server/options/audit.go` of k8s.io/apiserver).
 */
export function serverFlags(asked: Asked): [name: string, value: string][] {
  return [['audit-policy-file', asked.policyAt], ...logFlags(asked), ...webhookFlags(asked)];
}

/** Those of the log. */
function logFlags({ log }: Asked): [name: string, value: string][] {
  if (log === null) return [];
  return [['audit-log-path', log.path], ...rotationFlags({ log })];
}

/** Those of its rotation; none for stdout, which is not rotated. */
export function rotationFlags({ log }: Pick<Asked, 'log'>): [name: string, value: string][] {
  if (log === null || log.path === '-') return [];
  return [
    ['audit-log-maxage', String(log.maxAge)],
    ['audit-log-maxbackup', String(log.maxBackups)],
    ['audit-log-maxsize', String(log.maxSize)],
  ];
}

/** Those of the webhook. */
export function webhookFlags({ webhook, webhookAt }: Asked): [name: string, value: string][] {
  if (webhook === null) return [];
  const flags: [name: string, value: string | undefined][] = [
    ['audit-webhook-config-file', webhookAt],
    ['audit-webhook-mode', webhook.mode],
    ['audit-webhook-initial-backoff', webhook.initialBackoff],
  ];
  return flags.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
}

/** The folders that a static pod of kube-apiserver needs from its node, as kubeadm's `extraVolumes` has them. */
export function serverMounts({ policyAt, log }: Asked): JsonObject[] {
  const policy = posix.dirname(policyAt);
  return [
    { name: 'audit-policy', hostPath: policy, mountPath: policy, readOnly: true, pathType: 'Directory' },
    ...(log === null || log.path === '-' ? [] : [logMount(posix.dirname(log.path))]),
  ];
}

function logMount(folder: string): JsonObject {
  return { name: 'audit-log', hostPath: folder, mountPath: folder, pathType: 'DirectoryOrCreate' };
}

/** A word of a shell command. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
