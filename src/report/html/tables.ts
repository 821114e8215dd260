/** Tables of a report: blocks, resources, FIFOs, layers. */
import { breakable, type Html, type HtmlHole, html } from '../../text/html.js';
import { bytesOfBits, grouped, percent } from '../format.js';
import type { ReportData } from '../report-data.js';
import { layerNumbers, nodeId, rowId } from './dataflow.js';
import { bar, figure, folded, number, table } from './parts.js';

const tone = (share: number): 'plain' | 'warm' | 'hot' =>
  share > 1 ? 'hot' : share > 0.85 ? 'warm' : 'plain';

export function blocksHtml(d: ReportData): Html {
  const isMain = (b: ReportData['blocks'][number]): boolean =>
    b.macs > 0 || b.dsp > 0 || b.kind === 'window' || b.name === d.timing.bound;
  const numbers = layerNumbers(d);
  const rowsOf = (main: boolean): HtmlHole[][] =>
    d.blocks.flatMap((b, i) => (isMain(b) === main ? [blockRow(d, i, numbers)] : []));
  const others = rowsOf(false);
  const columns = [
    { title: 'Block' },
    { title: 'Kind' },
    number('Busy cycles'),
    number('Use'),
    { title: '' },
    number('MACs'),
    number('DSPs'),
    number('LUTs'),
    number('ROM'),
    number('RAM'),
  ];
  return html`${table('Engines and line buffers in the order of the stream; use is busy cycles over the interval', columns, rowsOf(true))}
${folded(
  `${others.length} other blocks: forks, FIFOs, converters`,
  table('The other blocks', columns, others),
)}`;
}

function blockRow(d: ReportData, i: number, numbers: ReadonlyMap<string, number>): HtmlHole[] {
  const b = d.blocks[i];
  const at = `blocks.${i}`;
  return [
    html`<a id="${rowId(i)}" href="#${nodeId('layer', numbers.get(b.layer) as number)}">${breakable(b.name)}</a>`,
    b.kind,
    figure(`${at}.busyCycles`, b.busyCycles, grouped),
    figure(`${at}.utilisation`, b.utilisation, percent),
    bar(b.utilisation, b.name === d.timing.bound ? 'hot' : 'plain'),
    figure(`${at}.macs`, b.macs, grouped),
    figure(`${at}.dsp`, b.dsp, grouped),
    figure(`${at}.lut`, b.lut, grouped),
    figure(`${at}.romBits`, b.romBits, bytesOfBits),
    figure(`${at}.ramBits`, b.ramBits, bytesOfBits),
  ];
}

export function resourcesHtml(d: ReportData): Html {
  const rows = d.resources.rows.map((r, i) => [
    r.resource,
    figure(`resources.rows.${i}.used`, r.used, grouped),
    figure(`resources.rows.${i}.available`, r.available, grouped),
    figure(`resources.rows.${i}.share`, r.share, percent),
    bar(r.share, tone(r.share)),
  ]);
  const columns = [
    { title: 'Resource' },
    number('Used'),
    number('Available'),
    number('Share'),
    { title: '' },
  ];
  return table(`According to ${d.resources.source}`, columns, rows);
}

export function fifosHtml(d: ReportData): Html {
  if (d.fifos.length === 0) return html`<p>There is none: no branch of this network waits for another.</p>`;
  const rows = d.fifos.map((f, i) => [
    breakable(f.name),
    figure(`fifos.${i}.depth`, f.depth, grouped),
    figure(`fifos.${i}.peak`, f.peak, grouped),
    bar(f.depth === 0 ? 0 : f.peak / f.depth),
    figure(`fifos.${i}.bits`, f.bits, bytesOfBits),
  ]);
  const columns = [{ title: 'FIFO' }, number('Depth'), number('Fullest'), { title: '' }, number('Memory')];
  return table(
    'Beats; a FIFO that gets full and never overflows is as deep as it must be, and no deeper',
    columns,
    rows,
  );
}

export function layersHtml(d: ReportData): Html {
  const rows = d.network.layers.map((l, i) => [
    l.name,
    l.op,
    l.output,
    figure(`network.layers.${i}.parameters`, l.parameters, grouped),
    figure(`network.layers.${i}.macs`, l.macs, grouped),
    figure(`network.layers.${i}.bits`, l.bits, String),
    figure(`network.layers.${i}.accumulatorBits`, l.accumulatorBits, String),
  ]);
  const columns = [
    { title: 'Layer' },
    { title: 'Kind' },
    { title: 'Output' },
    number('Parameters'),
    number('MACs'),
    number('Bits'),
    number('Accumulator'),
  ];
  return table(`The quantized network; input ${d.network.input}`, columns, rows);
}
