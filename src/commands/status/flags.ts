import { UserError } from '../../errors.ts';
import { refuseClashes } from '../../flags/check.ts';
import { readWait } from '../../flags/values.ts';
import { readTimeout, refuseNoFolder } from '../change/flags.ts';
import type { Context } from '../../context.ts';

/** The flags of `status` as the command line gives them. */
export interface StatusFlags {
  cluster: string[];
  all?: boolean;
  state?: string;
  file?: string;
  kopsVersion?: string;
  live?: boolean;
  context?: string;
  kubeconfig?: string;
  interval?: string;
  /** What `interval` was called before. */
  watch?: string;
  require?: string;
  update: boolean;
  parallel: string;
  timeout: string;
  exitCode?: boolean;
  output: 'text' | 'json';
  journal?: string;
  quiet?: boolean;
  verbose?: boolean;
}

/** What is asked for, checked before anything is read. */
export interface StatusRequest {
  flags: StatusFlags;
  /** The clusters named, each once; empty: all there are. */
  names: readonly string[];
  parallel: number;
  timeoutMs: number;
  /** How long events are watched with --live. */
  watchMs: number;
}

/** Reads the flags. Throws UserError for those that do not go together. */
export function readStatusFlags(flags: StatusFlags, { env }: Context): StatusRequest {
  refuseClashes('status', flags);
  if (flags.journal !== undefined) refuseNoFolder('--journal', flags.journal);
  const fromEnv = flags.all || flags.file !== undefined ? undefined : env['KOPS_CLUSTER_NAME'];
  const names = flags.cluster.length > 0 || !fromEnv ? [...new Set(flags.cluster)] : [fromEnv];
  if (names.length === 0 && !flags.all && flags.file === undefined)
    throw new UserError('no cluster given', {
      hint: 'Give --cluster NAME (several times for more), --all, or a spec file with -f FILE; or set KOPS_CLUSTER_NAME.',
    });
  const many = flags.all === true || names.length > 1;
  if (flags.context !== undefined && many)
    throw new UserError('--context goes with one cluster', { hint: 'Name it with --cluster.' });
  return {
    flags,
    names,
    parallel: Number(flags.parallel),
    timeoutMs: readTimeout(flags),
    watchMs: readWait('--interval', flags.interval ?? flags.watch ?? '5s'),
  };
}
