/** The document of a sweep, read: its points, and where their models lie. */
import { dirname, join } from 'node:path';
import { type SweepPoint, sweepPoints } from '../../report/sweep/points.js';
import { SWEEP_SCHEMA } from '../../schema/sweep.js';
import { validate } from '../../schema/validate.js';
import { readJson } from '../files.js';
import { NOISE } from '../images/images.js';

export interface Sweep {
  /** Path of the document. */
  readonly file: string;
  readonly points: readonly SweepPoint[];
  /** Images as `readImages` takes them. */
  readonly calibration: string;
  readonly calibrationImages: number;
  readonly seed: number;
}

const FEW_IMAGES = 4;

/** Errors: BLN301, BLN107, and those of `sweepPoints`. */
export function readSweep(file: string): Sweep {
  const document = validate(SWEEP_SCHEMA, readJson(file), { where: file, code: 'BLN107' });
  const { calibration = 'noise', calibrationImages = FEW_IMAGES, seed = 1 } = document;
  const images = NOISE.test(calibration) ? calibration : join(dirname(file), calibration);
  return { file, points: sweepPoints(document, file), calibration: images, calibrationImages, seed };
}

/** Path of a point's model. */
export const modelOf = (sweep: Sweep, point: SweepPoint): string => join(dirname(sweep.file), point.model);
