import { safeText } from '../report/safe-text.ts';
import type { Style } from '../report/style.ts';
import { wrap } from '../report/wrap.ts';
import type { Body } from './question.ts';

/** How a question is shown. */
export interface Showing {
  crumbs: string;
  explaining: boolean;
  canGoBack: boolean;
  columns: number;
  style: Style;
}

/** What stands above the answer. Two lines shorter than the explanation is long it has room on 24 lines of 80. */
export function questionText(body: Body, { crumbs, explaining, canGoBack, columns, style }: Showing): string {
  const text = wrap(safeText(explaining ? body.help : body.reason), columns - 2);
  const isText = body.choices === undefined;
  const lines = [
    style.dim(cut(crumbs, columns - TITLE.length - 2)),
    '',
    style.bold(body.title),
    text,
    ...(isText ? [style.dim(hint({ isText, explaining, canGoBack }))] : []),
    '',
    ...(body.head === undefined ? [] : [style.dim(body.head)]),
    ...(isText ? ['›'] : []),
  ];
  return lines.join('\n');
}

/** What stands before the first line of each question. */
export const TITLE = 'kops-audit';

/** The keys, for the last line of a list or above an answer to type. At most 79 columns. */
export function hint({
  isText,
  explaining,
  canGoBack,
}: Pick<Showing, 'explaining' | 'canGoBack'> & { isText: boolean }): string {
  const keys = [
    isText ? 'Enter goes on' : '↑↓ Enter',
    explaining ? '? hides this' : '? explains',
    ...(canGoBack ? ['< goes back'] : []),
    'Ctrl-C stops, nothing is changed',
  ];
  return keys.join(' · ');
}

/** A line made to fit, with `…` for what is missing. */
export function cut(text: string, columns: number): string {
  const letters = Array.from(text);
  return letters.length <= columns ? text : `${letters.slice(0, Math.max(0, columns - 1)).join('')}…`;
}
