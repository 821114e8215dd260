/** Frames a second against DSPs, LUTs and block RAM: three plots side by side as one SVG that stands alone. */

import { RESOURCES, type Resource } from '../explore/cost.js';
import type { ParetoFront, ParetoPoint } from '../explore/pareto.js';
import { type Html, html } from '../text/html.js';
import { grouped } from './format.js';

const [W, H] = [330, 340];
const PAD = { left: 62, right: 16, top: 44, bottom: 48 };
const TITLES = { dsp: 'DSPs', lut: 'LUTs', bram: 'block RAMs' } as const;

const STYLE = html`
svg{--bg:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d8dee4;--accent:#0b57d0;--hot:#b3261e;background:var(--bg)}
@media (prefers-color-scheme:dark){svg{--bg:#0e1116;--ink:#e6edf3;--soft:#9aa4af;--line:#30363d;--accent:#8ab4f8;--hot:#ff8a80}}
text{fill:var(--ink);font:12px system-ui,Helvetica,Arial,sans-serif}
.soft{fill:var(--soft)}.title{font-weight:600}
.grid{stroke:var(--line)}.axis{stroke:var(--soft);fill:none}
.limit{stroke:var(--hot);stroke-dasharray:5 4}.hot{fill:var(--hot)}
.front{stroke:var(--accent);fill:none;stroke-width:1.5}
.dot{fill:var(--accent)}.other{fill:none;stroke:var(--soft)}`;

/** 1, 2 or 5 times a power of ten, so that about four of them make `most`. */
function roundStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  return ([1, 2, 5, 10].find((n) => n * power >= most / 4) as number) * power;
}

/** 1,500 -> 1.5 k. */
const short = (n: number): string =>
  n >= 1000 ? `${Number((n / 1000).toPrecision(3))} k` : `${Number(n.toPrecision(3))}`;

interface Scales {
  readonly x: (used: number) => number;
  readonly y: (fps: number) => number;
}

/** Points that no other beats in speed and this resource, as a staircase: what the resource alone allows. */
function frontLine(
  points: readonly ParetoPoint[],
  r: Resource,
  fps: (p: ParetoPoint) => number,
  s: Scales,
): string {
  const steps: string[] = [];
  let least = Number.POSITIVE_INFINITY;
  // Fastest first.
  for (const p of points) {
    if (p[r] >= least) continue;
    steps.push(steps.length === 0 ? `M${s.x(p[r])} ${s.y(fps(p))}` : `V${s.y(fps(p))}H${s.x(p[r])}`);
    least = p[r];
  }
  return steps.join('');
}

function plot(
  front: Pick<ParetoFront, 'points' | 'limits'>,
  r: Resource,
  fps: (p: ParetoPoint) => number,
  left: number,
): Html {
  const { points, limits } = front;
  const most = Math.max(limits[r], ...points.map((p) => p[r]), 1) * 1.05;
  const speeds = points.map(fps);
  const [low, high] = [
    Math.floor(Math.log10(Math.min(...speeds))),
    Math.ceil(Math.log10(Math.max(...speeds) * 1.01)),
  ];
  const scales: Scales = {
    x: (used) => round(PAD.left + (used / most) * (W - PAD.left - PAD.right)),
    y: (v) => round(H - PAD.bottom - ((Math.log10(v) - low) / (high - low)) * (H - PAD.top - PAD.bottom)),
  };
  const { x, y } = scales;
  const step = roundStep(most);
  const grid: Html[] = [];
  for (let e = low; e <= high; e++)
    grid.push(
      html`<path class="grid" d="M${PAD.left} ${y(10 ** e)}H${W - PAD.right}"/><text class="soft" x="${PAD.left - 8}" y="${y(10 ** e) + 4}" text-anchor="end">${short(10 ** e)}</text>`,
    );
  for (let v = 0; v <= most; v += step)
    grid.push(
      html`<path class="grid" d="M${x(v)} ${PAD.top}V${H - PAD.bottom}"/><text class="soft" x="${x(v)}" y="${H - PAD.bottom + 16}" text-anchor="middle">${short(v)}</text>`,
    );
  const dots = points.map((p) => {
    const title = `${short(fps(p))} frames/s: ${p.dsp} DSPs, ${grouped(p.lut)} LUTs, ${p.bram} block RAMs, bounded by ${p.bound}`;
    const kind = p.aims.includes('all') ? 'dot' : 'other';
    return html`<circle class="${kind}" cx="${x(p[r])}" cy="${y(fps(p))}" r="${kind === 'dot' ? 3.5 : 2.5}"><title>${title}</title></circle>`;
  });
  return html`<g transform="translate(${left} 0)">
<text class="title" x="${PAD.left}" y="20">frames/s against ${TITLES[r]}</text>
${grid}
<path class="axis" d="M${PAD.left} ${PAD.top}V${H - PAD.bottom}H${W - PAD.right}"/>
<path class="limit" d="M${x(limits[r])} ${PAD.top}V${H - PAD.bottom}"/>
<text class="hot" x="${x(limits[r]) - 4}" y="${PAD.top - 6}" text-anchor="end">limit ${grouped(limits[r])}</text>
<path class="front" d="${frontLine(points, r, fps, scales)}"/>
${dots}
<text class="soft" x="${(W + PAD.left) / 2}" y="${H - 12}" text-anchor="middle">${TITLES[r]}</text>
</g>`;
}

const round = (n: number): number => Math.round(10 * n) / 10;

/**
 * @param title what was explored: network and part
 * @param clockMhz planned clock
 */
export function paretoSvg(
  front: Pick<ParetoFront, 'points' | 'limits'>,
  title: string,
  clockMhz: number,
): string {
  const fps = (p: ParetoPoint): number => (clockMhz * 1e6) / p.interval;
  const plots = RESOURCES.map((r, i) => plot(front, r, fps, i * W));
  const label = `${title}, planned for ${clockMhz} MHz; figures are the plan's`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${3 * W} ${H + 24}" width="${3 * W}" height="${H + 24}">
<title>${`Frames a second against DSPs, LUTs and block RAMs: ${title}`}</title>
<style>${STYLE}</style>
${plots}
<text class="soft" x="${PAD.left}" y="${H + 12}">${label}. Filled: cheapest at its speed. Line: best with this resource alone.</text>
</svg>
`.in('html');
}
