import { readDuration } from '../../cluster/go-values.ts';
import { UserError } from '../../errors.ts';
import { LONGEST_TIMER_MS } from '../../process/supervise.ts';

/**
 * How long to wait at most, in milliseconds, as a flag says.
 *
 * @param hint how it is written.
 * @throws UserError where it is no duration of a millisecond at least, or longer than a timer can wait.
 */
export function readWait(flag: string, text: string, hint: string): number {
  const milliseconds = Number(readDuration(text) ?? 0n) / 1e6;
  if (milliseconds < 1) throw new UserError(`${flag} ${text} is not a duration`, { hint });
  if (milliseconds <= LONGEST_TIMER_MS) return milliseconds;
  throw new UserError(`${flag} ${text} is longer than a timer can wait`, { hint: 'Give 596h (24 days) at most.' });
}
