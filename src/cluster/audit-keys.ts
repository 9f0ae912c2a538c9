import { isObject, type Json, type JsonObject } from '../json.ts';
import { placeholderIn } from '../policy/load/template-marks.ts';
import { nearest } from '../policy/nearest.ts';
import { readQuantity, readDuration } from './go-values.ts';
import { pointerTo } from '../yaml/json-patch.ts';
import { type KopsObject, SpecError, typeName } from './types.ts';

/** What a key under `spec.kubeAPIServer` of each type holds. */
interface KeyValues {
  string: string;
  integer: number;
  boolean: boolean;
  duration: string;
  quantity: string | number;
}

export type KeyType = keyof KeyValues;

type AuditKey = (typeof AUDIT_KEYS)[number];

/** The audit keys of kOps' KubeAPIServerConfig (`pkg/apis/kops/componentconfig.go`, the same from 1.19 to 1.37). */
export const AUDIT_KEYS = [
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
] as const;

export type AuditKeyName = AuditKey['name'];

/** The audit keys that a Cluster sets, each with a value of a type kOps can read. */
export type AuditSettings = { [Key in AuditKey as Key['name']]?: KeyValues[Key['type']] };

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

/** What a key of a type can be, in words and as a test. */
interface KeyTypeRule {
  wanted: string;
  test: (value: Json) => boolean;
}

/** What kOps can decode (`pkg/apis/kops/v1alpha2/componentconfig.go`: int32, metav1.Duration, resource.Quantity; 1.19 to 1.37). */
const KEY_TYPES: Readonly<Record<KeyType, KeyTypeRule>> = {
  string: { wanted: 'a string', test: (value) => typeof value === 'string' },
  integer: { wanted: 'a whole number without quotes, at most 2147483647', test: isInt32 },
  boolean: { wanted: 'true or false', test: (value) => typeof value === 'boolean' },
  duration: {
    wanted: 'a duration such as "30s" or "1m30s"',
    test: (value) => typeof value === 'string' && readDuration(value) !== null,
  },
  quantity: { wanted: 'a quantity such as 10, 0.5 or 500m', test: (value) => quantityOf(value) !== undefined },
};

function isInt32(value: Json): boolean {
  return Number.isInteger(value) && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31;
}

/** What a key of type quantity holds: the number of kube-apiserver's flag; undefined where kOps refuses the spec. */
export function quantityOf(value: Json | undefined): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  return readQuantity(String(value).trim());
}

const AUDIT_NAMES: readonly string[] = AUDIT_KEYS.map(({ name }) => name);

/** Every key under `spec.kubeAPIServer` that is about auditing. */
export const EVERY_AUDIT_KEY: readonly string[] = [...AUDIT_NAMES, ...DROPPED_KEYS];

/**
 * Reads the audit keys of a Cluster, null values left out.
 *
 * @throws SpecError where one has a value that kOps cannot read.
 */
export function readAuditSettings(spec: JsonObject): AuditSettings {
  const server = spec['kubeAPIServer'] ?? {};
  if (!isObject(server)) {
    throw new SpecError(
      '/spec/kubeAPIServer',
      `spec.kubeAPIServer is ${typeName(server)}, not a map`,
      'Make it a map of settings.',
    );
  }
  const settings = Object.fromEntries(
    AUDIT_KEYS.flatMap(({ name }) => {
      const value = server[name];
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  );
  checkTypes(settings);
  return settings;
}

function checkTypes(settings: JsonObject): asserts settings is AuditSettings {
  for (const { name, type } of AUDIT_KEYS) {
    const value = settings[name];
    if (value !== undefined && !KEY_TYPES[type].test(value)) throw wrongType(name, type, value);
  }
}

function wrongType(name: AuditKeyName, type: KeyType, value: Json): SpecError {
  const { wanted } = KEY_TYPES[type];
  return new SpecError(
    `/spec/kubeAPIServer/${name}`,
    `spec.kubeAPIServer.${name} is ${typeName(value)}; kOps wants ${wanted}`,
    (typeof value === 'string' ? placeholderIn(value)?.hint : undefined) ??
      `Write ${wanted}; kOps refuses the spec otherwise.`,
  );
}

/** A key that stands where kOps has no field for it. */
export interface MisplacedKey {
  key: string;
  /** Where it stands, in words: `metadata.fileAssets`. */
  path: string;
  pointer: string;
  /** The key that is meant, and what it belongs below. */
  meant: string;
  home: string;
}

/** Where the keys that auditing needs stand in a document of each kind; elsewhere they are dropped. */
const HOMES: Readonly<Record<'Cluster' | 'InstanceGroup', ReadonlyMap<string, string>>> = {
  Cluster: new Map([
    ['kubeAPIServer', 'spec'],
    ['fileAssets', 'spec'],
    ...AUDIT_NAMES.map((name): [string, string] => [name, 'spec.kubeAPIServer']),
  ]),
  InstanceGroup: new Map([['fileAssets', 'spec']]),
};

/** An instance group has no API server of its own: what is for that belongs to the Cluster. */
const OF_CLUSTER: ReadonlyMap<string, string> = HOMES.Cluster;

/** Maps whose keys are anybody's words. */
const FREE: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'spec.fileAssets',
  'spec.cloudLabels',
  'spec.nodeLabels',
];

/**
 * The keys for auditing that stand at a level where kOps has no such field, at any depth: it drops them without a word (its decoder is
 * case-sensitive and not strict; seen with kOps 1.36.0). What stands below one of them is not looked at.
 */
export function misplacedKeys(document: KopsObject): MisplacedKey[] {
  const kind = document.kind === 'InstanceGroup' ? 'InstanceGroup' : 'Cluster';
  return inMap(document, [], kind);
}

function inMap(map: JsonObject, above: readonly string[], kind: keyof typeof HOMES): MisplacedKey[] {
  const level = above.join('.');
  if (FREE.includes(level)) return [];
  return Object.entries(map).flatMap(([key, value]) => {
    const meant = meantBy(key, level);
    const home = meant === undefined ? undefined : (HOMES[kind].get(meant) ?? `the Cluster's ${OF_CLUSTER.get(meant)}`);
    if (meant === undefined || home === undefined || (key === meant && home === level))
      return inside(value, [...above, key], kind);
    const steps = [...above, key];
    return [{ key, path: steps.join('.'), pointer: pointerTo(steps), meant, home }];
  });
}

function inside(value: Json, above: readonly string[], kind: keyof typeof HOMES): MisplacedKey[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => inside(item, [...above, String(at)], kind));
  return isObject(value) ? inMap(value, above, kind) : [];
}

const LEVELS: readonly string[] = ['', 'metadata', 'spec', 'spec.kubeAPIServer'];

/** The key that a word means: itself, or where people put it by mistake, one that is spelt nearly so. */
function meantBy(key: string, level: string): string | undefined {
  if (OF_CLUSTER.has(key)) return key;
  if (!LEVELS.includes(level)) return undefined;
  const plain = key.replaceAll(/[-_]/g, '');
  if (plain.toLowerCase().startsWith('audit'))
    return level === 'spec.kubeAPIServer' ? undefined : nearest(plain, AUDIT_NAMES);
  return nearest(plain, ['kubeAPIServer', 'fileAssets']);
}
