import { UserError } from '../errors.ts';

const VERSION = /^v?(\d+\.\d+\.\d+(?:[-+][\w.+-]*)?)$/;
const OLDEST = { major: 1, minor: 19 };

/** Takes one line; gives the release in it without a leading `v`, or undefined if it is not one. */
export function parseVersion(line: string): string | undefined {
  return VERSION.exec(line.trim())?.[1];
}

/**
 * Takes the stdout of `version --short --server`; gives the release that last updated the cluster, or null.
 * The second line is a release or one of three excuses (`cmd/kops/version.go`, release 1.36).
 */
export function parseLastApplied(stdout: string): string | null {
  return parseVersion(stdout.split('\n')[1] ?? '') ?? null;
}

/** Takes a release; throws UserError if it is older than 1.19. */
export function checkVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  throw tooOld(version);
}

/** Takes what is known of the release; gives the error that refuses it. */
export function tooOld(version: string): UserError {
  return new UserError(`kops ${version} is too old: 1.19 is the oldest release this works with`, {
    hint: 'Put a newer kops first on PATH.',
  });
}
