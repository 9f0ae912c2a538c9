import { posix } from 'node:path';
import { groupFilesAt, groupsWithout } from '../../cluster/file-assets.ts';
import { scriptsNaming } from '../../cluster/mentions.ts';
import { type Place, defaultPolicyFile, policyPathProblems } from '../../cluster/placement.ts';
import type { LocatedAsset, PresentAudit } from '../../cluster/present.ts';
import type { ClusterInput, ClusterRule } from '../rule.ts';
import { type LegacyBreach as Breach, legacyAll } from '../legacy.ts';

const SETTING = '/spec/kubeAPIServer/auditPolicyFile';

/** Rules about which file asset holds the policy: is there one at the path that `auditPolicyFile` names, and is there another? */
export const POLICY_ASSET_RULES: readonly ClusterRule[] = legacyAll([
  {
    id: 'policy-asset-missing',
    severity: 'error',
    fatal: false,
    about: 'audit',
    why: 'kube-apiserver ends at start-up when it cannot read its audit policy.',
    check: assetMissing,
  },
  {
    id: 'policy-by-script',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'What a script writes on the instance is in no spec: it can replace the policy, and nothing here can say what it logs.',
    check: byScript,
  },
  {
    id: 'policy-unused',
    severity: 'warning',
    fatal: false,
    about: 'other',
    why: 'Only one policy can be in force; a second one in the spec misleads whoever reads it.',
    check: unused,
  },
]);

function assetMissing({ cluster, present, facts }: ClusterInput): Breach[] {
  const path = namedPath(present);
  if (path === null || present.policy) return [];
  const brought = groupFilesAt(path, facts);
  const lacking = groupsWithout(path, facts).map(({ name }) => name);
  if (brought.length > 0 && lacking.length === 0) return [];
  if (scriptsNaming(path, cluster, facts.groups).length > 0) return [];
  const where = brought.length > 0 ? ` in ${lacking.join(', ')}` : '';
  const meant = meantAsset(present);
  const message = `auditPolicyFile is ${path}, but no file asset puts a file there${where}.`;
  if (meant === null) {
    return [{ message, mend: 'Give --policy NAME: the policy is then embedded and the path set.', pointer: SETTING }];
  }
  const near = `The file asset "${meant.asset.name}" holds a policy, but at ${meant.path}${difference(path, meant.path)}.`;
  return [{ message: `${message} ${near}`, mend: bringTogether(path, meant, facts), pointer: SETTING }];
}

function byScript({ cluster, present, facts }: ClusterInput): Breach[] {
  const path = namedPath(present);
  if (path === null) return [];
  const mend = present.policy
    ? `Let one of the two write it: the file asset "${present.policy.asset.name}" has the same path.`
    : 'Check that it is there before the kubelet starts; or give --policy NAME to embed a policy, and take the script out.';
  return scriptsNaming(path, cluster, facts.groups).map(({ name, pointer }) => ({
    message: `${name} names the path of the policy, ${path}, and may write it`,
    mend,
    pointer: pointer ?? SETTING,
  }));
}

function namedPath({ settings }: PresentAudit): string | null {
  const path = settings['auditPolicyFile'];
  return typeof path === 'string' && path !== '' ? path : null;
}

/** The file asset that a path which names none was meant for: the only policy, else the only one with its name or its directory. */
function meantAsset(present: PresentAudit): LocatedAsset | null {
  const path = namedPath(present);
  if (path === null || present.policy) return null;
  const { orphans } = present;
  const candidates = [
    orphans,
    orphans.filter((orphan) => posix.basename(orphan.path) === posix.basename(path)),
    orphans.filter((orphan) => posix.dirname(orphan.path) === posix.dirname(path)),
  ];
  return candidates.find(({ length }) => length === 1)?.[0] ?? null;
}

function difference(path: string, other: string): string {
  if (posix.dirname(path) === posix.dirname(other)) return ': the two paths differ in the name of the file';
  if (posix.basename(path) === posix.basename(other)) return ': the two paths differ in the directory';
  return '';
}

/** Which of the two paths has to follow the other: the one that kube-apiserver can read stays. */
function bringTogether(path: string, { asset, path: other }: LocatedAsset, place: Place): string {
  const anew = 'To embed another policy give --policy NAME.';
  if (isReadable(other, place)) return `Write auditPolicyFile: ${other}. ${anew}`;
  if (isReadable(path, place)) return `Give the file asset "${asset.name}" the path ${path}. ${anew}`;
  return `Give both the path ${defaultPolicyFile(place)}. ${anew}`;
}

function isReadable(path: string, place: Place): boolean {
  return policyPathProblems(path, place).length === 0;
}

function unused({ present, facts }: ClusterInput): Breach[] {
  const isOff = namedPath(present) === null;
  const meant = meantAsset(present);
  const others = present.orphans.filter((orphan) => orphan !== meant);
  return others.map((orphan) => (isOff ? notNamed(orphan, others.length > 1, facts) : besides(orphan)));
}

function besides({ asset, index, path }: LocatedAsset): Breach {
  return {
    message: `the file asset "${asset.name}" at ${path} holds an audit policy that nothing uses`,
    mend: 'Remove it, if nothing else on the instances reads it.',
    pointer: `/spec/fileAssets/${index}`,
  };
}

/** A policy in a spec where no policy is in force: most likely this one is meant to be. */
function notNamed({ asset, index, path }: LocatedAsset, isOneOfSome: boolean, place: Place): Breach {
  const which = isOneOfSome ? ' if this is the one that is meant' : '';
  const safe = defaultPolicyFile(place);
  const mend = isReadable(path, place)
    ? `Write auditPolicyFile: ${path} and an auditLogPath${which}.`
    : `Give it the path ${safe}, and write auditPolicyFile: ${safe} and an auditLogPath${which}.`;
  return {
    message: `the file asset "${asset.name}" at ${path} holds an audit policy, but no auditPolicyFile points to it: auditing is off (CIS 3.2.1)`,
    why: 'kube-apiserver records nothing without a policy, and reads only the one that auditPolicyFile names.',
    mend,
    pointer: `/spec/fileAssets/${index}`,
  };
}
