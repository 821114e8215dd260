/**
 * What a build folder holds for a board: the accelerator behind a serial line, the board's top module with its clock,
 * constraints, a host program, and a model of the design and its line for simulation.
 */
import { assertInternal, BlnetError } from '../diagnostics.js';
import type { Board, Pll } from '../ir/board.js';
import { ceilDiv } from '../ir/folding.js';
import { type End, type Hardware, inputsOf, outputsOf } from '../ir/hardware.js';
import type { Preprocessing } from '../ir/preprocess.js';
import type { QuantTensor } from '../ir/quant-graph.js';
import { comment } from '../text/comment.js';
import { python, type Text } from '../text/text.js';
import { decimal, hex, identifier, numbers, word } from '../text/words.js';
import { hashOfFiles } from './library.js';
import { render, type Templates } from './render.js';

export interface BoardOptions {
  readonly version: string;
  /** Name of the source model, for headers. */
  readonly model: string;
  readonly board: Board;
  /** Of its clock. */
  readonly pll: Pll;
  /** Tensors at the ends. */
  readonly input: QuantTensor;
  readonly outputs: readonly QuantTensor[];
  readonly preprocessing: Preprocessing;
  /** Files of hw/board by name. */
  readonly library: ReadonlyMap<string, string>;
  readonly templates: Templates;
  /** What `generateVerilog` made: the build hash covers the top module and the weights. */
  readonly files: ReadonlyMap<string, string>;
}

/** Bytes of a frame that block RAM beside the accelerator holds, 16 blocks of ECP5. */
const MOST_FRAME_BYTES = 32_768;
/** Waits of the protocol: between two bytes of a request, and after a fault. */
const TIMEOUT_SECONDS = 0.25;
const QUIET_SECONDS = 0.005;

export const boardTop = (hw: Pick<Hardware, 'name'>, { name }: Board): string => `${hw.name}_${name}`;

/** Bytes of a beat on the line, and of a frame. */
function lineEnd(hw: Hardware, end: End) {
  const { lanes, bits, beatsPerFrame } = hw.streams[end.stream];
  const bytes = ceilDiv(lanes * bits, 8);
  return { lanes, bits, beats: beatsPerFrame, bytes, frameBytes: beatsPerFrame * bytes };
}

/** Bytes of a frame at the accelerator's input and output. Errors: BLN001 for ends that the protocol does not carry. */
export function serialEnds(hw: Hardware, board: Board) {
  const { title, name } = board;
  const outputs = outputsOf(hw);
  const input = lineEnd(hw, inputsOf(hw)[0]);
  if (outputs.length > 1) {
    throw new BlnetError('BLN001', {
      where: `--board ${name}`,
      found: `a network of ${outputs.length} outputs`,
      need: 'one output: the serial protocol carries one stream of results',
      hint: 'compile without --board; route then proves the clock alone',
    });
  }
  if (input.frameBytes > MOST_FRAME_BYTES) {
    throw new BlnetError('BLN001', {
      where: `--board ${name}`,
      found: `frames of ${input.frameBytes} bytes`,
      need: `at most ${MOST_FRAME_BYTES}: a ${title} stores a frame before it runs`,
      hint: 'compile without --board, or use a network of smaller images',
    });
  }
  return { input, output: lineEnd(hw, outputs[0]) };
}

const flag = (value: boolean): Text<'python'> => (value ? python`True` : python`False`);
const shapeOf = ({ shape: s }: QuantTensor): Text<'python'> => numbers([s.height, s.width, s.channels], ', ');

/** Path → text, relative to the build folder. Errors: BLN001 for what a board cannot carry. */
export function generateBoard(hw: Hardware, o: BoardOptions): Map<string, string> {
  const { board, templates } = o;
  const { input, output } = serialEnds(hw, board);
  const hashed = [...o.files].filter(([path]) => path === `rtl/${hw.name}.v` || path.startsWith('weights/'));
  const common = {
    name: identifier(hw.name),
    version: word(o.version),
    model: comment(o.model),
    board: word(board.title),
    baud: board.baud,
    buildHex: hex(hashOfFiles(new Map(hashed)), 8),
    inBytes: input.bytes,
    outBytes: output.bytes,
  };
  const serial = {
    ...common,
    inPort: identifier(inputsOf(hw)[0].port),
    outPort: identifier(outputsOf(hw)[0].port),
    inMsb: 8 * input.bytes - 1,
    outMsb: 8 * output.bytes - 1,
    inBeats: input.beats,
    outBeats: output.beats,
    inFrameBytes: input.frameBytes,
  };
  const files = new Map<string, string>();
  for (const [name, text] of o.library)
    if (name.endsWith('.v') || name === `${board.name}.lpf`) files.set(`board/${name}`, text);
  assertInternal(files.has(`board/${board.name}.lpf`), `no constraints of ${board.name}`);
  files.set(`board/${hw.name}_serial.v`, render(templates, 'serial.v.hbs', serial));
  const top = { ...common, ...clockFacts(board, o.pll) };
  files.set(`board/${boardTop(hw, board)}.v`, render(templates, 'ulx3s.v.hbs', top));
  const lanes = { inLanes: input.lanes, inBits: input.bits, outLanes: output.lanes, outBits: output.bits };
  const host = { ...common, ...hostFacts(o), ...lanes };
  // The link to the board, then images and the command.
  const link = render(templates, 'serial-host.py.hbs', host);
  const command = render(templates, 'serial-host-main.py.hbs', host);
  files.set(`board/${hw.name}_host.py`, `${link}\n\n${command}`);
  files.set('board/bridge.cpp', render(templates, 'board-bridge.cpp.hbs', common));
  files.set('board/Makefile', render(templates, 'board-Makefile.hbs', common));
  return files;
}

function clockFacts(board: Board, pll: Pll) {
  const { clockMhz, vcoMhz, refDiv, feedbackDiv, outputDiv } = pll;
  const hertz = clockMhz * 1e6;
  return {
    refDiv,
    feedbackDiv,
    outputDiv,
    phase: (outputDiv - 1) >> 1,
    clockText: decimal(clockMhz, 3),
    vcoText: decimal(vcoMhz, 3),
    divisor: Math.round(hertz / board.baud),
    timeoutCycles: Math.round(TIMEOUT_SECONDS * hertz),
    quietCycles: Math.round(QUIET_SECONDS * hertz),
    kilohertz: Math.round(clockMhz * 1000),
  };
}

function hostFacts({ input, outputs: [output], preprocessing }: BoardOptions) {
  return {
    inputShape: shapeOf(input),
    outputShape: shapeOf(output),
    inputSigned: flag(input.signed),
    outputSigned: flag(output.signed),
    inputScale: input.scale,
    inputZeroPoint: input.zeroPoint,
    outputScale: output.scale,
    outputZeroPoint: output.zeroPoint,
    mean: python`[${numbers(preprocessing.mean, ',')}]`,
    std: python`[${numbers(preprocessing.std, ',')}]`,
  };
}
