/** Building blocks of the HTML page: figures that carry their raw value, tables, bars. Strings are escaped by the tag. */
import { adjoined, type Html, type HtmlHole, html } from '../../text/html.js';

/**
 * A figure of report.json: `path` names it (`timing.intervalCycles`), `value` is the raw number. Scripts read the
 * numbers off the page by these attributes; the test of the page does so too.
 */
export const figure = (path: string, value: number | null, format: (n: number) => string): Html =>
  value === null
    ? html`<span class="none">–</span>`
    : html`<data value="${value}" data-path="${path}">${format(value)}</data>`;

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

export const number = (title: string): Column => ({ title, isNumber: true });

/** The first cell heads its row. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: ReadonlyArray<readonly HtmlHole[]>,
): Html {
  const attribute = (c: Column | undefined): Html => (c?.isNumber ? html` class="n"` : html``);
  // What a bar says stands beside it, so its column has no head.
  const head = adjoined(
    columns.map((c) =>
      c.title === ''
        ? html`<td></td>`
        : html`<th scope="col"${attribute(c)}><button type="button" class="sort">${c.title}</button></th>`,
    ),
  );
  const body = rows.map((cells) => {
    const line = cells.map((cell, i) =>
      i === 0
        ? html`<th scope="row"${attribute(columns[i])}>${cell}</th>`
        : html`<td${attribute(columns[i])}>${cell}</td>`,
    );
    return html`<tr>${adjoined(line)}</tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody></table></div>`;
}

/**
 * A bar for a share 0..1; the number stands beside it, so that it is for the eye alone. Its width is an attribute, since
 * the playground's policy takes no styles within elements.
 */
export const bar = (share: number, tone: 'plain' | 'warm' | 'hot' = 'plain'): Html =>
  html`<svg class="bar ${tone}" aria-hidden="true" viewBox="0 0 100 1" preserveAspectRatio="none"><rect width="${(100 * Math.min(1, Math.max(0, share))).toFixed(1)}" height="1"/></svg>`;

/** Rows of a long table stay folded until asked for; on paper they are always open. */
export const folded = (summary: string, body: Html): Html =>
  html`<details><summary>${summary}</summary>${body}</details>`;

export const section = (id: string, title: string, body: Html): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${body}
</section>`;
