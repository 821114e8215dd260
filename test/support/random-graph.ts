/** Small random float graphs for tests: every operation of the graph, odd channel counts, branches that merge. */
import { type Graph, type GraphOp, NO_PADS, type Pads, type Shape } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import { perChannel } from '../../src/layers/depthwise/index.js';
import { GraphBuilder } from '../../src/layers/graph-builder.js';
import { FUNCTIONS, type FunctionName } from '../../src/layers/lookup/functions.js';

export const randomValues = (prng: Prng, length: number): Float32Array =>
  Float32Array.from({ length }, () => prng.normal());

export function randomConv(
  prng: Prng,
  x: Shape,
  depthwise: boolean,
  kernel: number,
  stride: number,
): GraphOp {
  const outChannels = depthwise ? x.channels : prng.int(1, 9);
  const perOutput = (depthwise ? 1 : x.channels) * kernel * kernel;
  const deviation = 1 / Math.sqrt(perOutput);
  const weights = randomValues(prng, outChannels * perOutput).map((w) => w * deviation);
  const bias = prng.int(0, 1) ? randomValues(prng, outChannels) : null;
  const p = Math.floor(kernel / 2);
  // Pads stay below the kernel: the hardware has no window that lies in the padding alone.
  const pads: Pads =
    prng.int(0, 3) || kernel === 1
      ? { top: p, left: p, bottom: p, right: p }
      : { top: p, left: 0, bottom: prng.int(0, 1), right: p };
  const filters = { kernel, stride, pads, weights, bias };
  return depthwise ? perChannel(outChannels, filters) : { op: 'conv', outChannels, ...filters };
}

function randomOp(prng: Prng, x: Shape): GraphOp {
  const stride = x.height > 6 && x.width > 6 ? prng.int(1, 2) : 1;
  const pads = { top: 1, left: 1, bottom: 1, right: 1 };
  switch (prng.int(0, 8)) {
    case 0:
    case 1:
      return randomConv(prng, x, false, prng.pick([1, 3]), stride);
    case 2:
    case 3:
      return randomConv(prng, x, true, 3, stride);
    case 4:
      return {
        op: 'batchNorm',
        scale: randomValues(prng, x.channels),
        shift: randomValues(prng, x.channels),
      };
    case 5:
      return { op: 'clamp', min: prng.pick([0, -0.5]), max: prng.pick([6, 1, Number.POSITIVE_INFINITY]) };
    case 6:
      return { op: 'maxPool', kernel: 3, stride, pads };
    case 7:
      return { op: 'avgPool', kernel: 3, stride, pads };
    default:
      return x.height <= 10
        ? { op: 'upsample', rows: 2, columns: 2, fill: 'repeat' }
        : { op: 'clamp', min: 0, max: 6 };
  }
}

/** ONNX Runtime has no QONNX. */
const NAMES = (Object.keys(FUNCTIONS) as FunctionName[]).filter((name) => name !== 'bipolar');

/** Parameters in single precision, as ONNX has them, and zero where the function has none. */
function randomLookup(prng: Prng): GraphOp {
  const name = prng.pick(NAMES);
  const hasAlpha = [
    'hardSigmoid',
    'hardSwish',
    'leakyRelu',
    'elu',
    'celu',
    'selu',
    'thresholdedRelu',
  ].includes(name);
  const hasBeta = ['hardSigmoid', 'hardSwish', 'selu'].includes(name);
  return {
    op: 'lookup',
    function: name,
    alpha: hasAlpha ? Math.fround(0.05 + 0.3 * prng.float()) : 0,
    beta: hasBeta ? Math.fround(0.3 + 0.4 * prng.float()) : 0,
  };
}

/**
 * Equal seeds give equal graphs.
 * @param operations `first`: those of the networks that benchmarks are judged by, which stay as they are
 */
export function randomGraph(seed: number, length = 10, operations: 'first' | 'all' = 'first'): Graph {
  const prng = new Prng(seed);
  const shape = { channels: prng.int(1, 5), height: prng.int(5, 12), width: prng.int(5, 12) };
  const builder = new GraphBuilder(`random-${seed}`, 'image', shape);
  let x = 'image';
  for (let i = 0; i < length; i++) {
    if (operations === 'all' && prng.int(0, 5) === 0) {
      const branch = builder.add(`part${i}`, randomConv(prng, builder.shapeOf(x), true, 1, 1), [x], `t${i}b`);
      x = builder.add(`concat${i}`, { op: 'concat' }, prng.int(0, 1) ? [x, branch] : [branch, x, x], `t${i}`);
    } else if (operations === 'all' && prng.int(0, 4) === 0) {
      x = builder.add(`table${i}`, randomLookup(prng), [x], `t${i}`);
    } else if (prng.int(0, 4) === 0) {
      // A residual: depthwise with stride 1 beside the identity.
      const op = randomConv(prng, builder.shapeOf(x), true, 1, 1);
      const branch = builder.add(`branch${i}`, { ...op, pads: NO_PADS } as GraphOp, [x], `t${i}b`);
      x = builder.add(`add${i}`, { op: 'add' }, [x, branch], `t${i}`);
    } else {
      x = builder.add(`layer${i}`, randomOp(prng, builder.shapeOf(x)), [x], `t${i}`);
    }
  }
  if (prng.int(0, 1)) {
    x = builder.add('pool', { op: 'globalAvgPool' }, [x]);
    x = builder.add('dense', randomConv(prng, builder.shapeOf(x), false, 1, 1), [x], 'logits');
  }
  return builder.finish(x, { 'blnet.input.mean': '128', seed: `${seed}` });
}

export const randomImage = (prng: Prng, s: Shape): Float32Array =>
  randomValues(prng, s.channels * s.height * s.width);

/** Largest |a - b| relative to the largest |b|. */
export function relativeError(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let [difference, magnitude] = [0, 1e-6];
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
    magnitude = Math.max(magnitude, Math.abs(b[i]));
  }
  return difference / magnitude;
}
