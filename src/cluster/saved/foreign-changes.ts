import { readStamp } from '../../policy/render/stamp.ts';
import { AUDIT_KEYS, DROPPED_KEYS } from '../audit-keys.ts';
import { isObject, listOf, sameJson } from '../json.ts';
import { contentOf, readPresentAudit, type LocatedAsset } from '../present.ts';
import type { SpecChange } from '../spec-change.ts';
import type { Json, JsonObject, KopsObject } from '../types.ts';
import { assetHistory, type AssetHistory } from '../undo/asset-history.ts';
import { webhookMoves } from './webhook-move.ts';

const AUDIT_NAMES: readonly string[] = [...AUDIT_KEYS.map(({ name }) => name), ...DROPPED_KEYS];

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
      .filter((key) => !AUDIT_NAMES.includes(key))
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

function mapOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
