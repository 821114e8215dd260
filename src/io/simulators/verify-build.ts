/** `blnet verify`: the frames through integer reference, simulator and RTL, and what the three say of each other. */

import { KINDS } from '../../kinds/index.js';
import { compareRuns, type Verification, type WrongBeat } from '../../report/verification.js';
import { simulateFast } from '../../sim/fast-engine.js';
import { createExecutor } from '../../sim/simd-executor.js';
import { NO_STALLS, type StallPattern } from '../../sim/stimulus.js';
import type { Build } from '../build/build-folder.js';
import { type Access, whileLocked } from '../build/lock-build.js';
import { type OnStage, type RtlResult, runRtl, type Simulator } from './rtl-simulation.js';

export interface VerifyRequest {
  readonly build: Build;
  /** Quantized frames: raster order, channels innermost. */
  readonly frames: readonly Int16Array[];
  readonly simulator: Simulator;
  readonly stalls?: StallPattern;
  /** Simulated in place of the RTL; see `RtlRequest`. */
  readonly netlist?: ReadonlyMap<string, string> | undefined;
  readonly onStage?: OnStage;
  readonly access?: Access;
}

export interface VerifyResult extends Verification {
  readonly simulator: Simulator;
  /** What was simulated. */
  readonly design: 'rtl' | 'netlist';
  readonly stalls: StallPattern;
  readonly seconds: { readonly simulator: number; readonly rtlBuild: number; readonly rtlRun: number };
  /** Integer outputs of every frame. */
  readonly outputs: readonly Int16Array[];
  readonly mismatchedBeats: readonly WrongBeat[];
}

/** Errors: those of `whileLocked` and `runRtl`. A difference is a result, not an error. */
export async function verifyBuild(r: VerifyRequest): Promise<VerifyResult> {
  const { build, frames, simulator, stalls = NO_STALLS, onStage = () => {} } = r;
  const { hardware, quantized } = build;
  onStage('integer reference');
  const executor = createExecutor(quantized);
  const outputs = frames.map((f) => executor.run(f).slice());
  onStage('cycle simulator');
  const started = performance.now();
  const sim = simulateFast(KINDS, hardware, { frames: frames.length, stalls, hash: true });
  const simulatorSeconds = (performance.now() - started) / 1000;
  const { folder } = build;
  const request = {
    folder,
    hardware,
    quantized,
    inputs: frames,
    outputs,
    simulator,
    stalls,
    netlist: r.netlist,
    onStage,
  };
  const rtl: RtlResult = await whileLocked(build, r.access, (lock) => runRtl({ ...request, lock }));
  return {
    ...compareRuns(hardware, sim, rtl),
    simulator,
    design: r.netlist ? 'netlist' : 'rtl',
    stalls,
    seconds: { simulator: simulatorSeconds, rtlBuild: rtl.buildSeconds, rtlRun: rtl.runSeconds },
    outputs,
    mismatchedBeats: rtl.mismatchedBeats,
  };
}
