import { compareVersions, minorOf } from './release.ts';

/** Which Kubernetes releases run with kOps releases of one minor. */
interface KopsMinor {
  /** Its last release, and one before that where another layout begins within the minor. */
  releases: readonly [string, ...string[]];
  /** The oldest Kubernetes it runs, as the minor of Kubernetes 1. */
  oldest: number;
}

/**
 * `OldestSupportedKubernetesVersion` in `upup/pkg/fi/cloudup/apply_cluster.go`, read in the first and the last tag of every minor, 1.19.0
 * to 1.36.2. The last row stands for all later ones.
 */
const KOPS_MINORS: readonly [KopsMinor, ...KopsMinor[]] = [
  { releases: ['1.19.3'], oldest: 11 },
  { releases: ['1.20.3'], oldest: 13 },
  { releases: ['1.21.5'], oldest: 15 },
  { releases: ['1.22.6'], oldest: 17 },
  { releases: ['1.23.4'], oldest: 18 },
  { releases: ['1.24.5'], oldest: 19 },
  { releases: ['1.25.4'], oldest: 20 },
  { releases: ['1.26.5', '1.26.6'], oldest: 21 },
  { releases: ['1.27.3'], oldest: 22 },
  { releases: ['1.28.7'], oldest: 23 },
  { releases: ['1.29.2'], oldest: 24 },
  { releases: ['1.30.4'], oldest: 25 },
  { releases: ['1.31.0'], oldest: 25 },
  { releases: ['1.32.4'], oldest: 27 },
  { releases: ['1.33.2'], oldest: 27 },
  { releases: ['1.34.3'], oldest: 29 },
  { releases: ['1.35.2'], oldest: 29 },
  { releases: ['1.36.2'], oldest: 31 },
  { releases: ['1.37.0'], oldest: 31 },
];

/** The newest minor release that the tables were checked against. */
const [newest = KOPS_MINORS[0]] = KOPS_MINORS.slice(-1);
export const NEWEST_KOPS_MINOR: string = minorOf(newest.releases[0]);

/** How the releases of kOps from `from` on (until the next row) run kube-apiserver and deliver file assets. */
export interface Layout {
  /** The first kOps release this row is true of. */
  from: string;
  /** The host directory whose content kube-apiserver always sees, read-only. */
  srvMount: string;
  /** Whether the directory of `auditPolicyFile` is mounted as well. */
  mountsPolicyDirectory: boolean;
  /** Whether a policy directly in `srvMount` would mount that directory twice, which makes the pod invalid. */
  mountsTwiceInSrv: boolean;
  /** What an instance group of the control plane is called when the roles of a file asset are compared. */
  controlPlaneRole: 'Master' | 'ControlPlane';
  /** Whether instance groups with the role APIServer exist. */
  hasApiServerRole: boolean;
  /** Mount paths of this row alone; see FIXED_MOUNTS for the others. */
  mounts: readonly string[];
}

const PKI_MOUNT = '/etc/kubernetes/pki/kube-apiserver';

/**
 * One row a change, oldest first; a release that changes nothing here has none. From kOps' `nodeup/pkg/model/kube_apiserver.go` and `pkg/apis/kops/instancegroup.go`
 * at 1.19 to 1.37.0-alpha.1:
 * the whole of /srv/kubernetes until 1.21 (release note of 1.22), role APIServer from 1.21, role ControlPlane from 1.26,
 * `auditconfigdir` from 1.26.6 (PR 15940), its guard against mounting twice from 1.27.0 (PR 15399).
 */
export const LAYOUTS: readonly [Layout, ...Layout[]] = [
  row('1.19.0', '/srv/kubernetes', { mounts: [PKI_MOUNT] }),
  row('1.21.0', '/srv/kubernetes', { mounts: [PKI_MOUNT], hasApiServerRole: true }),
  row('1.22.0', '/srv/kubernetes/kube-apiserver', { hasApiServerRole: true }),
  row('1.26.0', '/srv/kubernetes/kube-apiserver', { hasApiServerRole: true, controlPlaneRole: 'ControlPlane' }),
  row('1.26.6', '/srv/kubernetes/kube-apiserver', {
    hasApiServerRole: true,
    controlPlaneRole: 'ControlPlane',
    mountsPolicyDirectory: true,
    mountsTwiceInSrv: true,
  }),
  row('1.27.0', '/srv/kubernetes/kube-apiserver', {
    hasApiServerRole: true,
    controlPlaneRole: 'ControlPlane',
    mountsPolicyDirectory: true,
  }),
];

/** The oldest kOps release the tables know. */
export const OLDEST_KOPS: string = LAYOUTS[0].from;

/**
 * Mount paths of the kube-apiserver pod in every release (`kube_apiserver.go` and `nodeup/pkg/model/context.go`, SSL paths,
 * release 1.36). `/srv/kubernetes` stands for the path of the distribution.
 */
export const FIXED_MOUNTS: readonly string[] = [
  '/srv/sshproxy',
  '/etc/ssl',
  '/etc/pki/tls',
  '/etc/pki/ca-trust',
  '/usr/share/ca-certificates',
  '/usr/share/ssl',
  '/usr/ssl',
  '/usr/lib/ssl',
  '/usr/local/openssl',
  '/var/ssl',
  '/etc/openssl',
  '/etc/kubernetes/in-tree-cloud.config',
  '/etc/kubernetes/cloud.config',
  '/etc/kubernetes/authn.config',
  '/var/log/kube-apiserver.log',
  '/srv/kubernetes/ca.crt',
];

/**
 * The rows a spec has to be right for: one where the kOps release is known, else those of the releases that run its Kubernetes; all
 * where that is not known either, or none runs it.
 *
 * @param kopsVersion a version as `readVersion` gives it. One newer than the table gets its last row.
 * @param kubernetesVersion a version as `readKubernetesVersion` gives it.
 */
export function layoutsFor(kopsVersion: string | null, kubernetesVersion: string | null = null): readonly Layout[] {
  if (kopsVersion !== null) return [layoutOf(kopsVersion)];
  if (kubernetesVersion === null) return LAYOUTS;
  const running = new Set(kopsReleasesFor(kubernetesVersion).map(layoutOf));
  return running.size === 0 ? LAYOUTS : LAYOUTS.filter((layout) => running.has(layout));
}

/** The rows of the releases that come after all of the given ones: what an upgrade of kOps brings. */
export function layoutsAfter(layouts: readonly Layout[]): readonly Layout[] {
  return LAYOUTS.slice(Math.max(...layouts.map((layout) => LAYOUTS.indexOf(layout))) + 1);
}

function layoutOf(kopsVersion: string): Layout {
  return LAYOUTS.findLast((layout) => compareVersions(layout.from, kopsVersion) <= 0) ?? LAYOUTS[0];
}

/** Whether a kOps release is newer than the table; its last row is then a guess. */
export function isNewerThanTable(kopsVersion: string): boolean {
  return compareVersions(`${minorOf(kopsVersion)}.0`, `${NEWEST_KOPS_MINOR}.0`) > 0;
}

/**
 * Of which releases something is true, as a person would say it: all of them, also those that do not count here.
 *
 * @param layouts those that count: null where it is true of none of them.
 */
export function releasesWhere(layouts: readonly Layout[], test: (layout: Layout) => boolean): string | null {
  return layouts.some(test) ? releasesOf(LAYOUTS.filter(test)) : null;
}

/**
 * The releases that rows are true of, as a person would say it; rows that follow one another are one range:
 * `kOps 1.22.0 to before 1.26.6 and kOps 1.27.0 and later`.
 *
 * @param layouts rows of the table, oldest first.
 */
export function releasesOf(layouts: readonly Layout[]): string {
  const begins = LAYOUTS.filter(
    (layout, at) =>
      layouts.includes(layout) && !LAYOUTS.slice(Math.max(0, at - 1), at).some((earlier) => layouts.includes(earlier)),
  );
  const ranges = begins.map(({ from }) => {
    const end = LAYOUTS.find((layout) => compareVersions(layout.from, from) > 0 && !layouts.includes(layout));
    return end ? `kOps ${from} to before ${end.from}` : `kOps ${from} and later`;
  });
  return [ranges.slice(0, -1).join(', '), ranges.at(-1)].filter(Boolean).join(' and ');
}

function row(from: string, srvMount: string, rest: Partial<Omit<Layout, 'from' | 'srvMount'>>): Layout {
  return {
    from,
    srvMount,
    mountsPolicyDirectory: false,
    mountsTwiceInSrv: false,
    controlPlaneRole: 'Master',
    hasApiServerRole: false,
    mounts: [],
    ...rest,
  };
}

/**
 * The kOps releases that run a Kubernetes, of each minor the last (and each before a change of layout within it): `kops update cluster`
 * refuses a Kubernetes below the oldest supported one, and one at or above its own release with the minor raised by one. The patch stays
 * in that comparison: kOps 1.26.6 runs Kubernetes 1.27.5. Pre-releases count as their release (`IsKubernetesGTE`).
 *
 * @param kubernetesVersion as `readKubernetesVersion` gives it.
 */
export function kopsReleasesFor(kubernetesVersion: string): string[] {
  const [, minor, patch] = numbersOf(kubernetesVersion);
  return KOPS_MINORS.filter(({ oldest }) => oldest <= minor).flatMap(({ releases }) =>
    releases.filter((release) => {
      const [, ofKops, patchOfKops] = numbersOf(release);
      return isOpenEnded(release) || minor <= ofKops || (minor === ofKops + 1 && patch < patchOfKops);
    }),
  );
}

/**
 * The oldest and the newest Kubernetes that a kOps release runs; `newest` null: no end is known.
 *
 * @param kopsVersion as `readVersion` gives it; null: any release of the table.
 */
export function kubernetesOf(kopsVersion: string | null): { oldest: string; newest: string | null } {
  const [any] = KOPS_MINORS;
  if (kopsVersion === null) return { oldest: `1.${any.oldest}.0`, newest: null };
  const [, minor, patch] = numbersOf(kopsVersion);
  const { oldest } = KOPS_MINORS.findLast(({ releases: [first] }) => numbersOf(first)[1] <= minor) ?? any;
  const newest = patch > 0 ? `1.${minor + 1}.${patch - 1}` : `1.${minor}.99`;
  return { oldest: `1.${oldest}.0`, newest: isOpenEnded(kopsVersion) ? null : newest };
}

function isOpenEnded(release: string): boolean {
  return compareVersions(release, `${NEWEST_KOPS_MINOR}.0`) >= 0;
}

function numbersOf(version: string): [major: number, minor: number, patch: number] {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.+-]/, 3).map(Number);
  return [major, minor, patch];
}
