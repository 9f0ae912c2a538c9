import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';

/**
 * Reads a version of kOps or Kubernetes: `1.36.0`, `v1.36.0`, `1.32` (a missing patch number is 0), `1.37.0-alpha.1+build`.
 *
 * @returns the version in canonical form without build data (`1.32.0`, `1.37.0-alpha.1`), or null where it is none.
 */
export function readVersion(text: string): string | null {
  const trimmed = text.trim().replace(/^v/, '');
  return parse(/^\d+\.\d+$/.test(trimmed) ? `${trimmed}.0` : trimmed)?.version ?? null;
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
  return parse(`${Number(major)}.${Number(minor)}.${Number(patch)}${rest}`)?.version ?? null;
}

/** Orders two versions that `readVersion` gave: negative where `a` is the older one. A pre-release is older than its release. */
export function compareVersions(a: string, b: string): number {
  return compare(a, b);
}

/** The minor release a version belongs to: `1.36.2` gives `1.36`. */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
