import { UserError } from '../../errors.ts';
import { givenOf, type ChangeFlags } from '../change/flags.ts';

/** The flags of `enable` as the command line gives them: text, or whether they are there. */
export interface EnableFlags extends ChangeFlags {
  policy?: string;
  set: string[];
  logPath?: string;
  logMaxAge?: string;
  logMaxBackups?: string;
  logMaxSize?: string;
  log: boolean;
  webhookConfig?: string;
  webhookMode?: string;
  webhookInitialBackoff?: string;
}

/** Refuses what says how the log shall be together with `--no-log`. */
export function refuseLogFlags(flags: EnableFlags): void {
  const [given] = flags.log ? [] : givenOf(flags, LOG_ONLY);
  if (given === undefined) return;
  throw new UserError(`--no-log does not go with ${given}`, {
    hint: 'There is a log or there is none: leave one out.',
  });
}

const LOG_ONLY: Readonly<Partial<Record<keyof EnableFlags, string>>> = {
  logPath: '--log-path',
  logMaxAge: '--log-max-age',
  logMaxBackups: '--log-max-backups',
  logMaxSize: '--log-max-size',
};
