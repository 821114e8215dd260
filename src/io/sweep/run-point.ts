/** One point of a sweep: a model planned for a part, without files but its result. */
import { prepare } from '../../compile.js';
import { deviceOf } from '../../config.js';
import { BlnetError, EXIT } from '../../diagnostics.js';
import { Planner } from '../../explore/plan-design.js';
import type { Shape } from '../../ir/graph.js';
import type { SweepPoint } from '../../report/sweep/points.js';
import type { PointResult } from '../../schema/sweep.js';
import { intervalCycles, latencyCycles } from '../../sim/engine.js';
import { targetOf } from '../../targets/index.js';
import { readImages } from '../images/images.js';
import { loadModel } from '../load-model.js';
import { modelOf, type Sweep } from './read-sweep.js';
import { Fingerprints } from './results.js';

type Figures = NonNullable<PointResult['figures']>;

function figuresOf(sweep: Sweep, point: SweepPoint): Figures {
  const { config } = point;
  const device = deviceOf(config);
  const clockMhz = config.clockMhz ?? device.clockMhz;
  const { graph } = loadModel(modelOf(sweep, point), sweep.seed);
  const shape = graph.shapes.get(graph.input) as Shape;
  const images = readImages(sweep.calibration, shape, 'train', sweep.calibrationImages);
  const { quantized } = prepare({ graph, images: [...images].map((i) => i.pixels), config });
  const planner = new Planner(quantized, { ...config, device });
  const interval = config.fps === null ? null : Math.floor((clockMhz * 1e6) / config.fps);
  const { folding, sized, estimate } = planner.plan(interval);
  const intervalOfFrame = intervalCycles(sized.simulation);
  const { dsp, lut, ff } = estimate.total;
  return {
    clockMhz,
    framesPerSecond: (clockMhz * 1e6) / intervalOfFrame,
    intervalCycles: intervalOfFrame,
    latencyCycles: latencyCycles(sized.simulation),
    dsp,
    lut,
    bram: targetOf(device).blocks(estimate.total),
    ff,
    limits: planner.limits,
    bound: folding.bound,
  };
}

/** A network that a part cannot hold, or that blnet does not support, is a result. Errors: all others. */
export function runPoint(sweep: Sweep, point: SweepPoint): PointResult {
  const common = { id: point.id, fingerprint: new Fingerprints(sweep).of(point) };
  try {
    return { ...common, status: 'done', figures: figuresOf(sweep, point), refusal: null };
  } catch (error) {
    if (!(error instanceof BlnetError) || error.exitCode !== EXIT.unsupported) throw error;
    const { code, where, found, need } = error.diagnostic;
    const refusal = `${code} at ${where}: ${found}${need ? `; supported: ${need}` : ''}`;
    return { ...common, status: 'refused', figures: null, refusal };
  }
}
