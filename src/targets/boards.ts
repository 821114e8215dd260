/** The boards by name. A missing one is a type error. */
import type { Board, Pll } from '../ir/board.js';
import type { BoardName } from '../schema/config.js';
import { ecp5Pll } from './ecp5-pll.js';

export const BOARDS: { readonly [N in BoardName]: Board } = {
  ulx3s: {
    name: 'ulx3s',
    title: 'ULX3S',
    device: 'LFE5U-85F',
    package: 'CABGA381',
    speedGrade: '6',
    oscillatorMhz: 25,
    baud: 1_000_000,
  },
};

/** The highest clock up to `mostMhz` that the board's PLL makes. Errors: BLN001. */
export const boardPll = (board: Board, mostMhz: number): Pll => ecp5Pll(board.oscillatorMhz, mostMhz);
