/** What the accelerator stands in on the part: registers alone, or a board's top module. */
import { boardOf } from '../../config.js';
import { BlnetError } from '../../diagnostics.js';
import { boardTop, generateBoard } from '../../hls-gen/board.js';
import { frameName, routeFrame } from '../../hls-gen/route-frame.js';
import type { Board } from '../../ir/board.js';
import { tensorOf } from '../../ir/quant-graph.js';
import { boardPll } from '../../targets/boards.js';
import type { SpeedGrade } from '../../targets/nextpnr.js';
import { VERSION } from '../../version.js';
import { loadAssets } from '../assets.js';
import type { Build } from '../build/build-folder.js';
import { buildFiles } from '../synthesis/synthesize-build.js';
import type { Surroundings } from './netlist.js';

export interface Placement extends Surroundings {
  /** Pins and clocks; null where any pin serves. */
  readonly constraints: string | null;
  /** What the board's PLL makes; null without a board. */
  readonly clockMhz: number | null;
}

/** The board of a build. Errors: BLN001 for another speed grade than it has. */
export function boardToRoute(build: Build, speedGrade: SpeedGrade): Board | null {
  const board = boardOf(build.manifest.config);
  if (board === null || board.speedGrade === speedGrade) return board;
  throw new BlnetError('BLN001', {
    where: '--speed',
    found: `grade ${speedGrade} for a ${board.title}`,
    need: `grade ${board.speedGrade}, which it carries`,
    hint: 'leave --speed away, or compile without --board to learn what another grade reaches',
  });
}

/** @param clockMhz what a board's PLL makes, at most. Errors: BLN001 for what a board cannot carry. */
export function surroundingsOf(build: Build, board: Board | null, clockMhz: number): Placement {
  const { hardware, quantized, manifest } = build;
  const assets = loadAssets();
  const common = { version: VERSION, templates: assets.templates };
  if (board === null) {
    const files = new Map([['frame.v', routeFrame(hardware, common)]]);
    return { top: frameName(hardware), files, constraints: null, clockMhz: null };
  }
  const pll = boardPll(board, clockMhz);
  const made = generateBoard(hardware, {
    ...common,
    board,
    pll,
    model: manifest.model,
    input: tensorOf(quantized, quantized.input),
    outputs: quantized.outputs.map((name) => tensorOf(quantized, name)),
    preprocessing: manifest.input.preprocessing,
    library: assets.board,
    files: new Map([...buildFiles(build, 'rtl'), ...buildFiles(build, 'weights')]),
  });
  const files = new Map([...made].filter(([path]) => path.endsWith('.v')));
  files.set('rtl/blnet_ram.v', assets.rtl.get('blnet_ram.v') as string);
  return {
    top: boardTop(hardware, board),
    files,
    constraints: made.get(`board/${board.name}.lpf`) as string,
    clockMhz: pll.clockMhz,
  };
}
