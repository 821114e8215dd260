/**
 * How pixels become the reals of the input where no metadata says so. What the model's own first layers do tells pixels
 * of 0 .. 255 from reals of 0 .. 1; either way it is an assumption, and is said to be one.
 */
import type { GraphNode } from '../../ir/graph.js';
import { floatLayer } from '../../layers/index.js';
import type { InputPreprocessing } from './feature.js';

/** A mean or a deviation above this is one of pixels 0 .. 255. */
const BEYOND_ONE = 8;

export interface AssumedPixels extends InputPreprocessing {
  readonly text: string;
}

/** Mean and deviation that the affine layers directly behind the input take off, as far as they tell; undefined without any. */
function ownNormalization(nodes: readonly GraphNode[], input: string): { reach: number } | undefined {
  let tensor = input;
  let [scale, shift] = [1, 0];
  let found = false;
  for (const n of nodes) {
    const affine = n.inputs[0] === tensor ? floatLayer(n).affine(n) : null;
    if (!affine) continue;
    // Channel 0 tells the range as well as the others do.
    shift = shift * affine.scale[0] + affine.shift[0];
    scale *= affine.scale[0];
    tensor = n.output;
    found = true;
  }
  if (!found || scale === 0) return undefined;
  return { reach: Math.max(Math.abs(shift / scale), Math.abs(1 / scale)) };
}

export function assumePixels(nodes: readonly GraphNode[], input: string): AssumedPixels {
  const own = ownNormalization(nodes, input);
  if (own && own.reach > BEYOND_ONE) {
    return {
      mean: 0,
      std: 1,
      text: 'reals are pixels, 0 to 255: the model has no metadata, and its first layers scale such a range',
    };
  }
  return {
    mean: 0,
    std: 255,
    text: 'reals are pixel / 255: the model has no metadata (blnet.input.mean, blnet.input.std) that says otherwise',
  };
}
