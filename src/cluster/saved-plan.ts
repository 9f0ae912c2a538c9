import { canonicalJson, isObject, listOf, mapOf, sameJson, type Json, type JsonObject } from '../json.ts';
import { readStamp } from '../policy/render/stamp.ts';
import { sha256 } from '../sha256.ts';
import { PatchConflict, applyOperations, pointerKeys } from '../yaml/json-patch.ts';
import { EVERY_AUDIT_KEY } from './audit-keys.ts';
import { readAssets } from './groups.ts';
import { contentOf, readPresentAudit, type LocatedAsset } from './present.ts';
import type { SpecChange } from './spec-change.ts';
import type { KopsObject, Operation } from './types.ts';
import { assetHistory, type AssetHistory } from './undo.ts';
import { assetsOfWebhook } from './webhook.ts';

/**
 * An operation as a saved plan holds it. A `test` has the hash of the value it wants, not the value, which may be secret;
 * null wants that nothing is there.
 */
export type SealedOperation =
  | { op: 'test'; path: string; sha256: string | null }
  | { op: 'add' | 'replace'; path: string; value: Json }
  | { op: 'remove'; path: string };

/** The hash of a JSON value, whatever the order of its keys, in hexadecimal. */
export function hashOf(value: Json): string {
  return sha256(canonicalJson(value));
}

/** Seals the operations that were planned for a Cluster: whatever one of them replaces or takes out is tested too, or that nothing is there. */
export function sealOperations(before: KopsObject, operations: readonly Operation[]): SealedOperation[] {
  let now = before;
  const sealed: SealedOperation[] = [];
  for (const operation of operations) {
    const tested = sealed.at(-1)?.path;
    sealed.push(...sealOne(now, operation, tested));
    now = applyOperations(now, [operation]);
  }
  return sealed;
}

function sealOne(now: KopsObject, operation: Operation, tested: string | undefined): SealedOperation[] {
  const { op, path } = operation;
  if (op === 'test') return [{ op, path, sha256: hashOf(operation.value) }];
  const test = tested === path ? [] : guard(now, op, path);
  return [...test, op === 'remove' ? { op, path } : { op, path, value: operation.value }];
}

/** None for a new element of a list: it replaces nothing. */
function guard(now: KopsObject, op: 'add' | 'replace' | 'remove', path: string): SealedOperation[] {
  if (op === 'add' && Array.isArray(valueAt(now, path.slice(0, path.lastIndexOf('/'))))) return [];
  return [{ op: 'test', path, sha256: sealOf(valueAt(now, path)) }];
}

function sealOf(value: Json | undefined): string | null {
  return value === undefined ? null : hashOf(value);
}

/** Operations that fit a Cluster, or the first place where they do not, as `spec.kubeAPIServer`. */
export type Opened = { operations: Operation[]; conflict: null } | { operations: []; conflict: string };

/** Makes the operations of a saved plan fit to be applied to a Cluster, where each value it depends on is as it was. */
export function openOperations(cluster: KopsObject, sealed: readonly SealedOperation[]): Opened {
  let now = cluster;
  const operations: Operation[] = [];
  for (const each of sealed) {
    const opened = openOne(now, each);
    if (opened === 'conflict') return { operations: [], conflict: nameOf(each.path) };
    operations.push(...opened.operations);
    now = opened.now;
  }
  return { operations, conflict: null };
}

function openOne(now: KopsObject, each: SealedOperation): { operations: Operation[]; now: KopsObject } | 'conflict' {
  const { path } = each;
  if (each.op === 'test') {
    const value = valueAt(now, path);
    if (sealOf(value) !== each.sha256) return 'conflict';
    return { operations: value === undefined ? [] : [{ op: 'test', path, value }], now };
  }
  if (each.op === 'add' && isTaken(now, each)) return 'conflict';
  try {
    return { operations: [each], now: applyOperations(now, [each]) };
  } catch (error) {
    if (error instanceof PatchConflict) return 'conflict';
    throw error;
  }
}

/** A new file asset whose name or path another one has by now. */
function isTaken({ spec }: KopsObject, { path, value }: { path: string; value: Json }): boolean {
  if (!path.startsWith('/spec/fileAssets/') || !isObject(value)) return false;
  const others = listOf(spec['fileAssets']).filter(isObject);
  return ['name', 'path'].some((key) => value[key] !== undefined && others.some((other) => other[key] === value[key]));
}

function valueAt(document: Json, path: string): Json | undefined {
  let value: Json | undefined = document;
  for (const key of pointerKeys(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Array.isArray(value) ? value[Number(key)] : value[key];
  }
  return value;
}

function nameOf(path: string): string {
  return pointerKeys(path).join('.');
}

/**
 * What a change touches besides the audit keys and the one or two file assets that its own settings name, the policy and the webhook
 * config (and where those move, the files the webhook config names). A plan from a file must touch nothing else: anybody can write one.
 *
 * @throws SpecError for values kOps cannot read.
 */
export function foreignChanges(change: Pick<SpecChange, 'before' | 'after' | 'operations' | 'facts'>): string[] {
  const { before, after } = change;
  const server = (cluster: KopsObject): JsonObject => mapOf(cluster.spec['kubeAPIServer']);
  return [
    ...differing(rest(before), rest(after)),
    ...differing(mapOf(before.spec), mapOf(after.spec))
      .filter((key) => key !== 'kubeAPIServer' && key !== 'fileAssets')
      .map((key) => `spec.${key}`),
    ...differing(server(before), server(after))
      .filter((key) => !EVERY_AUDIT_KEY.includes(key))
      .map((key) => `spec.kubeAPIServer.${key}`),
    ...foreignAssets(change),
  ];
}

/** What of a Cluster's file assets belongs to auditing, by the place in the list. */
interface AuditFiles {
  /** The policy and the webhook config, as the settings name them. */
  named: ReadonlySet<number>;
  /** Policies that no setting names. */
  orphans: ReadonlyMap<number, LocatedAsset>;
}

function auditFiles(cluster: KopsObject, { distribution }: SpecChange['facts']): AuditFiles {
  const { policy, webhook, orphans } = readPresentAudit(cluster, distribution);
  return {
    named: new Set([policy, webhook].flatMap((located) => (located ? [located.index] : []))),
    orphans: new Map(orphans.map((located) => [located.index, located])),
  };
}

function foreignAssets({ before, after, operations, facts }: Parameters<typeof foreignChanges>[0]): string[] {
  const was = auditFiles(before, facts);
  const is = auditFiles(after, facts);
  const isMoved = webhookMoves({ before, after, facts });
  return assetHistory(before.spec, operations)
    .filter((each) => !sameJson(each.before, each.after))
    .filter((each) => !isOfAuditing(each, was, is) && !(isMoved(each) && reachesNoMore(each.before, each.after)))
    .map((each) => `spec.fileAssets: "${String(mapOf(each.before ?? each.after)['name'])}"`);
}

function isOfAuditing(each: AssetHistory, was: AuditFiles, is: AuditFiles): boolean {
  const [old, now] = [mapOf(each.before), mapOf(each.after)];
  const isNamed = each.to !== null && is.named.has(each.to);
  if (each.before === null) return isNamed && Object.keys(now).every((key) => ASSET_KEYS.includes(key));
  const wasNamed = was.named.has(each.index);
  const orphan = was.orphans.get(each.index);
  if (each.to === null) return wasNamed || (orphan !== undefined && readStamp(contentOf(orphan.asset)) !== null);
  if (!changesOnly(old, now, ['content', 'path', 'roles', 'isBase64']) || !reachesNoMore(old, now)) return false;
  if (isNamed) return wasNamed || orphan !== undefined;
  // An orphan that `enable` took over, given back.
  return wasNamed && is.orphans.has(each.to) && sameJson(old['path'], now['path']);
}

const ASSET_KEYS: readonly string[] = ['name', 'path', 'content', 'roles', 'isBase64', 'mode'];

function changesOnly(old: JsonObject, now: JsonObject, keys: readonly string[]): boolean {
  return differing(old, now).every((key) => keys.includes(key));
}

/** Roles of kOps that run no API server (`pkg/apis/kops/instancegroup.go`, releases 1.19 to 1.37). */
const OTHER_ROLES: readonly Json[] = ['Node', 'Bastion', 'Etcd', 'Scheduler', 'KubeControllerManager'];

/** A file may get roles with an API server only; none at all are all instances. */
function reachesNoMore(old: Json | null, now: Json | null): boolean {
  if (old === null || now === null) return true;
  const [before, after] = [listOf(mapOf(old)['roles']), listOf(mapOf(now)['roles'])];
  if (before.length === 0) return after.every((role) => !OTHER_ROLES.includes(role));
  return after.length > 0 && after.every((role) => before.includes(role) || !OTHER_ROLES.includes(role));
}

/** What of a Cluster is not its spec. */
function rest({ spec: _spec, ...others }: KopsObject): JsonObject {
  return others;
}

function differing(a: JsonObject, b: JsonObject): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !sameJson(own(a, key), own(b, key)));
}

function own(map: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/**
 * Tells of changes of file assets whether they take a file along that the webhook config names: its text stays, and only its path and
 * roles change; or it is a copy of a file that was there, or was one. Anything else could be a file of any content at any path.
 */
function webhookMoves(change: Pick<SpecChange, 'before' | 'after' | 'facts'>): (each: AssetHistory) => boolean {
  const { facts } = change;
  const was = namedAssets(change.before, facts);
  const is = namedAssets(change.after, facts);
  const isWidened = (before: Json, after: Json): boolean => sameJson(without(before, ROLES), without(after, ROLES));
  const isAlong = (before: Json, after: Json): boolean =>
    was.list.some((one) => sameJson(one, before)) && sameJson(without(before, PLACE), without(after, PLACE));
  return ({ before, after }) => {
    if (after === null) return was.copies.some((one) => sameJson(one, before));
    if (!is.list.some((one) => sameJson(one, after))) return false;
    if (is.copies.some((one) => sameJson(one, after)))
      return listOf(change.before.spec['fileAssets']).some((one) => sameText(one, after));
    return before !== null && (isWidened(before, after) || isAlong(before, after));
  };
}

interface Named {
  /** Those that the webhook config names, and the copies. */
  list: Json[];
  copies: Json[];
}

const ROLES = ['roles'];
const PLACE = ['name', 'path', 'roles'];

function namedAssets(cluster: KopsObject, { distribution }: SpecChange['facts']): Named {
  const { copies, others } = assetsOfWebhook(readPresentAudit(cluster, distribution));
  const list = listOf(cluster.spec['fileAssets']);
  const values = (located: readonly LocatedAsset[]): Json[] => located.flatMap(({ index }) => list[index] ?? []);
  return { list: values([...copies, ...others]), copies: values(copies) };
}

function without(asset: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(mapOf(asset)).filter(([key]) => !keys.includes(key)));
}

/** Whether two file assets bring the same text, in base64 or not. */
function sameText(a: Json, b: Json): boolean {
  const [one, other] = readAssets([a, b]);
  return one !== undefined && other !== undefined && contentOf(one) === contentOf(other);
}
