/** The page of a sweep: its plots, then its table. It stands beside the plots' files. */
import { html } from '../../text/html.js';
import { STYLE } from '../html/style.js';
import type { SweepPlot } from './plots.js';
import { type SweepRow, sweepTable } from './table.js';

export function sweepPage(rows: readonly SweepRow[], plots: readonly SweepPlot[]): string {
  const { head, cells } = sweepTable(rows);
  const done = rows.filter((r) => r.result.status === 'done').length;
  const figures = plots.map(
    ({ file, title }) =>
      html`<figure><figcaption>${title}</figcaption><img src="plots/${file}" alt="${`frames a second against resources: ${title}`}"></figure>`,
  );
  const body = cells.map(
    (row) =>
      html`<tr>${row.map((cell) => html`<td class="${typeof cell === 'number' ? 'n' : 't'}">${cell}</td>`)}</tr>`,
  );
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>blnet sweep</title><style>${STYLE}</style></head>
<body><header><h1>Sweep</h1><p class="sub">${rows.length} points, ${done} of them designs. Cycles are simulated, resources estimated, clocks the plan's.</p></header>
<main><section><h2>Plots</h2>
${figures}
<p class="note">Filled: no other design of the plot is as fast with as little of everything.</p></section>
<section><h2>Table</h2><div class="scroll"><table><thead><tr>${head.map((h) => html`<th>${h}</th>`)}</tr></thead><tbody>
${body}
</tbody></table></div></section></main></body></html>
`.in('html');
}
