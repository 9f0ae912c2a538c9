import { UserError } from '../errors.ts';

/**
 * Tells whether a Kubernetes version (`1.36.3`, `v1.36`, `1.36.0-beta.1`) is the given minor release of Kubernetes 1 or later;
 * undefined stands for the newest. Throws UserError for what is no version.
 */
export function isAtLeast(version: string | undefined, minor: number): boolean {
  return version === undefined || minorOf(version) >= minor;
}

function minorOf(version: string): number {
  const [, minor] = /^v?1\.(\d{1,3})(?:[.+-].*)?$/s.exec(version) ?? [];
  if (minor !== undefined) return Number(minor);
  throw new UserError(`${JSON.stringify(version)} is not a Kubernetes version`, {
    hint: 'Write it like 1.36 or 1.36.3.',
  });
}
