/** How compile time, FIFO sizing and simulation grow with the network and with the DSP budget. */
import type { CompileConfig } from '../src/config.js';
import { sizeFifos } from '../src/explore/size-fifos.js';
import { KINDS } from '../src/kinds/index.js';
import { intervalCycles } from '../src/sim/engine.js';
import { simulateFast } from '../src/sim/fast-engine.js';
import { COMMITTED, compiled, ms, printTable, timed } from './measure.js';

interface Case {
  readonly name: string;
  readonly path: string;
  /** What differs from the default, which takes all DSPs and most of the rest of an xc7z020. */
  readonly config: Partial<CompileConfig> & Pick<CompileConfig, 'part'>;
  /** Seconds that FIFO sizing may take. */
  readonly limit?: number;
}

/** Specs come with seeded weights. */
const spec = (name: string): string => `models/specs/mobile-blnet-${name}.json`;
const SMALL = { part: 'xc7z020' };
const LARGE = { part: 'xczu7ev' };
/** ImageNet's weights alone need more than 85 % of the largest part's block RAM: all 312 of it. */
const WHOLE = { ...LARGE, maxBram: 312 };

const CASES: readonly Case[] = [
  { name: 'cifar10', path: COMMITTED, config: { ...SMALL, maxDsp: 55 } },
  { name: 'cifar10', path: COMMITTED, config: { ...SMALL, maxDsp: 110 } },
  { name: 'cifar10', path: COMMITTED, config: SMALL, limit: 5 },
  { name: 'cifar10', path: COMMITTED, config: LARGE },
  { name: 'cifar100', path: spec('cifar100'), config: LARGE },
  { name: 'food101', path: spec('food101'), config: LARGE },
  { name: 'imagenet', path: spec('imagenet'), config: WHOLE, limit: 60 },
];
const FRAMES = 16;

export function benchGrowth(): void {
  const judged: string[] = [];
  const rows = CASES.map(({ name, path, config, limit }) => {
    const { value, cpuSeconds } = compiled(path, config);
    const { quantized, folding, sized } = value;
    const sizing = timed(() => sizeFifos(KINDS, quantized, folding.plan, folding.cycles)).cpuSeconds;
    const sim = timed(() => simulateFast(KINDS, sized.hardware, { frames: FRAMES, hash: true }));
    if (limit !== undefined)
      judged.push(`${name} ${sizing.toFixed(2)} s, ${sizing < limit ? 'below' : 'NOT below'} ${limit} s`);
    return [
      name,
      config.part,
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
