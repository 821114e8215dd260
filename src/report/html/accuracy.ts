/** How well the integers do: top-1 beside the float model's, and the noise of every tensor. */
import { type Html, html } from '../../text/html.js';
import { fixed, grouped, percent } from '../format.js';
import type { ReportData } from '../report-data.js';
import { bar, figure, number, table } from './parts.js';

export function accuracyHtml(d: ReportData): Html {
  const a = d.accuracy;
  if (!a)
    return html`<p class="note">Not measured. <code>blnet report DIR --dataset IMAGES</code> adds it, or keep the output of <code>blnet accuracy DIR --dataset IMAGES --json</code> as <code>accuracy.json</code> in the build folder.</p>`;
  const finite = a.layers.map((l) => l.sqnrDb ?? 0);
  const most = Math.max(1, ...finite);
  const rows = a.layers.map((l, i) => [
    l.tensor,
    figure(`accuracy.layers.${i}.sqnrDb`, l.sqnrDb, fixed(1)),
    bar((l.sqnrDb ?? most) / most),
  ]);
  const top = (key: 'floatTop1' | 'integerTop1'): Html => figure(`accuracy.${key}`, a[key], percent);
  const layers =
    a.layers.length === 0
      ? html``
      : table(
          'Signal to quantization noise of every tensor, in dB: the float model against the integers',
          [{ title: 'Tensor' }, number('SQNR dB'), { title: '' }],
          rows,
        );
  const equal =
    a.equal === undefined
      ? html``
      : html` Every integer of every output is the runtime's on ${figure('accuracy.equal', a.equal, percent)}.`;
  const golden = a.golden === undefined ? html`` : html` The model ran in ${a.golden}.`;
  const classes = a.classes
    ? table(
        'Classes: how many images of each are named rightly, and how often it is the answer',
        [{ title: 'Class' }, number('Images'), number('Right'), number('Answered')],
        a.classes.map((c, i) => [
          c.name,
          figure(`accuracy.classes.${i}.images`, c.images, grouped),
          figure(`accuracy.classes.${i}.right`, c.right, grouped),
          figure(`accuracy.classes.${i}.answered`, c.answered, grouped),
        ]),
      )
    : html``;
  return html`<p>Of ${figure('accuracy.images', a.images, grouped)} images: top-1 of the float model ${top('floatTop1')}, of the integers ${top('integerTop1')}; both name
the same class in ${figure('accuracy.agreement', a.agreement, percent)}.${equal}${golden}</p>${classes}${layers}`;
}
