import { readDuration } from '../cluster/go-values.ts';
import { OLDEST_KOPS } from '../cluster/kops-releases.ts';
import { compareVersions, readKubernetesVersion as kubernetesIn, readVersion } from '../cluster/release.ts';
import { UserError } from '../errors.ts';
import type { Judged } from './table.ts';

/** What setTimeout can wait at most, in milliseconds (Node: Timers); a longer one would fire at once. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * How long to wait at most, in milliseconds.
 *
 * @throws UserError where it is no duration of a millisecond at least, or longer than a timer can wait.
 */
export function readWait(flag: string, text: string): number {
  const milliseconds = Number(readDuration(text) ?? 0n) / 1e6;
  if (milliseconds < 1) throw new UserError(`${flag} ${text} is not a duration`, { hint: LIKE });
  if (milliseconds <= LONGEST_WAIT_MS) return milliseconds;
  throw new UserError(`${flag} ${text} is longer than a timer can wait`, { hint: 'Give 596h (24 days) at most.' });
}

const LIKE = 'Write it like 10s, 2m or 1h.';

/** The nanoseconds of a duration as Go reads it, 0 or more. Throws UserError for what is none. */
export function readGoDuration(flag: string, text: string): bigint {
  const nanoseconds = readDuration(text);
  if (nanoseconds !== null && nanoseconds >= 0n) return nanoseconds;
  throw new UserError(`${flag} ${text} is not a duration`, { hint: LIKE });
}

/** A number from 0 to 100. Throws UserError for what is none. */
export function readPercent(flag: string, text: string): number {
  const percent = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && percent <= 100) return percent;
  throw new UserError(`${flag} ${text} is not a percentage`, { hint: 'Give a number from 0 to 100.' });
}

/** A regular expression of JavaScript. Throws UserError for what is none. */
export function readPattern(flag: string, text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw new UserError(`${flag} ${text} is not a regular expression`, {
      hint: `${error instanceof Error ? error.message : String(error)}. Put a backslash before . * + ? ( ) [ ] { } | ^ $ that are meant literally.`,
      cause: error,
    });
  }
}

/** A release of Kubernetes in canonical form (1.32 is 1.32.0). Throws UserError for what is none. */
export function readKubernetesVersion(flag: string, text: string): string {
  const version = kubernetesIn(text);
  if (version !== null) return version;
  throw new UserError(`${flag} ${text} is not a version of Kubernetes`, { hint: 'Write it like 1.32 or 1.32.4.' });
}

/** A kOps release in canonical form. Throws UserError for what is none, or older than those we know. */
export function readKopsVersion(flag: string, text: string): string {
  const version = readVersion(text);
  if (version !== null && compareVersions(version, OLDEST_KOPS) >= 0) return version;
  throw new UserError(`${flag} ${text} is not a kOps release this program knows`, {
    hint: 'Give 1.19 or newer, for example 1.32.0.',
  });
}

/** The release of any other program in canonical form. Throws UserError for what is none. */
export function readToolVersion(flag: string, text: string): string {
  const version = readVersion(text);
  if (version !== null) return version;
  throw new UserError(`${flag} ${text} is not a version`, { hint: 'Write it like 1.36 or 1.36.3.' });
}

/** By what a flag takes: reads its value, or throws UserError. */
export const READ: Readonly<Record<Judged, (flag: string, text: string) => unknown>> = {
  wait: readWait,
  duration: readGoDuration,
  percent: readPercent,
  pattern: readPattern,
  kubernetes: readKubernetesVersion,
  kops: readKopsVersion,
  version: readToolVersion,
};
