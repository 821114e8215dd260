/** Line buffers: when a layer needs one, what it becomes, and how wide its beats may be. */
import { BlnetError } from '../../diagnostics.js';
import type { WindowShape } from '../../ir/graph.js';
import type { WindowParams } from '../../ir/hardware.js';
import type { QuantTensor } from '../../ir/quant-graph.js';
import { type PlannedBlock, planned } from '../layer-kind.js';
import { groupsOf, pixelsOf } from './lanes.js';

/** Whether a layer needs a line buffer before its engine. */
export const needsWindow = (w: WindowShape): boolean => w.kernel > 1 || w.stride > 1;

/** Taps of a beat: one, or a column of the window. */
export const tapChoices = (w: WindowShape): number[] => (w.kernel > 1 ? [1, w.kernel] : [1]);

const windowParams = (
  w: WindowShape,
  x: QuantTensor,
  y: QuantTensor,
  lanes: number,
  taps: number,
  padValue: number,
): WindowParams => ({
  kind: 'window',
  height: x.shape.height,
  width: x.shape.width,
  groups: groupsOf(x, lanes),
  lanes,
  bits: x.bits,
  kernel: w.kernel,
  stride: w.stride,
  padTop: w.pads.top,
  padLeft: w.pads.left,
  outHeight: y.shape.height,
  outWidth: y.shape.width,
  taps,
  rows: w.kernel + w.stride - 1,
  padValue,
});

/** The line buffer in front of an engine. */
export function windowBlock(
  w: WindowShape,
  x: QuantTensor,
  y: QuantTensor,
  { lanes, taps }: { readonly lanes: number; readonly taps: number },
  padValue: number,
): PlannedBlock {
  const params = windowParams(w, x, y, lanes, taps, padValue);
  return planned(params, () => ({}), {
    sources: [{ input: 0 }],
    role: 'window',
    output: {
      role: 'taps',
      lanes: taps * lanes,
      bits: x.bits,
      signed: x.signed,
      beatsPerFrame: pixelsOf(y) * params.groups * (w.kernel ** 2 / taps),
    },
  });
}

/** Errors: BLN202 for padding as wide as the window. */
export function checkPads(w: WindowShape, layer: string): void {
  const { top, left, bottom, right } = w.pads;
  if (Math.max(top, left, bottom, right) < w.kernel) return;
  throw new BlnetError('BLN202', {
    where: layer,
    found: `pads [${top}, ${left}, ${bottom}, ${right}] around a ${w.kernel}x${w.kernel} window`,
    need: 'pads below the kernel',
    hint: 'such a border holds the bias alone: crop it, or pad the images',
  });
}
