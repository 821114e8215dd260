/**
 * Plans beside those of commit c7eea12, which took the least sum of shares and held layers alone to the fill: the same
 * networks, parts and rates. Layers and what joins them, FIFOs at joins left out on both sides, since no search decides
 * them. Usage: node build/bench-js/bench/plans.js
 */
import { readFileSync } from 'node:fs';
import { prepare } from '../src/compile.js';
import { DEFAULT_CONFIG, deviceOf } from '../src/config.js';
import { estimateHardware } from '../src/estimate/estimate.js';
import { budgetOf, NO_LIMITS } from '../src/explore/budget.js';
import { foldingSpaces } from '../src/explore/folding-space.js';
import { fabricOf } from '../src/explore/foldings.js';
import { foldingsForInterval, searchFoldings } from '../src/explore/search-foldings.js';
import { readImages } from '../src/io/images/images.js';
import type { Shape } from '../src/ir/graph.js';
import type { QuantGraph } from '../src/ir/quant-graph.js';
import { KINDS } from '../src/kinds/index.js';
import { lower } from '../src/passes/lower.js';
import type { Device } from '../src/targets/devices.js';
import { targetOf } from '../src/targets/index.js';
import { NOISE, printTable } from './measure.js';
import { NETWORKS } from './networks.js';

/** A plan as it was; `asked` is `fastest`, a multiple of its interval, or frames a second. */
interface Before {
  readonly network: string;
  readonly part: string;
  readonly asked: string;
  readonly cycles: number;
  readonly dsp: number;
  readonly lut: number;
  readonly bram: number;
}

type Used = Pick<Before, 'dsp' | 'lut' | 'bram'>;

const fullest = (u: Used, device: Device): number =>
  Math.max(u.dsp / device.dsp, u.lut / device.lut, u.bram / device.bram);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const text = (u: Used): string => `${u.dsp} / ${u.lut} / ${u.bram}`;

function quantized(name: string): QuantGraph {
  const network = NETWORKS.find((n) => n.name === name);
  if (!network) throw new Error(`no network ${name}`);
  const graph = network.graph();
  const shape = graph.shapes.get(graph.input) as Shape;
  const images = [...readImages(NOISE, shape, 'train', 2)].map((i) => i.pixels);
  return prepare({ graph, images, config: DEFAULT_CONFIG }).quantized;
}

/** The block whose DSPs idled: the fastest plan with 40 of them. */
function withFewDsps(): string {
  const device = deviceOf({ part: 'xc7z020' });
  const graph = quantized('inverted-residual');
  const budget = budgetOf(device, graph, { ...NO_LIMITS, maxDsp: 40 });
  const { cycles, dsp, lut } = searchFoldings(foldingSpaces(graph, fabricOf(device.family)), budget);
  return `inverted-residual on xc7z020 with --max-dsp 40: ${cycles} cycles, ${dsp} DSPs, ${lut} LUTs`;
}

const before: readonly Before[] = JSON.parse(readFileSync('bench/plans-before.json', 'utf8'));
const rows: (string | number)[][] = [];
let fuller = 0;
for (const name of new Set(before.map((b) => b.network))) {
  const graph = quantized(name);
  for (const part of new Set(before.filter((b) => b.network === name).map((b) => b.part))) {
    const device = deviceOf({ part });
    const spaces = foldingSpaces(graph, fabricOf(device.family));
    // All of the part: what was planned before may be fuller than is usual now.
    const budget = budgetOf(device, graph, { ...NO_LIMITS, fillPercent: 100 });
    for (const old of before.filter((b) => b.network === name && b.part === part)) {
      const { plan, cycles } = foldingsForInterval(spaces, old.cycles, budget);
      const { total } = estimateHardware(
        KINDS,
        lower(graph, plan, () => 0),
        device,
      );
      const now = { dsp: total.dsp, lut: total.lut, bram: targetOf(device).blocks(total) };
      const shares = [fullest(old, device), fullest(now, device)];
      if (shares[1] > shares[0] || cycles > old.cycles) fuller++;
      rows.push([name, part, old.asked, old.cycles, text(old), text(now), ...shares.map(percent)]);
    }
    const fastest = before.find((b) => b.network === name && b.part === part && b.asked === 'fastest');
    // The limits of then: 83 % of the LUTs on every family.
    const likewise = budgetOf(device, graph, { ...NO_LIMITS, maxLut: Math.floor(0.83 * device.lut) });
    const now = searchFoldings(spaces, likewise).cycles;
    if (fastest)
      rows.push([name, part, 'fastest now', now, '', now > fastest.cycles ? 'SLOWER' : '', '', '']);
  }
}
console.log(
  'DSPs / LUTs / block RAM of layers and conversions, and the fullest of them, before and now, at the same interval',
);
printTable(['network', 'part', 'asked', 'cycles', 'before', 'now', 'fullest', 'now'], rows);
console.log(`${fuller} of ${before.length} plans are fuller or slower than before`);
console.log(withFewDsps());
