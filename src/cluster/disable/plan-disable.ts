import { readStamp } from '../../policy/render/stamp.ts';
import { readFacts, type ClusterWorld } from '../facts.ts';
import { isObject } from '../json.ts';
import { EVERY_AUDIT_KEY, isNamedElsewhere } from '../named-elsewhere.ts';
import { isSamePath } from '../asset-path.ts';
import { contentOf, readPresentAudit, type LocatedAsset, type PresentAudit } from '../present.ts';
import { specChange, type SpecChange } from '../spec-change.ts';
import type { Spellings } from '../text/spelling.ts';
import type { KopsObject } from '../types.ts';
import { assetsOfWebhook } from '../webhook-files.ts';
import { disableNotes, isOurs, sharedNote } from './notes.ts';
import { removalOperations } from './removal-operations.ts';

export interface DisableOptions {
  /** Leave the policy's file asset in the spec; the flags go, and the file of the webhook. */
  keepPolicy: boolean;
}

/**
 * Plans to turn auditing off: every audit key under `spec.kubeAPIServer` goes, and the file assets of policy and webhook. What
 * became empty goes with it where auditing made it, as the policy's stamp tells. A file that something else in the spec names
 * as well stays.
 *
 * @throws SpecError for values kOps cannot read.
 */
export function planDisable(world: ClusterWorld, { keepPolicy }: DisableOptions): SpecChange {
  const { cluster } = world;
  const facts = readFacts(world);
  const present = readPresentAudit(cluster, facts.distribution);
  const keys = EVERY_AUDIT_KEY.filter((name) => hasKey(cluster, name));
  const found = auditAssets(present, keepPolicy);
  const assets = found.filter(({ path }) => !isNamedElsewhere(cluster, path));
  const made = madeParents(present);
  const spellings = spellingsIn(made);
  const operations = removalOperations(cluster, keys, assets, made, spellings);
  const notes = disableNotes(present, facts, keepPolicy, keys);
  const shared = found.filter((each) => !assets.includes(each)).map(sharedNote);
  return { ...specChange('disable', cluster, facts, operations, [...notes, ...shared]), spellings };
}

/** A key whose value is null counts too: it would stay as it is otherwise. */
function hasKey({ spec }: KopsObject, name: string): boolean {
  return isObject(spec['kubeAPIServer']) && Object.hasOwn(spec['kubeAPIServer'], name);
}

/** The files that the flags name, the copies made for the webhook, and policies of ours that no flag names any more. */
function auditAssets(present: PresentAudit, keepPolicy: boolean): LocatedAsset[] {
  const { policy, webhook, orphans } = present;
  const policies = keepPolicy ? [] : [policy, ...shadowed(present), ...orphans.filter(isOurs)];
  const { copies } = assetsOfWebhook(present);
  return [...new Set([...policies, webhook, ...copies].filter((located) => located !== null))];
}

/** What stands at the path of the policy as well: that file is named by the flag too, although kOps takes the first. */
function shadowed({ policy, assets }: PresentAudit): LocatedAsset[] {
  return policy ? assets.filter((each) => each !== policy && isSamePath(each.path, policy.path)) : [];
}

/** How a parent was written that was there and empty before `enable`. */
function spellingsIn(made: readonly string[]): Spellings {
  const found = made.map((each) => /^(kubeAPIServer|fileAssets)=(.*)$/s.exec(each)).filter((match) => match !== null);
  return Object.fromEntries(found.map(([, key = '', spelling = '']) => [key, spelling]));
}

/** Told by a policy that an earlier `disable --keep-policy` left, too. */
function madeParents(present: PresentAudit): readonly string[] {
  const { policy, orphans } = present;
  const policies = policy ? [policy, ...shadowed(present), ...orphans] : orphans;
  return policies.flatMap(({ asset }) => readStamp(contentOf(asset))?.made ?? []);
}
