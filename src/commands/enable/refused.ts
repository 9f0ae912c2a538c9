import { DEFAULT_POLICY, LOG_DEFAULTS, OptionError, type BackendOption, type Refusal } from '../../cluster/options.ts';
import { UserError } from '../../errors.ts';

/** Runs something, and says of options that can have no effect with a spec which flags these are. */
export function inFlags<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw error instanceof OptionError ? flagError(error.refusal) : error;
  }
}

const FLAGS: Readonly<Record<BackendOption, string>> = {
  logPath: '--log-path',
  logMaxAge: '--log-max-age',
  logMaxBackups: '--log-max-backups',
  logMaxSize: '--log-max-size',
  mode: '--webhook-mode',
  initialBackoff: '--webhook-initial-backoff',
};

function flagError(refusal: Refusal): UserError {
  if (refusal.why === 'set') return setError(refusal.policy);
  if (refusal.why === 'nowhere')
    return new UserError('--no-log leaves no place for the events', { hint: 'Give --webhook-config FILE with it.' });
  const flag = FLAGS[refusal.option];
  if (refusal.why === 'no-log') {
    const hint = `Add --log-path ${LOG_DEFAULTS.auditLogPath} to keep a log as well, or leave ${flag} out.`;
    return new UserError(`${flag} has no effect: the events go to the webhook only`, { hint });
  }
  const hint = `Give --webhook-config FILE with it, or leave ${flag} out.`;
  return new UserError(`${flag} has no effect: there is no webhook`, { hint });
}

const NAME_ONE = `Name the template the parameters are for, for example --policy ${DEFAULT_POLICY}`;
const REPLACES = `${NAME_ONE}; it replaces the present policy, and the diff shows what is lost.`;

function setError(policy: 'of-groups' | 'unknown' | 'edited' | 'foreign'): UserError {
  const { message, hint } = SET_ERRORS[policy];
  return new UserError(message, { hint });
}

const SET_ERRORS = {
  'of-groups': {
    message: '--set changes nothing here: the instance groups bring the policy themselves',
    hint: 'Take the file assets out of the instance groups, or leave out --set.',
  },
  unknown: {
    message: '--set changes nothing here: no file asset holds the policy that auditPolicyFile names',
    hint: `${NAME_ONE}.`,
  },
  edited: { message: '--set needs --policy here: the policy in the spec was edited by hand', hint: REPLACES },
  foreign: { message: '--set needs --policy here: the policy in the spec is not one of the templates', hint: REPLACES },
} as const;
