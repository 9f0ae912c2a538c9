import { isObject, listOf, mapOf, sameJson, type JsonObject } from '../json.ts';
import { EVERY_AUDIT_KEY } from './audit-keys.ts';
import { readPresentAudit } from './present.ts';
import type { SpecChange } from './spec-change.ts';
import { assetsOfWebhook } from './webhook.ts';

/** A file asset that auditing needs. */
export interface BlockAsset {
  /** The whole entry of `fileAssets`, with its path. */
  value: JsonObject;
  /** The name of the entry whose place it takes; null: there is none yet. */
  replaces: string | null;
}

/** The part of a spec that auditing consists of, as a change leaves it: what else stands in the two blocks is left out. */
export interface AuditBlocks {
  fileAssets: BlockAsset[];
  /** The audit keys of `kubeAPIServer`. */
  kubeAPIServer: JsonObject;
  /** Audit keys that the spec had and shall have no longer. */
  removed: string[];
  /** Whether the spec before has other things in the block, so that it cannot be put there as a whole. */
  isShared: { fileAssets: boolean; kubeAPIServer: boolean };
}

/** Takes what is auditing out of the spec that a change leaves: the files of policy and webhook, what these name, and the settings. */
export function auditBlocks({ before, after, facts }: SpecChange): AuditBlocks {
  const server = mapOf(after.spec['kubeAPIServer']);
  const keys = EVERY_AUDIT_KEY.filter((key) => Object.hasOwn(server, key)).toSorted();
  return {
    fileAssets: blockAssets({ before, after, facts }),
    kubeAPIServer: Object.fromEntries(keys.map((key) => [key, server[key] ?? null])),
    removed: EVERY_AUDIT_KEY.filter((key) => Object.hasOwn(mapOf(before.spec['kubeAPIServer']), key)).filter(
      (key) => !keys.includes(key),
    ),
    isShared: {
      fileAssets: listOf(before.spec['fileAssets']).length > 0,
      kubeAPIServer: Object.keys(mapOf(before.spec['kubeAPIServer'])).length > 0,
    },
  };
}

function blockAssets({ before, after, facts }: Pick<SpecChange, 'before' | 'after' | 'facts'>): BlockAsset[] {
  const present = readPresentAudit(after, facts.distribution);
  const { copies, others } = assetsOfWebhook(present);
  const needed = new Set([present.policy, present.webhook, ...copies, ...others]);
  const old = listOf(before.spec['fileAssets']);
  const list = listOf(after.spec['fileAssets']);
  return present.assets
    .filter((located) => needed.has(located) || !sameJson(old[located.index] ?? null, list[located.index] ?? null))
    .map(({ index, path }) => ({ value: { ...mapOf(list[index]), path }, replaces: nameOf(old[index]) }));
}

function nameOf(asset: unknown): string | null {
  return isObject(asset) && typeof asset['name'] === 'string' ? asset['name'] : null;
}
