import { compareVersions } from './release.ts';

/** Which Kubernetes releases run with kOps releases of one minor. */
interface KopsMinor {
  /** Its last release, and one before that where another layout begins within the minor. */
  releases: readonly string[];
  /** The oldest Kubernetes it runs, as the minor of Kubernetes 1. */
  oldest: number;
}

/**
 * `OldestSupportedKubernetesVersion` in `upup/pkg/fi/cloudup/apply_cluster.go`, read in the first and the last tag of every minor, 1.19.0
 * to 1.36.2. The last row stands for all later ones.
 */
const KOPS_MINORS: readonly KopsMinor[] = [
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
  const any = KOPS_MINORS[0]!;
  if (kopsVersion === null) return { oldest: `1.${any.oldest}.0`, newest: null };
  const [, minor, patch] = numbersOf(kopsVersion);
  const { oldest } = KOPS_MINORS.findLast(({ releases: [first] }) => numbersOf(first!)[1] <= minor) ?? any;
  const newest = patch > 0 ? `1.${minor + 1}.${patch - 1}` : `1.${minor}.99`;
  return { oldest: `1.${oldest}.0`, newest: isOpenEnded(kopsVersion) ? null : newest };
}

function isOpenEnded(release: string): boolean {
  return compareVersions(release, KOPS_MINORS.at(-1)!.releases[0]!) >= 0;
}

function numbersOf(version: string): [major: number, minor: number, patch: number] {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.+-]/, 3).map(Number);
  return [major, minor, patch];
}
