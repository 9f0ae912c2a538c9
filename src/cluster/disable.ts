import { isObject, listOf, type Json, type JsonObject } from '../json.ts';
import { readStamp } from '../policy/render/stamp.ts';
import { EVERY_AUDIT_KEY } from './audit-keys.ts';
import { readFacts, type ClusterFacts, type ClusterWorld } from './facts.ts';
import { isSamePath } from './file-assets.ts';
import { isNamedElsewhere } from './mentions.ts';
import { LOG_DEFAULTS } from './options.ts';
import { contentOf, filesInForce, readPresentAudit, type LocatedAsset, type PresentAudit } from './present.ts';
import { specChange, type SpecChange } from './spec-change.ts';
import type { Spellings } from './splice.ts';
import type { KopsObject, Operation } from './types.ts';
import { assetsOfWebhook } from './webhook.ts';

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
  const found = made
    .map((each) => /^(kubeAPIServer|fileAssets|end)=(.*)$/s.exec(each))
    .filter((match) => match !== null);
  return Object.fromEntries(found.map(([, key = '', spelling = '']) => [key, spelling]));
}

/** Told by a policy that an earlier `disable --keep-policy` left, too. */
function madeParents(present: PresentAudit): readonly string[] {
  const { policy, orphans } = present;
  const policies = policy ? [policy, ...shadowed(present), ...orphans] : orphans;
  return policies.flatMap(({ asset }) => readStamp(contentOf(asset))?.made ?? []);
}

/**
 * The RFC 6902 patch that takes keys under `spec.kubeAPIServer` and file assets out of a Cluster; empty where there are none.
 *
 * @param made the keys of `spec` that go too where nothing is left in them.
 * @param spellings how those were written that were there and empty: what was null becomes null again.
 */
function removalOperations(
  cluster: KopsObject,
  keys: readonly string[],
  assets: readonly LocatedAsset[],
  made: readonly string[],
  spellings: Spellings = {},
): Operation[] {
  const changes = [
    ...assetOperations(cluster.spec, assets, made.includes('fileAssets'), wasNull(spellings['fileAssets'])),
    ...keyOperations(cluster.spec, keys, made.includes('kubeAPIServer'), wasNull(spellings['kubeAPIServer'])),
  ];
  if (changes.length === 0) return [];
  return [{ op: 'test', path: '/metadata/name', value: cluster.metadata.name }, ...changes];
}

function wasNull(spelling: string | undefined): boolean {
  return spelling !== undefined && !/[[{]/.test(spelling);
}

function assetOperations(
  spec: JsonObject,
  assets: readonly LocatedAsset[],
  withParent: boolean,
  toNull: boolean,
): Operation[] {
  if (assets.length === 0) return [];
  const list = listOf(spec['fileAssets']);
  if (assets.length === list.length && withParent) return testAndRemove('/spec/fileAssets', list);
  if (assets.length === list.length && toNull) return testAndEmpty('/spec/fileAssets', list);
  // From the last to the first, so that the places of the others hold.
  const indices = assets.map(({ index }) => index).toSorted((a, b) => b - a);
  return indices.flatMap((index) => testAndRemove(`/spec/fileAssets/${index}`, list[index] ?? null));
}

function keyOperations(spec: JsonObject, keys: readonly string[], withParent: boolean, toNull: boolean): Operation[] {
  const server = spec['kubeAPIServer'];
  if (keys.length === 0 || !isObject(server)) return [];
  const isAll = Object.keys(server).length === keys.length;
  if (isAll && withParent) return testAndRemove('/spec/kubeAPIServer', server);
  if (isAll && toNull) return testAndEmpty('/spec/kubeAPIServer', server);
  return [
    { op: 'test', path: '/spec/kubeAPIServer', value: server },
    ...keys.map((key): Operation => ({ op: 'remove', path: `/spec/kubeAPIServer/${key}` })),
  ];
}

function testAndEmpty(path: string, value: Json): Operation[] {
  return [
    { op: 'test', path, value },
    { op: 'replace', path, value: null },
  ];
}

function testAndRemove(path: string, value: Json): Operation[] {
  return [
    { op: 'test', path, value },
    { op: 'remove', path },
  ];
}

/**
 * What a person should know of `disable` besides its diff: what goes that kops-audit did not write, and what stays.
 *
 * @param keys the audit keys under `spec.kubeAPIServer` that go.
 */
function disableNotes(
  present: PresentAudit,
  facts: ClusterFacts,
  keepPolicy: boolean,
  keys: readonly string[],
): string[] {
  return [
    ...policyNotes(present, keepPolicy),
    ...foreignNotes(present, keys),
    ...orphanNotes(present),
    ...webhookNotes(present),
    ...groupNotes(present, facts),
  ];
}

/** Whether kops-audit wrote a policy. */
function isOurs({ asset }: LocatedAsset): boolean {
  return readStamp(contentOf(asset)) !== null;
}

/** That a file stays which something else reads. */
function sharedNote({ asset, path }: LocatedAsset): string {
  return `The file asset "${asset.name}" stays: something else in the spec names ${path}.`;
}

function policyNotes({ policy, settings }: PresentAudit, keepPolicy: boolean): string[] {
  const path = settings.auditPolicyFile;
  if (!policy) return path !== undefined ? [`The Cluster has no file asset for ${path}.`] : [];
  if (keepPolicy) return [`The policy stays in the spec, at ${policy.path}; no flag points to it.`];
  const stamp = readStamp(contentOf(policy.asset));
  if (!stamp)
    return ['The policy was not written by kops-audit. It is removed too; kops-audit rollback brings it back.'];
  return stamp.edited
    ? [`The policy began as ${stamp.policy} and was edited by hand: those edits are removed too.`]
    : [];
}

/** The keys that somebody else wrote: all of them where the policy is somebody's own, else those that `enable` never writes. */
function foreignNotes({ policy }: PresentAudit, keys: readonly string[]): string[] {
  const foreign = policy && isOurs(policy) ? keys.filter((key) => !WRITTEN_BY_ENABLE.includes(key)) : keys;
  return foreign.length === 0
    ? []
    : [`Settings that kops-audit perhaps did not write are removed too: ${foreign.join(', ')}.`];
}

const WRITTEN_BY_ENABLE: readonly string[] = [
  'auditPolicyFile',
  ...Object.keys(LOG_DEFAULTS),
  'auditWebhookConfigFile',
  'auditWebhookMode',
  'auditWebhookInitialBackoff',
];

function orphanNotes({ orphans }: PresentAudit): string[] {
  return orphans
    .filter((located) => !isOurs(located))
    .map(
      ({ asset, path }) => `The file asset "${asset.name}" at ${path} holds a policy that no flag points to: it stays.`,
    );
}

/** A CA or a key is somebody's own: `enable` never made it. */
function webhookNotes(present: PresentAudit): string[] {
  return assetsOfWebhook(present).others.map(
    ({ asset, path }) =>
      `The file asset "${asset.name}" at ${path}, which the webhook config names, stays: remove it if nothing else on the instances reads it.`,
  );
}

function groupNotes(present: PresentAudit, facts: ClusterFacts): string[] {
  const names = filesInForce(present, facts, 'auditPolicyFile').flatMap(({ group }) => group ?? []);
  if (names.length === 0) return [];
  return [`The file assets of the instance groups stay (${names.join(', ')}); kops edit ig removes them.`];
}
