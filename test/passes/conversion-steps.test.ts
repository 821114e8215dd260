/** Width conversions: every pair of lane counts gets there, and no stream on the way takes longer than the interval. */
import { describe, expect, it } from 'vitest';
import { sizeFifos } from '../../src/explore/size-fifos.js';
import type { Folding } from '../../src/ir/folding.js';
import { Prng } from '../../src/ir/prng.js';
import { bind, KINDS } from '../../src/kinds/index.js';
import { planCycles } from '../../src/layers/cycles.js';
import { divisorsOf } from '../../src/layers/shared/lanes.js';
import { conversionSteps } from '../../src/passes/conversion-steps.js';
import { SteadyStateMeter } from '../../src/sim/steady-state.js';
import { POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';

const FORMAT = { bits: 8, signed: true, zeroPoint: 0 };

describe('conversion steps', () => {
  it('lead from every lane count to every other in whole ratios, each within the time', () => {
    const wrong: string[] = [];
    for (const channels of [1, 7, 37, 40, 74]) {
      for (let from = 1; from <= channels; from++) {
        for (let to = 1; to <= channels; to++) {
          const given = Math.ceil(channels / Math.min(from, to));
          for (const mostBeats of [given, 1.5 * given, 4 * given, 1000]) {
            const steps = conversionSteps(from, [to], channels, mostBeats);
            const isLegal = steps.every((next, i) => {
              const lanes = i === 0 ? from : steps[i - 1];
              const isWhole = Math.max(next, lanes) % Math.min(next, lanes) === 0;
              return isWhole && next !== lanes && Math.ceil(channels / next) <= mostBeats;
            });
            if (!isLegal || (steps.at(-1) ?? from) !== to)
              wrong.push(`${from} to ${to} of ${channels} in ${mostBeats}: ${steps.join(' ')}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('take beats as they are where the layer can join them', () => {
    expect(conversionSteps(3, divisorsOf(12), 24, 100)).toEqual([]);
    expect(conversionSteps(6, [1, 2, 3, 6], 24, 4)).toEqual([]);
  });

  it('split to single channels only where there is time for that', () => {
    expect(conversionSteps(23, [37], 40, 1000)).toEqual([1, 37]);
    expect(conversionSteps(23, [37], 40, 2)).toEqual([23 * 37, 37]);
    // 5 x 7 lanes in the middle instead of 5 x 14.
    expect(conversionSteps(5, [14], 70, 20)).toEqual([35, 7, 14]);
  });
});

describe('lane counts without a common divisor', () => {
  it('cost no rate: 37 lanes to 25', () => {
    const builder = new QuantBuilder(new Prng(1), 'coprime', { channels: 8, height: 6, width: 10 });
    const wide = builder.conv(builder.input, 74, POINTWISE, FORMAT);
    const filtered = builder.depthwise(wide, { kernel: 3, stride: 1, pads: samePads(3) }, FORMAT);
    const graph = builder.finish(filtered);
    const engine = { weightBlock: false, scaleCycles: 1 };
    const plan = new Map<string, Folding>([
      [
        wide,
        {
          op: 'conv',
          windowLanes: 8,
          taps: 1,
          simd: 8,
          pe: 37,
          lanesOut: 37,
          peDsp: 0,
          packShift: 0,
          ...engine,
        },
      ],
      [filtered, { op: 'depthwise', lanes: 25, taps: 3, lanesOut: 25, useDsp: true, ...engine }],
    ]);
    // Three groups of three columns for each of 60 pixels; one channel at a time would take 74 beats a pixel.
    const interval = planCycles(graph, plan);
    expect(interval).toBe(60 * 3 * 3);
    const { hardware } = sizeFifos(KINDS, graph, plan, interval);
    for (const b of hardware.blocks)
      expect({ block: b.name, isInTime: bind(KINDS, b).cyclesPerFrame() <= interval }).toEqual({
        block: b.name,
        isInTime: true,
      });
    expect(new SteadyStateMeter(KINDS, hardware).measure().intervalCycles).toBe(interval);
  });
});
