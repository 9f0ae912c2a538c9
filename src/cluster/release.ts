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

/** Orders two versions that `readVersion` gave: negative where `a` is the older one. A pre-release is older than its release. */
export function compareVersions(a: string, b: string): number {
  return compare(a, b);
}

/** The minor release a version belongs to: `1.36.2` gives `1.36`. */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
