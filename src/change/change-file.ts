import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { SpecChange } from '../cluster/spec-change.ts';
import { AbortError, reasonOf } from '../errors.ts';
import type { SpecFile } from '../input/read.ts';
import { writeSpecFile } from '../input/write.ts';
import { commandLine } from '../process/words.ts';
import { placeholderIn } from '../policy/load/template-marks.ts';
import type { Journal, Subject } from './journal/entry.ts';
import { textHash } from './recorded.ts';
import type { ChangeResult, NextStep } from './steps.ts';
import type { Talk } from './talk.ts';
import { note } from './write-live.ts';

export interface FileEdges {
  journal: Journal;
  talk: Talk;
  interrupt: AbortSignal;
}

/**
 * Makes a planned change of a spec file: asks, records the old text, replaces the file in one step.
 *
 * @param after the whole text the file shall have, as it was shown.
 * @throws AbortError, UserError where nothing was written; once it is replaced it always returns.
 */
export async function changeFile(
  file: SpecFile,
  after: string,
  plan: SpecChange,
  subject: Subject,
  yes: boolean,
  edges: FileEdges,
): Promise<ChangeResult> {
  const state = { updated: false, rolled: false };
  if (plan.operations.length === 0)
    return {
      exitCode: 0,
      spec: 'unchanged',
      ...state,
      next: [],
      message: `Nothing to do: ${file.path} is as asked for.`,
    };
  if (!yes && !(await edges.talk.confirm(`Write this to ${file.path}?`)))
    throw new AbortError('Declined. Nothing was written.');
  const next = storeSteps(file.path, plan.cluster);
  await recordAndWrite(file, after, plan, subject, edges);
  const template = placeholderIn(plan.cluster)
    ? ' It is a template: render it, then give what comes out to `kops replace`.'
    : '';
  return { exitCode: 0, spec: 'new', ...state, next, message: `${file.path} is written.${template}` };
}

/** What makes the file take effect. Nothing for a file of `kops edit`, which stores it itself when its editor returns. */
function storeSteps(path: string, cluster: string): NextStep[] {
  if (basename(path).startsWith('kops-edit-')) return [];
  // A name such as `${name}` or `{{ .name }}` is filled in elsewhere: kops can't be given this file, nor that name.
  if (placeholderIn(cluster)) return [];
  return [
    { why: 'Store the spec', command: commandLine('kops', ['replace', '-f', path]) },
    {
      why: 'Look at what would change, then apply it with --yes',
      command: commandLine('kops', ['update', 'cluster', `--name=${cluster}`]),
    },
  ];
}

async function recordAndWrite(
  file: SpecFile,
  after: string,
  plan: SpecChange,
  subject: Subject,
  { journal, talk, interrupt }: FileEdges,
): Promise<void> {
  const entry = await journal.begin({
    command: plan.command,
    subject,
    patch: plan.operations,
    ...(plan.undoes ? { undoes: plan.undoes } : {}),
    textHash: textHash(after),
    before: file.text,
  });
  try {
    if (interrupt.aborted) throw interrupt.reason;
    await writeSpecFile(file, after);
  } catch (error) {
    const now = textOf(file);
    if (now !== undefined && now !== after) await note(entry, talk, 'not-written', reasonOf(error));
    if (now !== after) throw error;
    talk.warn(`${file.path} holds the new spec, although something failed: ${reasonOf(error)}`);
  }
  await note(entry, talk, 'done');
}

/** What the file holds by now, whatever was said of writing it; undefined: that cannot be told, and the next run looks. */
function textOf({ target }: SpecFile): string | undefined {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return undefined;
  }
}
