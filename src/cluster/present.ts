import { isObject, listOf, type Json, type JsonObject } from '../json.ts';
import { isAuditPolicy } from '../policy/is-policy.ts';
import { readAuditSettings, type AuditSettings } from './audit-keys.ts';
import { assetPath, groupFilesAt, groupsBringAll, isSamePath, type GroupPlace } from './file-assets.ts';
import { isForApiServer, type Distribution } from './groups.ts';
import { SpecError, typeName, type FileAsset, type KopsObject } from './types.ts';

/** A file asset of the Cluster, with its place in the list and the path kOps will give it. */
export interface LocatedAsset {
  index: number;
  asset: FileAsset;
  path: string;
}

/** What a Cluster says about auditing now. */
export interface PresentAudit {
  /** The audit keys under `spec.kubeAPIServer`, those kOps knows, null values left out. */
  settings: AuditSettings;
  assets: LocatedAsset[];
  /** The asset that `auditPolicyFile` names, the one that reaches the instances first. */
  policy: LocatedAsset | null;
  /** The asset that `auditWebhookConfigFile` names. */
  webhook: LocatedAsset | null;
  /** Assets that hold an audit policy which no setting points to. */
  orphans: LocatedAsset[];
}

/**
 * Reads the audit part of a Cluster.
 *
 * @throws SpecError where a value we would have to change has a type that kOps cannot read.
 */
export function readPresentAudit(cluster: KopsObject, distribution: Distribution): PresentAudit {
  checkKubernetesVersion(cluster.spec);
  const settings = readAuditSettings(cluster.spec);
  const assets = readLocatedAssets(cluster.spec, distribution);
  const policy = assetAt(assets, settings.auditPolicyFile);
  const webhook = assetAt(assets, settings.auditWebhookConfigFile);
  const orphans = assets.filter(({ asset, path }) => holdsPolicy(asset) && !(policy && isSamePath(path, policy.path)));
  return { settings, assets, policy, webhook, orphans };
}

/** Where kube-apiserver writes its audit log: a file, by its path as it stands in the spec; else why there is none to be read. */
export type AuditLogPlace = { kind: 'file'; path: string } | { kind: 'off' | 'webhook' | 'stdout' };

/** Where the audit log of a Cluster is; `webhook`: its events only go there. Throws SpecError as `readPresentAudit`. */
export function auditLogPlace({ spec }: KopsObject): AuditLogPlace {
  const { auditLogPath: path, auditWebhookConfigFile } = readAuditSettings(spec);
  if (!path) return { kind: auditWebhookConfigFile ? 'webhook' : 'off' };
  return path === '-' ? { kind: 'stdout' } : { kind: 'file', path };
}

/** A file that an API server reads because a setting names its path. */
export interface FileInForce {
  asset: FileAsset;
  path: string;
  /** Its place in the Cluster's list; null: an instance group brings it. */
  index: number | null;
  /** The instance group that brings it; null: the Cluster. */
  group: string | null;
}

/**
 * The files at the path a setting names: that of the Cluster, then those of instance groups, which win there. Where each group with an API
 * server brings one, nobody gets that of the Cluster.
 */
export function filesInForce(
  { settings, policy, webhook }: PresentAudit,
  place: GroupPlace,
  setting: 'auditPolicyFile' | 'auditWebhookConfigFile',
): FileInForce[] {
  const path = settings[setting];
  if (!path) return [];
  const located = setting === 'auditPolicyFile' ? policy : webhook;
  const own = located && !groupsBringAll(path, place) ? [{ ...located, group: null }] : [];
  const ofGroups = groupFilesAt(path, place).map(({ group, asset }) => ({
    asset,
    path,
    index: null,
    group: group.name,
  }));
  return [...own, ...ofGroups];
}

/** The policy in force: that of the Cluster, or the first of those that the instance groups bring where each does; null where neither is. */
export function policyInForce(present: PresentAudit, place: GroupPlace): FileInForce | null {
  const { auditPolicyFile: path } = present.settings;
  const [first] = filesInForce(present, place, 'auditPolicyFile');
  if (!path || !first) return null;
  return first.group === null || groupsBringAll(path, place) ? first : null;
}

/** Whether a file asset holds an audit policy and nothing else; base64 is looked into. */
export function holdsPolicy(asset: FileAsset): boolean {
  return isAuditPolicy(contentOf(asset));
}

/** The text of a file asset as it reaches the instance. */
export function contentOf(asset: FileAsset): string {
  const content = asset.content ?? '';
  return asset.isBase64 ? Buffer.from(content, 'base64').toString('utf8') : content;
}

/**
 * Whether kOps can decode base64 content: Go's `RawStdEncoding`, so no padding and no blanks, but line breaks
 * (`nodeup/pkg/model/file_assets.go`, 1.19 to 1.36).
 */
export function isKopsBase64(content: string): boolean {
  const digits = content.replaceAll(/[\r\n]/g, '');
  return /^[A-Za-z0-9+/]*$/.test(digits) && digits.length % 4 !== 1;
}

/** The asset that puts a file at a path of the instances with an API server; of several the first, as kOps takes it. */
export function assetAt(assets: readonly LocatedAsset[], path: string | undefined): LocatedAsset | null {
  if (!path) return null;
  const there = assets.filter((located) => isSamePath(located.path, path));
  return there.find(({ asset }) => isForApiServer(asset)) ?? there[0] ?? null;
}

/** YAML takes `1.30` without quotes for the number 1.3, and kOps reads a string only. */
function checkKubernetesVersion({ kubernetesVersion: version }: JsonObject): void {
  if (version === undefined || version === null || typeof version === 'string') return;
  throw new SpecError(
    '/spec/kubernetesVersion',
    `spec.kubernetesVersion is ${typeName(version)}, not a string`,
    'Put it in quotes: kubernetesVersion: "1.30.0". kOps refuses the spec otherwise.',
  );
}

function readLocatedAssets(spec: JsonObject, distribution: Distribution): LocatedAsset[] {
  const list = spec['fileAssets'] ?? [];
  if (!Array.isArray(list)) {
    throw new SpecError(
      '/spec/fileAssets',
      `spec.fileAssets is ${typeName(list)}, not a list`,
      'Make it a list of file assets.',
    );
  }
  return list.map((value, index) => {
    const asset = readAsset(value, index);
    return { index, asset, path: assetPath(asset, distribution) };
  });
}

function readAsset(value: Json, index: number): FileAsset {
  const pointer = `/spec/fileAssets/${index}`;
  if (!isObject(value)) {
    throw new SpecError(
      pointer,
      `spec.fileAssets[${index}] is ${typeName(value)}, not a map`,
      'A file asset has a name, a path and content.',
    );
  }
  for (const key of ['name', 'path', 'content', 'mode']) {
    const part = value[key] ?? '';
    if (typeof part !== 'string') {
      throw new SpecError(
        `${pointer}/${key}`,
        `spec.fileAssets[${index}].${key} is ${typeName(part)}, not a string`,
        typeof part === 'object' ? `Write \`${key}: |\` above it, so that it is one text.` : 'Put it in quotes.',
      );
    }
  }
  const base64 = value['isBase64'] ?? false;
  if (typeof base64 !== 'boolean') {
    throw new SpecError(
      `${pointer}/isBase64`,
      `spec.fileAssets[${index}].isBase64 is ${typeName(base64)}, not true or false`,
      'Write true or false, without quotes.',
    );
  }
  const roles = value['roles'] ?? [];
  if (!Array.isArray(roles) || listOf(roles).some((role) => typeof role !== 'string')) {
    throw new SpecError(
      `${pointer}/roles`,
      `spec.fileAssets[${index}].roles is not a list of strings`,
      'Write roles: [Master, ControlPlane, APIServer].',
    );
  }
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null)) as FileAsset;
}
