/** How compile time, FIFO sizing and simulation grow with the network and with the DSP budget. */
import { sizeFifos } from '../src/explore/size-fifos.js';
import { KINDS } from '../src/kinds/index.js';
import { intervalCycles } from '../src/sim/engine.js';
import { simulateFast } from '../src/sim/fast-engine.js';
import { COMMITTED, compiled, ms, printTable, timed } from './measure.js';

interface Case {
  readonly name: string;
  readonly path: string;
  readonly part: string;
  /** Null: all that the part has. */
  readonly maxDsp: number | null;
  /** Seconds that FIFO sizing may take. */
  readonly limit?: number;
}

/** Specs come with seeded weights; the largest part holds all of them. */
const spec = (name: string, limits: { readonly limit?: number } = {}): Case => ({
  name,
  path: `models/specs/mobile-blnet-${name}.json`,
  part: 'xczu7ev',
  maxDsp: null,
  ...limits,
});

const CIFAR10 = { name: 'cifar10', path: COMMITTED, part: 'xc7z020' };
const CASES: readonly Case[] = [
  ...[55, 110].map((maxDsp) => ({ ...CIFAR10, maxDsp })),
  { ...CIFAR10, maxDsp: null, limit: 5 },
  { ...CIFAR10, part: 'xczu7ev', maxDsp: null },
  spec('cifar100'),
  spec('food101'),
  spec('imagenet', { limit: 60 }),
];
const FRAMES = 16;

export function benchGrowth(): void {
  const judged: string[] = [];
  const rows = CASES.map(({ name, path, part, maxDsp, limit }) => {
    const { value, cpuSeconds } = compiled(path, { part, maxDsp });
    const { quantized, folding, sized } = value;
    const sizing = timed(() => sizeFifos(KINDS, quantized, folding.plan, folding.cycles)).cpuSeconds;
    const sim = timed(() => simulateFast(KINDS, sized.hardware, { frames: FRAMES, hash: true }));
    if (limit !== undefined)
      judged.push(`${name} ${sizing.toFixed(2)} s, ${sizing < limit ? 'below' : 'NOT below'} ${limit} s`);
    return [
      name,
      part,
      folding.dsp,
      sized.hardware.blocks.length,
      intervalCycles(sized.simulation),
      cpuSeconds.toFixed(2),
      sizing.toFixed(2),
      sized.fifoBits,
      sized.fullTensorBits,
      `${((100 * sized.fifoBits) / sized.fullTensorBits).toFixed(1)} %`,
      ms(sim.cpuSeconds / FRAMES),
    ];
  });
  console.log('Growth: seconds of CPU time, and CPU ms per frame of the cycle simulator over 16 frames');
  printTable(
    [
      'network',
      'part',
      'DSPs',
      'blocks',
      'interval',
      'compile',
      'sizing',
      'FIFO bits',
      'of tensors',
      'share',
      'ms/frame',
    ],
    rows,
  );
  console.log(`  FIFO sizing: ${judged.join('; ')}\n`);
}
