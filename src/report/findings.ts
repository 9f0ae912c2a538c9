import type { JsonObject } from '../json.ts';
import { type FileLint, type Finding, type LocatedFinding, type Severity, told, type Words } from '../lint/rule.ts';

/** A finding with its words, as it may be shown. */
export type ToldFinding = Finding & Words;

/** What was found in one file, in words. */
export type ToldLint = Omit<FileLint, 'findings'> & { findings: (LocatedFinding & Words)[] };

/**
 * A finding in words.
 *
 * @param mask takes out of a text what is secret.
 */
export function toldFinding<F extends Finding>(finding: F, mask?: (text: string) => string): F & Words {
  const said = told(finding);
  return mask ? { ...said, message: mask(said.message), fix: mask(said.fix) } : said;
}

/** What was found in a file that holds nothing secret. */
export function toldLint(lint: FileLint): ToldLint {
  return { ...lint, findings: lint.findings.map((finding) => toldFinding(finding)) };
}

/** A finding in JSON, as far as it is the same for a policy, a spec and a change: documented in docs/plan-json.md. */
export function findingJson({ rule, severity, fatal, message, why, fix, pointer }: ToldFinding): JsonObject {
  return { rule, severity, fatal, message, why, mend: fix, pointer };
}

/** How many findings there are; those that are ignored count only as such. */
export interface LintCounts extends Record<Severity, number> {
  ignored: number;
  /** Files that were looked at. */
  files: number;
  /** Files of folders that hold neither a policy nor a cluster spec. */
  others: number;
  /** Files, or documents in them, that could not be read. */
  unreadable: number;
}

/** Counts the findings of all files; `others` as for `LintCounts`. */
export function lintCounts(lints: readonly Pick<FileLint, 'findings' | 'errors'>[], others: number): LintCounts {
  const counts = { error: 0, warning: 0, info: 0, ignored: 0, files: lints.length, others, unreadable: 0 };
  for (const { findings, errors } of lints) {
    counts.unreadable += errors.length;
    for (const { severity, ignored } of findings) counts[ignored === undefined ? severity : 'ignored'] += 1;
  }
  return counts;
}

/** The last line: `2 errors, 1 warning in 37 files, 5 of them looked at; 1 ignored`. */
export function summaryLine({ error, warning, info, ignored, files, others, unreadable }: LintCounts): string {
  const found = [count(error, 'error'), count(warning, 'warning'), count(info, 'info')].filter((part) => part !== '');
  const all = `${found.length === 0 ? 'no findings' : found.join(', ')} in ${count(files + others, 'file')}`;
  const head = others === 0 ? all : `${all}, ${files} of them looked at`;
  const rest = [
    ...(ignored > 0 ? [`${ignored} ignored`] : []),
    ...(unreadable > 0 ? [`${unreadable} unreadable`] : []),
  ];
  return [head, ...rest].join('; ');
}

function count(number: number, word: string): string {
  return number === 0 ? '' : `${number} ${word}${number === 1 ? '' : 's'}`;
}
