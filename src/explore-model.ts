/** What a network costs at every speed on a part: from the float graph to the Pareto front. Pure, like `compile.ts`. */

import { prepare } from './compile.js';
import { type CompileConfig, deviceOf } from './config.js';
import { type ParetoFront, type ParetoPoint, paretoFront } from './explore/pareto.js';
import { Planner } from './explore/plan-design.js';
import type { Graph } from './ir/graph.js';
import type { Pixels } from './ir/preprocess.js';
import { quantizedLayers } from './report/layers.js';

/** A point of the front at a clock. */
export interface ExploredPoint extends ParetoPoint {
  readonly framesPerSecond: number;
  /** MACs of the network per DSP and cycle; those done in LUTs count too. */
  readonly macsPerDspAndCycle: number | null;
}

export interface Exploration {
  readonly part: string;
  readonly clockMhz: number;
  readonly limits: ParetoFront['limits'];
  /** Why the fastest point cannot be faster. */
  readonly reason: string;
  readonly points: readonly ExploredPoint[];
}

export interface ExploreRequest {
  readonly graph: Graph;
  /** Calibration images: pixels 0..255, channel-major; they move costs by a few bits. */
  readonly images: readonly Pixels[];
  readonly config: CompileConfig;
  /** Called when a stage begins. */
  readonly onStage?: (stage: string) => void;
  /** Speeds that are done, of those that will be. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Errors: those of `prepare`, BLN206 when nothing fits. */
export function exploreModel(r: ExploreRequest): Exploration {
  const { config, onStage = () => {} } = r;
  const device = deviceOf(config);
  const clockMhz = config.clockMhz ?? device.clockMhz;
  const { quantized } = prepare({ graph: r.graph, images: r.images, config, onStage });
  onStage('list foldings');
  const planner = new Planner(quantized, { ...config, device });
  onStage('search the fastest');
  const front = paretoFront(planner, r.onProgress);
  const { macs } = quantizedLayers(quantized);
  const points = front.points.map((p) => ({
    ...p,
    framesPerSecond: (clockMhz * 1e6) / p.interval,
    macsPerDspAndCycle: p.dsp > 0 ? macs / (p.dsp * p.interval) : null,
  }));
  const { limits, reason } = front;
  return { part: device.name, clockMhz, limits, reason, points };
}
