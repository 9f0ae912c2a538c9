import { statSync } from 'node:fs';
import type { LiveSteps } from '../../change/change.ts';
import { checkPlanPath } from '../../change/plan-file.ts';
import { UserError } from '../../errors.ts';
import { refuseClashes } from '../../flags/check.ts';
import { readKopsVersion as kopsVersionIn, readWait } from '../../flags/values.ts';
import { allowableRules } from '../../lint/judge.ts';
import { CLUSTER_RULES } from '../../lint/lint-cluster.ts';
import { nearest } from '../../policy/nearest.ts';

export type Output = 'text' | 'json' | 'yaml' | 'patch';

/** How much of a diff is shown. */
export type DiffForm = 'full' | 'short' | 'stat' | 'none';

/** The flags of every command that changes a spec, as the command line gives them: text, or whether they are there. */
export interface ChangeFlags {
  cluster?: string;
  state?: string;
  file?: string;
  kopsVersion?: string;
  dryRun?: boolean;
  exitCode?: boolean;
  savePlan?: string;
  output: Output;
  diff?: DiffForm;
  yes?: boolean;
  update: boolean;
  target?: 'direct' | 'terraform';
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

/** The flags of a change, checked: those that do not go together are refused, and every value is one that can be. */
export interface CheckedFlags {
  flags: ChangeFlags;
  output: Output;
  timeoutMs: number;
  /** The steps for a live cluster; null with `-f`. */
  steps: LiveSteps | null;
  /** The release given for a file, null if none. */
  kopsVersion: string | null;
}

const NO_JOURNAL_FOLDER =
  'Something else is there. Give another one, or give --no-journal: then nothing is recorded, and rollback cannot undo it.';

/** Refuses a `--journal` that is no folder. Throws UserError. */
export function refuseNoJournal(dir: string): void {
  refuseNoFolder('--journal', dir, NO_JOURNAL_FOLDER);
}

/** What is asked for, checked before anything is read. Throws UserError for flags that do not go together. */
export function checkFlags(command: string, given: ChangeFlags): CheckedFlags {
  refuseClashes(command, given);
  // With --save-plan the run only looks.
  const flags = given.savePlan === undefined ? given : { ...given, dryRun: true };
  refuseHiddenWrite(flags);
  const timeoutMs = readTimeout(flags);
  checkAllowed(flags.allow);
  const steps = flags.file === undefined ? readSteps(flags) : null;
  const kopsVersion = readKopsVersion(flags);
  if (flags.savePlan !== undefined) checkPlanPath(flags.savePlan);
  if (typeof flags.journal === 'string') refuseNoJournal(flags.journal);
  return { flags, output: flags.output, timeoutMs, steps, kopsVersion };
}

/** What `-o yaml` and `-o patch` print would be written, which is made clear. Of a stream nothing else is written. */
function refuseHiddenWrite({ file, output, dryRun }: ChangeFlags): void {
  if (file === '-' || dryRun || (output !== 'yaml' && output !== 'patch')) return;
  throw new UserError(`-o ${output} needs --dry-run here`, {
    hint: 'It prints what would be written; add --dry-run to make that clear.',
  });
}

/** The steps for a live cluster. */
function readSteps(flags: ChangeFlags): LiveSteps {
  if (flags.out !== undefined) refuseNoFolder('--out', flags.out);
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
  return flags.kopsVersion === undefined ? null : kopsVersionIn('--kops-version', flags.kopsVersion);
}

/** `--timeout` in milliseconds. */
export function readTimeout(flags: Pick<ChangeFlags, 'timeout'>): number {
  return readWait('--timeout', flags.timeout);
}

/** What stands in the way of a live change has a flag of its own, which its fix names. */
export const OWN_FLAGS: Readonly<Record<string, string>> = {
  'api-downtime': '--allow-api-downtime',
  'kops-upgrade': '--allow-kops-upgrade',
  'pending-changes': '--include-pending',
};

/**
 * Refuses `--allow` for what is no rule: a misspelt one would be left aside, and the run be blocked or not for no visible reason.
 *
 * @throws UserError that names the rule meant, or those there are.
 */
function checkAllowed(allow: readonly string[]): void {
  const unknown = allow.find((rule) => !CLUSTER_RULES.some(({ id }) => id === rule));
  if (unknown !== undefined)
    throw new UserError(`--allow ${unknown}: there is no such rule`, { hint: hintFor(unknown) });
}

function hintFor(unknown: string): string {
  if (Object.hasOwn(OWN_FLAGS, unknown)) return `Give ${OWN_FLAGS[unknown]!}.`;
  const allowable = allowableRules().map(({ id }) => id);
  const near = nearest(unknown, allowable);
  return near ? `Did you mean ${near}?` : `These can be allowed: ${allowable.join(', ')}.`;
}

/** Refuses a flag for a folder where something else lies: a file, a pipe, a device. What is not there is made later. Throws UserError. */
export function refuseNoFolder(flag: string, path: string, hint = 'Something else is there. Give another one.'): void {
  if (!isFolderOrNothing(path)) throw new UserError(`${flag} ${path} is not a folder`, { hint });
}

function isFolderOrNothing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? true;
  } catch {
    return true; // What the system has against it is said where the folder is made or read.
  }
}
