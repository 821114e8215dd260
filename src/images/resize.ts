/**
 * Photographs to the size of a network's input: bilinear as Pillow does it (each pixel of a smaller image is the mean of all that it
 * covers) or as TensorFlow does (of four pixels), stretched or with the middle cut out. Interleaved bytes in, planes out.
 */
import { formatShape, type Shape } from '../ir/graph.js';

/** Bytes of a decoded image, `channels` to a pixel. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

export type Fit =
  /** To the size, whatever the proportions; `antialias` as Pillow, torchvision and timm do, without as tf.image.resize. */
  | { readonly how: 'stretch'; readonly antialias: boolean }
  /** The shorter side to `shorter` (null: so that it just covers the input), then the middle. */
  | { readonly how: 'crop'; readonly shorter: number | null };

export const FIT_HELP = 'stretch, crop, N (shorter side to N, then the middle) or keras';

/** Undefined for text that is none of FIT_HELP. */
export function parseFit(text: string): Fit | undefined {
  if (text === 'stretch') return { how: 'stretch', antialias: true };
  if (text === 'keras') return { how: 'stretch', antialias: false };
  if (text === 'crop') return { how: 'crop', shorter: null };
  const shorter = Number(text);
  return Number.isInteger(shorter) && shorter > 0 && shorter <= 65_536 ? { how: 'crop', shorter } : undefined;
}

export const fitText = (fit: Fit): string =>
  fit.how === 'stretch'
    ? `stretched${fit.antialias ? '' : ' as tf.image.resize does'}`
    : `scaled${fit.shorter === null ? '' : ` to ${fit.shorter}`} by the shorter side, then cropped to the middle`;

/** Which pixels of a line make one of the result, and their weights. */
interface Taps {
  readonly from: number;
  readonly weights: readonly number[];
}

function tapsOf(size: number, target: number, antialias: boolean): readonly Taps[] {
  const scale = size / target;
  const reach = antialias ? Math.max(1, scale) : 1;
  return Array.from({ length: target }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const from = Math.max(0, Math.floor(centre - reach + 0.5));
    const to = Math.min(size, Math.floor(centre + reach + 0.5));
    const weights = Array.from({ length: Math.max(1, to - from) }, (_, k) =>
      Math.max(0, 1 - Math.abs((from + k - centre + 0.5) / reach)),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    return { from, weights: weights.map((w) => w / sum) };
  });
}

/** Rounded to bytes between the two passes, as Pillow does. */
function scaled(image: Bitmap, width: number, height: number, antialias: boolean): Bitmap {
  if (image.width === width && image.height === height) return image;
  const { channels } = image;
  const byte = (v: number): number => Math.min(255, Math.floor(v + 0.5));
  const across = tapsOf(image.width, width, antialias);
  const rows = new Uint8Array(width * image.height * channels);
  for (let y = 0; y < image.height; y++)
    across.forEach(({ from, weights }, x) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++)
          sum += weights[k] * image.data[(y * image.width + from + k) * channels + c];
        rows[(y * width + x) * channels + c] = byte(sum);
      }
    });
  const down = tapsOf(image.height, height, antialias);
  const stride = width * channels;
  const data = new Uint8Array(height * stride);
  down.forEach(({ from, weights }, y) => {
    for (let i = 0; i < stride; i++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * rows[(from + k) * stride + i];
      data[y * stride + i] = byte(sum);
    }
  });
  return { width, height, channels, data };
}

/** Python's rounding, which torchvision's CenterCrop uses. */
const halfToEven = (v: number): number => {
  const floor = Math.floor(v);
  return v - floor === 0.5 ? floor + (floor % 2) : Math.round(v);
};

function cropped(image: Bitmap, { width, height }: Shape): Bitmap {
  const [left, top] = [halfToEven((image.width - width) / 2), halfToEven((image.height - height) / 2)];
  const { channels } = image;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const at = ((top + y) * image.width + left) * channels;
    data.set(image.data.subarray(at, at + width * channels), y * width * channels);
  }
  return { width, height, channels, data };
}

/** The image in the shape's rows and columns; undefined where a crop of this size is larger than what it is cut from. */
function fitted(image: Bitmap, shape: Shape, fit: Fit): Bitmap | undefined {
  if (fit.how === 'stretch') return scaled(image, shape.width, shape.height, fit.antialias);
  const covering = Math.max(shape.width / image.width, shape.height / image.height);
  const shorter = Math.min(image.width, image.height);
  const factor = fit.shorter === null ? covering : fit.shorter / shorter;
  const side = (v: number): number => Math.max(1, Math.trunc(v * factor + 1e-9));
  const whole = scaled(image, side(image.width), side(image.height), true);
  if (whole.width < shape.width || whole.height < shape.height) return undefined;
  return cropped(whole, shape);
}

/** Whether fitting changes an image of this size at all. */
export function isScaled(
  image: { readonly width: number; readonly height: number },
  shape: Shape,
  fit: Fit,
): boolean {
  const isScaledFirst =
    fit.how === 'crop' && fit.shorter !== null && fit.shorter !== Math.min(image.width, image.height);
  return isScaledFirst || image.width !== shape.width || image.height !== shape.height;
}

/** Pillow's weights of red, green and blue in grey. */
const grey = (r: number, g: number, b: number): number => (19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16;

/**
 * A decoded image (1, 3 or 4 bytes a pixel, the fourth of no account) as a network's input: channel-major, 1 or 3 channels.
 * @returns the pixels, or why there are none
 */
export function toInput(image: Bitmap, shape: Shape, fit: Fit): Uint8Array | string {
  if (shape.channels !== 1 && shape.channels !== 3)
    return `an image for an input of ${formatShape(shape)}, which is neither grey nor red, green and blue`;
  const own = withChannels(image, shape.channels);
  const result = fitted(own, shape, fit);
  if (!result)
    return `${image.width}x${image.height} pixels, ${fitText(fit)}: less than the input's ${shape.width}x${shape.height}`;
  const area = shape.width * shape.height;
  return Uint8Array.from(
    { length: area * shape.channels },
    (_, i) => result.data[(i % area) * shape.channels + Math.floor(i / area)],
  );
}

function withChannels(image: Bitmap, channels: 1 | 3): Bitmap {
  if (image.channels === channels) return image;
  const count = image.width * image.height;
  const data = new Uint8Array(count * channels);
  for (let i = 0; i < count; i++) {
    const at = i * image.channels;
    const rgb = image.channels === 1 ? [0, 0, 0] : [0, 1, 2];
    const [r, g, b] = rgb.map((k) => image.data[at + k]);
    if (channels === 1) data[i] = grey(r, g, b);
    else data.set([r, g, b], i * 3);
  }
  return { ...image, channels, data };
}
