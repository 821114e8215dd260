/** The report of a build from what it is: simulation, estimate, and what earlier commands left beside it. */
import { deviceOf } from '../config.js';
import { BlnetError } from '../diagnostics.js';
import { estimateHardware } from '../estimate/estimate.js';
import type { Hardware } from '../ir/hardware.js';
import type { QuantGraph } from '../ir/quant-graph.js';
import { KINDS } from '../kinds/index.js';
import { explainDeadlock } from '../sim/deadlock.js';
import { simulateFast } from '../sim/fast-engine.js';
import type { Manifest } from './manifest.js';
import {
  type ReportAccuracy,
  type ReportData,
  type ReportRouting,
  type ReportVerification,
  reportData,
} from './report-data.js';
import { type DrawnWave, simulatorWaves } from './simulator-waves.js';

/** Enough for the interval to be the steady one; FIFOs and forks settle within the first frames. */
const FRAMES = 4;

export interface ReportSource {
  readonly manifest: Manifest;
  readonly quantized: QuantGraph;
  readonly hardware: Hardware;
}

/** What other commands measured; null where they have not run. */
export interface Measured {
  readonly accuracy: ReportAccuracy | null;
  readonly verification: ReportVerification | null;
  readonly routing: ReportRouting | null;
  /** Null has the cycle simulator draw its own. */
  readonly waves: readonly DrawnWave[] | null;
}

export interface BuiltReport {
  readonly data: ReportData;
  /** SVG texts by name of the wave. */
  readonly waves: ReadonlyMap<string, string>;
}

const NOTHING: Measured = { accuracy: null, verification: null, routing: null, waves: null };

/** Errors: BLN502 when the build deadlocks. */
export function buildReport(
  { manifest, quantized, hardware }: ReportSource,
  measured = NOTHING,
): BuiltReport {
  const simulation = simulateFast(KINDS, hardware, { frames: FRAMES, hash: true });
  if (simulation.deadlock) {
    throw new BlnetError('BLN502', explainDeadlock(KINDS, hardware, simulation.deadlock));
  }
  const device = deviceOf(manifest.config);
  const waves = measured.waves ?? simulatorWaves(KINDS, hardware, manifest.clockMhz);
  const data = reportData({
    kinds: KINDS,
    hardware,
    quantized,
    manifest,
    device,
    simulation,
    resources: {
      source: 'the estimate (it predicts Yosys, not Vivado; see docs/estimates.md)',
      rows: estimateHardware(KINDS, hardware, device).shares.map((s) => ({ ...s })),
    },
    accuracy: measured.accuracy,
    verification: measured.verification,
    routing: measured.routing,
    waves: waves.map((w) => w.summary),
  });
  return { data, waves: new Map(waves.map((w) => [w.summary.name, w.svg])) };
}
