/** The JSON type of a key under `spec.kubeAPIServer`. */
export type KeyType = 'string' | 'integer' | 'boolean' | 'duration' | 'quantity';

export interface AuditKey {
  name: string;
  flag: string;
  type: KeyType;
}

/** The audit keys of kOps' KubeAPIServerConfig (`pkg/apis/kops/componentconfig.go`, the same from 1.19 to 1.37). */
export const AUDIT_KEYS: readonly AuditKey[] = [
  { name: 'auditDynamicConfiguration', flag: '--audit-dynamic-configuration', type: 'boolean' },
  { name: 'auditLogFormat', flag: '--audit-log-format', type: 'string' },
  { name: 'auditLogMaxAge', flag: '--audit-log-maxage', type: 'integer' },
  { name: 'auditLogMaxBackups', flag: '--audit-log-maxbackup', type: 'integer' },
  { name: 'auditLogMaxSize', flag: '--audit-log-maxsize', type: 'integer' },
  { name: 'auditLogPath', flag: '--audit-log-path', type: 'string' },
  { name: 'auditPolicyFile', flag: '--audit-policy-file', type: 'string' },
  { name: 'auditWebhookBatchBufferSize', flag: '--audit-webhook-batch-buffer-size', type: 'integer' },
  { name: 'auditWebhookBatchMaxSize', flag: '--audit-webhook-batch-max-size', type: 'integer' },
  { name: 'auditWebhookBatchMaxWait', flag: '--audit-webhook-batch-max-wait', type: 'duration' },
  { name: 'auditWebhookBatchThrottleBurst', flag: '--audit-webhook-batch-throttle-burst', type: 'integer' },
  { name: 'auditWebhookBatchThrottleEnable', flag: '--audit-webhook-batch-throttle-enable', type: 'boolean' },
  { name: 'auditWebhookBatchThrottleQps', flag: '--audit-webhook-batch-throttle-qps', type: 'quantity' },
  { name: 'auditWebhookConfigFile', flag: '--audit-webhook-config-file', type: 'string' },
  { name: 'auditWebhookInitialBackoff', flag: '--audit-webhook-initial-backoff', type: 'duration' },
  { name: 'auditWebhookMode', flag: '--audit-webhook-mode', type: 'string' },
];

/** Keys people write for kube-apiserver flags that kOps has no field for; it drops them without a word in every release. */
export const DROPPED_KEYS: readonly string[] = [
  'auditLogMode',
  'auditLogBatchBufferSize',
  'auditLogBatchMaxSize',
  'auditLogBatchMaxWait',
  'auditLogBatchThrottleBurst',
  'auditLogBatchThrottleEnable',
  'auditLogBatchThrottleQps',
  'auditLogCompress',
  'auditLogVersion',
  'auditLogTruncateEnabled',
  'auditLogTruncateMaxBatchSize',
  'auditLogTruncateMaxEventSize',
  'auditWebhookTruncateEnabled',
  'auditWebhookTruncateMaxBatchSize',
  'auditWebhookTruncateMaxEventSize',
  'auditWebhookVersion',
  'auditWebhookBatchInitialBackoff',
];
