/**
 * What the HLS bindings of the kinds share: a block of one process, and the back half of the engines.
 */
import type { HlsBinding, HlsCall } from '../ir/block-kind.js';
import type { RequantParams, RequantRom } from '../ir/hardware.js';
import { requantParameters } from './requant.js';

/** Depth of a channel that only has to decouple two processes. */
export const SHALLOW = 2;

/** A block that is one process without arrays. */
export const oneProcess = (name: string, parameters: HlsCall['parameters']): HlsBinding => ({
  form: 'processes',
  calls: [{ function: name, parameters, roms: [] }],
  links: [],
  inputDepth: SHALLOW,
});

/** What leaves an engine: `results` sets of `pe` accumulators per frame, requantized `lanesOut` at a time. */
export interface EmitShape {
  readonly results: number;
  readonly pe: number;
  readonly lanesOut: number;
  readonly requant: RequantParams;
  readonly requantRom: RequantRom;
}

/** An engine in two processes: products and sums, then the requantizer, which never waits for the next input. */
export function engineProcesses(mac: HlsCall, inputDepth: number, e: EmitShape): HlsBinding {
  const { multipliers, offsets } = e.requantRom;
  const parameters: HlsCall['parameters'] = [
    ['RESULTS', e.results],
    ['PE', e.pe],
    ['LANES_OUT', e.lanesOut],
    ['BEATS', multipliers.length / e.lanesOut],
    ...requantParameters(e.requant),
  ];
  const { multiplierBits, offsetBits } = e.requant;
  const roms = [
    { name: 'multipliers', bits: multiplierBits, signed: false, lanes: e.lanesOut, values: multipliers },
    { name: 'offsets', bits: offsetBits, signed: true, lanes: e.lanesOut, values: offsets },
  ];
  return {
    form: 'processes',
    calls: [mac, { function: 'blnet_emit', parameters, roms }],
    links: [{ name: 'acc', bits: e.pe * e.requant.accBits, depth: SHALLOW }],
    inputDepth,
  };
}
