const CUT = '…';

/**
 * Whether a printed text is what a page shows of it. A line `…` on the page stands for one or more lines, a `…` at the end
 * of a line for the rest of it; blanks at line ends and blank lines do not count.
 *
 * @returns the first line of the page that is not there, or what was printed beyond the page; null where all is well.
 */
export function mismatch(printed: string, expected: string): string | null {
  const lines = linesOf(printed);
  const runs = splitAtCuts(linesOf(expected));
  let at = 0;
  for (const [index, run] of runs.entries()) {
    const isLast = index === runs.length - 1;
    const from = index === 0 ? 0 : at + 1;
    const found = isLast && index > 0 ? lastPlace(lines, run, from) : placeOf(lines, run, from, index === 0);
    if (found < 0) return missing(lines, run, from);
    at = found + run.length;
  }
  return at === lines.length ? null : `printed beyond the page: ${lines[at]}`;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}

function splitAtCuts(lines: readonly string[]): string[][] {
  const runs: string[][] = [[]];
  for (const line of lines) {
    if (line.trim() === CUT) runs.push([]);
    else runs.at(-1)!.push(line);
  }
  return runs;
}

function placeOf(lines: readonly string[], run: readonly string[], from: number, onlyThere: boolean): number {
  for (let at = from; at + run.length <= lines.length; at++) {
    if (run.every((line, index) => isShown(line, lines[at + index]))) return at;
    if (onlyThere) return -1;
  }
  return -1;
}

function lastPlace(lines: readonly string[], run: readonly string[], from: number): number {
  const at = lines.length - run.length;
  return at >= from && run.every((line, index) => isShown(line, lines[at + index])) ? at : -1;
}

function isShown(shown: string, printed: string | undefined): boolean {
  if (printed === undefined) return false;
  return shown.endsWith(CUT) ? printed.startsWith(shown.slice(0, -CUT.length)) : printed === shown;
}

/** The line at which the run breaks off where most of it is there. */
function missing(lines: readonly string[], run: readonly string[], from: number): string {
  let most = 0;
  for (let at = from; at < lines.length; at++) {
    const length = run.findIndex((line, index) => !isShown(line, lines[at + index]));
    most = Math.max(most, length);
  }
  return `not printed here: ${run[most]}`;
}
