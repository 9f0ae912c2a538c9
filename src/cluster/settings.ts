import type { Json } from '../json.ts';
import type { AuditKeyName, AuditSettings } from './audit-keys.ts';
import { LOG_DEFAULTS, type EnableOptions } from './options.ts';
import type { ChosenPaths } from './paths.ts';
import { compareVersions } from './release.ts';

/** Where the value of a setting comes from. */
type SettingOrigin = 'kept' | 'flag' | 'default' | 'moved' | 'removed';

/** One key under `spec.kubeAPIServer`: `value` null takes it out, `before` null means that it was not there. */
export interface PlannedSetting {
  key: AuditKeyName;
  before: Json;
  value: Json;
  origin: SettingOrigin;
}

/** The audit settings as they shall be: a flag wins, then what the spec has, then the default. */
export function planSettings(present: AuditSettings, options: EnableOptions, paths: ChosenPaths): PlannedSetting[] {
  const file = (key: AuditKeyName, value: string | null): PlannedSetting => pathSetting(present, key, value);
  return [
    ...logSettings(present, options, paths),
    file('auditPolicyFile', paths.policyFile),
    ...(paths.webhook === null ? [] : webhookSettings(present, options, paths.webhook.file)),
  ].filter(({ before, value }) => before !== null || value !== null);
}

function logSettings(present: AuditSettings, options: EnableOptions, paths: ChosenPaths): PlannedSetting[] {
  if (paths.logPath === null) {
    return options.noLog
      ? LOG_KEYS.map((key) => ({ key, before: present[key] ?? null, value: null, origin: 'removed' as const }))
      : [];
  }
  const path =
    options.logPath === undefined
      ? pathSetting(present, 'auditLogPath', paths.logPath)
      : setting(present, 'auditLogPath', options.logPath, null);
  return [
    setting(present, 'auditLogMaxAge', options.logMaxAge, LOG_DEFAULTS.auditLogMaxAge),
    setting(present, 'auditLogMaxBackups', options.logMaxBackups, LOG_DEFAULTS.auditLogMaxBackups),
    setting(present, 'auditLogMaxSize', options.logMaxSize, LOG_DEFAULTS.auditLogMaxSize),
    path,
  ];
}

/** The keys that mean something with a log only. */
const LOG_KEYS = ['auditLogPath', 'auditLogMaxAge', 'auditLogMaxBackups', 'auditLogMaxSize', 'auditLogFormat'] as const;

function webhookSettings(present: AuditSettings, { webhook }: EnableOptions, file: string): PlannedSetting[] {
  return [
    pathSetting(present, 'auditWebhookConfigFile', file),
    setting(present, 'auditWebhookInitialBackoff', webhook.initialBackoff, null),
    setting(present, 'auditWebhookMode', webhook.mode, null),
  ];
}

function setting(present: AuditSettings, key: AuditKeyName, flag: Json | undefined, fallback: Json): PlannedSetting {
  const before = present[key] ?? null;
  if (flag !== undefined) return { key, before, value: flag, origin: 'flag' };
  return before === null
    ? { key, before, value: fallback, origin: 'default' }
    : { key, before, value: before, origin: 'kept' };
}

function pathSetting(present: AuditSettings, key: AuditKeyName, value: Json): PlannedSetting {
  const before = present[key] ?? null;
  if (before === value) return { key, before, value, origin: 'kept' };
  return { key, before, value, origin: before === null || before === '' ? 'default' : 'moved' };
}

/** The most the audit log of one API server can take on disk. */
export interface DiskBound {
  /** Mebibytes; null: nothing bounds it, or there is no log file. */
  mebibytes: number | null;
  /** Why there is no bound; null where there is one, or no log file. */
  unbounded: string | null;
  /** The setting that would be one. */
  unboundedBy: 'auditLogMaxBackups' | 'auditLogMaxSize' | null;
}

/**
 * The disk a log takes at worst: max size × (backups + 1). kube-apiserver's own rules for 0
 * (`pkg/server/options/audit.go`, k8s.io/apiserver 0.35 and 0.36): no backups means all are kept; no size means
 * 100 MiB until Kubernetes 1.35, no rotation from 1.36.
 *
 * @param settings the audit settings as they shall be.
 * @param kubernetesVersion as `readKubernetesVersion` gives it; null is taken for the one with which it takes most.
 */
export function worstCaseDisk(settings: AuditSettings, kubernetesVersion: string | null): DiskBound {
  const { auditLogPath } = settings;
  if (!auditLogPath || auditLogPath === '-') return bounded(null);
  const isBefore136 = kubernetesVersion === null ? [true, false] : [compareVersions(kubernetesVersion, '1.36.0') < 0];
  const bounds = isBefore136.map((before136) => boundOf(settings, before136));
  const unbounded = bounds.find(({ unboundedBy }) => unboundedBy !== null);
  return unbounded ?? bounded(Math.max(...bounds.map(({ mebibytes }) => mebibytes ?? 0)));
}

function boundOf({ auditLogMaxBackups, auditLogMaxSize }: AuditSettings, before136: boolean): DiskBound {
  const backups = auditLogMaxBackups ?? (before136 ? 0 : 100);
  const size = (auditLogMaxSize ?? (before136 ? 0 : 100)) || (before136 ? 100 : 0);
  if (size === 0) {
    const unbounded = 'auditLogMaxSize 0 turns rotation off from Kubernetes 1.36 on';
    return { mebibytes: null, unbounded, unboundedBy: 'auditLogMaxSize' };
  }
  if (backups > 0) return bounded(size * (backups + 1));
  const unbounded =
    auditLogMaxBackups !== undefined
      ? 'auditLogMaxBackups 0 keeps every rotated file'
      : 'auditLogMaxBackups is not set, which keeps every rotated file up to Kubernetes 1.35';
  return { mebibytes: null, unbounded, unboundedBy: 'auditLogMaxBackups' };
}

function bounded(mebibytes: number | null): DiskBound {
  return { mebibytes, unbounded: null, unboundedBy: null };
}
