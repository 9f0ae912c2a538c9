import { type Html, html, NOTHING } from './page.ts';

/** A column of a table in a page. */
export interface HtmlColumn<Row> {
  head: string;
  kind?: 'number' | 'time' | 'what';
  cell: (row: Row) => Html | string;
  /** What a cell is sorted by; left out: its text. */
  value?: (row: Row) => number;
}

/** A table with a caption; where it is sortable the script of `sorting.ts` makes it so. It scrolls by itself where there is no room, also by the keyboard; a column without a text is left out. */
export function htmlTable<Row>(
  caption: string,
  columns: readonly HtmlColumn<Row>[],
  rows: readonly Row[],
  { isSortable = false }: { isSortable?: boolean } = {},
): Html {
  if (rows.length === 0) return NOTHING;
  const shown = columns.filter(({ cell }) => rows.some((row) => cell(row) !== ''));
  const heads = shown.map(({ head, kind = '' }) => html`<th scope="col" class="${kind}">${head}</th>`);
  const lines = rows.map((row) => {
    const cells = shown.map(
      ({ cell, value, kind = '' }) =>
        html`<td class="${kind}" ${value ? html` data-value="${value(row)}"` : NOTHING}>${cell(row)}</td>`,
    );
    return html`<tr>
      ${cells}
    </tr>`;
  });
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table${isSortable ? html` data-sort` : NOTHING}>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div>`;
}
