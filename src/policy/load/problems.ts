import type { Diagnostic } from './diagnostic.ts';
import type { Positions } from '../../yaml/positions.ts';

/** What is found wrong with a policy. Of errors and of warnings the first thousand are kept, each. */
export interface Problems {
  kept: Diagnostic[];
  counts: Record<Diagnostic['severity'], number>;
}

const MOST = 1000;

export function noProblems(): Problems {
  return { kept: [], counts: { error: 0, warning: 0 } };
}

/** Adds a diagnostic with its place, from UTF-16 offsets. */
export function addProblem(
  problems: Problems,
  positions: Positions,
  stretch: { start: number; end: number },
  found: Diagnostic,
): void {
  problems.counts[found.severity]++;
  if (problems.counts[found.severity] > MOST) return;
  const range = positions.range(stretch.start, stretch.end);
  problems.kept.push({ ...found, line: range.start.line, column: range.start.column, range });
}

/** The diagnostics, and how many more there are. */
export function listProblems({ kept, counts }: Problems): Diagnostic[] {
  const more = (['error', 'warning'] as const).filter((severity) => counts[severity] > MOST);
  return [...kept, ...more.map((severity) => notListed(severity, counts[severity] - MOST, kept))];
}

function notListed(severity: Diagnostic['severity'], count: number, kept: readonly Diagnostic[]): Diagnostic {
  const last = kept.findLast((entry) => entry.severity === severity);
  const message = `${count} more ${severity}s are not listed`;
  const { line = 1, column = 1, range } = last ?? {};
  return { severity, code: 'more-problems', message, line, column, ...(range ? { range } : {}) };
}
