/**
 * Preprocessing of pixels, as the model's metadata states it: real = (pixel - mean) / std, pixels being 0..255.
 * The quantizer turns the same two numbers into the format of the input stream.
 */
import { BlnetError } from '../diagnostics.js';
import { formatShape, type Graph, type Shape, sizeOf } from './graph.js';

/** Bytes 0..255 of an image, or reals of a vector as they are before mean and deviation. */
export type Pixels = Uint8Array | Float32Array;

/** One value for all channels, or one per channel. */
export interface Preprocessing {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Used when a model says nothing: pixels become 0..1. */
const DEFAULT_PREPROCESSING: Preprocessing = { mean: [0], std: [255] };

function numbersOf(
  text: string,
  key: string,
  isLegal: (x: number) => boolean,
  need: string,
): readonly number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (values.every((x) => Number.isFinite(x) && isLegal(x))) return values;
  throw new BlnetError('BLN102', {
    where: `metadata ${key}`,
    found: `"${text.slice(0, 40)}"`,
    need,
    hint: 'export it again with the preprocessing in its metadata',
  });
}

/** From `blnet.input.mean` and `blnet.input.std`: numbers, or lists with commas, in units of a pixel step. */
export function preprocessingOf(metadata: Readonly<Record<string, string>>): Preprocessing {
  const read = (key: string, fallback: readonly number[], isLegal: (x: number) => boolean, need: string) => {
    const text = metadata[key];
    return text === undefined ? fallback : numbersOf(text, key, isLegal, need);
  };
  return {
    mean: read('blnet.input.mean', DEFAULT_PREPROCESSING.mean, () => true, 'numbers separated by commas'),
    std: read(
      'blnet.input.std',
      DEFAULT_PREPROCESSING.std,
      (x) => x > 0,
      'numbers above 0 separated by commas',
    ),
  };
}

/**
 * The graph with other numbers in place of what its model says or a frontend assumed. Errors: BLN103 where there are
 * neither one nor as many as channels.
 */
export function withPreprocessing(
  graph: Graph,
  mean: readonly number[] | undefined,
  std: readonly number[] | undefined,
): Graph {
  if (!mean && !std) return graph;
  const { channels } = graph.shapes.get(graph.input) as Shape;
  for (const [option, values] of [
    ['--mean', mean],
    ['--std', std],
  ] as const) {
    if (values && values.length !== 1 && values.length !== channels) {
      throw new BlnetError('BLN103', {
        where: option,
        found: `${values.length} numbers`,
        need: channels === 1 ? 'one' : `one, or ${channels}: one per channel`,
      });
    }
  }
  const given = {
    ...(mean ? { 'blnet.input.mean': mean.join(',') } : {}),
    ...(std ? { 'blnet.input.std': std.join(',') } : {}),
  };
  const { notes, ...rest } = graph;
  const kept = notes?.filter((n) => n.kind !== 'assumed') ?? [];
  return {
    ...rest,
    metadata: { ...graph.metadata, ...given },
    ...(kept.length > 0 ? { notes: kept } : {}),
  };
}

/** Pixels (channel-major, C x H x W) to the reals the network sees. Errors: BLN103 when sizes disagree. */
export function preprocess(pixels: Pixels, shape: Shape, p: Preprocessing): Float32Array {
  const fits = (list: readonly number[]) => list.length === 1 || list.length === shape.channels;
  if (pixels.length !== sizeOf(shape) || !fits(p.mean) || !fits(p.std)) {
    throw new BlnetError('BLN103', {
      where: 'input image',
      found: `${pixels.length} pixels, ${p.mean.length} means, ${p.std.length} stds`,
      need: `${formatShape(shape)}, and one mean and std or one per channel`,
    });
  }
  const area = shape.height * shape.width;
  const at = (list: readonly number[], c: number) => list[list.length === 1 ? 0 : c];
  const reals = new Float32Array(pixels.length);
  for (let c = 0; c < shape.channels; c++) {
    const [mean, std] = [at(p.mean, c), at(p.std, c)];
    for (let i = c * area; i < (c + 1) * area; i++) reals[i] = (pixels[i] - mean) / std;
  }
  return reals;
}
