import { groupFilesAt, type GroupPlace } from './group-files.ts';
import { isForApiServer } from './groups.ts';
import type { EnableOptions } from './options.ts';
import { defaultPolicyFile, policyPathProblems } from './placement.ts';
import { assetAt, holdsPolicy, type LocatedAsset, type PresentAudit } from './present.ts';

/**
 * The asset the policy is in, or that can take it; null where a new one is needed.
 * A file that no setting points to may serve something else: it is taken over only where kube-apiserver could read it as it is.
 */
export function adoptedAsset(present: PresentAudit, options: EnableOptions, place: GroupPlace): LocatedAsset | null {
  const { policy, settings } = present;
  if (policy) return givesWay(policy, options, place) ? assetForNew(present, place) : policy;
  const named = settings['auditPolicyFile'];
  if (typeof named === 'string' && named !== '' && !options.policy) return null;
  const [orphan, second] = named ? [] : present.orphans;
  if (orphan && !second && isTakeable(orphan, present, place)) return orphan;
  return assetForNew(present, place);
}

/** Another kind of file, at a path that the policy cannot have: it stays, and the policy goes elsewhere. */
function givesWay({ asset, path }: LocatedAsset, options: EnableOptions, place: GroupPlace): boolean {
  return options.policy !== undefined && !holdsPolicy(asset) && policyPathProblems(path, place).length > 0;
}

/** A policy that lies already where a new one would go. */
function assetForNew(present: PresentAudit, place: GroupPlace): LocatedAsset | null {
  const there = assetAt(present.assets, defaultPolicyFile(place));
  return there && holdsPolicy(there.asset) && isTakeable(there, present, place) ? there : null;
}

function isTakeable(located: LocatedAsset, present: PresentAudit, place: GroupPlace): boolean {
  const { asset, path } = located;
  const inForce = assetAt(present.assets, path) === located && groupFilesAt(path, place).length === 0;
  return inForce && isForApiServer(asset) && policyPathProblems(path, place).length === 0;
}
