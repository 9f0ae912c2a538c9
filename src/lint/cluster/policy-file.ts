import { API_SERVER_ROLES } from '../../cluster/groups.ts';
import { layoutsAfter } from '../../cluster/kops-releases.ts';
import { defaultPolicyFile, policyPathProblems } from '../../cluster/placement.ts';
import { contentOf, holdsPolicy } from '../../cluster/present.ts';
import { type ClusterBreach, type ClusterInput, type ClusterRule, clusterRule } from '../rule.ts';
import {
  FIRST_WINS,
  named,
  type NamedAsset,
  nameText,
  type PlacedFile,
  placedFiles,
  ROLES_ARE_WORDS,
  shadowing,
  shadowWords,
  undelivered,
  type UndeliveredArgs,
  undeliveredWords,
} from './files.ts';

const STOPS = 'kube-apiserver does not start when it cannot read its audit policy.';
const SETTING = '/spec/kubeAPIServer/auditPolicyFile';

/** The policy loads on some releases of Kubernetes only, and which one it is for is not known. */
export const VERSION_UNKNOWN = 'policy-version-unknown';

/** Rules about the file `auditPolicyFile` names: is it in the right place, on the right instances, and does it load? */
export const POLICY_FILE_RULES: readonly ClusterRule[] = [
  clusterRule({
    id: 'policy-path',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: STOPS,
    check: badPath,
    say: pathWords,
  }),
  clusterRule({
    id: 'policy-not-delivered',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: `${STOPS} ${ROLES_ARE_WORDS}`,
    check: notDelivered,
    say: (args) => undeliveredWords(args, "the policy's"),
  }),
  clusterRule({
    id: 'policy-shadowed',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    stopsChange: true,
    why: FIRST_WINS,
    check: (input) => shadowing(input.present.policy, input),
    say: (args) => shadowWords(args, 'policy'),
  }),
  clusterRule({
    id: 'policy-refused',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kube-apiserver does not start when its audit policy does not load.',
    check: (input: ClusterInput) => diagnostics(input, 'error'),
    say: diagnosticWords,
  }),
  clusterRule({
    id: VERSION_UNKNOWN,
    severity: 'error',
    fatal: false,
    about: 'audit',
    why: 'kube-apiserver does not start when its audit policy does not load. Whether this one does depends on the release.',
    check: versionUnknown,
    say: ({ code, said, hint, ...file }) => ({
      message: `${placeText(file)}: ${RELEASES[code] ?? said}, and spec.kubernetesVersion does not tell the release`,
      fix: `Set spec.kubernetesVersion, or change the policy. ${hint ?? ''}`.trim(),
    }),
  }),
  clusterRule({
    id: 'policy-warning',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'kube-apiserver ignores what it does not know in a policy. A rule that loses a selector matches more than was meant.',
    check: (input: ClusterInput) => diagnostics(input, 'warning'),
    say: diagnosticWords,
  }),
  clusterRule({
    id: 'policy-every-node',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'A file asset without roles is written to every instance. Each change of it then makes every group outdated.',
    check: withoutRoles,
    say: ({ name }) => ({
      message: `the file asset "${name}" has no roles, so it reaches every node`,
      fix: `Add roles: [${API_SERVER_ROLES.join(', ')}]. That makes every group outdated once more, and then no longer.`,
    }),
  }),
];

/** What the room of the spec says is wrong with a path, and the one to use. */
type PathArgs = { problem: string; safe: string };

function pathWords({ problem, safe }: PathArgs): { message: string; fix: string } {
  return { message: problem, fix: `Use ${safe}. Every kOps release from 1.19 on can read it.` };
}

/** Whether kube-apiserver can read the policy where it is. */
function badPath({ present, facts }: ClusterInput): ClusterBreach<PathArgs>[] {
  const path = present.settings.auditPolicyFile;
  if (!path) return [];
  const safe = defaultPolicyFile(facts);
  return policyPathProblems(path, facts).map(({ message }) => ({ args: { problem: message, safe }, pointer: SETTING }));
}

/** Whether the policy reaches each group with an API server. */
function notDelivered({ present: { policy }, facts }: ClusterInput): ClusterBreach<UndeliveredArgs>[] {
  return policy ? undelivered(policy, facts) : [];
}

/** What the loader says of a policy in a file asset, which may be none, with its code. */
type DiagnosticArgs = FileArgs & { code: string; said: string; hint: string | null };

type FileArgs = { asset: NamedAsset; holdsPolicy: boolean; line: number | null };

function fileArgs({ asset, group }: PlacedFile, line: number | null = null): FileArgs {
  return { asset: named(asset, group), holdsPolicy: holdsPolicy(asset), line };
}

function diagnosticWords({ said, hint, ...file }: DiagnosticArgs): { message: string; fix: string } {
  const { group } = file.asset;
  const fix =
    group === null
      ? 'Correct the policy, or run kops-audit enable --policy NAME to replace it.'
      : `Correct or remove it with: kops edit instancegroup ${group}`;
  return { message: `${placeText(file)}: ${said}`, fix: hint ?? fix };
}

function placeText({ asset, holdsPolicy: isPolicy, line }: FileArgs): string {
  const own = isPolicy ? 'the policy' : `auditPolicyFile names ${nameText(asset)}, which holds no audit policy`;
  return `${asset.group === null ? own : nameText(asset)}${line === null ? '' : `, line ${line}`}`;
}

function diagnostics(input: ClusterInput, severity: 'error' | 'warning'): ClusterBreach<DiagnosticArgs>[] {
  return placedFiles(input, 'auditPolicyFile').flatMap((file) =>
    input.facts.policies
      .load(contentOf(file.asset))
      .diagnostics.filter((diagnostic) => diagnostic.severity === severity)
      .map(({ code, message, hint = null, line }) => ({
        args: { ...fileArgs(file, line), code, said: message, hint },
        pointer: file.pointer,
        subject: file.subject,
      })),
  );
}

/** What of a policy depends on the release, by the code of the loader. */
const RELEASES: Readonly<Record<string, string>> = {
  'wildcard-group': 'the group "*" is refused up to Kubernetes 1.35',
  'removed-api-version': 'this apiVersion is refused from Kubernetes 1.24 on',
};

function versionUnknown(input: ClusterInput): ClusterBreach<DiagnosticArgs>[] {
  return placedFiles(input, 'auditPolicyFile').flatMap((file) =>
    input.facts.policies.doubts(contentOf(file.asset)).map(({ code, message, hint = null, line }) => ({
      args: { ...fileArgs(file, line), code, said: message, hint },
      pointer: file.pointer,
      subject: file.subject,
    })),
  );
}

function withoutRoles({ present: { policy } }: ClusterInput): ClusterBreach<{ name: string }>[] {
  if (!policy || (policy.asset.roles ?? []).length > 0) return [];
  return [{ args: { name: String(policy.asset.name) }, pointer: `/spec/fileAssets/${policy.index}` }];
}

/** What one of these two checks finds. */
type PlaceArgs = { path: PathArgs } | { roles: UndeliveredArgs };

/** Rules about what works with the kOps releases that count, and no longer with later ones. */
export const UPGRADE_RULES: readonly ClusterRule[] = [
  clusterRule({
    id: 'policy-after-upgrade',
    severity: 'info',
    fatal: false,
    about: 'other',
    why: 'It works now. After the upgrade kube-apiserver would not start, as it could not read its audit policy.',
    check: breaksLater,
    say: (args) => {
      const { message, fix } = 'path' in args ? pathWords(args.path) : undeliveredWords(args.roles, "the policy's");
      return { message: `an upgrade of kOps would break this: ${message}`, fix };
    },
  }),
];

/** What the checks of the policy's place find with later releases and not with those that count. */
function breaksLater(input: ClusterInput): ClusterBreach<PlaceArgs>[] {
  const layouts = layoutsAfter(input.facts.layouts);
  if (layouts.length === 0) return [];
  const now = new Set(placeBreaches(input).map(({ args }) => JSON.stringify(args)));
  return placeBreaches({ ...input, facts: { ...input.facts, layouts } }).filter(
    ({ args }) => !now.has(JSON.stringify(args)),
  );
}

function placeBreaches(input: ClusterInput): ClusterBreach<PlaceArgs>[] {
  return [
    ...badPath(input).map(({ args, ...place }) => ({ ...place, args: { path: args } })),
    ...notDelivered(input).map(({ args, ...place }) => ({ ...place, args: { roles: args } })),
  ];
}
