/** Building blocks of the HTML page: escaped text, figures that carry their raw value, tables, bars. */
import { escapeHtml } from '../escape.js';

export { escapeHtml as text };

/**
 * A figure of report.json: `path` names it (`timing.intervalCycles`), `value` is the raw number. Scripts read the
 * numbers off the page by these attributes; the test of the page does so too.
 */
export const figure = (path: string, value: number | null, format: (n: number) => string): string =>
  value === null
    ? '<span class="none">–</span>'
    : `<data value="${value}" data-path="${escapeHtml(path)}">${escapeHtml(format(value))}</data>`;

/** A name that may break behind its joints. */
export const identifier = (name: string): string => escapeHtml(name).replaceAll('_', '_<wbr>');

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** Cells are HTML; the first one heads its row. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: ReadonlyArray<readonly string[]>,
): string {
  const attribute = (c: Column | undefined): string => (c?.isNumber ? ' class="n"' : '');
  const head = columns.map((c) => `<th scope="col"${attribute(c)}>${c.title}</th>`).join('');
  const body = rows
    .map((cells) => {
      const line = cells.map((cell, i) =>
        i === 0
          ? `<th scope="row"${attribute(columns[i])}>${cell}</th>`
          : `<td${attribute(columns[i])}>${cell}</td>`,
      );
      return `<tr>${line.join('')}</tr>`;
    })
    .join('\n');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody></table></div>`;
}

/** A bar for a share 0..1; the number stands beside it, so that it is for the eye alone. */
export const bar = (share: number, tone: 'plain' | 'warm' | 'hot' = 'plain'): string =>
  `<span class="bar ${tone}" aria-hidden="true"><i style="width:${(100 * Math.min(1, Math.max(0, share))).toFixed(1)}%"></i></span>`;

/** Rows of a long table stay folded until asked for; on paper they are always open. */
export const folded = (summary: string, html: string): string =>
  `<details><summary>${summary}</summary>${html}</details>`;

export const section = (id: string, title: string, html: string): string =>
  `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>\n${html}\n</section>`;
