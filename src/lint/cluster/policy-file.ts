import { API_SERVER_ROLES } from '../../cluster/groups.ts';
import { layoutsAfter } from '../../cluster/kops-releases.ts';
import { defaultPolicyFile, policyPathProblems } from '../../cluster/placement.ts';
import { contentOf, holdsPolicy } from '../../cluster/present.ts';
import type { FileAsset } from '../../cluster/types.ts';
import { FIRST_WINS, ROLES_ARE_WORDS, placedFiles, nameOf, shadowing, undelivered } from './files.ts';
import type { ClusterInput, ClusterRule } from '../rule.ts';
import { type LegacyBreach as Breach, legacyAll } from '../legacy.ts';

const STOPS = 'kube-apiserver ends at start-up when it cannot read its audit policy.';
const SETTING = '/spec/kubeAPIServer/auditPolicyFile';

/** The policy loads on some releases of Kubernetes only, and which one it is for is not known. */
export const VERSION_UNKNOWN = 'policy-version-unknown';

/** Rules about the file `auditPolicyFile` names: is it in the right place, on the right instances, and does it load? */
export const POLICY_FILE_RULES: readonly ClusterRule[] = legacyAll([
  { id: 'policy-path', severity: 'error', fatal: true, about: 'audit', why: STOPS, check: badPath },
  {
    id: 'policy-not-delivered',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: `${STOPS} ${ROLES_ARE_WORDS}`,
    check: notDelivered,
  },
  {
    id: 'policy-shadowed',
    severity: 'error',
    fatal: false,
    about: 'audit',
    why: FIRST_WINS,
    check: shadowed,
  },
  {
    id: 'policy-refused',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kube-apiserver ends at start-up when its audit policy does not load.',
    check: refused,
  },
  {
    id: VERSION_UNKNOWN,
    severity: 'error',
    fatal: false,
    about: 'audit',
    why: 'kube-apiserver ends at start-up when its audit policy does not load, and here it depends on the release whether it does.',
    check: versionUnknown,
  },
  {
    id: 'policy-warning',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'kube-apiserver drops what it does not know in a policy; a rule that loses a selector matches more than was meant.',
    check: loadWarnings,
  },
  {
    id: 'policy-every-node',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'A file asset without roles is written to every instance, so that each change to it makes every group outdated.',
    check: withoutRoles,
  },
]);

/** Whether kube-apiserver can read the policy where it is. */
function badPath({ present, facts }: ClusterInput): Breach[] {
  const path = present.settings['auditPolicyFile'];
  if (typeof path !== 'string' || path === '') return [];
  const mend = `Use ${defaultPolicyFile(facts)}: every kOps release from 1.19 on can read it.`;
  return policyPathProblems(path, facts).map(({ message }) => ({ message, mend, pointer: SETTING }));
}

/** Whether the policy reaches each group with an API server. */
function notDelivered({ present, facts }: ClusterInput): Breach[] {
  const { policy } = present;
  return policy ? undelivered(policy, "the policy's", facts) : [];
}

function shadowed(input: ClusterInput): Breach[] {
  return shadowing(input.present.policy, input, 'policy');
}

function refused(input: ClusterInput): Breach[] {
  return diagnostics(input, 'error');
}

function loadWarnings(input: ClusterInput): Breach[] {
  return diagnostics(input, 'warning');
}

function diagnostics(input: ClusterInput, severity: 'error' | 'warning'): Breach[] {
  return placedFiles(input, 'auditPolicyFile').flatMap(({ asset, group, pointer, subject }) =>
    input.facts.policies
      .load(contentOf(asset))
      .diagnostics.filter((diagnostic) => diagnostic.severity === severity)
      .map(({ message, hint, line }) => ({
        message: `${policyName(asset, group)}${line === undefined ? '' : `, line ${line}`}: ${message}`,
        mend: mendPolicy(group, hint),
        pointer,
        subject,
      })),
  );
}

/** What of a policy depends on the release, by the code of the loader. */
const RELEASES: Readonly<Record<string, string>> = {
  'wildcard-group': 'the group "*" is refused up to Kubernetes 1.35',
  'removed-api-version': 'this apiVersion is refused from Kubernetes 1.24 on',
};

function versionUnknown(input: ClusterInput): Breach[] {
  return placedFiles(input, 'auditPolicyFile').flatMap(({ asset, group, pointer, subject }) =>
    input.facts.policies.doubts(contentOf(asset)).map(({ code, message, hint = '', line }) => ({
      message: `${policyName(asset, group)}${line === undefined ? '' : `, line ${line}`}: ${RELEASES[code] ?? message}, and spec.kubernetesVersion does not tell which it is`,
      mend: `Set spec.kubernetesVersion, or change the policy. ${hint}`.trim(),
      pointer,
      subject,
    })),
  );
}

function policyName(asset: FileAsset, group: string | null): string {
  if (group !== null) return nameOf(asset, group);
  return holdsPolicy(asset)
    ? 'the policy'
    : `auditPolicyFile names ${nameOf(asset, group)}, which holds no audit policy`;
}

function mendPolicy(group: string | null, hint: string | undefined): string {
  if (hint !== undefined) return hint;
  return group === null
    ? 'Mend the policy, or give --policy NAME to replace it by a template.'
    : `Mend or remove it with: kops edit instancegroup ${group}`;
}

function withoutRoles({ present }: ClusterInput): Breach[] {
  const { policy } = present;
  if (!policy || (policy.asset.roles ?? []).length > 0) return [];
  return [
    {
      message: `the file asset "${policy.asset.name}" has no roles: it reaches every node`,
      mend: `Add roles: [${API_SERVER_ROLES.join(', ')}]. That changes every group once.`,
      pointer: `/spec/fileAssets/${policy.index}`,
    },
  ];
}

/** Rules about what works with the kOps releases that count, and no longer with later ones. */
export const UPGRADE_RULES: readonly ClusterRule[] = legacyAll([
  {
    id: 'policy-after-upgrade',
    severity: 'info',
    fatal: false,
    about: 'other',
    why: 'It works now. kube-apiserver ends at start-up when it cannot read its audit policy: the upgrade would keep it down.',
    check: breaksLater,
  },
]);

/** What the checks of the policy's place say of later releases and not of those that count. */
function breaksLater(input: ClusterInput): Breach[] {
  const layouts = layoutsAfter(input.facts.layouts);
  if (layouts.length === 0) return [];
  const of = (world: ClusterInput): Breach[] => [badPath, notDelivered].flatMap((check) => check(world));
  const now = new Set(of(input).map(({ message }) => message));
  return of({ ...input, facts: { ...input.facts, layouts } })
    .filter(({ message }) => !now.has(message))
    .map(({ message, ...breach }) => ({ ...breach, message: `an upgrade of kOps would break this: ${message}` }));
}
