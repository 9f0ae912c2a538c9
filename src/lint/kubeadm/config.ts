import type { Fault } from '../../kubeadm/faults.ts';
import { KUBEADM_APIS, KUBEADM_GROUP, type KubeadmApi } from '../../kubeadm/kubeadm-config.ts';
import type { Place } from '../../kubeadm/parts.ts';
import { nearest } from '../../policy/nearest.ts';
import { type Args, type ServerBreach, type ServerRule, serverRule } from '../rule.ts';

/** What the rules about a configuration as such look at. */
export interface ConfigInput {
  kind: string;
  apiVersion: string;
  /** Where it says so. */
  place: Place;
  faults: readonly Fault[];
  /** The release of the cluster; null: it is not known. */
  kubernetesVersion: string | null;
}

type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

/** The faults of some kinds, each told by what it says of itself. */
function faultsOf<Kind extends Fault['kind'], A extends Args>(
  kinds: readonly Kind[],
  argsOf: (fault: FaultOf<Kind>) => A | undefined,
): (input: ConfigInput) => ServerBreach<A>[] {
  const isWanted = (fault: Fault): fault is FaultOf<Kind> => kinds.some((kind) => kind === fault.kind);
  return ({ faults }) =>
    faults.filter(isWanted).flatMap((fault) => {
      const args = argsOf(fault);
      return args ? [{ args, place: fault.place }] : [];
    });
}

const REFUSED = 'kubeadm refuses the configuration, so no API server starts.';

/** Rules about what kubeadm, kind and the kubelet make of a document before kube-apiserver is started. */
export const CONFIG_RULES: readonly ServerRule<ConfigInput>[] = [
  serverRule({
    id: 'kubeadm-version',
    severity: 'error',
    fatal: true,
    why: REFUSED,
    check: refusedVersion,
    say: ({ apiVersion, minor, from, until }) => ({
      message: versionProblem(apiVersion, minor, from, until),
      fix: `Write apiVersion: ${KUBEADM_GROUP}/${bestFor(minor)}. \`kubeadm config migrate\` rewrites the rest.`,
    }),
  }),
  serverRule({
    id: 'kubeadm-version-ends',
    severity: 'warning',
    fatal: false,
    why: 'After an upgrade kubeadm no longer reads this file.',
    check: endingVersion,
    say: ({ apiVersion, until }) => ({
      message: `kubeadm 1.${until + 1} and later refuse ${apiVersion}`,
      fix: 'Run kubeadm config migrate --old-config FILE --new-config FILE, with kubeadm 1.31 to 1.36.',
    }),
  }),
  serverRule({
    id: 'args-form',
    severity: 'error',
    fatal: true,
    why: REFUSED,
    check: faultsOf(['args-form'], ({ key, apiVersion, wanted }) => ({ key, apiVersion, wanted })),
    say: ({ key, apiVersion, wanted }) => ({
      message: `${key} is a ${wanted === 'list' ? 'map' : 'list'}, but ${apiVersion} has a ${wanted} there`,
      fix:
        wanted === 'list'
          ? 'Write each argument as an item: - {name: audit-log-path, value: /var/log/kubernetes/audit/audit.log}'
          : 'Write each argument as a key: audit-log-path: /var/log/kubernetes/audit/audit.log',
    }),
  }),
  serverRule({
    id: 'config-value',
    severity: 'error',
    fatal: true,
    why: 'The document is refused as a whole, so no API server starts.',
    check: faultsOf(['wrong-type'], ({ path, wanted, found, isQuotable }) => ({ path, wanted, found, isQuotable })),
    say: ({ path, wanted, found, isQuotable }) => ({
      message: `${path} is ${found}, and must be ${wanted}`,
      fix: isQuotable ? `Put it in quotes: "${found}"` : `Write ${wanted}.`,
    }),
  }),
  serverRule({
    id: 'config-key-unknown',
    severity: 'error',
    fatal: false,
    why: 'kind refuses the file. `kubeadm config validate` does too; `kubeadm init` warns, and leaves the key out.',
    check: faultsOf(['unknown-key'], ({ path, key, known }) => ({ path, meant: meantKey(key, known) })),
    say: ({ path, meant }) => ({
      message: `there is no key ${path}`,
      fix: meant === null ? 'Remove it.' : `Did you mean ${meant}?`,
    }),
  }),
  serverRule({
    id: 'config-key-twice',
    severity: 'error',
    fatal: false,
    why: 'kind refuses the file. `kubeadm config validate` does too; `kubeadm init` takes the last one.',
    check: faultsOf(['key-twice'], ({ key }) => ({ key })),
    say: ({ key }) => ({ message: `the key ${key} stands twice in one map`, fix: 'Remove one of them.' }),
  }),
  serverRule({
    id: 'patch-unreadable',
    severity: 'error',
    fatal: true,
    why: 'It is a text for kind and kubeadm, who find out only when the cluster is made.',
    check: faultsOf(['unread'], ({ problem }) => ({ problem })),
    say: ({ problem }) => ({ message: `this text is no YAML: ${problem}`, fix: 'Correct it.' }),
  }),
  serverRule({
    id: 'static-pod-volume',
    severity: 'error',
    fatal: true,
    why: 'The kubelet refuses the pod, so no API server starts.',
    check: faultsOf(['api-volume', 'volume-twice'], (fault) => ({
      volume: fault.volume,
      source: fault.kind === 'api-volume' ? fault.source : null,
    })),
    say: ({ volume, source }) =>
      source === null
        ? {
            message: volume === '' ? 'two volumes have no name' : `two volumes are called ${volume}`,
            fix: 'Give each a name of its own.',
          }
        : {
            message: `the volume ${volume} is a ${source}, which a static pod cannot have from Kubernetes 1.34 on`,
            fix: 'Put the file on each control-plane node, and use a hostPath.',
          },
  }),
  serverRule({
    id: 'kind-patch-ignored',
    severity: 'error',
    fatal: false,
    why: 'kind says nothing of it: the cluster comes up without auditing, or does not come up.',
    check: patches(true),
    say: (args) => ({
      message: patchProblem(args),
      fix: args.effect === 'kind' ? 'Write kind: ClusterConfiguration.' : PATCH_FIX,
    }),
  }),
  serverRule({
    id: 'kind-patch-form',
    severity: 'warning',
    fatal: false,
    why: 'With another node image, such as that of the next kind release, it does nothing or stops the cluster.',
    check: patches(false),
    say: (args) => ({ message: patchProblem(args), fix: PATCH_FIX }),
  }),
];

/** A mistake of a letter or two, or one of the words that stand in other APIs for the same. */
function meantKey(key: string, known: readonly string[]): string | null {
  const other = key === 'type' && known.includes('pathType') ? 'pathType' : undefined;
  return other ?? nearest(key, known) ?? null;
}

function minorOf(version: string | null): number | null {
  return version === null ? null : Number(version.split('.')[1]);
}

type VersionArgs = { apiVersion: string; minor: number | null; from: number | null; until: number | null };

/** kubeadm sets up its own minor and the one before, so which kubeadm is used follows from the cluster's release. */
function refusedVersion({ kind, apiVersion, place, kubernetesVersion }: ConfigInput): ServerBreach<VersionArgs>[] {
  if (!isOfKubeadm(kind, apiVersion)) return [];
  const api = apiNamed(apiVersion);
  const minor = minorOf(kubernetesVersion);
  const isRead = api && (minor === null || ((api.until ?? Infinity) >= minor && api.from <= minor + 1));
  if (isRead) return [];
  return [{ args: { apiVersion, minor, from: api?.from ?? null, until: api?.until ?? null }, place }];
}

function isOfKubeadm(kind: string, apiVersion: string): boolean {
  return apiVersion.startsWith(KUBEADM_GROUP) || kind === 'ClusterConfiguration';
}

function apiNamed(apiVersion: string): KubeadmApi | undefined {
  return KUBEADM_APIS.find(({ version }) => apiVersion === `${KUBEADM_GROUP}/${version}`);
}

function versionProblem(apiVersion: string, minor: number | null, from: number | null, until: number | null): string {
  if (apiVersion === '') return 'there is no apiVersion';
  if (from === null) return `kubeadm knows no ${apiVersion}`;
  if (minor !== null && from > minor)
    return `only kubeadm 1.${from} and later read ${apiVersion}, not that of Kubernetes 1.${minor}`;
  return `kubeadm 1.${(until ?? 0) + 1} and later refuse ${apiVersion}, and so does that of Kubernetes 1.${minor}`;
}

/** The newest version that the kubeadm of a release reads without a flag. */
function bestFor(minor: number | null): string {
  if (minor === null || minor >= 31) return 'v1beta4';
  return minor >= 22 ? 'v1beta3' : 'v1beta2';
}

function endingVersion(input: ConfigInput): ServerBreach<{ apiVersion: string; until: number }>[] {
  const { apiVersion, place, kubernetesVersion } = input;
  const { until, deprecated } = apiNamed(apiVersion) ?? { until: null, deprecated: null };
  if (until === null || deprecated === null || refusedVersion(input).length > 0) return [];
  const minor = minorOf(kubernetesVersion);
  return minor === null || minor >= deprecated ? [{ args: { apiVersion, until }, place }] : [];
}

type PatchArgs = Pick<FaultOf<'patch'>, 'apiVersion' | 'form' | 'effect'>;

function patches(isSure: boolean): (input: ConfigInput) => ServerBreach<PatchArgs>[] {
  return faultsOf(['patch'], ({ apiVersion, form, effect, ...fault }) =>
    fault.isSure === isSure ? { apiVersion, form, effect } : undefined,
  );
}

const PATCH_FIX = 'Leave apiVersion out, and write extraArgs as a map: that works with every node image.';

/** What kind 0.32 and later do with a patch that does not fit. */
function patchProblem({ apiVersion, form, effect }: PatchArgs): string {
  const images = apiVersion.endsWith('v1beta4') || form === 'list' ? '1.36 and later' : '1.23 to 1.35';
  if (effect === 'kind') return 'kind ignores this patch: what has an apiServer is a ClusterConfiguration';
  if (effect === 'flags-dropped') return `kind drops these extraArgs: with ${apiVersion} they must be a list`;
  if (effect === 'refused') return `extraArgs as a list work only with node images of Kubernetes ${images}`;
  const known = ['v1beta2', 'v1beta3', 'v1beta4'].some((version) => apiVersion === `${KUBEADM_GROUP}/${version}`);
  return known
    ? `kind uses this patch only for node images of Kubernetes ${apiVersion.endsWith('v1beta2') ? 'before 1.23' : images}`
    : `kind ignores this patch: it writes no ${apiVersion}`;
}
