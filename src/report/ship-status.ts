import type { NodeShipping, ShipStatus } from '../ship/status.ts';
import { tableLines } from './table.ts';
import { counted, indented, number, safeText, type Style, wrap } from './text.ts';

/** `ship status` as a person reads it: a line for each node, then what is wrong. */
export function shipStatusView(status: ShipStatus, style: Style, columns: number, tableWidth: number): string {
  const { nodes } = status;
  const width = Math.min(columns, 100);
  const table = tableLines(
    [
      { head: 'NODE', cells: nodes.map(({ node }) => safeText(node)), cut: 'end' },
      { head: 'STATE', cells: nodes.map(({ state }) => state), paint: (cell) => painted(cell, style) },
      { head: 'RESTARTS', cells: nodes.map(({ restarts }) => number(restarts)), dispensable: 2 },
      { head: 'QUEUE', cells: nodes.map(queueText), dispensable: 1 },
      { head: 'SENT', cells: nodes.map(({ sent }) => countText(sent)) },
      {
        head: 'LOST',
        cells: nodes.map(lostText),
        paint: (cell) => (/^[\d,]*[1-9]/.test(cell) ? style.red(cell) : cell),
      },
      { head: 'BEHIND', cells: nodes.map(({ behind }) => (behind === null ? 'unknown' : number(behind))) },
    ],
    tableWidth,
    style,
  );
  const problems = nodes.flatMap((node) => problemLines(node, style, width));
  const notes = noteLines(status).map((note) => style.dim(wrap(safeText(note), width)));
  return [table.join('\n'), problems.join('\n'), notes.join('\n')]
    .filter((part) => part !== '')
    .map((part) => `${part}\n`)
    .join('\n');
}

function painted(state: string, style: Style): string {
  if (state === 'shipping') return style.green(state);
  return state === 'unknown' || state === 'old' ? style.yellow(state) : style.red(state);
}

function countText(count: number | null): string {
  return count === null ? 'unknown' : number(count);
}

function lostText({ failed, refused }: NodeShipping): string {
  return failed === null || refused === null ? 'unknown' : number(failed + refused);
}

function queueText({ queueBytes, queueCapacity, sent }: NodeShipping): string {
  if (queueBytes === null) return sent === null ? 'unknown' : 'none';
  return queueCapacity === null || queueCapacity === 0 ? '0 %' : `${Math.round((100 * queueBytes) / queueCapacity)} %`;
}

function problemLines({ node, problem, lastError }: NodeShipping, style: Style, columns: number): string[] {
  const error =
    lastError === null ? [] : indented(safeText(`last error, ${lastError.time}: ${lastError.text}`), '  ', columns);
  if (problem === null) return error.length === 0 ? [] : [`${safeText(node)}:`, ...error];
  const [first = '', ...rest] = problem.fix.split('\n');
  return [
    style.bold(wrap(`${safeText(node)}: ${safeText(problem.why)}`, columns)),
    ...error,
    ...indented(`Fix: ${safeText(first)}`, '  ', columns),
    ...rest.map((line) => `    ${safeText(line)}`),
  ];
}

function noteLines({ nodes, watchedSeconds, writtenUnknown }: ShipStatus): string[] {
  const meanwhile = nodes.some(({ behind }) => behind !== null)
    ? [`BEHIND: events that the API server wrote, and that were not sent, within ${counted(watchedSeconds, 'second')}.`]
    : [];
  const unknown = writtenUnknown === null ? [] : [`BEHIND is not known: ${writtenUnknown}`];
  return [...meanwhile, ...unknown];
}
