/**
 * report.html: one file without scripts or outside references, so that it opens anywhere, offline, and prints. Every
 * figure carries the path under which report.json has it.
 */
import { adjoined, breakable, type Html, type HtmlHole, html } from '../../text/html.js';
import { bytesOfBits, fixed, grouped, percent } from '../format.js';
import type { ReportData } from '../report-data.js';
import { dataflowSvg } from './dataflow.js';
import { bar, figure, folded, section, table } from './parts.js';
import { rooflineSvg, si } from './roofline-chart.js';
import { STYLE } from './style.js';

const number = (title: string) => ({ title, isNumber: true });
const tone = (share: number): 'plain' | 'warm' | 'hot' =>
  share > 1 ? 'hot' : share > 0.85 ? 'warm' : 'plain';

/** SVG texts by name of the wave; a page without them has no waveforms. */
export type WaveImages = ReadonlyMap<string, string>;

export function reportHtml(data: ReportData, waves: WaveImages): string {
  return pageHtml(data, waves).in('html');
}

function pageHtml(data: ReportData, waves: WaveImages): Html {
  const sections: ReadonlyArray<readonly [string, string, Html]> = [
    ['bound', 'What bounds the interval', html`<p>${data.timing.boundReason}</p>`],
    ['graph', 'Dataflow', graphHtml(data)],
    ['blocks', 'Cycles and utilisation', blocksHtml(data)],
    ['resources', `Resources of ${data.part.name}`, resourcesHtml(data)],
    ['roofline', 'Roofline', rooflineHtml(data)],
    ['fifos', 'FIFOs', fifosHtml(data)],
    ['accuracy', 'Accuracy', accuracyHtml(data)],
    ['waves', 'Waveforms', wavesHtml(data, waves)],
    ['layers', 'Layers', layersHtml(data)],
  ];
  const links = adjoined(sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="blnet ${data.blnet}">
<title>${data.top} on ${data.part.name}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${data.top}</h1>
<p class="sub">${data.model} on ${data.part.name}, planned for ${figure('clockMhz', data.clockMhz, String)} MHz.
Made by blnet ${data.blnet}.</p>
${tilesHtml(data)}
<nav aria-label="Sections"><ul>${links}</ul></nav>
</header>
<main>
${sections.map(([id, title, body]) => section(id, title, body))}
</main>
<footer><p>Cycles are exact: <code>blnet verify</code> holds them against the RTL. The clock is a plan; only place and
route can prove it. The same figures are in report.json and report.md.</p></footer>
</body>
</html>
`;
}

function tilesHtml(d: ReportData): Html {
  const { timing: t, accuracy: a, verification: v, routing } = d;
  const tiles: ReadonlyArray<readonly [string, Html, HtmlHole]> = [
    ['Frames a second', figure('timing.framesPerSecond', t.framesPerSecond, grouped), 'at the planned clock'],
    ['Interval', figure('timing.intervalCycles', t.intervalCycles, grouped), 'cycles from frame to frame'],
    [
      'Latency',
      figure('timing.latencyCycles', t.latencyCycles, grouped),
      html`cycles, ${figure('timing.latencyMicroseconds', t.latencyMicroseconds, fixed(1))} µs`,
    ],
    ['DSPs', figure('timing.dsp', t.dsp, grouped), html`of ${figure('part.dsp', d.part.dsp, grouped)}`],
    [
      'MACs per DSP and cycle',
      figure('timing.macsPerDspCycle', t.macsPerDspCycle, fixed(2)),
      'a packed DSP does 2; MACs in LUTs count too',
    ],
    [
      'Parameters, MACs',
      figure('network.parameters', d.network.parameters, si),
      html`${figure('network.macs', d.network.macs, grouped)} MACs`,
    ],
  ];
  const more: Array<readonly [string, Html, HtmlHole]> = [];
  if (a?.integerTop1 !== undefined && a.integerTop1 !== null)
    more.push([
      'Top-1, integer',
      figure('accuracy.integerTop1', a.integerTop1, percent),
      html`of ${figure('accuracy.labelled', a.labelled, grouped)} images`,
    ]);
  if (routing)
    more.push(
      [
        'Clock, routed',
        html`${figure('routing.clockMhz.median', routing.clockMhz.median, fixed(1))} MHz`,
        html`median of ${figure('routing.seeds', routing.seeds, grouped)} seeds, ${figure('routing.clockMhz.least', routing.clockMhz.least, fixed(1))} to ${figure('routing.clockMhz.best', routing.clockMhz.best, fixed(1))}`,
      ],
      [
        'Frames a second, routed',
        figure('routing.framesPerSecond', routing.framesPerSecond, grouped),
        'at the median clock',
      ],
    );
  if (v)
    more.push([
      'RTL',
      v.ok ? html`<span class="good">bit-exact</span>` : html`<span class="bad">differs</span>`,
      html`${figure('verification.frames', v.frames, grouped)} frames in ${v.simulator}`,
    ]);
  const all = [...tiles, ...more].map(
    ([title, value, note]) => html`<div><dt>${title}</dt><dd>${value}<small>${note}</small></dd></div>`,
  );
  return html`<dl class="tiles">${adjoined(all)}</dl>`;
}

const graphHtml = (d: ReportData): Html =>
  html`<p>One node is a layer with its line buffer, engine and converters; the fill is the share of the interval in which its
busiest block works. The framed node bounds the interval.</p>
${dataflowSvg(d)}`;

function blocksHtml(d: ReportData): Html {
  const isMain = (b: ReportData['blocks'][number]): boolean =>
    b.macs > 0 || b.dsp > 0 || b.kind === 'window' || b.name === d.timing.bound;
  const rowsOf = (main: boolean): HtmlHole[][] =>
    d.blocks.flatMap((b, i) => (isMain(b) === main ? [blockRow(d, i)] : []));
  const others = rowsOf(false);
  const columns = [
    { title: 'Block' },
    { title: 'Kind' },
    number('Busy cycles'),
    number('Use'),
    { title: '' },
    number('MACs'),
    number('DSPs'),
    number('ROM'),
    number('RAM'),
  ];
  return html`${table('Engines and line buffers in the order of the stream; use is busy cycles over the interval', columns, rowsOf(true))}
${folded(
  `${others.length} other blocks: forks, FIFOs, converters`,
  table('The other blocks', columns, others),
)}`;
}

function blockRow(d: ReportData, i: number): HtmlHole[] {
  const b = d.blocks[i];
  const at = `blocks.${i}`;
  return [
    breakable(b.name),
    b.kind,
    figure(`${at}.busyCycles`, b.busyCycles, grouped),
    figure(`${at}.utilisation`, b.utilisation, percent),
    bar(b.utilisation, b.name === d.timing.bound ? 'hot' : 'plain'),
    figure(`${at}.macs`, b.macs, grouped),
    figure(`${at}.dsp`, b.dsp, grouped),
    figure(`${at}.romBits`, b.romBits, bytesOfBits),
    figure(`${at}.ramBits`, b.ramBits, bytesOfBits),
  ];
}

function resourcesHtml(d: ReportData): Html {
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

function rooflineHtml(d: ReportData): Html {
  const r = d.roofline;
  return html`<p>Weights stay on the chip; per frame ${figure('roofline.bytesPerFrame', r.bytesPerFrame, grouped)} bytes cross the ${r.port} port.
The design does ${figure('roofline.achieved', r.achieved, si)}MAC/s, ${figure('roofline.share', r.share, percent)} of
what its multipliers, in DSPs and in LUTs, would do if each worked in every cycle (${figure('roofline.designRoof', r.designRoof, si)}MAC/s).
Two int8 MACs in every DSP of the part would be ${figure('roofline.partDspRoof', r.partDspRoof, si)}MAC/s.</p>
<figure>${rooflineSvg(d)}</figure>`;
}

function fifosHtml(d: ReportData): Html {
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

function accuracyHtml(d: ReportData): Html {
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
  return html`<p>Of ${figure('accuracy.images', a.images, grouped)} images: top-1 of the float model ${top('floatTop1')}, of the integers ${top('integerTop1')}; both name
the same class in ${figure('accuracy.agreement', a.agreement, percent)}.</p>${layers}`;
}

function layersHtml(d: ReportData): Html {
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

function wavesHtml(d: ReportData, images: WaveImages): Html {
  const shown = d.waves.filter((w) => images.has(w.name));
  if (shown.length === 0)
    return html`<p class="note">None drawn: <code>blnet wave DIR</code> does it, and this report then shows them.</p>`;
  const figures = shown.map((w) => {
    const address = dataAddress(images.get(w.name) as string);
    const alt = `${w.title}: cycles ${w.from} to ${w.to - 1}. ${w.story}`;
    const who = w.rtl
      ? html`Simulator above RTL (${w.rtl}).`
      : html`The cycle simulator alone; <code>blnet wave</code> draws the RTL beside it.`;
    return html`<figure><figcaption><strong>${w.title}.</strong> ${w.story} ${who}</figcaption><img alt="${alt}" src="${address}"></figure>`;
  });
  return html`${figures}`;
}

/** A data address in an attribute; what HTML and addresses both bear stays readable, and short. */
const dataAddress = (svg: string): string =>
  `data:image/svg+xml,${encodeURIComponent(svg).replaceAll(/%(20|3D|3A|2F|2C)/g, (code) => decodeURIComponent(code))}`;
