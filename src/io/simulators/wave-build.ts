/** `blnet wave`: chosen moments of a build in simulator and RTL, as diagrams and as value change dumps. */
import { join } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import { inputsOf, type Stream } from '../../ir/hardware.js';
import { KINDS } from '../../kinds/index.js';
import type { ReportWave } from '../../report/report-data.js';
import { handshakesVcd } from '../../report/vcd.js';
import {
  chooseEvents,
  type EventName,
  neighbours,
  spanAround,
  type WaveEvent,
} from '../../report/wave-events.js';
import { differingCycles, waveSvg } from '../../report/wave-svg.js';
import { simulateFast } from '../../sim/fast-engine.js';
import { IntegerExecutor } from '../../sim/integer-executor.js';
import type { StallPattern } from '../../sim/stimulus.js';
import { traceWindows, type Window } from '../../sim/trace-window.js';
import { VERSION } from '../../version.js';
import type { Build } from '../build/build-folder.js';
import { type Access, whileLocked } from '../build/lock-build.js';
import type { OnStage, Simulator } from './rtl-simulation.js';
import { mergeSpans, traceRtl } from './trace-rtl.js';

export interface WaveRequest {
  readonly build: Build;
  /** Quantized frames: raster order, channels innermost. */
  readonly frames: readonly Int16Array[];
  readonly stalls: StallPattern;
  readonly events: readonly EventName[];
  /** More windows, around cycles of the user's. */
  readonly cycles: readonly number[];
  /** Streams to show instead of those that belong to an event; names. */
  readonly streams?: readonly string[] | undefined;
  /** Cycles of a window. */
  readonly width: number;
  /** Null: the TypeScript simulator alone. */
  readonly simulator: Simulator | null;
  readonly onStage?: OnStage;
  readonly access?: Access;
}

export interface Wave extends WaveEvent {
  readonly svg: string;
  readonly summary: ReportWave;
  /** Cycles of the window in which RTL and simulator differ on one of its streams; null without RTL. */
  readonly differingCycles: readonly number[] | null;
}

export interface WaveResult {
  readonly waves: readonly Wave[];
  /** Every stream of the network, in the windows of all waves. */
  readonly simulatorVcd: string;
  readonly rtlVcd: string | null;
}

/** Errors: BLN001 for a stream or a cycle that is not there; those of `whileLocked` and `traceRtl`. */
export async function waveBuild(r: WaveRequest): Promise<WaveResult> {
  const { hardware, quantized, folder, manifest } = r.build;
  const { onStage = () => {} } = r;
  onStage('find events');
  const frames = r.frames.length;
  const { stalls, width } = r;
  checkCycles(r);
  const chosen = r.streams?.map((name) => streamIndex(hardware.streams, name));
  const events = [
    ...chooseEvents(KINDS, hardware, manifest.clockMhz, { frames, stalls, wanted: r.events, width }),
    ...r.cycles.map((cycle) =>
      aroundCycle(cycle, width, neighbours(hardware, inputsOf(hardware)[0].stream, 0, 3)),
    ),
  ].map((e) => ({ ...e, streams: chosen ?? e.streams }));
  onStage('trace the simulator');
  const spans = events.map((e) => e.span);
  const merged = mergeSpans(spans);
  const windows = traceWindows(KINDS, hardware, { frames, stalls, spans: [...spans, ...merged] });
  const [mine, mineMerged] = [windows.slice(0, spans.length), windows.slice(spans.length)];
  let theirs: Window[] | null = null;
  let theirsMerged: Window[] | null = null;
  if (r.simulator) {
    const executor = new IntegerExecutor(quantized);
    const outputs = r.frames.map((f) => executor.run(f).slice());
    const request = {
      folder,
      hardware,
      quantized,
      inputs: r.frames,
      outputs,
      simulator: r.simulator,
      stalls,
    };
    const traced = await whileLocked(r.build, r.access, (lock) =>
      traceRtl({ ...request, onStage, lock }, [...spans, ...merged]),
    );
    [theirs, theirsMerged] = [traced.windows.slice(0, spans.length), traced.windows.slice(spans.length)];
  }
  const waves = events.map((event, i) => {
    const [a, b] = [mine[i], theirs?.[i] ?? null];
    const different = b ? differingCycles(a, b, event.streams).map((row) => row + event.span.from) : null;
    const { name, title, story, cycle, span } = event;
    const summary = { name, title, story, cycle, ...span, rtl: r.simulator };
    return { ...event, svg: waveSvg(hardware, event, a, b), summary, differingCycles: different };
  });
  return {
    waves,
    simulatorVcd: handshakesVcd(hardware, mineMerged, VERSION),
    rtlVcd: theirsMerged && handshakesVcd(hardware, theirsMerged, VERSION),
  };
}

const aroundCycle = (cycle: number, width: number, streams: readonly number[]): WaveEvent => ({
  name: `cycle-${cycle}`,
  title: `Cycle ${cycle}`,
  story: `The cycles around ${cycle}.`,
  cycle,
  span: spanAround(cycle, width),
  streams,
});

/** Cycles that the run does not reach have nothing to show. */
function checkCycles({ build, frames, stalls, cycles }: WaveRequest): void {
  if (cycles.length === 0) return;
  const run = simulateFast(KINDS, build.hardware, { frames: frames.length, stalls }).cycles;
  const late = cycles.find((c) => c >= run);
  if (late === undefined) return;
  throw new BlnetError('BLN001', {
    where: '--cycle',
    found: `cycle ${late}`,
    need: `one of the ${run} cycles of this run, from 0 on`,
    hint: 'run more frames with --frames',
  });
}

function streamIndex(streams: readonly Stream[], name: string): number {
  const index = streams.findIndex((s) => s.name === name);
  if (index >= 0) return index;
  const alike = streams.filter((s) => s.name.includes(name)).map((s) => s.name);
  throw new BlnetError('BLN001', {
    where: '--streams',
    found: `no stream '${name}'`,
    need: `one of the ${streams.length} streams of rtl/*.v, such as ${(alike.length > 0 ? alike : streams.map((s) => s.name)).slice(0, 6).join(', ')}`,
  });
}

/** Says what the drawings show; `blnet report` reads it. */
export const WAVES_FILE = 'waves.json';

/** What goes to a folder: name → text. */
export function waveFiles(result: WaveResult): Map<string, string> {
  const files = new Map(result.waves.map((w) => [`${w.name}.svg`, w.svg]));
  files.set(
    WAVES_FILE,
    `${JSON.stringify(
      result.waves.map((w) => w.summary),
      null,
      2,
    )}\n`,
  );
  files.set('simulator.vcd', result.simulatorVcd);
  if (result.rtlVcd !== null) files.set('rtl.vcd', result.rtlVcd);
  return files;
}

/** Where they go, in the build. */
export const WAVE_FOLDER = 'wave';

export const waveFolder = (build: Build): string => join(build.folder, WAVE_FOLDER);
