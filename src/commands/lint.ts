import { UserError } from '../errors.ts';
import { lintText } from '../lint/lint-text.ts';
import type { FileLint } from '../lint/rule.ts';
import type { Context } from '../context.ts';
import { type LintFlags, readFailOn, readLintOutput, refuseMisplaced } from './lint/flags.ts';
import { type LintInput, readInput } from './lint/inputs.ts';
import { printLints } from './lint/output.ts';

/**
 * `lint`: what is wrong with policies and cluster specs. Gives the exit status: 2 where an input could not be read or looked at,
 * 1 where there is a finding as bad as `--fail-on` says, else 0.
 */
export async function lint(files: readonly string[], flags: LintFlags, context: Context): Promise<number> {
  refuseMisplaced(files, flags);
  const output = readLintOutput(flags);
  const failOn = readFailOn(flags);
  const lints = await lintAll(files, flags, context);
  if (lints.some(({ errors, skipped }) => errors.length + skipped.length > 0)) await tell(lints, flags, context);
  if (!(flags.fix && files.includes('-') && !flags.dryRun)) {
    await printLints(lints, flags, { output, isLive: files.length === 0 }, context);
  }
  if (lints.some(({ errors }) => errors.length > 0)) return 2;
  const fails = lints.some(({ findings }) =>
    findings.some(({ ignored, severity }) => ignored === undefined && failOn.includes(severity)),
  );
  return fails ? 1 : 0;
}

async function lintAll(files: readonly string[], flags: LintFlags, context: Context): Promise<FileLint[]> {
  const kubernetesVersion = await readKubernetes(flags);
  const lints: FileLint[] = [];
  if (files.length === 0) {
    const { readLiveInput } = await import('./lint/live-input.ts');
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
): Promise<FileLint> {
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
): Promise<FileLint> {
  const { kopsVersion } = input;
  const options = { kopsVersion, ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }) };
  const found = await lintText(input.text, input.file, options);
  if (!flags.fix) return withoutSecrets(found);
  const { fixInput } = await import('./lint/fix.ts');
  const text = await fixInput(input, found, flags, context);
  if (input.file === '-' && !flags.dryRun && found.errors.length === 0) await context.io.stdout(text);
  if (text === input.text) return withoutSecrets(found);
  const left = await lintText(text, input.file, options);
  return withoutSecrets({ ...left, errors: [...found.errors, ...left.errors] });
}

/** A plain policy holds none; what masks the others takes long to load. */
async function withoutSecrets(found: FileLint): Promise<FileLint> {
  if (found.specs.length + found.errors.length === 0) return found;
  const { masked } = await import('./lint/masked.ts');
  return masked(found);
}

async function readKubernetes({ kubernetesVersion }: LintFlags): Promise<string | undefined> {
  if (kubernetesVersion === undefined) return undefined;
  const { readKubernetesVersion } = await import('./policy/kubernetes-version.ts');
  return readKubernetesVersion(kubernetesVersion);
}

async function readKops(flags: LintFlags): Promise<string | null> {
  if (flags.kopsVersion === undefined) return null;
  const { readKopsVersion } = await import('./change/flags.ts');
  return readKopsVersion(flags);
}

async function tell(lints: readonly FileLint[], flags: LintFlags, context: Context): Promise<void> {
  const { tellLeftOut } = await import('./lint/left-out.ts');
  tellLeftOut(lints, flags, context);
}
