import type { Verdict } from './judge.ts';

/** Counts of runs by what went wrong, and by how they ended and which spec they left. */
export type Tally = Map<string, Map<string, number>>;

/** Counts a run. */
export function count(tally: Tally, { fault, status, spec }: Verdict): void {
  const row = tally.get(fault.kind) ?? new Map<string, number>();
  for (const key of [String(status), spec]) row.set(key, (row.get(key) ?? 0) + 1);
  tally.set(fault.kind, row);
}

const COLUMNS = ['0', '2', '3', '4', '5', '130', 'killed', 'old', 'new', 'as before', 'other'];

/** The counts as a table, a kind of fault a line. */
export function tallyText(tally: Tally): string {
  const rows = [...tally].toSorted().map(([kind, row]) => line(kind, (column) => row.get(column) ?? 0));
  const sums = line('all', (column) => [...tally.values()].reduce((sum, row) => sum + (row.get(column) ?? 0), 0));
  return [HEAD, ...rows, sums].join('\n');
}

const HEAD: string = `${'exit status, and the spec after it'.padEnd(36)}${COLUMNS.map((column) => column.padStart(10)).join('')}`;

function line(kind: string, value: (column: string) => number): string {
  return `${kind.padEnd(36)}${COLUMNS.map((column) => String(value(column) || '').padStart(10)).join('')}`;
}
