/** Every schema that `schemas/` publishes, by file name; `scripts/write-docs.mjs` writes them. */
import type { TSchema } from 'typebox';
import { NETWORK_SCHEMA } from '../layers/document-schemas.js';
import { GIVEN_CONFIG_SCHEMA } from '../schema/config.js';
import {
  ACCURACY_SCHEMA,
  CELLS_SCHEMA,
  RANGES_SCHEMA,
  ROUTING_SCHEMA,
  VERIFICATION_SCHEMA,
  WAVES_SCHEMA,
} from '../schema/results.js';
import { POINT_RESULT_SCHEMA, SWEEP_SCHEMA } from '../schema/sweep.js';
import { MANIFEST_SCHEMA } from './manifest.js';

const SCHEMAS: Readonly<Record<string, readonly [title: string, schema: TSchema]>> = {
  accuracy: ['accuracy.json: what blnet accuracy --json prints', ACCURACY_SCHEMA],
  cells: ['A file of the synthesis cache: cells of a block by type', CELLS_SCHEMA],
  config: ['--config FILE: what a compilation may be told', GIVEN_CONFIG_SCHEMA],
  manifest: ['manifest.json of a build folder', MANIFEST_SCHEMA],
  network: ['network.json of a build folder: the quantized graph', NETWORK_SCHEMA],
  ranges: ['ranges.json of a build folder: what calibration saw', RANGES_SCHEMA],
  'sweep-point': ['points/*.json of a sweep: what became of a point', POINT_RESULT_SCHEMA],
  sweep: ['blnet sweep FILE: lists of which every combination is a point', SWEEP_SCHEMA],
  routing: ['route/route.json of a build folder: what blnet route found', ROUTING_SCHEMA],
  verification: ['verify.json: what blnet verify --json prints', VERIFICATION_SCHEMA],
  waves: ['wave/waves.json: what blnet wave has drawn', WAVES_SCHEMA],
};

/** Published documents: file name → text. */
export const publishedSchemas = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(SCHEMAS).map(([name, [title, schema]]) => [
      `${name}.schema.json`,
      `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...schema }, null, 2)}\n`,
    ]),
  );
