import { AUDIT_KEYS, DROPPED_KEYS } from '../audit-keys.ts';
import { isObject, sameJson } from '../json.ts';
import { readPresentAudit } from '../present.ts';
import type { SpecChange } from '../spec-change.ts';
import type { Json, JsonObject, KopsObject } from '../types.ts';
import { assetHistory } from '../undo/asset-history.ts';
import { webhookMoves } from './webhook-move.ts';

const AUDIT_NAMES: readonly string[] = [...AUDIT_KEYS.map(({ name }) => name), ...DROPPED_KEYS];

/** What a change touches besides the audit keys and the file assets of auditing; a plan from a file must touch nothing else. */
export function foreignChanges({ before, after, operations, facts }: SpecChange): string[] {
  const server = (cluster: KopsObject): JsonObject => mapOf(cluster.spec['kubeAPIServer']);
  return [
    ...differing(rest(before), rest(after)),
    ...differing(mapOf(before.spec), mapOf(after.spec))
      .filter((key) => key !== 'kubeAPIServer' && key !== 'fileAssets')
      .map((key) => `spec.${key}`),
    ...differing(server(before), server(after))
      .filter((key) => !AUDIT_NAMES.includes(key))
      .map((key) => `spec.kubeAPIServer.${key}`),
    ...foreignAssets({ before, after, operations, facts }),
  ];
}

function foreignAssets({
  before,
  after,
  operations,
  facts,
}: Pick<SpecChange, 'before' | 'after' | 'operations' | 'facts'>): string[] {
  const [was, is] = [before, after].map((cluster) => auditAssets(cluster, facts));
  const isMoved = webhookMoves({ before, after, facts });
  return assetHistory(before.spec, operations)
    .filter((each) => !sameJson(each.before, each.after))
    .filter((each) => !was?.some((asset) => sameJson(asset, each.before)))
    .filter((each) => !is?.some((asset) => sameJson(asset, each.after)))
    .filter((each) => !isMoved(each))
    .map((each) => `spec.fileAssets: "${String(mapOf(each.before ?? each.after)['name'])}"`);
}

/** The policy, the file of the webhook, and policies that no flag names. */
function auditAssets(cluster: KopsObject, { distribution }: SpecChange['facts']): Json[] {
  const { policy, webhook, orphans } = readPresentAudit(cluster, distribution);
  const list = cluster.spec['fileAssets'] as Json[];
  return [policy, webhook, ...orphans].flatMap((located) => (located ? [list[located.index]!] : []));
}

/** What of a Cluster is not its spec. */
function rest({ spec: _spec, ...others }: KopsObject): JsonObject {
  return others;
}

function differing(a: JsonObject, b: JsonObject): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !sameJson(a[key], b[key]));
}

function mapOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
