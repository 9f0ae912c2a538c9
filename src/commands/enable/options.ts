import type { EnableOptions, WantedWebhook } from '../../cluster/options.ts';
import { UserError } from '../../errors.ts';
import { readSpecFile } from '../../input/read.ts';
import { wantedPolicy } from '../../input/templates.ts';
import { durationText, readDuration } from '../../cluster/go-values.ts';
import { refuseLogFlags, type EnableFlags } from './flags.ts';

/**
 * What the flags ask for, files read.
 *
 * @throws UserError for a value that cannot be right, and for a file that cannot be read.
 */
export async function readOptions(
  flags: EnableFlags,
  templates: Readonly<Record<string, string>>,
): Promise<EnableOptions> {
  refuseLogFlags(flags);
  const policy = flags.policy === undefined ? undefined : await wantedPolicy(flags.policy, templates);
  return defined({
    policy,
    set: readSet(flags.set),
    logPath: flags.logPath,
    logMaxAge: readCount('--log-max-age', flags.logMaxAge, 'days'),
    logMaxBackups: readCount('--log-max-backups', flags.logMaxBackups, 'files'),
    logMaxSize: readCount('--log-max-size', flags.logMaxSize, 'megabytes'),
    noLog: !flags.log,
    webhook: await readWebhook(flags),
  });
}

/** `--set key=value` pairs; the value may hold `=` and commas. The last one of a key wins. */
export function readSet(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at).trim(), pair.slice(at + 1)];
      throw new UserError(`--set ${pair} has no value`, {
        hint: 'Write --set KEY=VALUE; `kops-audit policy list -o json` shows the parameters.',
      });
    }),
  );
}

function readCount(flag: string, text: string | undefined, unit: string): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^\d+$/.test(text) && count <= 2_147_483_647) return count;
  throw new UserError(`${flag} ${text} is not a number of ${unit}`, { hint: 'Give a whole number, 0 or more.' });
}

async function readWebhook(flags: EnableFlags): Promise<WantedWebhook> {
  const config = flags.webhookConfig === undefined ? undefined : (await readSpecFile(flags.webhookConfig)).text;
  return defined({
    config: config === undefined ? undefined : normalised(config),
    mode: flags.webhookMode,
    initialBackoff: readBackoff(flags),
  });
}

/** In the form in which kOps gives it back, or it would read back different from what was sent. */
function readBackoff({ webhookInitialBackoff }: EnableFlags): string | undefined {
  if (webhookInitialBackoff === undefined) return undefined;
  const nanoseconds = readDuration(webhookInitialBackoff);
  if (nanoseconds !== null && nanoseconds >= 0n) return durationText(nanoseconds);
  throw new UserError(`--webhook-initial-backoff ${webhookInitialBackoff} is not a duration`, {
    hint: 'Write it like 10s.',
  });
}

/** LF, no byte order mark, no tabs at line ends and no trailing blanks, so that kOps prints it as a readable block. */
function normalised(text: string): string {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  return `${lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()}\n`;
}

/** The record without the keys whose value is undefined. */
function defined<T extends object>(
  record: T,
): { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
} {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as never;
}
