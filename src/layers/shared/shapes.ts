/** Shape inference that operations share: arity, windows, and the error that both raise. */
import { BlnetError } from '../../diagnostics.js';
import { formatShape, type Shape, type WindowShape, windowExtent } from '../../ir/graph.js';

/** BLN103: inputs and parameters of an operation do not fit. */
export const mismatch = (where: string, found: string, need: string): BlnetError =>
  new BlnetError('BLN103', { where, found, need });

export function windowShape(w: WindowShape, channels: number, x: Shape, where: string): Shape {
  const height = windowExtent(x.height, w.pads.top, w.pads.bottom, w.kernel, w.stride);
  const width = windowExtent(x.width, w.pads.left, w.pads.right, w.kernel, w.stride);
  if (!(height >= 1 && width >= 1)) {
    throw mismatch(
      where,
      `a ${w.kernel}x${w.kernel} window over ${formatShape(x)}`,
      'a window inside the padded input',
    );
  }
  return { channels, height, width };
}

/** `k3 s1 p1`, or `p0,0,1,1` where the sides differ. */
export function windowText(w: WindowShape): string {
  const { top, left, bottom, right } = w.pads;
  const pads = [top, left, bottom, right];
  return `k${w.kernel} s${w.stride} p${pads.every((p) => p === top) ? top : pads.join(',')}`;
}
