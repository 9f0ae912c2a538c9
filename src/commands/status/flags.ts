import { UserError } from '../../errors.ts';
import { givenOf, readTimeout, refuseNoFolder, readWait } from '../change/flags.ts';
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
  watch?: string;
  update: boolean;
  parallel: string;
  timeout: string;
  exitCode?: boolean;
  output: string;
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

const LIVE_ONLY = { context: '--context', kubeconfig: '--kubeconfig', watch: '--watch' };

/** Reads the flags. Throws UserError for those that do not go together. */
export function readStatusFlags(flags: StatusFlags, { env }: Context): StatusRequest {
  refuseMisplaced(flags);
  if (flags.journal !== undefined) refuseNoFolder('--journal', flags.journal);
  const fromEnv = flags.all || flags.file !== undefined ? undefined : env['KOPS_CLUSTER_NAME'];
  const names = flags.cluster.length > 0 || !fromEnv ? [...new Set(flags.cluster)] : [fromEnv];
  if (names.length === 0 && !flags.all && flags.file === undefined)
    throw new UserError('no cluster given', {
      hint: 'Give --cluster NAME (several times for more), --all, or a spec file with -f FILE; or set KOPS_CLUSTER_NAME.',
    });
  const many = flags.all === true || names.length > 1;
  refuse(flags.context !== undefined && many, '--context', 'it goes with one cluster');
  return { flags, names, parallel: readParallel(flags), timeoutMs: readTimeout(flags), watchMs: readWatch(flags) };
}

function refuseMisplaced(flags: StatusFlags): void {
  const isFile = flags.file !== undefined;
  if (flags.output !== 'text' && flags.output !== 'json')
    throw new UserError(`--output ${flags.output} is not known`, { hint: 'Give text or json.' });
  refuse(flags.all === true && flags.cluster.length > 0, '--all', 'a cluster is named with --cluster');
  refuse(flags.all === true && isFile, '--all', 'all clusters in FILE are looked at');
  refuse(isFile && flags.state !== undefined, '--state', 'with -f no state store is read');
  refuse(!isFile && flags.kopsVersion !== undefined, '--kops-version', 'for a state store kops itself is asked');
  for (const flag of flags.live ? [] : givenOf(flags, LIVE_ONLY)) refuse(true, flag, 'it goes with --live');
}

function refuse(wrong: boolean, flag: string, reason: string): void {
  if (wrong) throw new UserError(`${flag} does not go here: ${reason}`);
}

function readParallel({ parallel }: StatusFlags): number {
  const number = Number(parallel);
  if (/^\d+$/.test(parallel) && number >= 1 && number <= 64) return number;
  throw new UserError(`--parallel ${parallel} is not a number from 1 to 64`);
}

function readWatch({ watch = '5s' }: StatusFlags): number {
  return readWait('--watch', watch, 'Write it like 5s or 1m.');
}
