/** The headline figures of a report. */
import { adjoined, type Html, type HtmlHole, html } from '../../text/html.js';
import { fixed, grouped, percent } from '../format.js';
import type { ReportData } from '../report-data.js';
import { figure } from './parts.js';
import { si } from './roofline-chart.js';

export function tilesHtml(d: ReportData): Html {
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
