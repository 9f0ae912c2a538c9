import { createKops, type Kops, type KopsOptions } from '../../kops/kops.ts';
import { tellCommands, tellWaiting } from '../command-lines.ts';
import type { Context } from '../../context.ts';
import { readTimeout, type ChangeFlags } from './flags.ts';

/** The kops that a command's flags ask for. Aborting `signal` stops its reads; null: they are not interrupted. */
export function kopsFor(
  flags: Pick<ChangeFlags, 'state' | 'timeout' | 'verbose'>,
  { env, io }: Context,
  signal: AbortSignal | null,
): Kops {
  const options: KopsOptions = {
    env,
    timeoutMs: readTimeout(flags),
    ...(signal ? { signal } : {}),
    onWait: tellWaiting({ io }),
    ...(flags.state === undefined ? {} : { state: flags.state }),
    ...tellCommands(flags.verbose, { io }),
  };
  return createKops(options);
}
