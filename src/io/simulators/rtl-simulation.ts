/**
 * Runs the generated RTL in Verilator or Icarus on given frames and reads what its testbench noted: values that
 * differ, and the cycle of every handshake.
 */
import { join } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import { beatsText } from '../../hls-gen/stimulus.js';
import type { Hardware, Stream } from '../../ir/hardware.js';
import { type QuantGraph, tensorOf } from '../../ir/quant-graph.js';
import { generatorSeeds, NO_STALLS, type StallPattern } from '../../sim/stimulus.js';
import { noteFiles } from '../build/mark.js';
import { readText, writeFiles } from '../files.js';
import { removeFile } from '../folders.js';
import type { Lock } from '../lock.js';
import { lastLines, requireTool, run, runOk } from '../process.js';
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
  /** Input and expected output of every frame: raster order, channels innermost. */
  readonly inputs: readonly ArrayLike<number>[];
  readonly outputs: readonly ArrayLike<number>[];
  readonly simulator: Simulator;
  readonly stalls?: StallPattern;
  readonly onStage?: OnStage;
  /** File with lines "from to": cycles whose handshakes go to sim/windows.log. Relative to the folder. */
  readonly windows?: string;
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
  readonly mismatchedBeats: readonly number[];
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
  readonly outputCycles: readonly number[];
  readonly streams: readonly RtlStream[];
  readonly buildSeconds: number;
  readonly runSeconds: number;
}

const INSTALL: Readonly<Record<Simulator, string>> = {
  verilator: 'apt-get install verilator make g++, or --simulator iverilog',
  iverilog: 'apt-get install iverilog make, or --simulator verilator',
};

/**
 * Reads sim/result.txt; `output` is what the simulator printed. Errors: BLN402 when the testbench stopped before its
 * end, as an assertion of the RTL makes it do.
 */
export function parseResult(text: string, output: string): Omit<RtlResult, 'buildSeconds' | 'runSeconds'> {
  if (!/^deadlock \d+\n/m.test(text)) {
    const found = `it stopped before its end\n${lastLines(output)}`;
    throw new BlnetError('BLN402', { where: 'testbench', found });
  }
  const numbers = new Map<string, number[]>();
  const streams: RtlStream[] = [];
  for (const line of text.trim().split('\n')) {
    const [key, ...fields] = line.split(' ');
    const [first, ...rest] = fields.map(Number) as [number, ...number[]];
    if (key === 'stream') {
      const [beats, traceHash, lateBeats] = rest as [number, number, number];
      streams[first] = { beats, traceHash, lateBeats };
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
    mismatchedBeats: all('mismatch'),
    received: one('received'),
    extra: one('extra'),
    wrongMarks: one('marks'),
    frameError: one('frame_error') !== 0,
    deadlock: one('deadlock') !== 0,
    unknownCycles: one('unknown') ?? 0,
    cycles: one('cycles'),
    inputFirst: all('input_first'),
    outputCycles: all('output'),
    streams,
  };
}

/** Arguments of a built testbench; `patience` is how many cycles without a handshake it takes for a deadlock. */
export function testbenchArguments(
  simulator: Simulator,
  frames: number,
  stalls: StallPattern,
  patience?: number,
  windows?: string,
): string[] {
  const seeds = generatorSeeds(stalls.seed);
  const settings: [string, number | string][] = [
    ['input-seed', seeds.input],
    ['output-seed', seeds.output],
    ['input-pause', stalls.input],
    ['output-pause', stalls.output],
  ];
  if (patience !== undefined) settings.push(['patience', patience]);
  if (windows !== undefined) settings.push(['windows', windows]);
  // Icarus has the number of frames built in, since it sizes the testbench's memories.
  return simulator === 'verilator'
    ? ['--frames', `${frames}`, ...settings.flatMap(([key, value]) => [`--${key}`, `${value}`])]
    : settings.map(([key, value]) => `+${key.replace('-', '_')}=${value}`);
}

/** Writes sim/input.hex and sim/expected.hex, which all testbenches read. */
export function writeStimulus(
  r: Pick<RtlRequest, 'folder' | 'hardware' | 'quantized' | 'inputs' | 'outputs'>,
): void {
  const ends = [
    [r.quantized.input, r.hardware.input, r.inputs, 'input'],
    [r.quantized.output, r.hardware.output, r.outputs, 'expected'],
  ] as const;
  const files = new Map<string, string>();
  for (const [tensor, index, frames, name] of ends) {
    const { shape } = tensorOf(r.quantized, tensor);
    const stream = r.hardware.streams[index] as Stream;
    const text = frames.map((f) => beatsText(f, shape.channels, stream.lanes, stream.bits)).join('');
    files.set(`sim/${name}.hex`, text);
  }
  writeFiles(r.folder, files);
  noteFiles(r.folder, files);
}

/** Errors: BLN401 without the simulator, BLN402 when it does not build or its testbench stops early. */
export async function runRtl(r: RtlRequest): Promise<RtlResult> {
  const { simulator, stalls = NO_STALLS, onStage = () => {} } = r;
  const frames = r.inputs.length;
  requireTool(simulator, INSTALL[simulator]);
  const make = requireTool('make', INSTALL[simulator]);
  writeStimulus(r);
  const settings = testbenchArguments(simulator, frames, stalls, undefined, r.windows);
  onStage(`build RTL (${simulator})`, () =>
    simulator === 'verilator' ? builtFraction(r.folder) : undefined,
  );
  const product = simulator === 'verilator' ? 'obj_dir' : 'testbench.vvp';
  const built = await wholeBuild(r.folder, simulator, [product], () =>
    runOk(make, ['-s', `${simulator}-build`, `FRAMES=${frames}`], r.folder, r.lock),
  );
  // What an earlier run noted must not speak for this one.
  removeFile(join(r.folder, 'sim', 'result.txt'));
  const { beatsPerFrame } = r.hardware.streams[r.hardware.output] as Stream;
  onStage(`run RTL (${simulator})`, () => ranFraction(r.folder, frames * beatsPerFrame));
  const ran =
    simulator === 'verilator'
      ? await run(`./obj_dir/V${r.hardware.name}`, settings, r.folder, r.lock)
      : await run(
          requireTool('vvp', INSTALL.iverilog),
          ['-n', 'testbench.vvp', ...settings],
          r.folder,
          r.lock,
        );
  if (ran.status !== 0 && ran.status !== 1) {
    throw new BlnetError('BLN402', {
      where: simulator,
      found: `exit ${ran.status}\n${lastLines(ran.output)}`,
    });
  }
  const result = parseResult(readText(join(r.folder, 'sim', 'result.txt')), ran.output);
  return { ...result, buildSeconds: built.seconds, runSeconds: ran.seconds };
}
