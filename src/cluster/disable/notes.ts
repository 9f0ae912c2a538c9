import { readStamp } from '../../policy/render/stamp.ts';
import type { ClusterFacts } from '../facts.ts';
import { groupPolicies } from '../group-policy.ts';
import { LOG_DEFAULTS } from '../options.ts';
import { contentOf, type LocatedAsset, type PresentAudit } from '../present.ts';
import { assetsOfWebhook } from '../webhook-files.ts';

/**
 * What a person should know of `disable` besides its diff: what goes that kops-audit did not write, and what stays.
 *
 * @param keys the audit keys under `spec.kubeAPIServer` that go.
 */
export function disableNotes(
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
export function isOurs({ asset }: LocatedAsset): boolean {
  return readStamp(contentOf(asset)) !== null;
}

/** That a file stays which something else reads. */
export function sharedNote({ asset, path }: LocatedAsset): string {
  return `The file asset "${asset.name}" stays: something else in the spec names ${path}.`;
}

function policyNotes({ policy, settings }: PresentAudit, keepPolicy: boolean): string[] {
  const path = settings['auditPolicyFile'];
  if (!policy) return typeof path === 'string' ? [`No file asset of the Cluster brings ${path}.`] : [];
  if (keepPolicy) return [`The policy stays in the spec, at ${policy.path}; no flag names it.`];
  const stamp = readStamp(contentOf(policy.asset));
  if (!stamp) return ['The policy was not written by kops-audit. It goes too; kops-audit rollback brings it back.'];
  return stamp.edited ? [`The policy began as ${stamp.policy} and was edited by hand: those edits go too.`] : [];
}

/** The keys that somebody else wrote: all of them where the policy is somebody's own, else those that `enable` never writes. */
function foreignNotes({ policy }: PresentAudit, keys: readonly string[]): string[] {
  const foreign = policy && isOurs(policy) ? keys.filter((key) => !WRITTEN_BY_ENABLE.includes(key)) : keys;
  return foreign.length === 0 ? [] : [`Settings that kops-audit may not have written go too: ${foreign.join(', ')}.`];
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
    .map(({ asset, path }) => `The file asset "${asset.name}" at ${path} holds a policy that no flag names: it stays.`);
}

/** A CA or a key is somebody's own: `enable` never made it. */
function webhookNotes(present: PresentAudit): string[] {
  return assetsOfWebhook(present).others.map(
    ({ asset, path }) =>
      `The file asset "${asset.name}" at ${path}, which the webhook config names, stays: remove it if nothing else on the instances reads it.`,
  );
}

function groupNotes(present: PresentAudit, facts: ClusterFacts): string[] {
  const { inForce } = groupPolicies(present, { set: {}, noLog: false, webhook: {} }, facts);
  if (inForce.length === 0) return [];
  const names = inForce.map(({ group }) => group.name).join(', ');
  return [`The file assets of the instance groups stay (${names}); kops edit ig removes them.`];
}
