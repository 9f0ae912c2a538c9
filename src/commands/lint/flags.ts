import type { Severity } from '../../lint/rule.ts';
import { UserError } from '../../errors.ts';

/** The flags of `lint` as the command line gives them. */
export interface LintFlags {
  cluster?: string;
  state?: string;
  kubernetesVersion?: string;
  kopsVersion?: string;
  output: string;
  failOn: string;
  fix?: boolean;
  dryRun?: boolean;
  timeout: string;
  quiet?: boolean;
  verbose?: boolean;
}

const LINT_OUTPUTS = ['text', 'json', 'sarif', 'github'] as const;
export type LintOutput = (typeof LINT_OUTPUTS)[number];

/** The severities from the worst on. */
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** The `--output` asked for. */
export function readLintOutput({ output }: LintFlags): LintOutput {
  const known = LINT_OUTPUTS.find((name) => name === output);
  if (known) return known;
  throw new UserError(`--output ${output} is not known`, { hint: `Give one of ${LINT_OUTPUTS.join(', ')}.` });
}

/** The severities that make the run fail. */
export function readFailOn({ failOn }: LintFlags): readonly Severity[] {
  const at = SEVERITIES.findIndex((name) => name === failOn);
  if (at !== -1) return SEVERITIES.slice(0, at + 1);
  throw new UserError(`--fail-on ${failOn} is not known`, { hint: `Give one of ${SEVERITIES.join(', ')}.` });
}

/** Refuses flags that mean nothing together, rather than leaving one aside. */
export function refuseMisplaced(files: readonly string[], flags: LintFlags): void {
  const live = files.length === 0;
  refuse(
    !live && flags.cluster !== undefined,
    '--cluster',
    'it reads a cluster from its state store; all in FILE is looked at',
  );
  refuse(!live && flags.state !== undefined, '--state', 'it goes with --cluster');
  refuse(live && flags.kopsVersion !== undefined, '--kops-version', 'for a live cluster kops itself is asked');
  refuse(live && flags.fix === true, '--fix', 'it edits files: a live cluster is changed with `enable`');
  refuse(
    flags.dryRun === true && flags.fix !== true,
    '--dry-run',
    'it goes with --fix, without which nothing is written',
  );
  refuse(files.filter((file) => file === '-').length > 1, 'a second -', 'stdin can be read once');
  const isStream = flags.fix === true && files.includes('-') && flags.dryRun !== true;
  refuse(isStream && files.length > 1, '--fix', 'with stdin, which goes to stdout, no other file can be fixed');
  refuse(isStream && flags.output !== 'text', `-o ${flags.output}`, 'stdout has the fixed text');
}

function refuse(wrong: boolean, flag: string, reason: string): void {
  if (wrong) throw new UserError(`${flag} does not go here: ${reason}`);
}
