/** Tables that sort by a click on a heading: numbers by their raw values, texts by the alphabet; a second click turns it. */

const sortKey = (row: HTMLTableRowElement, column: number): number | string => {
  const cell = row.cells[column];
  const raw = cell?.querySelector('data')?.value;
  return raw === undefined ? (cell?.textContent ?? '').trim() : Number(raw);
};

const compare = (a: number | string, b: number | string): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return 1;
  if (typeof b === 'number') return -1;
  return a.localeCompare(b, 'en', { numeric: true });
};

function sortBy(button: Element): void {
  const head = button.closest('th');
  const body = head?.closest('table')?.tBodies[0];
  if (!head || !body) return;
  // Numbers are wanted largest first.
  const isNumber = head.classList.contains('n');
  const first = isNumber ? 'descending' : 'ascending';
  const other = isNumber ? 'ascending' : 'descending';
  const order = head.getAttribute('aria-sort') === first ? other : first;
  for (const th of head.parentElement?.children ?? []) th.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', order);
  const sign = order === 'ascending' ? 1 : -1;
  const rows = [...body.rows];
  rows.sort((a, b) => sign * compare(sortKey(a, head.cellIndex), sortKey(b, head.cellIndex)));
  body.append(...rows);
}

document.addEventListener('click', (event) => {
  const button = (event.target as Element).closest('th .sort');
  if (button) sortBy(button);
});
