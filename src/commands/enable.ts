import {
  DEFAULT_POLICY,
  LOG_DEFAULTS,
  OptionError,
  type BackendOption,
  type EnableOptions,
  type Refusal,
} from '../cluster/options.ts';
import type { Plan } from '../cluster/plan.ts';
import { enabling } from '../change/request.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { renderPolicy } from '../policy/render/render.ts';
import { VERSION } from '../version.ts';
import { readCount, readSet } from '../flags/check.ts';
import type { Stdin } from '../input/read.ts';
import { readReady, readTemplates, wantedPolicy } from '../input/templates.ts';
import { changeView, planJson } from '../report/plan.ts';
import { changeSpec, clusterName } from './change/change.ts';
import { checkFlags, type ChangeFlags } from './change/flags.ts';
import { readWebhook, type WebhookFlags } from './change/webhook.ts';
import type { PlanWords } from './change/show.ts';

/** The flags of `enable` as the command line gives them: text, or whether they are there. */
export interface EnableFlags extends ChangeFlags, WebhookFlags {
  policy?: string;
  set: string[];
  logPath?: string;
  logMaxAge?: string;
  logMaxBackups?: string;
  logMaxSize?: string;
  log: boolean;
  blocks?: 'yaml' | 'hcl';
  replay: string[];
  kubernetesVersion?: string;
}

/** As they are where none is given. */
export const NO_FLAGS: EnableFlags = {
  set: [],
  replay: [],
  allow: [],
  log: true,
  update: true,
  output: 'text',
  timeout: '2m',
};

/** `enable`: for a cluster in a state store, in a file, or in a stream. Gives the exit status. */
export async function enable(flags: EnableFlags, context: Context): Promise<number> {
  const checked = checkFlags('enable', flags);
  if (checked.steps !== null && flags.blocks === undefined) clusterName(flags, context);
  const templates = readTemplates();
  const options = await readOptions(flags, templates, () => context.io.input);
  const words = await wordsFor(flags.replay, context);
  try {
    if (flags.blocks !== undefined) {
      const { printBlocks } = await import('./blocks.ts');
      return await printBlocks(flags.blocks, { checked, flags, options, templates, words }, context);
    }
    return await changeSpec(checked, enabling(options, templates, flags.allow, readReady), words, context);
  } catch (error) {
    throw inFlags(error);
  }
}

/** What reads a log is loaded only where one is named. */
async function wordsFor(logs: readonly string[], context: Context): Promise<PlanWords<Plan>> {
  const words = { view: changeView, json: planJson };
  return logs.length === 0 ? words : (await import('./change/on-log.ts')).wordsOnLog(logs, words, context);
}

/**
 * What the flags ask for, files read; with `stdin` also what is to come from there.
 *
 * @throws UserError for a value that cannot be right, and for a file that cannot be read.
 */
export async function readOptions(
  flags: EnableFlags,
  templates: Readonly<Record<string, string>>,
  stdin?: () => Stdin,
): Promise<EnableOptions> {
  const policy = flags.policy === undefined ? undefined : await wantedPolicy(flags.policy, templates, stdin);
  const set = readSet(flags.set);
  if (policy?.origin === 'template' && flags.set.length > 0)
    renderPolicy(policy.source, { name: policy.name, set, toolVersion: VERSION }); // throws for a parameter that it lacks
  return defined({
    policy,
    set,
    logPath: flags.logPath,
    logMaxAge: readCount('--log-max-age', flags.logMaxAge, 'days'),
    logMaxBackups: readCount('--log-max-backups', flags.logMaxBackups, 'files'),
    logMaxSize: readCount('--log-max-size', flags.logMaxSize, 'MiB'),
    noLog: !flags.log,
    webhook: await readWebhook(flags, stdin),
  });
}

/** The record without the keys whose value is undefined. */
function defined<T extends object>(
  record: T,
): { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
} {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as never;
}

/** Says of options that can have no effect with a spec which flags these are; any other error is given back. */
export function inFlags(error: unknown): unknown {
  return error instanceof OptionError ? flagError(error.refusal) : error;
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
    return new UserError('--no-log leaves no place for the events', {
      hint: 'Give --webhook-url or --webhook-config with it.',
    });
  const flag = FLAGS[refusal.option];
  if (refusal.why === 'no-log') {
    const hint = `Add --log-path ${LOG_DEFAULTS.auditLogPath} to keep a log as well, or leave ${flag} out.`;
    return new UserError(`${flag} has no effect: the events go to the webhook only`, { hint });
  }
  const hint = `Give --webhook-url or --webhook-config with it, or leave ${flag} out.`;
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
    message: '--set changes nothing here: the instance groups have policies of their own',
    hint: 'Remove the file assets from the instance groups, or leave out --set.',
  },
  unknown: {
    message: '--set changes nothing here: no file asset holds the policy that auditPolicyFile names',
    hint: `${NAME_ONE}.`,
  },
  edited: { message: '--set needs --policy here: the policy in the spec was edited by hand', hint: REPLACES },
  foreign: { message: '--set needs --policy here: the policy in the spec is not one of the templates', hint: REPLACES },
} as const;
