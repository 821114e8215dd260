/** Results of a sweep in its folder: one file a point, written whole, so that a killed run leaves finished ones. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BlnetError } from '../../diagnostics.js';
import { sweepPage } from '../../report/sweep/page.js';
import { sweepPlots } from '../../report/sweep/plots.js';
import type { SweepPoint } from '../../report/sweep/points.js';
import { type SweepRow, sweepCsv } from '../../report/sweep/table.js';
import { POINT_RESULT_SCHEMA, type PointResult } from '../../schema/sweep.js';
import { validate } from '../../schema/validate.js';
import { VERSION } from '../../version.js';
import { readBytes, readJson, writeFiles, writeWhole } from '../files.js';
import { modelOf, type Sweep } from './read-sweep.js';

const fileOf = (folder: string, point: SweepPoint): string => join(folder, 'points', `${point.id}.json`);

/** Bytes of the models, each read once. */
export class Fingerprints {
  readonly #models = new Map<string, string>();

  constructor(private readonly sweep: Sweep) {}

  /** Of everything that a point's result depends on; files beside a model, and images, count by their names. */
  of(point: SweepPoint): string {
    const { calibration, calibrationImages, seed } = this.sweep;
    const model = this.#model(modelOf(this.sweep, point));
    const all = [VERSION, model, point.config, calibration, calibrationImages, seed];
    return createHash('sha256').update(JSON.stringify(all)).digest('hex');
  }

  #model(path: string): string {
    const known = this.#models.get(path);
    if (known !== undefined) return known;
    const found = createHash('sha256').update(readBytes(path, 'modelBytes')).digest('hex');
    this.#models.set(path, found);
    return found;
  }
}

export const writeResult = (folder: string, point: SweepPoint, result: PointResult): void =>
  writeWhole(fileOf(folder, point), `${JSON.stringify(result, null, 2)}\n`);

/** The result of the point as it is now; null where there is none, or one of other settings. */
export function resultOf(folder: string, point: SweepPoint, prints: Fingerprints): PointResult | null {
  const file = fileOf(folder, point);
  if (!existsSync(file)) return null;
  try {
    const result = validate(POINT_RESULT_SCHEMA, readJson(file), { where: file, code: 'BLN107' });
    return result.fingerprint === prints.of(point) ? result : null;
  } catch (error) {
    // What somebody damaged is made again.
    if (error instanceof BlnetError && error.diagnostic.code === 'BLN107') return null;
    throw error;
  }
}

/** Table, plots and page of the finished points, in the order of the document. */
export function writeTable(folder: string, rows: readonly SweepRow[]): void {
  const plots = sweepPlots(rows);
  writeFiles(
    folder,
    new Map([
      ...plots.map(({ file, svg }) => [`plots/${file}`, svg] as const),
      ['index.html', sweepPage(rows, plots)] as const,
      ['table.csv', sweepCsv(rows)] as const,
    ]),
  );
}

/** Rows of all points. Errors: BLN301 for points without a result. */
export function rowsOf(folder: string, sweep: Sweep): SweepRow[] {
  const prints = new Fingerprints(sweep);
  const rows = sweep.points.map((point) => ({ point, result: resultOf(folder, point, prints) }));
  const missing = rows.filter((r) => r.result === null);
  if (missing.length > 0) {
    throw new BlnetError('BLN301', {
      where: folder,
      found: `${missing.length} of ${rows.length} points have no result, the first is ${missing[0].point.id}`,
      hint: 'run the sweep without --table: finished points are kept',
    });
  }
  return rows as SweepRow[];
}
