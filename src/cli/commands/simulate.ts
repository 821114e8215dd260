/** `blnet simulate`: outputs, exact cycles, utilisation and FIFO occupancy of a build, without any RTL tool. */
import { Command } from 'commander';
import { BlnetError } from '../../diagnostics.js';
import { readBuildFolder } from '../../io/build/build-folder.js';
import { classesOf } from '../../ir/dataset.js';
import { outputsOf } from '../../ir/hardware.js';
import { tensorOf } from '../../ir/quant-graph.js';
import { dequantizeValues } from '../../ir/quantize-values.js';
import { KINDS } from '../../kinds/index.js';
import { argmax } from '../../report/accuracy.js';
import { type SimulationReport, simulationReport } from '../../report/simulation.js';
import { type Activity, runActivity, steadyActivity } from '../../sim/activity.js';
import { explainDeadlock } from '../../sim/deadlock.js';
import { simulateFast } from '../../sim/fast-engine.js';
import { type HostResult, hostRuns } from '../../sim/host-part.js';
import { createExecutor } from '../../sim/simd-executor.js';
import { emit, facts, grouped, percent, table, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';
import {
  backpressureOption,
  framesOf,
  framesOption,
  imagesOption,
  stallsOf,
  topOption,
} from './arguments.js';

interface SimulateOptions {
  readonly frames: number;
  readonly images?: string;
  readonly backpressure?: number;
  readonly top?: number;
  readonly json?: boolean;
}

interface FrameOutput {
  readonly label: number | null;
  readonly class: number;
  /** Of the class, where the build knows it. */
  readonly name?: string;
  readonly integers: readonly number[];
  readonly reals: readonly number[];
  /** Where there are several outputs: each of them; what stands above is of the first. */
  readonly ends?: readonly {
    readonly port: string;
    readonly tensor: string;
    readonly integers: readonly number[];
    readonly reals: readonly number[];
    readonly host?: HostResult;
  }[];
  /** What the model does behind the output, which the host computes. */
  readonly host?: HostResult;
}

export function simulateBuild(folder: string, o: SimulateOptions, progress: Progress): SimulateReport {
  const build = readBuildFolder(folder);
  const { quantized, hardware, manifest } = build;
  const frames = framesOf(build, o.frames, o.images);
  const executor = createExecutor(quantized);
  const hosts = hostRuns(quantized);
  const names = classesOf(quantized.metadata);
  const outputs: FrameOutput[] = frames.values.map((values, i) => {
    progress.count('integer reference', i, o.frames);
    executor.run(values);
    const ends = outputsOf(hardware).map(({ port, tensor }) => {
      const y = tensorOf(quantized, tensor);
      const integers = executor.valuesOf(tensor).slice();
      const host = hosts.get(tensor)?.(integers);
      const reals = [...dequantizeValues(integers, y.shape, y)];
      return { port, tensor, integers: [...integers], reals, ...(host ? { host } : {}) };
    });
    const [{ integers, reals, host }] = ends;
    return {
      label: frames.labels[i],
      class: argmax(integers),
      ...(names ? { name: names[argmax(integers)] } : {}),
      integers,
      reals,
      ...(host ? { host } : {}),
      ...(ends.length > 1 ? { ends } : {}),
    };
  });
  progress.stage('cycle simulator');
  // Without stalls it is exact; with them the bar is full a little early.
  const { latencyCycles, intervalCycles } = manifest.simulated;
  const cycles = latencyCycles + (o.frames - 1) * intervalCycles;
  const stalls = stallsOf(o.backpressure);
  const sim = simulateFast(KINDS, hardware, {
    frames: o.frames,
    stalls,
    onProgress: (cycle) => progress.count('cycle simulator', cycle, cycles),
  });
  if (sim.deadlock) {
    progress.clear();
    throw new BlnetError('BLN502', explainDeadlock(KINDS, hardware, sim.deadlock));
  }
  progress.stage('activity');
  // Pauses at random have no steady state.
  const run = { frames: o.frames, stalls, cycles: sim.cycles };
  const steady = o.backpressure === undefined ? steadyActivity(KINDS, hardware) : null;
  const activity = steady ?? runActivity(KINDS, hardware, run);
  progress.clear();
  return { ...simulationReport(KINDS, hardware, sim, manifest.clockMhz), activity, outputs };
}

export function simulateCommand(): Command {
  const command = new Command('simulate')
    .argument('<dir>', 'build folder')
    .addOption(framesOption(2))
    .addOption(imagesOption())
    .addOption(backpressureOption())
    .addOption(topOption());
  return withJson(command).action((folder: string, options: SimulateOptions) => {
    const progress = new Progress(options.json);
    try {
      const report = simulateBuild(folder, options, progress);
      emit(options, report, () => simulateText(report, options.top));
    } finally {
      progress.clear();
    }
  });
}

interface SimulateReport extends SimulationReport {
  readonly activity: Activity | null;
  readonly outputs: readonly FrameOutput[];
}

function simulateText(r: SimulateReport, top: number | undefined): string {
  const { activity } = r;
  const parts = [
    facts([
      ['latency', `${grouped(r.latencyCycles)} cycles`],
      ['interval', r.intervalCycles === null ? '- (needs 2 frames)' : `${grouped(r.intervalCycles)} cycles`],
      ['frames/s', r.framesPerSecond === null ? '-' : `${grouped(r.framesPerSecond)} at ${r.clockMhz} MHz`],
      ['bounded by', r.bound],
      ['classes', r.outputs.map((o) => o.name ?? o.class).join(' ')],
      ...hostFacts(r.outputs),
      ...(activity
        ? [['cycles below', `of one ${activity.over}, ${grouped(activity.cycles)} in all`] as const]
        : []),
    ]),
    activity ? activityTable(activity, r, top) : workTable(r, top),
    table(
      ['FIFO', 'depth>', 'fullest>', 'bits>'],
      r.fifos.map((f) => [f.name, grouped(f.depth), grouped(f.peak), grouped(f.bits)]),
    ),
  ];
  return parts.join('\n\n');
}

/** Probability of each frame's class, where the host computes SOFTMAX. */
function hostFacts(outputs: readonly FrameOutput[]): [string, string][] {
  if (outputs[0]?.host?.computes !== 'softmax') return [];
  return [['SOFTMAX', outputs.map((o) => o.host?.reals[o.class]?.toFixed(3) ?? '-').join(' ')]];
}

function activityTable({ blocks, cycles }: Activity, r: SimulationReport, top: number | undefined): string {
  const rows = blocks.map((b, i) => ({ ...b, kind: r.blocks[i]?.kind ?? '' }));
  rows.sort((a, b) => b.busyCycles - a.busyCycles);
  return table(
    ['block', 'kind', 'busy>', 'blocked>', 'starved>', 'use>'],
    rows
      .slice(0, top)
      .map((b) => [
        b.name,
        b.kind,
        ...[b.busyCycles, b.blockedCycles, b.starvedCycles].map(grouped),
        percent(b.busyCycles / cycles),
      ]),
  );
}

/** What is known without counting. */
function workTable(r: SimulationReport, top: number | undefined): string {
  const busiest = [...r.blocks].sort((a, b) => b.busyCycles - a.busyCycles);
  return table(
    ['block', 'kind', 'busy>', 'use>'],
    busiest.slice(0, top).map((b) => [b.name, b.kind, grouped(b.busyCycles), percent(b.utilisation)]),
  );
}
