import { posix } from 'node:path';
import { groupFilesAt, groupsWithout } from '../../cluster/file-assets.ts';
import { scriptsNaming } from '../../cluster/mentions.ts';
import { defaultPolicyFile, type Place, policyPathProblems } from '../../cluster/placement.ts';
import type { LocatedAsset, PresentAudit } from '../../cluster/present.ts';
import { type ClusterBreach, type ClusterInput, type ClusterRule, clusterRule } from '../rule.ts';

const SETTING = '/spec/kubeAPIServer/auditPolicyFile';

/** Rules about which file asset holds the policy: is there one at the path that `auditPolicyFile` names, and is there another? */
export const POLICY_ASSET_RULES: readonly ClusterRule[] = [
  clusterRule({
    id: 'policy-asset-missing',
    severity: 'error',
    fatal: false,
    about: 'audit',
    why: 'kube-apiserver does not start when it cannot read its audit policy.',
    check: assetMissing,
    say: ({ path, lacking, meant }) => {
      const where = lacking.length > 0 ? ` in ${lacking.join(', ')}` : '';
      const message = `auditPolicyFile is ${path}, but no file asset writes that file${where}`;
      if (meant === null)
        return { message, fix: 'Run kops-audit enable --policy NAME, which embeds a policy and sets the path.' };
      const near = `the file asset "${meant.name}" holds a policy, but at ${meant.path}${difference(path, meant.path)}`;
      return {
        message: `${message}; ${near}`,
        fix: `${bringTogether(path, meant)} To embed another policy run kops-audit enable --policy NAME.`,
      };
    },
  }),
  clusterRule({
    id: 'policy-by-script',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'What a script writes on the instance is in no spec. It can replace the policy, and then nobody can tell from here what is recorded.',
    check: byScript,
    say: ({ script, path, asset }) => ({
      message: `${script} names the path of the policy, ${path}, and may write that file`,
      fix:
        asset === null
          ? 'Check that the script writes it before the kubelet starts. Or run kops-audit enable --policy NAME, and remove the script.'
          : `Let only one of the two write it: the file asset "${asset}" has the same path.`,
    }),
  }),
  clusterRule({
    id: 'policy-unused',
    severity: 'warning',
    fatal: false,
    about: 'other',
    why: 'Only one policy can be in force. A second one in the spec misleads whoever reads it.',
    check: unused,
    say: ({ name, path, off }) =>
      off === null
        ? {
            message: `the file asset "${name}" at ${path} holds an audit policy that nothing uses`,
            fix: 'Remove it if nothing else on the instances reads it.',
          }
        : {
            message: `the file asset "${name}" at ${path} holds an audit policy, but auditPolicyFile does not point to it: auditing is off (CIS 3.2.1)`,
            why: 'kube-apiserver records nothing without a policy, and reads only the one that auditPolicyFile names.',
            fix: switchOn(path, off),
          },
  }),
];

/** `lacking`: the instance groups without a file there, where others have one. `meant`: the file asset that the path was meant for. */
type MissingArgs = { path: string; lacking: readonly string[]; meant: MeantAsset | null };

/** A file asset with a policy at another path; `keep`: which of the two paths kube-apiserver can read, else one that it can. */
type MeantAsset = { name: string; path: string; keep: 'its' | 'named' | { path: string } };

function difference(path: string, other: string): string {
  if (posix.dirname(path) === posix.dirname(other)) return ' (only the name of the file differs)';
  if (posix.basename(path) === posix.basename(other)) return ' (only the directory differs)';
  return '';
}

/** Which of the two paths has to follow the other: the one that kube-apiserver can read stays. */
function bringTogether(path: string, { name, path: other, keep }: MeantAsset): string {
  if (keep === 'its') return `Write auditPolicyFile: ${other}.`;
  return keep === 'named' ? `Give the file asset "${name}" the path ${path}.` : `Give both the path ${keep.path}.`;
}

function assetMissing({ cluster, present, facts }: ClusterInput): ClusterBreach<MissingArgs>[] {
  const path = namedPath(present);
  if (path === null || present.policy) return [];
  const brought = groupFilesAt(path, facts);
  const lacking = groupsWithout(path, facts).map(({ name }) => name);
  if (brought.length > 0 && lacking.length === 0) return [];
  if (scriptsNaming(path, cluster, facts.groups).length > 0) return [];
  const found = meantAsset(present);
  const meant = found && {
    name: String(found.asset.name),
    path: found.path,
    keep: pathToKeep(path, found.path, facts),
  };
  return [{ args: { path, lacking: brought.length > 0 ? lacking : [], meant }, pointer: SETTING }];
}

function pathToKeep(path: string, other: string, place: Place): MeantAsset['keep'] {
  if (isReadable(other, place)) return 'its';
  return isReadable(path, place) ? 'named' : { path: defaultPolicyFile(place) };
}

/** A script, in words, and the file asset that has the path as well. */
type ScriptArgs = { script: string; path: string; asset: string | null };

function byScript({ cluster, present, facts }: ClusterInput): ClusterBreach<ScriptArgs>[] {
  const path = namedPath(present);
  if (path === null) return [];
  const asset = present.policy ? String(present.policy.asset.name) : null;
  return scriptsNaming(path, cluster, facts.groups).map(({ name, pointer }) => ({
    args: { script: name, path, asset },
    pointer: pointer ?? SETTING,
  }));
}

function namedPath({ settings }: PresentAudit): string | null {
  return settings.auditPolicyFile || null;
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

function isReadable(path: string, place: Place): boolean {
  return policyPathProblems(path, place).length === 0;
}

/** A policy that nothing uses; `off`: none is in force, so that most likely this one is meant to be. */
type UnusedArgs = { name: string; path: string; off: SwitchOn | null };

/** `safe`: the path to move it to; null where kube-apiserver can read it where it is. */
type SwitchOn = { safe: string | null; isOneOfSome: boolean };

function switchOn(path: string, { safe, isOneOfSome }: SwitchOn): string {
  const which = isOneOfSome ? ' if this is the one that is meant' : '';
  return safe === null
    ? `Write auditPolicyFile: ${path} and an auditLogPath${which}.`
    : `Give it the path ${safe}, and write auditPolicyFile: ${safe} and an auditLogPath${which}.`;
}

function unused({ present, facts }: ClusterInput): ClusterBreach<UnusedArgs>[] {
  const isOff = namedPath(present) === null;
  const meant = meantAsset(present);
  const others = present.orphans.filter((orphan) => orphan !== meant);
  return others.map(({ asset, index, path }) => {
    const safe = isReadable(path, facts) ? null : defaultPolicyFile(facts);
    const off = isOff ? { safe, isOneOfSome: others.length > 1 } : null;
    return { args: { name: String(asset.name), path, off }, pointer: `/spec/fileAssets/${index}` };
  });
}
