/**
 * What the HLS bindings of the kinds share: a block of one process, and the back half of the engines.
 */
import { BlnetError } from '../diagnostics.js';
import type { HlsBinding, HlsCall, HlsLink } from '../ir/block-kind.js';
import type { RequantParams, RequantRom } from '../ir/hardware.js';
import { requantParameters, roundingBits, roundingsOf } from './requant.js';

/** Depth of a channel that only has to decouple two processes. */
export const SHALLOW = 2;

/**
 * Of blocks that tell one frame from the next, which a call of the HLS function does not: it is one frame.
 * Errors: BLN001.
 */
export function noHls(): never {
  throw new BlnetError('BLN001', {
    where: '--copies',
    found: 'HLS code of several copies of a pipeline',
    need: 'one copy, or --backend verilog',
    hint: 'a call of the HLS function is one frame',
  });
}

type HlsProcesses = Extract<HlsBinding, { form: 'processes' }>;

/** A block that is one process without arrays. */
export const oneProcess = (name: string, parameters: HlsCall['parameters']): HlsProcesses => ({
  form: 'processes',
  calls: [{ function: name, parameters, roms: [] }],
  links: [],
  inputDepth: SHALLOW,
});

/** What leaves an engine: sets of `pe` accumulators, requantized `lanesOut` at a time. */
export interface EmitShape {
  readonly pixels: number;
  readonly pe: number;
  readonly lanesOut: number;
  /** Output beats per pixel. */
  readonly beatsOut: number;
  readonly scaleCycles: number;
  readonly requant: RequantParams;
  readonly requantRom: RequantRom;
}

/** An engine in two processes: products and sums, then the requantizer, which never waits for the next input. */
export function engineProcesses(mac: HlsCall, e: EmitShape): HlsProcesses {
  const { multipliers, biases } = e.requantRom;
  const roundings = roundingsOf(e.requant, e.requantRom).map(Number);
  const parameters: HlsCall['parameters'] = [
    ['PIXELS', e.pixels],
    ['PE', e.pe],
    ['LANES_OUT', e.lanesOut],
    ['BEATS', e.beatsOut],
    ['BEAT_CYCLES', Math.max(1, e.scaleCycles)],
    ...requantParameters(e.requant),
    ['SCALE_DSP', e.scaleCycles === 0 ? 1 : 0],
    ['R_BITS', Math.max(1, roundingBits(e.requant))],
  ];
  const { multiplierBits, biasBits } = e.requant;
  const shape = { lanes: e.lanesOut, block: false };
  const roms = [
    { ...shape, name: 'multipliers', bits: multiplierBits, signed: false, values: multipliers },
    { ...shape, name: 'biases', bits: biasBits, signed: true, values: biases },
    {
      ...shape,
      name: 'roundings',
      bits: Math.max(1, roundingBits(e.requant)),
      signed: false,
      values: roundings,
    },
  ];
  return {
    form: 'processes',
    calls: [mac, { function: 'blnet_emit', parameters, roms }],
    links: [{ name: 'acc', bits: e.pe * e.requant.accBits, depth: SHALLOW }],
    inputDepth: SHALLOW,
  };
}

/** Another process in front of a block, joined to it by `link`. */
export const withFirst = (first: HlsCall, link: HlsLink, rest: HlsProcesses): HlsProcesses => ({
  ...rest,
  calls: [first, ...rest.calls],
  links: [link, ...rest.links],
});
