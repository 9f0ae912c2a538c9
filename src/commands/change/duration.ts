import { UserError } from '../../errors.ts';
import { LONGEST_TIMER_MS } from '../../kops/supervise.ts';

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration as Go writes it, like `30s`, `1.5m` or `1h30m`, in milliseconds; null where it is none. */
export function parseDuration(text: string): number | null {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return null;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * MILLISECONDS[unit!]!, 0);
}

/**
 * How long to wait at most, in milliseconds, as a flag says.
 *
 * @param hint how it is written.
 * @throws UserError where it is no duration above 0, or longer than a timer can wait.
 */
export function readWait(flag: string, text: string, hint: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === null || milliseconds <= 0) throw new UserError(`${flag} ${text} is not a duration`, { hint });
  if (milliseconds <= LONGEST_TIMER_MS) return milliseconds;
  throw new UserError(`${flag} ${text} is longer than a timer can wait`, { hint: 'Give 596h (24 days) at most.' });
}

/**
 * Milliseconds as kOps writes them back after it stored them (Go's `Duration.String`): 90000 is `1m30s`, 60000 is `1m0s`.
 * Whatever is less than a millisecond is rounded.
 */
export function goDuration(milliseconds: number): string {
  const whole = Math.round(milliseconds);
  if (whole === 0) return '0s';
  if (whole < 1000) return `${whole}ms`;
  const hours = Math.floor(whole / 3_600_000);
  const minutes = Math.floor(whole / 60_000) % 60;
  const seconds = `${(whole % 60_000) / 1000}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
