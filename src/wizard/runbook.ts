import { commandLine } from '../kops/command-line.ts';
import type { EnableFlags } from '../commands/enable/flags.ts';

/**
 * The command that does what these flags say, for a POSIX shell; where it is longer than `columns` it goes on in further
 * lines, with a backslash at the ends.
 */
export function runbookCommand(flags: EnableFlags, columns: number): string {
  const words = [
    'kops-audit enable',
    ...Object.entries(WORDS).flatMap(([key, flag]) => wordsOf(flag, flags[key as keyof EnableFlags])),
  ];
  const [first = '', ...rest] = words;
  return rest.reduce((text, word) => {
    const last = text.slice(text.lastIndexOf('\n') + 1);
    return last.length + word.length + 3 > columns ? `${text} \\\n    ${word}` : `${text} ${word}`;
  }, first);
}

/** The flags as they are typed, in the order of `enable --help`. */
const WORDS: Readonly<Partial<Record<keyof EnableFlags, string>>> = {
  cluster: '--cluster',
  state: '--state',
  file: '--file',
  kopsVersion: '--kops-version',
  policy: '--policy',
  set: '--set',
  logPath: '--log-path',
  logMaxAge: '--log-max-age',
  logMaxBackups: '--log-max-backups',
  logMaxSize: '--log-max-size',
  log: '--no-log',
  webhookConfig: '--webhook-config',
  webhookMode: '--webhook-mode',
  webhookInitialBackoff: '--webhook-initial-backoff',
  update: '--no-update',
  target: '--target',
  out: '--out',
  rollingUpdate: '--rolling-update',
  savePlan: '--save-plan',
  allowKopsUpgrade: '--allow-kops-upgrade',
  allowApiDowntime: '--allow-api-downtime',
  allow: '--allow',
};

function wordsOf(flag: string, value: EnableFlags[keyof EnableFlags]): string[] {
  if (Array.isArray(value)) return value.map((each) => commandLine(flag, [each]));
  if (typeof value === 'string') return [commandLine(flag, [value])];
  const isSaid = flag.startsWith('--no-') ? value === false : value === true;
  return isSaid ? [flag] : [];
}
