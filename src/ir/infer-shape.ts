/**
 * Shape of an operation's output from the shapes of its inputs. The frontends, the spec builder and the verifier
 * all ask here, so that a graph's shapes cannot depend on who made it.
 */
import { BlnetError } from '../diagnostics.js';
import {
  type ConvOp,
  formatShape,
  type GraphOp,
  type Shape,
  type WindowShape,
  windowExtent,
} from './graph.js';

const mismatch = (where: string, found: string, need: string): BlnetError =>
  new BlnetError('BLN103', { where, found, need });

function windowShape(w: WindowShape, channels: number, x: Shape, where: string): Shape {
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

function convShape(op: ConvOp, x: Shape, where: string): Shape {
  if (!(op.outChannels >= 1)) throw mismatch(where, `${op.outChannels} output channels`, 'at least one');
  const depthwise = op.groups === x.channels && op.outChannels === x.channels;
  if (op.groups !== 1 && !depthwise) {
    throw mismatch(
      where,
      `${op.groups} groups, ${x.channels} -> ${op.outChannels} channels`,
      '1 group, or depthwise',
    );
  }
  const weights = op.outChannels * (x.channels / op.groups) * op.kernel * op.kernel;
  if (op.weights.length !== weights) {
    throw mismatch(
      where,
      `${op.weights.length} weights for an input of ${formatShape(x)}`,
      `${weights} weights`,
    );
  }
  if (op.bias && op.bias.length !== op.outChannels) {
    throw mismatch(where, `${op.bias.length} biases`, `${op.outChannels}, one per output channel`);
  }
  return windowShape(op, op.outChannels, x, where);
}

/** Errors: BLN103 when inputs and parameters do not fit, BLN102 for an empty clamp. `where` names the node. */
export function inferShape(op: GraphOp, inputs: readonly Shape[], where: string): Shape {
  const arity = op.op === 'add' ? 2 : 1;
  const [x, y] = inputs;
  if (inputs.length !== arity || !x) throw mismatch(where, `${inputs.length} inputs`, `${arity}`);
  switch (op.op) {
    case 'conv':
      return convShape(op, x, where);
    case 'batchNorm':
      if (op.scale.length !== x.channels || op.shift.length !== x.channels) {
        throw mismatch(
          where,
          `${op.scale.length} scales, ${op.shift.length} shifts`,
          `${x.channels} of each`,
        );
      }
      return x;
    case 'clamp':
      if (!(op.min <= op.max))
        throw new BlnetError('BLN102', { where, found: `a clamp to ${op.min} .. ${op.max}` });
      return x;
    case 'add':
      if (!y || formatShape(x) !== formatShape(y)) {
        throw mismatch(
          where,
          `adding ${formatShape(x)} and ${y ? formatShape(y) : 'nothing'}`,
          'equal shapes',
        );
      }
      return x;
    case 'upsample':
      if (!Number.isInteger(op.factor) || op.factor < 1) {
        throw mismatch(where, `factor ${op.factor}`, 'a positive integer factor');
      }
      return { channels: x.channels, height: x.height * op.factor, width: x.width * op.factor };
    case 'maxPool':
    case 'avgPool':
      return windowShape(op, x.channels, x, where);
    case 'globalAvgPool':
      return { channels: x.channels, height: 1, width: 1 };
  }
}
