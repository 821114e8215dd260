/** The roofline as SVG, on two logarithmic axes. */
import { type Html, html } from '../../text/html.js';
import type { ReportData } from '../report-data.js';

const [W, H] = [640, 340];
const PAD = { left: 66, right: 20, top: 18, bottom: 46 };

/** 3.2e9 -> 3.2 G. */
export function si(n: number): string {
  const steps = [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const;
  const [size, letter] = steps.find(([s]) => n >= s) ?? [1, ''];
  const scaled = n / size;
  return `${scaled >= 100 || Number.isInteger(scaled) ? scaled.toFixed(0) : scaled.toPrecision(3)} ${letter}`.trim();
}

export function rooflineSvg(data: ReportData): Html {
  const r = data.roofline;
  const [xMin, xMax] = decades([r.intensity / 30, r.intensity * 30, r.partDspRoof / r.portBandwidth]);
  const [yMin, yMax] = decades([r.achieved / 20, r.partDspRoof * 1.5, r.designRoof * 1.5]);
  const x = (v: number): number =>
    PAD.left + ((Math.log10(v) - xMin) / (xMax - xMin)) * (W - PAD.left - PAD.right);
  const y = (v: number): number =>
    H - PAD.bottom - ((Math.log10(v) - yMin) / (yMax - yMin)) * (H - PAD.top - PAD.bottom);
  const range = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  const grid = [
    ...range(xMin, xMax).map(
      (v) =>
        html`<line class="grid" x1="${x(v)}" x2="${x(v)}" y1="${PAD.top}" y2="${H - PAD.bottom}"/><text class="soft" x="${x(v)}" y="${H - PAD.bottom + 16}" text-anchor="middle">${si(v)}</text>`,
    ),
    ...range(yMin, yMax).map(
      (v) =>
        html`<line class="grid" x1="${PAD.left}" x2="${W - PAD.right}" y1="${y(v)}" y2="${y(v)}"/><text class="soft" x="${PAD.left - 8}" y="${y(v) + 4}" text-anchor="end">${si(v)}</text>`,
    ),
  ];
  // The slope is drawn as far as it lies under the flat roof and over the lower edge.
  const roof = (flat: number, kind: string, label: string, isHigher: boolean): Html => {
    const knee = flat / r.portBandwidth;
    const start = Math.max(10 ** xMin, 10 ** yMin / r.portBandwidth);
    const path =
      knee > start
        ? `M${x(start)} ${y(start * r.portBandwidth)}L${x(knee)} ${y(flat)}H${W - PAD.right}`
        : `M${PAD.left} ${y(flat)}H${W - PAD.right}`;
    const at = y(flat) + (isHigher ? -7 : 16);
    return html`<path class="${kind}" d="${path}"/><text x="${W - PAD.right - 4}" y="${at}" text-anchor="end">${label}</text>`;
  };
  const isDesignHigher = r.designRoof >= r.partDspRoof;
  const label = `Roofline: ${si(r.achieved)}MAC/s at ${r.intensity.toFixed(1)} MACs per byte; its multipliers could do ${si(r.designRoof)}MAC/s, two in every DSP of the part ${si(r.partDspRoof)}MAC/s`;
  return html`<svg class="chart" role="img" aria-label="${label}" viewBox="0 0 ${W} ${H}" width="${W}" height="${H}">
${grid}
<path class="axis" d="M${PAD.left} ${PAD.top}V${H - PAD.bottom}H${W - PAD.right}"/>
${roof(r.partDspRoof, 'roof', `${data.part.name}: ${data.part.dsp} DSPs x 2 MACs`, !isDesignHigher)}
${roof(r.designRoof, 'used', 'multipliers of the design', isDesignHigher)}
<circle class="dot" cx="${x(r.intensity)}" cy="${y(r.achieved)}" r="6"/>
<text x="${x(r.intensity)}" y="${y(r.achieved) + 36}" text-anchor="middle">${si(r.achieved)}MAC/s</text>
<text class="soft" x="${(W + PAD.left) / 2}" y="${H - 8}" text-anchor="middle">MACs per byte through the ${r.port} port</text>
<text class="soft" transform="translate(14 ${H / 2}) rotate(-90)" text-anchor="middle">MACs a second</text>
</svg>`;
}

/** Whole decades around the values, as exponents. */
function decades(values: readonly number[]): [number, number] {
  return [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
}
