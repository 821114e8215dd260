/** Calibration images of any source, as the compiler takes them. */
import { imagesOf, imagesText, type Shape } from 'blnet';

/** Noise by its seed, a file of images, or pictures, which are scaled to the network's input. */
export type CalibrationSource =
  | { readonly kind: 'noise'; readonly seed: number }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: 'pictures'; readonly pictures: readonly Blob[] };

/** A byte for every pixel, channel-major. Errors: those of `imagesOf`. */
export async function calibrationImages(
  source: CalibrationSource,
  shape: Shape,
  count: number,
): Promise<Uint8Array[]> {
  if (source.kind === 'noise') return imagesOf(source.seed, shape, count);
  if (source.kind === 'file') return imagesOf(source, shape, count);
  return Promise.all(source.pictures.slice(0, count).map((p) => pixelsOf(p, shape)));
}

/** What the images are, for the manifest. */
export function calibrationText(source: CalibrationSource): string {
  if (source.kind === 'noise') return imagesText(source.seed);
  return source.kind === 'file' ? imagesText(source) : `${source.pictures.length} pictures`;
}

/** Red, green, blue of a picture, or its brightness (ITU-R BT.601) where the network has one channel. */
async function pixelsOf(picture: Blob, { channels, height, width }: Shape): Promise<Uint8Array> {
  const bitmap = await createImageBitmap(picture, {
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: 'high',
  });
  const context = new OffscreenCanvas(width, height).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const size = width * height;
  const pixels = new Uint8Array(channels * size);
  for (let i = 0; i < size; i++) {
    const [r, g, b] = data.subarray(4 * i, 4 * i + 3);
    if (channels === 1) pixels[i] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
    else for (let c = 0; c < channels; c++) pixels[c * size + i] = [r, g, b][c % 3];
  }
  return pixels;
}
