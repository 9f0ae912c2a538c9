import { readStamp } from '../../policy/render/stamp.ts';
import { AUDIT_KEYS, DROPPED_KEYS } from '../audit-keys.ts';
import { readFacts, type ClusterWorld } from '../facts.ts';
import { canonicalJson, isObject } from '../json.ts';
import { contentOf, readPresentAudit, type LocatedAsset, type PresentAudit } from '../present.ts';
import { specChange, type SpecChange } from '../spec-change.ts';
import type { Spellings } from '../text/spelling.ts';
import type { KopsObject } from '../types.ts';
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
  const keys = KEYS.filter((name) => hasKey(cluster, name));
  const found = auditAssets(present, keepPolicy);
  const assets = found.filter(({ path }) => !isNamedElsewhere(cluster, path));
  const made = madeParents(present);
  const spellings = spellingsIn(made);
  const operations = removalOperations(cluster, keys, assets, made, spellings);
  const notes = disableNotes(present, facts, keepPolicy, keys);
  const shared = found.filter((each) => !assets.includes(each)).map(sharedNote);
  return { ...specChange('disable', cluster, facts, operations, [...notes, ...shared]), spellings };
}

const KEYS: readonly string[] = [...AUDIT_KEYS.map(({ name }) => name), ...DROPPED_KEYS];

/** A key whose value is null counts too: it would stay as it is otherwise. */
function hasKey({ spec }: KopsObject, name: string): boolean {
  return isObject(spec['kubeAPIServer']) && Object.hasOwn(spec['kubeAPIServer'], name);
}

/** The files that the flags name, and policies of ours that no flag names any more. */
function auditAssets({ policy, webhook, orphans }: PresentAudit, keepPolicy: boolean): LocatedAsset[] {
  const policies = keepPolicy ? [] : [policy, ...orphans.filter(isOurs)];
  return [...new Set([...policies, webhook].filter((located) => located !== null))];
}

/** Another setting may read the same file: a kubeconfig for the audit webhook and for the authorization webhook. */
function isNamedElsewhere({ spec }: KopsObject, path: string): boolean {
  const { kubeAPIServer, fileAssets: _files, ...others } = spec;
  const server = Object.entries(isObject(kubeAPIServer) ? kubeAPIServer : {}).filter(([key]) => !KEYS.includes(key));
  return canonicalJson([others, Object.fromEntries(server)]).includes(JSON.stringify(path));
}

/** How a parent was written that was there and empty before `enable`. */
function spellingsIn(made: readonly string[]): Spellings {
  const found = made.map((each) => /^(kubeAPIServer|fileAssets)=(.*)$/s.exec(each)).filter((match) => match !== null);
  return Object.fromEntries(found.map(([, key = '', spelling = '']) => [key, spelling]));
}

/** Told by a policy that an earlier `disable --keep-policy` left, too. */
function madeParents({ policy, orphans }: PresentAudit): readonly string[] {
  const policies = policy ? [policy, ...orphans] : orphans;
  return policies.flatMap(({ asset }) => readStamp(contentOf(asset))?.made ?? []);
}
