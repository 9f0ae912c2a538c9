/**
 * Reads a version of kOps or Kubernetes: `1.36.0`, `v1.36.0`, `1.32` (a missing patch number is 0), `1.37.0-alpha.1+build`.
 *
 * @returns the version in canonical form without build data (`1.32.0`, `1.37.0-alpha.1`), or null where it is none.
 */
export function readVersion(text: string): string | null {
  const trimmed = text.trim().replace(/^v/, '');
  return canonical(/^\d+\.\d+$/.test(trimmed) ? `${trimmed}.0` : trimmed);
}

/**
 * Reads `spec.kubernetesVersion` as kOps does (`ParseKubernetesVersion`, `pkg/apis/kops/util/versions.go`, 1.36): as a version whose
 * minor or patch number may be missing, else the first `/v1.N.` in it, as a URL has one, stands for 1.N.0.
 *
 * @returns the version in canonical form; null for what is none and for what is not Kubernetes 1: kOps warns and goes on.
 */
export function readKubernetesVersion(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const [, minor] = /\/v1\.(\d+)\./.exec(value) ?? [];
  const version = tolerantVersion(value) ?? (minor === undefined ? null : tolerantVersion(`1.${minor}`));
  return version !== null && /^1\.\d{1,3}\./.test(version) ? version : null;
}

/** `ParseTolerant` of blang/semver 4: one leading `v`, leading zeros and missing numbers are forgiven, these only without a pre-release. */
function tolerantVersion(text: string): string | null {
  const [, major, minor = '0', patch = '0', rest = ''] =
    /^v?(\d+)(?:\.(\d+)(?:\.(\d+)([-+].*)?)?)?$/s.exec(text.trim()) ?? [];
  if (major === undefined) return null;
  return canonical(`${Number(major)}.${Number(minor)}.${Number(patch)}${rest}`);
}

/** Semantic Versioning 2.0.0, the expression that its authors suggest; a `v` may stand in front. */
const VERSION =
  /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*))?(?:\+[\da-zA-Z-]+(?:\.[\da-zA-Z-]+)*)?$/;
const LONGEST = 256;

/**
 * A version without its build data; null for a text that is none. As the package `semver` (7.8) reads it, whose many expressions take
 * longer to make than all that `lint` does with a spec.
 */
function canonical(text: string): string | null {
  if (text.length > LONGEST) return null;
  const [, major = '', minor = '', patch = '', preRelease] = VERSION.exec(text.trim()) ?? [];
  if (major === '' || [major, minor, patch].some((number) => Number(number) > Number.MAX_SAFE_INTEGER)) return null;
  return `${major}.${minor}.${patch}${preRelease === undefined ? '' : `-${preRelease}`}`;
}

/** Orders two versions that `readVersion` gave: negative where `a` is the older one. A pre-release is older than its release. */
export function compareVersions(a: string, b: string): number {
  const [ours, theirs] = [partsOf(a), partsOf(b)];
  return (
    orderOf(ours.numbers, theirs.numbers) ||
    Number(theirs.isEarly) - Number(ours.isEarly) ||
    orderOf(ours.early, theirs.early)
  );
}

function partsOf(version: string): { numbers: string[]; isEarly: boolean; early: string[] } {
  const [numbers = '', ...rest] = version.split('-');
  return { numbers: numbers.split('.'), isEarly: rest.length > 0, early: rest.join('-').split('.') };
}

/** The first that differs decides; where one list is the start of the other, the longer one is newer. */
function orderOf(a: readonly string[], b: readonly string[]): number {
  for (const [index, ours] of a.entries()) {
    const theirs = b[index];
    const order = theirs === undefined ? 1 : orderOfIdentifiers(ours, theirs);
    if (order !== 0) return order;
  }
  return a.length < b.length ? -1 : 0;
}

/** Numbers by their value, and before all else; what else there is by its characters. */
function orderOfIdentifiers(a: string, b: string): number {
  const [isNumber, isOther] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOther) return Math.sign(Number(a) - Number(b));
  if (isNumber !== isOther) return isNumber ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The minor release a version belongs to: `1.36.2` gives `1.36`. */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
