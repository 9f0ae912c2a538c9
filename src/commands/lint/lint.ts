import { normalize } from 'node:path';
import { InterruptError, UserError } from '../../errors.ts';
import { lintText } from '../../lint/lint-text.ts';
import { isServerPod, NothingHereError } from '../../lint/kinds.ts';
import type { FileLint } from '../../lint/rule.ts';
import { toldLint, type ToldLint } from '../../report/findings.ts';
import { counted } from '../../report/text.ts';
import type { Context } from '../../context.ts';
import type { FoundPod } from './manifests.ts';
import { type LintFlags, type LintInput, readInput, wantedFiles } from './inputs.ts';
import { isFailing, type LintRun, printLints, tellLeftOut } from './output.ts';

/**
 * `lint`: what is wrong with policies and cluster specs. Gives the exit status: 2 where an input could not be read or looked at,
 * 1 where there is a finding as bad as `--fail-on` says or, with `--exit-code`, something to fix, else 0.
 */
export async function lint(files: readonly string[], flags: LintFlags, context: Context): Promise<number> {
  refuseBesideStream(files, flags);
  const run = await lintAll(files, flags, context);
  const { lints } = run;
  if (lints.some(({ errors, skipped }) => errors.length + skipped.length > 0)) await tellLeftOut(lints, flags, context);
  if (!(flags.fix && files.includes('-') && !flags.dryRun)) await printLints(run, flags, files.length === 0, context);
  if (flags.fix && !flags.quiet && isUnfixed(run))
    context.io.stderr('Nothing was fixed: no finding here has a safe fix.\n');
  return exitStatus(run, flags);
}

function exitStatus({ lints, fixes }: Fixed, flags: LintFlags): number {
  if (lints.some(({ errors }) => errors.length > 0)) return 2;
  if (flags.exitCode && fixes > 0) return 1;
  const isFailure = isFailing(flags);
  const fails = lints.some(({ findings }) =>
    findings.some((finding) => isOpen(finding) && isFailure(finding.severity)),
  );
  return fails ? 1 : 0;
}

/** There are findings, none was fixed, and no error has said why. */
function isUnfixed({ lints, fixes }: Fixed): boolean {
  return (
    fixes === 0 &&
    lints.every(({ errors }) => errors.length === 0) &&
    lints.some(({ findings }) => findings.some(isOpen))
  );
}

function isOpen({ ignored }: { ignored?: unknown }): boolean {
  return ignored === undefined;
}

/** What all of it is judged by. */
interface Around {
  flags: LintFlags;
  context: Context;
  kopsVersion: string | null;
  kubernetesVersion: string | undefined;
}

/** What was found. */
interface Fixed extends LintRun {
  /** How many inputs were fixed, or would be. */
  fixes: number;
  /** Files with the pod of a kube-apiserver that were found, and the folder that was searched. */
  pods: FoundPod[];
}

async function lintAll(words: readonly string[], flags: LintFlags, context: Context): Promise<Fixed> {
  const kubernetesVersion = await readKubernetes(flags);
  const run: Fixed = { lints: [], others: 0, fixes: 0, pods: [] };
  if (words.length === 0) {
    const { readLiveInput } = await import('./live-input.ts');
    const around = { flags, context, kopsVersion: null, kubernetesVersion };
    run.lints.push(await lintInput(await readLiveInput(flags, context), around, run));
  }
  const around = { flags, context, kopsVersion: await readKops(flags), kubernetesVersion };
  const seen = new Map<string, boolean>();
  for (const word of words) await lintWord(word, seen, around, run);
  if (run.pods.length > 0) await addStrays(run, flags);
  return run;
}

/** A file that was looked at gets one finding more; one that was passed over is there after all. */
async function addStrays(run: Fixed, { exclude }: LintFlags): Promise<void> {
  const { strayManifests } = await import('./manifests.ts');
  for (const stray of strayManifests(run.pods, exclude)) {
    const told = toldLint(stray);
    const known = run.lints.find(({ file }) => normalize(file) === normalize(stray.file));
    if (known) known.findings.unshift(...told.findings);
    else run.lints.push(told);
  }
}

/**
 * Looks at all that a word stands for. A file that can't be read never stops the others.
 *
 * @param seen the files that were looked at, and whether they held what is looked for: none is told of twice.
 */
async function lintWord(word: string, seen: Map<string, boolean>, around: Around, run: Fixed): Promise<void> {
  const turn = (): Promise<void> => takeTurn(around, run);
  const { folder, files } = await wantedFiles(word, around.flags.exclude, turn);
  let [looked, held] = [0, 0];
  for await (const file of files) {
    await turn();
    const known = typeof file === 'string' ? seen.get(normalize(file)) : undefined;
    if (known === true) held += 1;
    if (known === true || (known === false && folder !== null)) continue;
    const lint = await lintFile(file, folder, around, run);
    if (typeof file === 'string') seen.set(normalize(file), lint !== null);
    looked += 1;
    if (lint === null) run.others += 1;
    else {
      run.lints.push(lint);
      held += 1;
    }
  }
  if (folder !== null && held === 0) run.lints.push(unread(word, nothingFound(word, looked)));
}

/**
 * All that is done with a file is done at once: signals are heard between two files only.
 *
 * @throws the reason of an interrupt; InterruptError where files were fixed by then.
 */
async function takeTurn({ flags, context: { interrupt } }: Around, { fixes }: Fixed): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (!interrupt.aborted) return;
  if (fixes === 0 || flags.dryRun) throw interrupt.reason;
  const were = `${counted(fixes, 'file')} ${fixes === 1 ? 'was' : 'were'} fixed`;
  throw new InterruptError(`Interrupted. ${were} by then; the others are as they were.`);
}

/** null: it was found, and holds nothing that is looked at. `folder`: where it was searched; null: somebody named it. */
async function lintFile(
  file: string | UserError,
  folder: string | null,
  around: Around,
  run: Fixed,
): Promise<ToldLint | null> {
  const isFound = folder !== null;
  if (typeof file !== 'string') return unread(file.place?.file ?? '', file);
  try {
    const input = await readInput(file, isFound, around.kopsVersion, around.context);
    const lint = await lintInput(input, around, run);
    if (isFound && isServerPod(input.text)) run.pods.push({ file, folder });
    return lint;
  } catch (error) {
    if (error instanceof NothingHereError && isFound) return null;
    if (error instanceof UserError) return unread(file, error);
    throw error;
  }
}

function unread(file: string, error: UserError): ToldLint {
  return { file, findings: [], skipped: [], errors: [error], specs: [] };
}

function nothingFound(word: string, looked: number): UserError {
  const what = looked === 0 ? 'no file there' : `${looked} ${looked === 1 ? 'file' : 'files'} looked at`;
  return new UserError(`nothing found to look at (${what})`, {
    place: { file: word },
    hint: 'Check the folder or pattern, and --exclude. A folder is searched for .yaml, .yml and .json files.',
  });
}

/** @throws NothingHereError where it holds nothing that is looked at; UserError where it cannot be written. */
async function lintInput(
  input: LintInput,
  { flags, context, kubernetesVersion }: Around,
  run: Fixed,
): Promise<ToldLint> {
  const { kopsVersion } = input;
  const options = { kopsVersion, ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }) };
  const found = await lintText(input.text, input.file, options);
  const nothing = found.errors.find((error) => error instanceof NothingHereError);
  if (nothing) throw nothing;
  if (!flags.fix) return withoutSecrets(found);
  const { fixInput } = await import('./fix.ts');
  const text = await fixInput(input, found, flags, context);
  if (input.file === '-' && !flags.dryRun && found.errors.length === 0) await context.io.stdout(text);
  if (text === input.text) return withoutSecrets(found);
  run.fixes += 1;
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
