/**
 * Makes the tables of a page that are marked so sortable by their heads, and those with many rows filterable: a script for `page`. Without
 * it they are read as they are. It writes no markup: only texts, and rows that are there.
 */
export const SORTING = `'use strict';
(() => {
  const MANY = 8;
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  for (const table of document.querySelectorAll('table[data-sort]')) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 2) continue;
    for (const head of table.tHead.rows[0].cells) makeSortable(table, head);
    if (rows.length >= MANY) makeFilterable(table, rows);
  }

  function makeSortable(table, head) {
    const button = document.createElement('button');
    button.type = 'button';
    button.title = 'Sort by this';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => sort(table, head));
  }

  function sort(table, head) {
    const isNumber = head.classList.contains('number');
    const isAgain = head.hasAttribute('aria-sort');
    const isDown = isAgain ? head.getAttribute('aria-sort') === 'ascending' : isNumber;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
    const at = head.cellIndex;
    const order = (a, b) => (isDown ? -1 : 1) * between(a.cells[at], b.cells[at]);
    table.tBodies[0].append(...[...table.tBodies[0].rows].sort(order));
  }

  function between(a, b) {
    const [one, other] = [a.dataset.value, b.dataset.value];
    return one === undefined || other === undefined ? compare(a.textContent, b.textContent) : one - other;
  }

  function makeFilterable(table, rows) {
    const box = document.createElement('p');
    const label = document.createElement('label');
    const input = document.createElement('input');
    const told = document.createElement('span');
    box.className = 'filter';
    told.className = 'dim';
    told.setAttribute('role', 'status');
    input.type = 'search';
    input.setAttribute('aria-label', 'Filter: ' + table.caption.textContent.trim());
    label.append('Filter ', input);
    box.append(label, told);
    table.parentElement.before(box);
    input.addEventListener('input', () => {
      const words = input.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
      const shown = rows.filter((row) => !row.hidden).length;
      told.textContent = words.length === 0 ? '' : shown + ' of ' + rows.length + ' rows';
    });
  }
})();
`;
