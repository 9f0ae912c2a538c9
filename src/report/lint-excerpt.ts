import type { LocatedFinding } from '../lint/located.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';

/**
 * The source line of a finding with its number, and a line with `^` below the place; of a long line only the part around it. Empty
 * where the line may not be shown. Each line is `columns` wide at most.
 */
export function excerpt({ source, range }: LocatedFinding, style: Style, columns: number): string[] {
  if (source === undefined || source.trim() === '') return [];
  const { start, end } = range;
  const number = String(start.line);
  const behind = end.line === start.line ? end.column : source.trimEnd().length + 1;
  const shown = part(source, start.column - 1, Math.max(behind, start.column + 1) - 1, columns - number.length - 5);
  const gutter = ' '.repeat(number.length);
  return [
    `  ${style.dim(`${number} |`)} ${shown.text}`.trimEnd(),
    `  ${style.dim(`${gutter} |`)} ${' '.repeat(shown.from)}${style.red('^'.repeat(Math.max(1, shown.to - shown.from)))}`,
  ];
}

interface Shown {
  text: string;
  /** Where the place begins and ends in it. */
  from: number;
  to: number;
}

/** How much is kept before the place, where the beginning of the line is cut off. */
const BEFORE = 10;

/** A line, or the part of it around a place that fits, with `…` where it was cut. */
function part(line: string, start: number, end: number, width: number): Shown {
  const [before, inside, after] = [line.slice(0, start), line.slice(start, end), line.slice(end).trimEnd()].map(
    printable,
  );
  const text = `${before}${inside}${after}`;
  const from = before!.length;
  const to = from + Math.max(1, inside!.length);
  const length = Math.max(text.length, to);
  const left = to < width || length <= width ? 0 : Math.max(0, Math.min(from - BEFORE, length - width));
  const cut = text.slice(left, left + width);
  const head = left > 0 ? `…${cut.slice(1)}` : cut;
  const shown = text.length > left + width ? `${head.slice(0, -1)}…` : head;
  return { text: shown, from: from - left, to: Math.min(to - left, width) };
}

function printable(text: string): string {
  return safeText(text.replaceAll('\t', ' '));
}
