import type { SpecChange } from '../cluster/spec-change.ts';
import { groupLines } from './group-lines.ts';
import { rowsView, type ViewOptions } from './rows-view.ts';

/** The meaning of a change that turns auditing off or takes something back: which groups it touches, and what to know of it. */
export function changeView(change: SpecChange, options: ViewOptions): string {
  return rowsView(
    [
      ['Groups', groupLines(change)],
      ['Note', change.notes],
    ],
    options,
  );
}
