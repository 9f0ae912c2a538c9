import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** How the view is made to fit where it is shown. */
export interface ViewOptions {
  style: Style;
  columns: number;
  /** Masks secrets and makes control characters harmless; it gets text without colour. */
  clean: (text: string) => string;
}

const LABEL_WIDTH = 9;

/** Topics with their lines, the name of each in the first column; a topic without lines is left out. */
export function rowsView(rows: readonly [string, string[]][], { style, columns, clean }: ViewOptions): string {
  return rows
    .filter(([, lines]) => lines.length > 0)
    .map(([label, lines]) => {
      const wrapped = lines.flatMap((line) => wrap(clean(line), columns - LABEL_WIDTH).split('\n'));
      return wrapped
        .map((line, index) => `${style.bold((index === 0 ? label : '').padEnd(LABEL_WIDTH))}${line}`)
        .join('\n');
    })
    .join('\n');
}
