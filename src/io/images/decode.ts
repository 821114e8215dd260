/** PNG and JPEG files to bytes, by pngjs and jpeg-js. */
import { decode as decodeJpeg } from 'jpeg-js';
import { PNG } from 'pngjs';
import { BlnetError } from '../../diagnostics.js';
import type { Bitmap } from '../../images/resize.js';
import { readBytes, reasonOf } from '../files.js';

export const IMAGE_NAME = /\.(?:png|jpe?g)$/i;

/** Images of more pixels are not decoded. */
const MOST_MEGAPIXELS = 100;

const isPng = (bytes: Uint8Array): boolean => bytes[0] === 0x89 && bytes[1] === 0x50;
/** Width and height stand at a fixed place. */
const pngMegapixels = (bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length < 24 ? 0 : (view.getUint32(16) * view.getUint32(20)) / 1e6;
};

function decode(bytes: Uint8Array): Bitmap {
  if (!isPng(bytes)) {
    const { width, height, data } = decodeJpeg(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      maxResolutionInMP: MOST_MEGAPIXELS,
    });
    return { width, height, channels: 3, data };
  }
  if (pngMegapixels(bytes) > MOST_MEGAPIXELS) throw new Error(`more than ${MOST_MEGAPIXELS} million pixels`);
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
  return { width, height, channels: 4, data };
}

/** Errors: BLN105 for a file that is neither, or damaged; BLN301. */
export function readImageFile(path: string): Bitmap {
  const bytes = readBytes(path);
  try {
    return decode(bytes);
  } catch (error) {
    throw new BlnetError('BLN105', {
      where: path,
      found: reasonOf(error),
      need: 'a PNG or JPEG image',
      hint: 'remove the file, or save it again with any image program',
    });
  }
}
