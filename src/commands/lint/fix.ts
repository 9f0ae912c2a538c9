import { isUtf8 } from 'node:buffer';
import { writeSpecFile } from '../../input/write.ts';
import { UserError } from '../../errors.ts';
import type { FixedDocument } from '../../lint/fix/fix-text.ts';
import type { FileLint } from '../../lint/rule.ts';
import { type DiffLine, formatDiff, unifiedDiff } from '../../report/diff.ts';
import { effectText } from '../../report/effects.ts';
import { maskSpecText } from '../../report/mask-spec.ts';
import type { Context } from '../../context.ts';
import type { LintFlags, LintInput } from './inputs.ts';
import { maskerOf } from './masked.ts';

/**
 * Fixes in a text what can be fixed safely, shows the diff on stderr and writes the file, unless it is a dry run or stdin.
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
  if (!flags.quiet || flags.dryRun) {
    io.stderr(effectsOf(documents, io.columns));
    io.stderr(`${formatDiff(diffOf(documents, input.file, lint), io.style)}\n`);
  }
  if (input.spec && !flags.dryRun) await writeSpecFile(input.spec, text);
  return text;
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
  return effects === '' ? 'The log stays as it is.\n\n' : `What the fixes change:\n${effects}\n`;
}

function diffOf(documents: readonly FixedDocument[], file: string, lint: FileLint): DiffLine[] {
  const masker = maskerOf(lint);
  const label = file === '-' ? 'stdin' : file;
  const names = { before: `${label} (now)`, after: `${label} (fixed)` };
  const diffs = documents.map(({ before, after, firstLine }) =>
    unifiedDiff(maskSpecText(`${before}\n`, masker), maskSpecText(`${after}\n`, masker), { ...names, firstLine }),
  );
  return diffs.flatMap((lines, index) => lines.filter(({ kind }) => index === 0 || kind !== 'header'));
}
