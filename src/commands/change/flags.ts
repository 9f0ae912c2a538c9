import { isSupportedKops } from '../../change/gates.ts';
import type { LiveSteps } from '../../change/steps.ts';
import { OLDEST_KOPS } from '../../cluster/kops-releases.ts';
import { readVersion } from '../../cluster/release.ts';
import { UserError } from '../../errors.ts';
import { readWait } from './duration.ts';
import { refuseNoFolder } from './folders.ts';

/** The flags of every command that changes a spec, as the command line gives them: text, or whether they are there. */
export interface ChangeFlags {
  cluster?: string;
  state?: string;
  file?: string;
  kopsVersion?: string;
  dryRun?: boolean;
  exitCode?: boolean;
  savePlan?: string;
  output: string;
  yes?: boolean;
  update: boolean;
  target?: string;
  out?: string;
  rollingUpdate?: boolean;
  includePending?: boolean;
  allowKopsUpgrade?: boolean;
  allowApiDowntime?: boolean;
  allow: string[];
  timeout: string;
  journal?: string | false;
  quiet?: boolean;
  verbose?: boolean;
}

const OUTPUTS = ['text', 'json', 'yaml', 'patch'] as const;
export type Output = (typeof OUTPUTS)[number];

/** The `--output` asked for. */
export function readOutput(flags: ChangeFlags): Output {
  const output = OUTPUTS.find((name) => name === flags.output);
  if (!output)
    throw new UserError(`--output ${flags.output} is not known`, { hint: `Give one of ${OUTPUTS.join(', ')}.` });
  if (flags.file !== '-' && !flags.dryRun && (output === 'yaml' || output === 'patch')) {
    throw new UserError(`-o ${output} needs --dry-run here`, {
      hint: 'It prints what would be written; add --dry-run to make that clear.',
    });
  }
  if (flags.exitCode && !flags.dryRun)
    throw new UserError('--exit-code goes with --dry-run', { hint: 'A run that writes is done (0) or it is not.' });
  return output;
}

/** Refuses flags that mean nothing where the spec lives, rather than leaving them aside. */
export function refuseMisplaced(flags: ChangeFlags): void {
  const live = flags.file === undefined;
  const misplaced = live ? givenOf(flags, FILE_ONLY) : givenOf(flags, LIVE_ONLY);
  if (!live && !flags.update) misplaced.push('--no-update');
  if (misplaced.length === 0) return;
  throw new UserError(
    `${misplaced.join(', ')} ${live ? 'goes with -f FILE' : 'goes with a live cluster, not with -f'}`,
    {
      hint: live
        ? 'For a live cluster the release is asked from kops itself.'
        : 'Leave it out, or leave out -f and give --cluster.',
    },
  );
}

const FILE_ONLY: Readonly<Partial<Record<keyof ChangeFlags, string>>> = { kopsVersion: '--kops-version' };
const LIVE_ONLY: Readonly<Partial<Record<keyof ChangeFlags, string>>> = {
  state: '--state',
  target: '--target',
  out: '--out',
  rollingUpdate: '--rolling-update',
  includePending: '--include-pending',
  allowKopsUpgrade: '--allow-kops-upgrade',
  allowApiDowntime: '--allow-api-downtime',
};

/** The flags of a table that were given, as they are written. */
export function givenOf<F extends object>(flags: F, names: Readonly<Partial<Record<keyof F, string>>>): string[] {
  return Object.entries<string>(names as Record<string, string>)
    .filter(([key]) => flags[key as keyof F] !== undefined)
    .map(([, flag]) => flag);
}

/** The steps for a live cluster. */
export function readSteps(flags: ChangeFlags): LiveSteps {
  if (flags.target !== undefined && flags.target !== 'terraform' && flags.target !== 'direct') {
    throw new UserError(`--target ${flags.target} is not known`, { hint: 'Give direct or terraform.' });
  }
  const isTerraform = flags.target === 'terraform';
  if (flags.out !== undefined && !isTerraform)
    throw new UserError('--out goes with --target terraform', { hint: 'Add --target terraform.' });
  if (flags.out !== undefined) refuseNoFolder('--out', flags.out);
  if (isTerraform && flags.rollingUpdate) {
    throw new UserError('--rolling-update does not go with --target terraform', {
      hint: 'Run terraform apply first; the roll command is printed at the end.',
    });
  }
  if (!flags.update && (flags.rollingUpdate || isTerraform)) {
    throw new UserError('--no-update stores the spec only', {
      hint: 'Leave out --no-update, or --rolling-update and --target.',
    });
  }
  return {
    yes: flags.yes ?? false,
    update: flags.update,
    rollingUpdate: flags.rollingUpdate ?? false,
    target: flags.target ?? null,
    out: flags.out ?? null,
    includePending: flags.includePending ?? false,
    allowKopsUpgrade: flags.allowKopsUpgrade ?? false,
    allowApiDowntime: flags.allowApiDowntime ?? false,
  };
}

/** The kOps release given for a file, checked; null where none was given. */
export function readKopsVersion(flags: Pick<ChangeFlags, 'kopsVersion'>): string | null {
  if (flags.kopsVersion === undefined) return null;
  if (isSupportedKops(flags.kopsVersion, OLDEST_KOPS)) return readVersion(flags.kopsVersion);
  throw new UserError(`--kops-version ${flags.kopsVersion} is not a kOps release this program knows`, {
    hint: `Give 1.19 or newer, for example 1.32.0.`,
  });
}

/** `--timeout` in milliseconds. */
export function readTimeout(flags: Pick<ChangeFlags, 'timeout'>): number {
  return readWait('--timeout', flags.timeout, 'Write it like 30s, 2m or 1h.');
}
