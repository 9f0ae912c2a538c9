import { UserError } from '../../errors.ts';
import { lintText } from '../../lint/lint-text.ts';
import type { FileLint, Severity } from '../../lint/rule.ts';
import { toldLint, type ToldLint } from '../../report/findings.ts';
import type { Context } from '../../context.ts';
import { type LintFlags, type LintInput, readInput } from './inputs.ts';
import { printLints, tellLeftOut } from './output.ts';
import { refuseClashes } from '../../flags/check.ts';

/**
 * `lint`: what is wrong with policies and cluster specs. Gives the exit status: 2 where an input could not be read or looked at,
 * 1 where there is a finding as bad as `--fail-on` says, else 0.
 */
export async function lint(files: readonly string[], flags: LintFlags, context: Context): Promise<number> {
  refuseClashes('lint', flags, files);
  refuseBesideStream(files, flags);
  const failOn = SEVERITIES.slice(0, SEVERITIES.indexOf(flags.failOn) + 1);
  const lints = await lintAll(files, flags, context);
  if (lints.some(({ errors, skipped }) => errors.length + skipped.length > 0)) await tellLeftOut(lints, flags, context);
  if (!(flags.fix && files.includes('-') && !flags.dryRun)) {
    await printLints(lints, flags, files.length === 0, context);
  }
  if (lints.some(({ errors }) => errors.length > 0)) return 2;
  const fails = lints.some(({ findings }) =>
    findings.some(({ ignored, severity }) => ignored === undefined && failOn.includes(severity)),
  );
  return fails ? 1 : 0;
}

async function lintAll(files: readonly string[], flags: LintFlags, context: Context): Promise<ToldLint[]> {
  const kubernetesVersion = await readKubernetes(flags);
  const lints: ToldLint[] = [];
  if (files.length === 0) {
    const { readLiveInput } = await import('./live-input.ts');
    lints.push(await lintInput(await readLiveInput(flags, context), kubernetesVersion, flags, context));
  }
  const kopsVersion = await readKops(flags);
  for (const file of files) lints.push(await lintFile(file, kopsVersion, kubernetesVersion, flags, context));
  return lints;
}

/** A file that can't be read never stops the others. */
async function lintFile(
  file: string,
  kopsVersion: string | null,
  kubernetesVersion: string | undefined,
  flags: LintFlags,
  context: Context,
): Promise<ToldLint> {
  try {
    return await lintInput(await readInput(file, kopsVersion, context), kubernetesVersion, flags, context);
  } catch (error) {
    if (error instanceof UserError) return { file, findings: [], skipped: [], errors: [error], specs: [] };
    throw error;
  }
}

async function lintInput(
  input: LintInput,
  kubernetesVersion: string | undefined,
  flags: LintFlags,
  context: Context,
): Promise<ToldLint> {
  const { kopsVersion } = input;
  const options = { kopsVersion, ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }) };
  const found = await lintText(input.text, input.file, options);
  if (!flags.fix) return withoutSecrets(found);
  const { fixInput } = await import('./fix.ts');
  const text = await fixInput(input, found, flags, context);
  if (input.file === '-' && !flags.dryRun && found.errors.length === 0) await context.io.stdout(text);
  if (text === input.text) return withoutSecrets(found);
  const left = await lintText(text, input.file, options);
  return withoutSecrets({ ...left, errors: [...found.errors, ...left.errors] });
}

/** A plain policy holds none; what masks the others takes long to load. */
async function withoutSecrets(found: FileLint): Promise<ToldLint> {
  if (found.specs.length + found.errors.length === 0) return toldLint(found);
  const { masked } = await import('./masked.ts');
  return masked(found);
}

async function readKubernetes({ kubernetesVersion }: LintFlags): Promise<string | undefined> {
  if (kubernetesVersion === undefined) return undefined;
  const { readKubernetesVersion } = await import('../policy/loaded-policy.ts');
  return readKubernetesVersion(kubernetesVersion);
}

async function readKops(flags: LintFlags): Promise<string | null> {
  if (flags.kopsVersion === undefined) return null;
  const { readKopsVersion } = await import('../change/flags.ts');
  return readKopsVersion(flags);
}

/** The severities from the worst on. */
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Of a stream stdout has the fixed text, and nothing else. */
function refuseBesideStream(files: readonly string[], { fix, dryRun, output }: LintFlags): void {
  if (!fix || dryRun || !files.includes('-')) return;
  if (files.length > 1)
    throw new UserError('--fix of stdin does not go with other files', {
      hint: 'What was read from stdin goes to stdout. Fix the others in a run of their own.',
    });
  if (output !== 'text')
    throw new UserError(`-o ${output} does not go with --fix of stdin`, { hint: 'stdout has the fixed text.' });
}
