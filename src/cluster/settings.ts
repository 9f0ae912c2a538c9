import { LOG_DEFAULTS, type EnableOptions } from './options.ts';
import type { ChosenPaths } from './paths.ts';
import type { Json, JsonObject } from './types.ts';

/** Where the value of a setting comes from. */
type SettingOrigin = 'kept' | 'flag' | 'default' | 'moved' | 'removed';

/** One key under `spec.kubeAPIServer`: `value` null takes it out, `before` null means that it was not there. */
export interface PlannedSetting {
  key: string;
  before: Json;
  value: Json;
  origin: SettingOrigin;
}

/** The audit settings as they shall be: a flag wins, then what the spec has, then the default. */
export function planSettings(present: JsonObject, options: EnableOptions, paths: ChosenPaths): PlannedSetting[] {
  const file = (key: string, value: string | null): PlannedSetting => pathSetting(present, key, value);
  return [
    ...logSettings(present, options, paths),
    file('auditPolicyFile', paths.policyFile),
    ...(paths.webhook === null ? [] : webhookSettings(present, options, paths.webhook.file)),
  ].filter(({ before, value }) => before !== null || value !== null);
}

function logSettings(present: JsonObject, options: EnableOptions, paths: ChosenPaths): PlannedSetting[] {
  if (paths.logPath === null) {
    const keys = Object.keys(LOG_DEFAULTS).concat('auditLogFormat');
    return options.noLog
      ? keys.map((key) => ({ key, before: present[key] ?? null, value: null, origin: 'removed' as const }))
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

function webhookSettings(present: JsonObject, { webhook }: EnableOptions, file: string): PlannedSetting[] {
  return [
    pathSetting(present, 'auditWebhookConfigFile', file),
    setting(present, 'auditWebhookInitialBackoff', webhook.initialBackoff, null),
    setting(present, 'auditWebhookMode', webhook.mode, null),
  ];
}

function setting(present: JsonObject, key: string, flag: Json | undefined, fallback: Json): PlannedSetting {
  const before = present[key] ?? null;
  if (flag !== undefined) return { key, before, value: flag, origin: 'flag' };
  return before === null
    ? { key, before, value: fallback, origin: 'default' }
    : { key, before, value: before, origin: 'kept' };
}

function pathSetting(present: JsonObject, key: string, value: Json): PlannedSetting {
  const before = present[key] ?? null;
  if (before === value) return { key, before, value, origin: 'kept' };
  return { key, before, value, origin: before === null || before === '' ? 'default' : 'moved' };
}
