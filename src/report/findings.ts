import type { FileLint, Severity } from '../lint/rule.ts';

/** How many findings there are; those that are ignored count only as such. */
export interface LintCounts extends Record<Severity, number> {
  ignored: number;
  files: number;
  /** Files, or documents in them, that could not be read. */
  unreadable: number;
}

/** Counts the findings of all files. */
export function lintCounts(lints: readonly FileLint[]): LintCounts {
  const counts = { error: 0, warning: 0, info: 0, ignored: 0, files: lints.length, unreadable: 0 };
  for (const { findings, errors } of lints) {
    counts.unreadable += errors.length;
    for (const { severity, ignored } of findings) counts[ignored === undefined ? severity : 'ignored'] += 1;
  }
  return counts;
}

/** The last line: `2 errors, 1 warning, 3 infos in 2 files; 1 ignored`. */
export function summaryLine({ error, warning, info, ignored, files, unreadable }: LintCounts): string {
  const found = [count(error, 'error'), count(warning, 'warning'), count(info, 'info')].filter((part) => part !== '');
  const head = `${found.length === 0 ? 'no findings' : found.join(', ')} in ${count(files, 'file')}`;
  const rest = [
    ...(ignored > 0 ? [`${ignored} ignored`] : []),
    ...(unreadable > 0 ? [`${unreadable} unreadable`] : []),
  ];
  return [head, ...rest].join('; ');
}

function count(number: number, word: string): string {
  return number === 0 ? '' : `${number} ${word}${number === 1 ? '' : 's'}`;
}
