/** How compile time, FIFO sizing and simulation grow with the network and with the DSP budget. */
import { sizeFifos } from '../src/explore/size-fifos.js';
import { KINDS } from '../src/kinds/index.js';
import { intervalCycles } from '../src/sim/engine.js';
import { simulateFast } from '../src/sim/fast-engine.js';
import { COMMITTED, compiled, ms, printTable, timed } from './measure.js';

const CASES: readonly (readonly [path: string, maxDsp: number | null])[] = [
  [COMMITTED, 80],
  [COMMITTED, 160],
  [COMMITTED, null],
  ['models/specs/mobile-blnet-cifar100.json', null],
  ['models/specs/mobile-blnet-food101.json', null],
  ['models/specs/mobile-blnet-imagenet.json', null],
];
const FRAMES = 16;

export function benchGrowth(): void {
  const rows = CASES.map(([path, maxDsp]) => {
    const { value, cpuSeconds } = compiled(path, maxDsp);
    const { quantized, folding, sized } = value;
    const sizing = timed(() => sizeFifos(KINDS, quantized, folding.plan, folding.cycles));
    const sim = timed(() => simulateFast(KINDS, sized.hardware, { frames: FRAMES }));
    return [
      path.replace(/^.*mobile-blnet-|\..*$/g, ''),
      folding.dsp,
      sized.hardware.blocks.length,
      intervalCycles(sized.simulation),
      cpuSeconds.toFixed(2),
      sizing.cpuSeconds.toFixed(2),
      sized.fifoBits,
      sized.fullTensorBits,
      ms(sim.seconds / FRAMES),
    ];
  });
  console.log('Growth: compile and FIFO sizing in seconds of CPU time, cycle simulation of 16 frames');
  printTable(
    [
      'network',
      'DSPs',
      'blocks',
      'interval',
      'compile',
      'sizing',
      'FIFO bits',
      'full tensors',
      'sim ms/frame',
    ],
    rows,
  );
}
