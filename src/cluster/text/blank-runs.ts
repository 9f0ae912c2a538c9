import { type YamlNode, readYaml } from '../../yaml/read.ts';
import { countBelow } from './edits.ts';

/** A text without most of its blank lines, and where in the whole text an offset of it is. */
interface Shortened {
  text: string;
  back: (offset: number) => number;
}

/** What is left out of a text, in its offsets. */
interface Cut {
  start: number;
  end: number;
}

/** Shorter runs cost less than looking for what they stand in. */
const LONG = 2000;

/**
 * Leaves all but one line out of each long run of blank lines that means nothing, so that nobody has to go through millions of them again
 * and again. A run inside a scalar stays, and so does every run of a text that kOps can't read.
 *
 * @param text With LF line ends. @param isJson It is JSON for kOps: no string of it holds a line end.
 */
export function withoutBlankRuns(text: string, isJson: boolean): Shortened {
  const runs = longRuns(text);
  const cuts = runs.length === 0 || isJson ? runs : outsideScalars(text, runs);
  if (cuts.length === 0) return { text, back: (offset) => offset };
  const kept = cuts.map(({ start }, at) => text.slice(cuts[at - 1]?.end ?? 0, start));
  return { text: kept.join('') + text.slice(cuts.at(-1)?.end), back: placesBack(cuts) };
}

/** What goes of each run: from behind its first newline up to its last one, so that one blank line is left. */
function longRuns(text: string): Cut[] {
  const cuts: Cut[] = [];
  for (const { index, 0: run } of text.matchAll(/\n[ \n]*/g))
    if (run.length > LONG) cuts.push({ start: index + 1, end: index + run.lastIndexOf('\n') });
  return cuts.filter(({ start, end }) => end > start);
}

function outsideScalars(text: string, runs: readonly Cut[]): Cut[] {
  const { root, problem } = readYaml(text);
  if (problem || !root) return [];
  const scalars = scalarsOf(root);
  const starts = scalars.map(({ start }) => start);
  return runs.filter((run) => isOutside(text, run, scalars[countBelow(starts, run.end) - 1]));
}

/** In the order of the text. */
function scalarsOf(root: YamlNode): YamlNode[] {
  const found: YamlNode[] = [];
  const waiting = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.kind === 'scalar') found.push(node);
    for (const child of node.children) waiting.push(child);
  }
  return found.toSorted((a, b) => a.start - b.start);
}

/** Whether a run means nothing for the scalar above it: newlines behind a block text do with `+`, and blanks always may. */
function isOutside(text: string, { start, end }: Cut, scalar: YamlNode | undefined): boolean {
  if (!scalar || text.slice(scalar.end, start).trim() !== '') return true;
  const head = /^(?:[&!]\S* +)*([|>]\S*)/.exec(text.slice(scalar.start, scalar.end))?.[1];
  if (head === undefined) return start > scalar.end;
  return !head.includes('+') && end >= scalar.end - 1 && !text.slice(start, end).includes(' ');
}

function placesBack(cuts: readonly Cut[]): (offset: number) => number {
  const starts: number[] = [];
  const sums: number[] = [0];
  for (const { start, end } of cuts) {
    starts.push(start - sums.at(-1)!);
    sums.push(sums.at(-1)! + end - start);
  }
  return (offset) => offset + sums[countBelow(starts, offset)]!;
}
