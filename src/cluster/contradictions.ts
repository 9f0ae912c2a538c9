import { UserError } from '../errors.ts';
import { LOG_DEFAULTS, type EnableOptions } from './options.ts';
import type { ChosenPaths } from './paths.ts';

/**
 * Refuses what was asked for and would have no effect with this spec, rather than leaving it aside.
 *
 * @throws UserError where a flag is about a log or a webhook that will not be there, or neither will.
 */
export function refuseContradictions(options: EnableOptions, { logPath, webhook }: ChosenPaths): void {
  if (logPath === null && webhook === null)
    throw new UserError('--no-log leaves no place for the events', { hint: 'Give --webhook-config FILE with it.' });
  const [ofLog] = logPath === null ? given(options, LOG_FLAGS) : [];
  if (ofLog) {
    throw new UserError(`${ofLog} has no effect: the events go to the webhook only`, {
      hint: `Add --log-path ${LOG_DEFAULTS.auditLogPath} to keep a log as well, or leave ${ofLog} out.`,
    });
  }
  const [ofWebhook] = webhook === null ? given(options.webhook, WEBHOOK_FLAGS) : [];
  if (ofWebhook) {
    throw new UserError(`${ofWebhook} has no effect: there is no webhook`, {
      hint: `Give --webhook-config FILE with it, or leave ${ofWebhook} out.`,
    });
  }
}

const LOG_FLAGS = {
  logPath: '--log-path',
  logMaxAge: '--log-max-age',
  logMaxBackups: '--log-max-backups',
  logMaxSize: '--log-max-size',
} as const;
const WEBHOOK_FLAGS = { mode: '--webhook-mode', initialBackoff: '--webhook-initial-backoff' } as const;

function given(values: object, flags: Readonly<Record<string, string>>): string[] {
  const asked = new Map(Object.entries(values).filter(([, value]) => value !== undefined));
  return Object.keys(flags)
    .filter((key) => asked.has(key))
    .map((key) => flags[key]!);
}
