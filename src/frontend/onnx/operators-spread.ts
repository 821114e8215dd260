/**
 * Handlers of the ONNX operators that move values between channels and pixels: ConvTranspose, DepthToSpace, SpaceToDepth. All
 * of them become convolutions, behind pixels spread with zeros where the map grows.
 */

import { NO_PADS, type Pads } from '../../ir/graph.js';
import type { ConvOp } from '../../layers/conv/index.js';
import { checkLimit } from '../../limits.js';
import { regularConv } from '../shared/regular-conv.js';
import type { Feature, Value } from './feature.js';
import type { Handler, OperatorContext } from './operator-context.js';

type Pair = readonly [number, number];

function pairOf(c: OperatorContext, name: string, fallback: Pair): Pair {
  const values = c.attributes.ints(name) ?? fallback;
  const [a, b] = values;
  if (values.length !== 2 || !values.every((v) => Number.isInteger(v) && v >= 0))
    throw c.error('BLN202', { found: `${name} [${values.join(', ')}]`, need: 'two numbers from 0 on' });
  return [a, b];
}

/** Each pixel in the corner of rows x columns zeros. */
function spread(c: OperatorContext, x: Feature, rows: number, columns: number): Feature {
  if (rows === 1 && columns === 1) return x;
  c.note(
    'rewritten',
    `it is a convolution over a map with ${rows}x${columns} pixels for each, all but one zero`,
  );
  return c.keepingFormat(x, c.emitInner('spread', { op: 'upsample', rows, columns, fill: 'zeros' }, x));
}

interface Transposed {
  readonly strides: Pair;
  readonly dilations: Pair;
  /** Rows, columns of the kernel. */
  readonly kernel: Pair;
}

/** Pads of the transposed convolution, before and after on each axis. */
function padsOf(c: OperatorContext, x: Feature, t: Transposed): readonly [Pair, Pair] {
  const extra = pairOf(c, 'output_padding', [0, 0]);
  const given = c.attributes.ints('pads') ?? [0, 0, 0, 0];
  const mode = c.attributes.string('auto_pad', 'NOTSET') || 'NOTSET';
  const outputs = c.attributes.ints('output_shape')?.slice(-2);
  const inputs = [x.shape.height, x.shape.width];
  const axis = (i: 0 | 1): Pair => {
    const reach = (t.kernel[i] - 1) * t.dilations[i] + 1;
    const free = t.strides[i] * (inputs[i] - 1) + extra[i] + reach;
    const isSame = mode === 'SAME_UPPER' || mode === 'SAME_LOWER';
    const wanted = outputs?.[i] ?? (isSame ? inputs[i] * t.strides[i] : undefined);
    if (wanted === undefined) return [given[i], given[i + 2] - extra[i]];
    const total = free - wanted;
    const less = Math.floor(total / 2);
    const before = mode === 'SAME_UPPER' ? less : total - less;
    return [before, total - before - extra[i]];
  };
  return [axis(0), axis(1)];
}

const convTranspose: Handler = (c) => {
  const x = c.image(0);
  const w = c.finite(1);
  const bias = c.optionalConstant(2) ? Float32Array.from(c.finite(2).values) : null;
  const [inputs, perGroup, rows, columns] = w.dims as [number, number, number, number];
  const groups = c.attributes.int('group', 1);
  const { channels } = x.shape;
  if (w.dims.length !== 4 || inputs !== channels || !Number.isInteger(groups) || channels % groups !== 0)
    throw c.error('BLN103', {
      found: `weights of [${w.dims.join(', ')}], ${groups} groups, ${channels} channels`,
    });
  c.attributes.ignore('kernel_shape');
  const [strides, dilations] = [pairOf(c, 'strides', [1, 1]), pairOf(c, 'dilations', [1, 1])];
  if ([...strides, ...dilations].some((v) => v < 1))
    throw c.error('BLN102', { found: `strides [${strides}], dilations [${dilations}]`, need: '1 or more' });
  const pads = padsOf(c, x, { strides, dilations, kernel: [rows, columns] });
  const side = (i: 0 | 1): Pair => {
    const reach = ([rows, columns][i] - 1) * dilations[i];
    // Zeros behind the last pixel are there already.
    return [reach - pads[i][0], reach - pads[i][1] - (strides[i] - 1)];
  };
  const [[top, bottom], [left, right]] = [side(0), side(1)];
  const all: Pads = { top, left, bottom, right };
  checkLimit('kernel', Math.max(rows * dilations[0], columns * dilations[1]), c.where);
  if (Object.values(all).some((p) => p < 0))
    throw c.error('BLN202', {
      found: `pads that take more off the result than its kernel adds (${top}, ${left}, ${bottom}, ${right} are left)`,
      need: 'pads below the kernel less its stride',
      hint: 'use Resize (nearest) and a Conv',
    });
  const outChannels = perGroup * groups;
  const inGroup = channels / groups;
  const area = rows * columns;
  // [inputs][outputs of a group][rows][columns] to [outputs][inputs of a group], the kernel turned around.
  const weights = new Float32Array(outChannels * inGroup * area);
  for (let i = 0; i < channels; i++) {
    const group = Math.floor(i / inGroup);
    for (let o = 0; o < perGroup; o++) {
      for (let k = 0; k < area; k++)
        weights[((group * perGroup + o) * inGroup + (i % inGroup)) * area + area - 1 - k] =
          w.values[(i * perGroup + o) * area + k];
    }
  }
  const { op, rewrites } = regularConv(
    {
      channels,
      outChannels,
      groups,
      kernel: [rows, columns],
      dilations,
      stride: 1,
      pads: all,
      weights,
      bias,
    },
    c.where,
  );
  const y = spread(c, x, strides[0], strides[1]);
  for (const text of rewrites) c.note('rewritten', text);
  return c.emit(op, [y]);
};

function blockOf(c: OperatorContext): number {
  const block = c.attributes.int('blocksize', 0);
  if (!Number.isInteger(block) || block < 1) throw c.error('BLN102', { found: `blocksize ${block}` });
  checkLimit('kernel', block, c.where);
  return block;
}

/** A convolution of ones: value `to` of [outputs][inputs][block][block] is 1 where it says so. */
function picking(
  c: OperatorContext,
  x: Feature,
  shape: Pick<ConvOp, 'outChannels' | 'kernel' | 'stride' | 'pads'>,
  places: readonly number[],
): Value {
  const { outChannels, kernel } = shape;
  const size = outChannels * x.shape.channels * kernel * kernel;
  checkLimit('weights', size, c.where);
  const [weights, integers] = [new Float32Array(size), new Int8Array(size)];
  for (const at of places) {
    weights[at] = 1;
    integers[at] = 1;
  }
  const stored = { weights: integers, scales: new Array<number>(outChannels).fill(1), bias: null };
  return c.keepingFormat(x, c.emit({ op: 'conv', ...shape, weights, bias: null, stored }, [x]));
}

const spaceToDepth: Handler = (c) => {
  const [x, block] = [c.image(0), blockOf(c)];
  const { channels, height, width } = x.shape;
  if (height % block !== 0 || width % block !== 0)
    throw c.error('BLN103', { found: `blocks of ${block} in ${height}x${width}` });
  const area = block * block;
  c.note('rewritten', `it is a ${block}x${block} convolution of stride ${block} with weights of 0 and 1`);
  // Output (p * channels + k) is place p of channel k.
  const places = Array.from({ length: area * channels }, (_, o) => {
    const [p, k] = [Math.floor(o / channels), o % channels];
    return (o * channels + k) * area + p;
  });
  return picking(c, x, { outChannels: area * channels, kernel: block, stride: block, pads: NO_PADS }, places);
};

const depthToSpace: Handler = (c) => {
  const [x, block] = [c.image(0), blockOf(c)];
  const mode = c.attributes.string('mode', 'DCR');
  const area = block * block;
  const outChannels = x.shape.channels / area;
  if ((mode !== 'DCR' && mode !== 'CRD') || !Number.isInteger(outChannels))
    throw c.error('BLN202', {
      found: `mode ${mode}, ${x.shape.channels} channels`,
      need: `a multiple of ${area}`,
    });
  // Place p of the output's channel k looks back at its own channel of the pixel, p steps of the kernel away.
  const places = Array.from({ length: area * outChannels }, (_, i) => {
    const [p, k] = [Math.floor(i / outChannels), i % outChannels];
    const from = mode === 'DCR' ? i : k * area + p;
    return (k * x.shape.channels + from) * area + area - 1 - p;
  });
  const before = block - 1;
  const pads = { top: before, left: before, bottom: 0, right: 0 };
  const y = spread(c, x, block, block);
  return picking(c, y, { outChannels, kernel: block, stride: 1, pads }, places);
};

export const SPREAD_OPERATORS = {
  ConvTranspose: convTranspose,
  SpaceToDepth: spaceToDepth,
  DepthToSpace: depthToSpace,
} as const satisfies Record<string, Handler>;
