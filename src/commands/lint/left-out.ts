import type { FileLint } from '../../lint/rule.ts';
import { formatError } from '../../report/error-text.ts';
import { safeText } from '../../report/safe-text.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../../context.ts';
import type { LintFlags } from './flags.ts';

/** Says on stderr what could not be read, and which documents were left out. */
export function tellLeftOut(lints: readonly FileLint[], { quiet }: LintFlags, { io }: Context): void {
  const options = { style: io.style, columns: io.columns, version: VERSION };
  for (const { file, errors, skipped } of lints) {
    const name = file === '-' ? 'stdin' : file;
    for (const error of errors) io.stderr(formatError(error, options).text);
    for (const { line, kind } of quiet ? [] : skipped)
      io.stderr(`${io.style.dim(safeText(`${name}:${line}: ${kind} is not looked at`))}\n`);
  }
}
