/** Networks that plans and times are measured on, with seeded weights: shapes that others publish, beside our own. */
import { buildGraph } from '../src/frontend/spec/build-graph.js';
import { parseNetworkSpec } from '../src/frontend/spec/network-spec.js';
import { loadModel } from '../src/io/load-model.js';
import { type Graph, NO_PADS } from '../src/ir/graph.js';
import { Prng } from '../src/ir/prng.js';
import { GraphBuilder } from '../src/layers/graph-builder.js';
import { COMMITTED } from './measure.js';

export interface Network {
  readonly name: string;
  graph(): Graph;
  /** As a network spec, where it is one. */
  readonly document?: object;
}

const file = (name: string, path: string): Network => ({ name, graph: () => loadModel(path).graph });

const spec = (name: string, size: number, classes: number, stages: readonly object[]): Network => {
  const document = {
    name,
    input: { channels: 3, height: size, width: size, mean: 128, std: 64 },
    classes,
    stages: [...stages, { type: 'classifier', name: 'classifier' }],
  };
  return { name, document, graph: () => buildGraph(parseNetworkSpec(document), 1) };
};

/** Channels to a multiple of 8, never a tenth below (Sandler et al., 2018). */
function rounded(channels: number): number {
  const near = Math.max(8, 8 * Math.floor((channels + 4) / 8));
  return near < 0.9 * channels ? near + 8 : near;
}

/** MobileNetV2 (Sandler et al., 2018, table 2). */
function mobileNetV2(width: number, size: number): Network {
  const rows = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ] as const;
  let channels = rounded(32 * width);
  const stages: object[] = [{ type: 'conv', name: 'stem', out: channels, kernel: 3, stride: 2 }];
  for (const [t, c, n, s] of rows) {
    for (let i = 0; i < n; i++) {
      const out = rounded(c * width);
      const stride = i === 0 ? s : 1;
      const expand = t === 1 ? 0 : t * channels;
      const residual = stride === 1 && out === channels;
      stages.push({ type: 'block', name: `b${stages.length}`, expand, out, stride, residual });
      channels = out;
    }
  }
  stages.push({
    type: 'conv',
    name: 'head',
    out: Math.max(1280, rounded(1280 * width)),
    kernel: 1,
    stride: 1,
  });
  return spec(`mobilenet-v2-${100 * width}-${size}`, size, 1000, stages);
}

/** MobileNetV1 (Howard et al., 2017); of MLPerf Tiny with 0.25 and 96. */
function mobileNetV1(width: number, size: number, classes: number): Network {
  const rows = [
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
    [512, 2],
    ...Array.from({ length: 5 }, () => [512, 1] as const),
    [1024, 2],
    [1024, 1],
  ] as const;
  const stages = rows.map(([c, stride], i) => ({
    type: 'block',
    name: `b${i + 1}`,
    expand: 0,
    out: width * c,
    stride,
    residual: false,
  }));
  const stem = { type: 'conv', name: 'stem', out: 32 * width, kernel: 3, stride: 2 };
  return spec(`mobilenet-v1-${100 * width}-${size}`, size, classes, [stem, ...stages]);
}

/** Two convolutions and a sum a block (He et al., 2016); `channels` of each stage, `blocks` in it. */
function resNet(
  name: string,
  size: number,
  stem: number,
  channels: readonly number[],
  blocks: number,
): Network {
  const graph = (): Graph => {
    const prng = new Prng(1);
    const g = new GraphBuilder(name, 'image', { channels: 3, height: size, width: size });
    const conv = (
      id: string,
      x: string,
      out: number,
      kernel: number,
      stride: number,
      relu: boolean,
    ): string => {
      const p = kernel >> 1;
      const fanIn = g.shapeOf(x).channels * kernel * kernel;
      const weights = Float32Array.from({ length: out * fanIn }, () => prng.normal() * Math.sqrt(2 / fanIn));
      const pads = p === 0 ? NO_PADS : { top: p, left: p, bottom: p, right: p };
      const y = g.add(id, { op: 'conv', outChannels: out, kernel, stride, pads, weights, bias: null }, [x]);
      return relu ? g.add(`${id}.relu`, { op: 'clamp', min: 0, max: Number.POSITIVE_INFINITY }, [y]) : y;
    };
    const large = size > 100;
    let x = conv('stem', 'image', channels[0], stem, large ? 2 : 1, true);
    const pads = { top: 1, left: 1, bottom: 1, right: 1 };
    if (large) x = g.add('pool', { op: 'maxPool', kernel: 3, stride: 2, pads }, [x]);
    for (const [s, out] of channels.entries()) {
      for (let b = 0; b < blocks; b++) {
        const id = `s${s + 1}.${b}`;
        const stride = s > 0 && b === 0 ? 2 : 1;
        const y = conv(`${id}.b`, conv(`${id}.a`, x, out, 3, stride, true), out, 3, 1, false);
        const skip = stride === 1 ? x : conv(`${id}.skip`, x, out, 1, stride, false);
        const sum = g.add(`${id}.add`, { op: 'add' }, [skip, y]);
        x = g.add(`${id}.relu`, { op: 'clamp', min: 0, max: Number.POSITIVE_INFINITY }, [sum]);
      }
    }
    const pooled = g.add('average', { op: 'globalAvgPool' }, [x]);
    return g.finish(conv('classes', pooled, size > 100 ? 1000 : 10, 1, 1, false));
  };
  return { name, graph };
}

/** Expands 16 channels to 96 on a map of 32 x 32, filters them, projects them back, and adds the input. */
const BLOCK = spec('inverted-residual', 32, 10, [
  { type: 'conv', name: 'stem', out: 16, kernel: 1, stride: 1 },
  { type: 'block', name: 'block', expand: 96, out: 16, stride: 1, residual: true },
]);

export const NETWORKS: readonly Network[] = [
  BLOCK,
  file('mobile-blnet-cifar10', COMMITTED),
  ...['cifar100', 'food101', 'imagenet'].map((n) =>
    file(`mobile-blnet-${n}`, `models/specs/mobile-blnet-${n}.json`),
  ),
  mobileNetV1(0.25, 96, 2),
  mobileNetV2(0.35, 160),
  mobileNetV2(1, 224),
  resNet('resnet-8', 32, 3, [16, 32, 64], 1),
  resNet('resnet-18', 224, 7, [64, 128, 256, 512], 2),
];
