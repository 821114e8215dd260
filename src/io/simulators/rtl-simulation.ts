/**
 * Runs the generated RTL in Verilator or Icarus on given frames and reads what its testbench noted: values that
 * differ, and the cycle of every handshake.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import { stimulusFile } from '../../hls-gen/end-views.js';
import { beatsText } from '../../hls-gen/stimulus.js';
import { type End, type Hardware, inputsOf, outputsOf, suffixOf } from '../../ir/hardware.js';
import { type QuantGraph, splitOutputs, tensorOf } from '../../ir/quant-graph.js';
import type { WrongBeat } from '../../report/verification.js';
import { NO_STALLS, pauseOf, type StallPattern } from '../../sim/stimulus.js';
import { noteFiles } from '../build/mark.js';
import { readText, writeFiles } from '../files.js';
import { removeFile } from '../folders.js';
import type { Lock } from '../lock.js';
import { lastLines, requireTool, run, runOk } from '../process.js';
import { withModel } from './model-cache.js';
import { builtFraction, ranFraction } from './rtl-progress.js';
import { wholeBuild } from './unfinished.js';

export const SIMULATORS = ['verilator', 'iverilog'] as const;
export type Simulator = (typeof SIMULATORS)[number];

/** Called when a stage begins; `fraction` says how much of it is done, where that can be told. */
export type OnStage = (stage: string, fraction?: () => number | undefined) => void;

export interface RtlRequest {
  /** Build folder. */
  readonly folder: string;
  readonly hardware: Hardware;
  readonly quantized: QuantGraph;
  /** Input and expected outputs of every frame: raster order, channels innermost, outputs one behind the other. */
  readonly inputs: readonly ArrayLike<number>[];
  readonly outputs: readonly ArrayLike<number>[];
  readonly simulator: Simulator;
  readonly stalls?: StallPattern;
  readonly onStage?: OnStage;
  /** File with lines "from to": cycles whose handshakes go to sim/windows.log. Relative to the folder. */
  readonly windows?: string;
  /** Texts of netlist/ by name, which are simulated in place of the RTL: a netlist and models of its cells. */
  readonly netlist?: ReadonlyMap<string, string> | undefined;
  /** The folder's lock, where somebody holds it. */
  readonly lock?: Pick<Lock, 'setGroup'>;
}

export interface RtlStream {
  /** Handshakes until the last output beat, and the hash of their cycles (see `sim/engine.ts`). */
  readonly beats: number;
  readonly traceHash: number;
  /** Handshakes after that: input that no output needs. */
  readonly lateBeats: number;
}

export interface RtlResult {
  readonly frames: number;
  readonly mismatches: number;
  /** Output beats that differ, the first 16 at most. */
  readonly mismatchedBeats: readonly WrongBeat[];
  readonly received: number;
  /** Beats behind the last expected one. */
  readonly extra: number;
  /** Frame marks (tlast) in the wrong place. */
  readonly wrongMarks: number;
  readonly frameError: boolean;
  readonly deadlock: boolean;
  /** Cycles in which a handshake was unknown; Verilator knows none. */
  readonly unknownCycles: number;
  readonly cycles: number;
  readonly inputFirst: readonly number[];
  /** By output. */
  readonly outputCycles: readonly (readonly number[])[];
  readonly streams: readonly RtlStream[];
  readonly buildSeconds: number;
  readonly runSeconds: number;
}

/** Targets of the build's Makefile, and what they make. */
const PRODUCTS = {
  rtl: {
    verilator: { target: 'verilator-build', product: 'obj_dir' },
    iverilog: { target: 'iverilog-build', product: 'testbench.vvp' },
  },
  netlist: {
    verilator: { target: 'netlist-build', product: 'obj_dir_netlist' },
    iverilog: { target: 'netlist-iverilog-build', product: 'netlist.vvp' },
  },
} as const;

const INSTALL: Readonly<Record<Simulator, string>> = {
  verilator: 'apt-get install verilator make g++, or --simulator iverilog',
  iverilog: 'apt-get install iverilog make, or --simulator verilator',
};

/**
 * Reads sim/result.txt; `output` is what the simulator printed. Errors: BLN402 when the testbench stopped before its
 * end, as an assertion of the RTL makes it do.
 */
export function parseResult(
  text: string,
  output: string,
  ends: readonly End[],
): Omit<RtlResult, 'buildSeconds' | 'runSeconds'> {
  if (!/^deadlock \d+\n/m.test(text)) {
    const found = `it stopped before its end\n${lastLines(output)}`;
    throw new BlnetError('BLN402', { where: 'testbench', found });
  }
  const numbers = new Map<string, number[]>();
  const streams: RtlStream[] = [];
  const byEnd: number[][] = [];
  const mismatchedBeats: WrongBeat[] = [];
  for (const line of text.trim().split('\n')) {
    const [key, ...fields] = line.split(' ');
    const [first, ...rest] = fields.map(Number) as [number, ...number[]];
    if (key === 'stream') {
      const [beats, traceHash, lateBeats] = rest as [number, number, number];
      streams[first] = { beats, traceHash, lateBeats };
    } else if (key === 'output') {
      byEnd[rest[0]] ??= [];
      byEnd[rest[0]].push(first);
    } else if (key === 'mismatch') {
      mismatchedBeats.push({ output: ends[rest[0]].tensor, beat: first });
    } else if (key) {
      const list = numbers.get(key);
      if (list) list.push(first);
      else numbers.set(key, [first]);
    }
  }
  const all = (key: string): number[] => numbers.get(key) ?? [];
  const one = (key: string): number => all(key).at(-1) as number;
  return {
    frames: one('frames'),
    mismatches: one('mismatches'),
    mismatchedBeats,
    received: one('received'),
    extra: one('extra'),
    wrongMarks: one('marks'),
    frameError: one('frame_error') !== 0,
    deadlock: one('deadlock') !== 0,
    unknownCycles: one('unknown') ?? 0,
    cycles: one('cycles'),
    inputFirst: all('input_first'),
    outputCycles: byEnd,
    streams,
  };
}

/** Arguments of a built testbench; `patience` is how many cycles without a handshake it takes for a deadlock. */
export function testbenchArguments(
  simulator: Simulator,
  frames: number,
  hardware: Pick<Hardware, 'ends'>,
  stalls: StallPattern,
  patience?: number,
  windows?: string,
): string[] {
  const pauses = (ends: readonly End[], word: 'input' | 'output'): [string, number][] =>
    ends.flatMap((end, i): [string, number][] => {
      const { seed, threshold } = pauseOf(stalls, end.direction, i);
      const suffix = suffixOf(end);
      return [
        [`${word}-seed${suffix}`, seed],
        [`${word}-pause${suffix}`, threshold],
      ];
    });
  const settings: [string, number | string][] = [
    ...pauses(inputsOf(hardware), 'input'),
    ...pauses(outputsOf(hardware), 'output'),
  ];
  if (patience !== undefined) settings.push(['patience', patience]);
  if (windows !== undefined) settings.push(['windows', windows]);
  // Icarus has the number of frames built in, since it sizes the testbench's memories.
  return simulator === 'verilator'
    ? ['--frames', `${frames}`, ...settings.flatMap(([key, value]) => [`--${key}`, `${value}`])]
    : settings.map(([key, value]) => `+${key.replaceAll('-', '_')}=${value}`);
}

/** Writes the beats of every end, which all testbenches read: sim/input.hex and sim/expected.hex for sole ones. */
export function writeStimulus(
  r: Pick<RtlRequest, 'folder' | 'hardware' | 'quantized' | 'inputs' | 'outputs'>,
): void {
  const files = new Map<string, string>();
  const split = r.outputs.map((o) => splitOutputs(r.quantized, Int16Array.from(o)));
  const add = (end: End, frames: readonly ArrayLike<number>[]): void => {
    const { shape } = tensorOf(r.quantized, end.tensor);
    const { lanes, bits } = r.hardware.streams[end.stream];
    const text = frames.map((f) => beatsText(f, shape.channels, lanes, bits)).join('');
    files.set(stimulusFile(end), text);
  };
  for (const end of inputsOf(r.hardware)) add(end, r.inputs);
  outputsOf(r.hardware).forEach((end, i) => {
    add(
      end,
      split.map((outputs) => outputs[i]),
    );
  });
  writeFiles(r.folder, files);
  noteFiles(r.folder, files);
}

/** What an earlier netlist left goes: every file there is simulated. */
function writeNetlist(folder: string, texts: ReadonlyMap<string, string>): void {
  rmSync(join(folder, 'netlist'), { recursive: true, force: true });
  const files = new Map([...texts].map(([name, text]) => [`netlist/${name}`, text]));
  writeFiles(folder, files);
  noteFiles(folder, files);
}

/** Errors: BLN401 without the simulator, BLN402 when it does not build or its testbench stops early. */
export async function runRtl(r: RtlRequest): Promise<RtlResult> {
  const { simulator, stalls = NO_STALLS, onStage = () => {} } = r;
  const frames = r.inputs.length;
  requireTool(simulator, INSTALL[simulator]);
  const make = requireTool('make', INSTALL[simulator]);
  writeStimulus(r);
  if (r.netlist) writeNetlist(r.folder, r.netlist);
  const names = PRODUCTS[r.netlist ? 'netlist' : 'rtl'][simulator];
  const settings = testbenchArguments(simulator, frames, r.hardware, stalls, undefined, r.windows);
  const what = r.netlist ? 'netlist' : 'RTL';
  onStage(`build ${what} (${simulator})`, () =>
    simulator === 'verilator' ? builtFraction(r.folder, names.product) : undefined,
  );
  const program = `${names.product}/V${r.hardware.name}`;
  const build = () => runOk(make, ['-s', names.target, `FRAMES=${frames}`], r.folder, r.lock);
  const built = await wholeBuild(r.folder, names.target, [names.product], () =>
    simulator === 'verilator' && !r.netlist ? withModel(r.folder, program, build) : build(),
  );
  // What an earlier run noted must not speak for this one.
  removeFile(join(r.folder, 'sim', 'result.txt'));
  const beatsPerFrame = outputsOf(r.hardware).reduce(
    (sum, end) => sum + r.hardware.streams[end.stream].beatsPerFrame,
    0,
  );
  onStage(`run ${what} (${simulator})`, () => ranFraction(r.folder, frames * beatsPerFrame));
  const ran =
    simulator === 'verilator'
      ? await run(`./${program}`, settings, r.folder, r.lock)
      : await run(requireTool('vvp', INSTALL.iverilog), ['-n', names.product, ...settings], r.folder, r.lock);
  if (ran.status !== 0 && ran.status !== 1) {
    throw new BlnetError('BLN402', {
      where: simulator,
      found: `exit ${ran.status}\n${lastLines(ran.output)}`,
    });
  }
  const result = parseResult(
    readText(join(r.folder, 'sim', 'result.txt')),
    ran.output,
    outputsOf(r.hardware),
  );
  return { ...result, buildSeconds: built.seconds, runSeconds: ran.seconds };
}
