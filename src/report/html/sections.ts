/** What a report shows, part by part; the page of `blnet report` and the playground set the same ones. */
import { type Html, html } from '../../text/html.js';
import { grouped, percent } from '../format.js';
import type { ReportData } from '../report-data.js';
import { accuracyHtml } from './accuracy.js';
import { arithmeticHtml } from './arithmetic.js';
import { dataflowHtml } from './dataflow.js';
import { figure } from './parts.js';
import { rooflineSvg, si } from './roofline-chart.js';
import { routingHtml } from './routing.js';
import { blocksHtml, fifosHtml, layersHtml, resourcesHtml } from './tables.js';
import { type WaveImages, wavesHtml } from './waves.js';

export interface ReportSection {
  /** For links to it. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

export const reportSections = (data: ReportData, waves: WaveImages): readonly ReportSection[] => [
  { id: 'bound', title: 'What bounds the interval', body: html`<p>${data.timing.boundReason}</p>` },
  { id: 'graph', title: 'Dataflow', body: graphHtml(data) },
  { id: 'blocks', title: 'Cycles and utilisation', body: blocksHtml(data) },
  { id: 'resources', title: `Resources of ${data.part.name}`, body: resourcesHtml(data) },
  ...(data.routing ? [{ id: 'routing', title: 'Place and route', body: routingHtml(data.routing) }] : []),
  { id: 'roofline', title: 'Roofline', body: rooflineHtml(data) },
  { id: 'fifos', title: 'FIFOs', body: fifosHtml(data) },
  { id: 'accuracy', title: 'Accuracy', body: accuracyHtml(data) },
  { id: 'integers', title: 'Whose integers', body: arithmeticHtml(data) },
  { id: 'waves', title: 'Waveforms', body: wavesHtml(data, waves) },
  { id: 'layers', title: 'Layers', body: layersHtml(data) },
];

const graphHtml = (d: ReportData): Html =>
  html`<p>One node is a layer with its line buffer, engine and converters; the fill is the share of the interval in which its
busiest block works, and an edge names the channels, rows and columns that pass. The framed node bounds the interval; a node leads
to its row below, and a row back to its node.</p>
${dataflowHtml(d)}`;

function rooflineHtml(d: ReportData): Html {
  const r = d.roofline;
  return html`<p>Weights stay on the chip; per frame ${figure('roofline.bytesPerFrame', r.bytesPerFrame, grouped)} bytes cross the ${r.port} port.
The design does ${figure('roofline.achieved', r.achieved, si)}MAC/s, ${figure('roofline.share', r.share, percent)} of
what its multipliers, in DSPs and in LUTs, would do if each worked in every cycle (${figure('roofline.designRoof', r.designRoof, si)}MAC/s).
Two int8 MACs in every DSP of the part would be ${figure('roofline.partDspRoof', r.partDspRoof, si)}MAC/s.</p>
<figure>${rooflineSvg(d)}</figure>`;
}
