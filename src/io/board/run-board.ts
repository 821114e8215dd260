/**
 * Frames on a board: the build's own host program speaks to it, here the beats are made, and what comes back is held
 * against the integer reference.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import Type from 'typebox';
import { boardOf } from '../../config.js';
import { BlnetError } from '../../diagnostics.js';
import { beatsText } from '../../hls-gen/stimulus.js';
import { inputsOf, outputsOf } from '../../ir/hardware.js';
import { tensorOf } from '../../ir/quant-graph.js';
import { dequantizeValues } from '../../ir/quantize-values.js';
import { argmax } from '../../report/accuracy.js';
import { count, record } from '../../schema/parts.js';
import { validate } from '../../schema/validate.js';
import { createExecutor } from '../../sim/simd-executor.js';
import type { Build } from '../build/build-folder.js';
import { findTool } from '../process.js';
import { resultOf } from '../synthesis/yosys-job.js';
import { type RunLimits, runTool } from '../tool-run.js';

export interface BoardRequest extends RunLimits {
  readonly build: Build;
  /** Serial port. */
  readonly port: string;
  /** Quantized, in the order of the input stream. */
  readonly frames: readonly Int16Array[];
  /** More tries of a request after a fault of the line. */
  readonly retries: number;
  /** Longest wait for a reply. */
  readonly replySeconds: number;
}

export interface BoardFrame {
  readonly class: number;
  readonly integers: readonly number[];
  readonly reals: readonly number[];
  /** From the first beat in to the first beat out, as the board counted. */
  readonly cycles: number;
  readonly equal: boolean;
}

export interface BoardRun {
  /** As the bitstream says. */
  readonly clockMhz: number;
  readonly frames: readonly BoardFrame[];
}

const integers = Type.Array(Type.Integer({ description: 'a whole number' }));
const REPLY_SCHEMA = record({
  kilohertz: count,
  frames: Type.Array(record({ outputs: integers, cycles: count })),
});

const BEATS_FILE = 'beats.hex';
const REPLY_FILE = 'reply.json';

/** The host program. Errors: BLN001 for a build without a board. */
function hostOf(build: Build): string {
  const path = resolve(build.folder, 'board', `${build.hardware.name}_host.py`);
  if (boardOf(build.manifest.config) !== null && existsSync(path)) return path;
  throw new BlnetError('BLN001', {
    where: build.folder,
    found: 'a build for no board',
    need: 'one that was compiled with --board',
    hint: 'blnet compile MODEL -o DIR --board ulx3s, then blnet route DIR, and load its bitstream',
  });
}

/** Errors: BLN001 without a board in the build; BLN401 without Python; BLN402 with what the host program says. */
export async function runBoard(r: BoardRequest): Promise<BoardRun> {
  const { build, port, frames, retries, replySeconds, ...limits } = r;
  const { hardware, quantized } = build;
  const host = hostOf(build);
  const python = process.env.BLNET_PYTHON ?? findTool('python3');
  if (!python) {
    throw new BlnetError('BLN401', {
      where: host,
      found: "no program 'python3'",
      hint: 'install Python, or name an interpreter in BLNET_PYTHON',
    });
  }
  const { lanes, bits } = hardware.streams[inputsOf(hardware)[0].stream];
  const { channels } = tensorOf(quantized, quantized.input).shape;
  const beats = frames.map((values) => beatsText(values, channels, lanes, bits)).join('');
  const args = [host, '--port', resolve(port), '--beats', BEATS_FILE, '--reply', REPLY_FILE];
  const run = {
    ...limits,
    tool: 'the host program',
    command: python,
    args: [...args, '--retries', `${retries}`, '--timeout', `${replySeconds}`],
    files: new Map([[BEATS_FILE, beats]]),
    results: [REPLY_FILE],
  };
  const reply = validate(REPLY_SCHEMA, JSON.parse(resultOf(await runTool(run), REPLY_FILE)), {
    where: 'reply of the host program',
    code: 'BLN402',
  });
  const executor = createExecutor(quantized);
  const y = tensorOf(quantized, outputsOf(hardware)[0].tensor);
  return {
    clockMhz: reply.kilohertz / 1000,
    frames: reply.frames.map(({ outputs, cycles }, i) => {
      executor.run(frames[i]);
      const wanted = executor.valuesOf(y.name);
      const same = outputs.length === wanted.length && outputs.every((v, at) => v === wanted[at]);
      const reals = [...dequantizeValues(Int32Array.from(outputs), y.shape, y)];
      return { class: argmax(outputs), integers: outputs, reals, cycles, equal: same };
    }),
  };
}
