/** Dividers of ECP5's PLL (EHXPLLL, feedback from its first output), from Lattice's sysCLOCK guide FPGA-TN-02200. */
import { BlnetError } from '../diagnostics.js';
import type { Pll } from '../ir/board.js';

const MOST_REF_DIV = 128;
const MOST_FEEDBACK_DIV = 80;
const MOST_OUTPUT_DIV = 128;
/** Least frequency behind the reference divider. */
const LEAST_PFD_MHZ = 3.125;
const VCO_MHZ = { least: 400, most: 800, usual: 600 } as const;
const OUTPUT_MHZ = { least: VCO_MHZ.least / MOST_OUTPUT_DIV, most: 400 } as const;

/** The output divider that has the oscillator nearest to its middle. */
function outputDivider(clockMhz: number): number {
  const near = Math.min(MOST_OUTPUT_DIV, Math.max(1, Math.round(VCO_MHZ.usual / clockMhz)));
  const fits = (d: number): boolean => clockMhz * d >= VCO_MHZ.least && clockMhz * d <= VCO_MHZ.most;
  const candidates = [near, near - 1, near + 1].filter((d) => d >= 1 && d <= MOST_OUTPUT_DIV && fits(d));
  return candidates[0] ?? 0;
}

/**
 * The highest clock up to `mostMhz`. The fewest reference divisions first: they are quietest.
 * Errors: BLN001 for a clock that the PLL cannot make.
 */
export function ecp5Pll(inputMhz: number, mostMhz: number): Pll {
  let best: Pll | null = null;
  for (let refDiv = 1; refDiv <= MOST_REF_DIV && inputMhz / refDiv >= LEAST_PFD_MHZ; refDiv++) {
    const feedbackDiv = Math.min(MOST_FEEDBACK_DIV, Math.floor((mostMhz * refDiv) / inputMhz + 1e-9));
    const clockMhz = (inputMhz * feedbackDiv) / refDiv;
    if (feedbackDiv < 1 || clockMhz > OUTPUT_MHZ.most || (best && clockMhz <= best.clockMhz + 1e-9)) continue;
    const outputDiv = outputDivider(clockMhz);
    if (outputDiv > 0) best = { refDiv, feedbackDiv, outputDiv, clockMhz, vcoMhz: clockMhz * outputDiv };
  }
  if (best) return best;
  throw new BlnetError('BLN001', {
    where: 'clock of the board',
    found: `${mostMhz} MHz`,
    need: `${OUTPUT_MHZ.least} to ${OUTPUT_MHZ.most} MHz, which ECP5's PLL makes of ${inputMhz} MHz`,
    hint: 'set it with --clock',
  });
}
