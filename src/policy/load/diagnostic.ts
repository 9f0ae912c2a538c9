import type { Stretch } from '../../yaml/json-node.ts';
import type { Positions, TextRange } from '../../yaml/positions.ts';
import { type Fault, type Said, say, severityOf } from './words.ts';

/** Something to say about a policy text. `error`: kube-apiserver refuses it. `warning`: it loads, but not as meant. Line and column count from 1. */
export interface Diagnostic {
  severity: 'error' | 'warning';
  /** What kind of problem it is, in kebab-case, for example `unknown-key`. */
  code: string;
  message: string;
  hint?: string;
  file?: string;
  line?: number;
  column?: number;
  /** Where it stands in the text; `line` and `column` are its start. */
  range?: TextRange;
}

/** What is found wrong with a policy. Of errors and of warnings the first thousand are kept, each. */
export interface Problems {
  kept: Found[];
  counts: Record<Diagnostic['severity'], number>;
}

interface Found {
  fault: Fault;
  at: Stretch;
  spelled: string | undefined;
}

const MOST = 1000;

export function noProblems(): Problems {
  return { kept: [], counts: { error: 0, warning: 0 } };
}

/** Adds a fault and where it stands; `spelled`: the text there, which a template may still have to fill in. */
export function addProblem({ kept, counts }: Problems, fault: Fault, at: Stretch, spelled?: string): void {
  const severity = severityOf(fault.code);
  counts[severity]++;
  if (counts[severity] <= MOST) kept.push({ fault, at, spelled });
}

/** The faults in words, with their lines, and how many more there are. */
export function listProblems({ kept, counts }: Problems, positions: Positions): Diagnostic[] {
  const listed = kept.map(({ fault, at, spelled }) => ({
    ...say(fault.code, fault.path, fault.args, spelled),
    ...placeOf(positions.range(at.start, at.end)),
  }));
  const more = (['error', 'warning'] as const).filter((severity) => counts[severity] > MOST);
  return [...listed, ...more.map((severity) => notListed(severity, counts[severity] - MOST, listed))];
}

function placeOf(range: TextRange): Pick<Diagnostic, 'line' | 'column' | 'range'> {
  return { line: range.start.line, column: range.start.column, range };
}

function notListed(severity: Said['severity'], count: number, listed: readonly Diagnostic[]): Diagnostic {
  const { line = 1, column = 1, range } = listed.findLast((entry) => entry.severity === severity) ?? {};
  const message = `${count} more ${severity}s are not listed`;
  return { severity, code: 'more-problems', message, line, column, ...(range ? { range } : {}) };
}
