/** Whose integers a build has: the proof, layer by layer and channel by channel. */
import { differenceText, isProved, type LayerProof } from '../../arithmetic/proof.js';
import { breakable, type Html, html } from '../../text/html.js';
import { arithmeticText } from '../arithmetic.js';
import { grouped } from '../format.js';
import type { ReportData } from '../report-data.js';
import { figure, folded, number, table } from './parts.js';

/** 0, 1, 2, 5 as 0 to 2, 5. */
function channelsText(channels: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const c of channels) {
    const last = runs.at(-1);
    if (last && last[1] === c - 1) last[1] = c;
    else runs.push([c, c]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
}

/** Channels of a layer by how far they are off; those that are equal first. */
function channelRows(
  l: LayerProof,
): (readonly [layer: string, steps: number, channels: readonly number[]])[] {
  const steps = new Map(l.differing.map((d) => [d.channel, d.steps]));
  const groups = new Map<number, number[]>();
  for (let c = 0; c < l.channels; c++) {
    const off = steps.get(c) ?? 0;
    const group = groups.get(off) ?? [];
    groups.set(off, group);
    group.push(c);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([off, channels]) => [l.layer, off, channels] as const);
}

export function arithmeticHtml({ arithmetic, calibration }: ReportData): Html {
  const calibrated = html`<p>Calibrated on ${calibration}.</p>`;
  if (arithmetic.name === 'blnet')
    return html`<p>The integers are blnet's own: halves go up, factors have 17 bits.</p>${calibrated}`;
  const layers: readonly LayerProof[] = arithmetic.layers;
  const rows = layers.map((l, i) => [
    breakable(l.layer),
    figure(`arithmetic.layers.${i}.channels`, l.channels, grouped),
    figure(`arithmetic.layers.${i}.differing.length`, l.differing.length, grouped),
    isProved(l) ? 'proved equal' : differenceText(l),
  ]);
  const channels = layers.flatMap(channelRows);
  return html`<p>The integers are ${arithmeticText(arithmetic)}. Proved is what was compared on both sides of every step of either function, for
every value that the accumulator can have; sums on all pairs, tables on all entries.</p>${calibrated}
${table('Layers, and how many of their channels differ', [{ title: 'Layer' }, number('Channels'), number('Differ'), { title: 'Proof' }], rows)}
${folded(
  'Channel by channel',
  table(
    'Largest difference of each channel, in steps of the output',
    [{ title: 'Layer' }, number('Steps'), { title: 'Channels' }],
    channels.map(([layer, steps, list]) => [breakable(layer), `${steps}`, channelsText(list)]),
  ),
)}`;
}
