import { isUtf8 } from 'node:buffer';
import { writeSpecFile } from '../../input/write.ts';
import { UserError } from '../../errors.ts';
import type { FixedDocument } from '../../lint/fix/fix-text.ts';
import type { FileLint } from '../../lint/rule.ts';
import { type DiffLine, formatDiff, unifiedDiff } from '../../report/diff.ts';
import { changesView } from '../../report/findings-fixes.ts';
import { effectText } from '../../report/effects.ts';
import { maskSpecText } from '../../report/mask-spec.ts';
import { safeText } from '../../report/text.ts';
import type { Context } from '../../context.ts';
import type { LintFlags, LintInput } from './inputs.ts';
import { maskerOf } from './masked.ts';

/**
 * Fixes in a text what can be fixed safely, tells each change and writes the file, unless it is a dry run, which shows the diff, or stdin.
 * What is told goes to stdout, but to stderr where that has the text or data in another form.
 *
 * @returns the text as it is then, or would be.
 * @throws UserError where the file cannot be written; then it is as it was.
 */
export async function fixInput(input: LintInput, lint: FileLint, flags: LintFlags, { io }: Context): Promise<string> {
  if (!lint.findings.some(({ edit, ignored }) => edit && ignored === undefined)) return input.text;
  const { fixText } = await import('../../lint/fix/fix-text.ts');
  if (!isWritable(input)) {
    lint.errors.push(notUtf8(input.file));
    return input.text;
  }
  const { text, documents, refused } = fixText(input.text, input.file, lint.findings);
  lint.errors.push(...refused);
  if (documents.length === 0) return input.text;
  if (input.spec && !flags.dryRun) await writeSpecFile(input.spec, text);
  if (!flags.quiet || flags.dryRun) await tell(documents, input, lint, flags, io);
  return text;
}

async function tell(
  documents: readonly FixedDocument[],
  { file }: LintInput,
  lint: FileLint,
  { output, dryRun = false }: LintFlags,
  io: Context['io'],
): Promise<void> {
  const isTalk = output !== 'text' || (file === '-' && !dryRun);
  const style = isTalk ? io.style : io.stdoutStyle;
  const diff = dryRun ? `${formatDiff(diffOf(documents, file, lint), style)}\n` : '';
  const changes = documents.flatMap((document) => document.changes);
  const { text } = maskerOf(lint);
  const view = { style, columns: io.columns, dryRun, clean: (said: string) => safeText(text(said)) };
  const told = `${changesView(file, changes, view)}\n${effectsOf(documents, io.columns)}\n${diff}`;
  if (isTalk) io.stderr(told);
  else await io.stdout(told);
}

// Written back it would be UTF-8, and half a character would be lost.
function isWritable({ text, spec }: LintInput): boolean {
  return !/\p{Surrogate}/u.test(text) && (spec === null || isUtf8(spec.bytes));
}

function notUtf8(file: string): UserError {
  return new UserError('is not UTF-8, so nothing in it is fixed', { place: { file }, hint: 'Save it as UTF-8.' });
}

/** What the fixes change is told first, then how. */
function effectsOf(documents: readonly FixedDocument[], columns: number): string {
  const effects = documents.map(({ comparison }) => effectText(comparison, columns)).join('');
  return effects === '' ? 'The log stays as it is.\n' : `What that changes in the log:\n${effects}`;
}

function diffOf(documents: readonly FixedDocument[], file: string, lint: FileLint): DiffLine[] {
  const masker = maskerOf(lint);
  const label = file === '-' ? 'stdin' : file;
  const names = { before: `${label} (now)`, after: `${label} (fixed)` };
  const diffs = documents.map(({ before, after, firstLine }) =>
    unifiedDiff(maskSpecText(ended(before), masker), maskSpecText(ended(after), masker), { ...names, firstLine }),
  );
  return diffs.flatMap((lines, index) => lines.filter(({ kind }) => index === 0 || kind !== 'header'));
}

// The last line of a document may lie before the end of the file, and have no end of its own.
function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
