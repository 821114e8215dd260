/**
 * What the fuzzer starts from: models that the tests' builders write, those of the repository, and the collections beside
 * the checkout (`shared/cases`, `shared/models`) where they are; absent ones are skipped, and the report says so.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOnnx } from '../../src/frontend/onnx/write-onnx.js';
import type { Prng } from '../../src/ir/prng.js';
import { randomGraph } from '../../test/support/random-graph.js';

export interface BaseModel {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whether a compilation of it takes a moment. */
  readonly isSmall: boolean;
}

/** Weights of a model that compiles in a moment. */
const SMALL_BYTES = 30_000;
const GRAPHS = 60;

function filesOf(folder: string): BaseModel[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((f) => /\.(onnx|tflite)$/.test(f))
    .sort()
    .map((name) => {
      const bytes = new Uint8Array(readFileSync(join(folder, name)));
      return { name, bytes, isSmall: bytes.length < SMALL_BYTES };
    });
}

/** Folders of models, most telling first; the two last are beside the checkout. */
export const MODEL_FOLDERS = ['models', '../shared/cases', '../shared/models'];

export class Corpus {
  readonly models: readonly BaseModel[];
  /** Folders that are not there. */
  readonly absent: readonly string[];

  /** @param root of the checkout; `SHARED` in the environment names another folder than `../shared` */
  constructor(root: string) {
    const shared = process.env.SHARED ?? join(root, '../shared');
    const folders = [join(root, 'models'), join(shared, 'cases'), join(shared, 'models')];
    const generated = Array.from({ length: GRAPHS }, (_, i) => ({
      name: `graph ${i + 1}`,
      bytes: writeOnnx(randomGraph(i + 1, 3 + (i % 8))),
      isSmall: true,
    }));
    this.models = [...generated, ...folders.flatMap(filesOf)];
    this.absent = MODEL_FOLDERS.filter((_, i) => !existsSync(folders[i]));
  }

  /** Small ones nine times out of ten. */
  pick(prng: Prng): BaseModel {
    const wanted = prng.int(0, 9) > 0;
    return prng.pick(this.models.filter((m) => m.isSmall === wanted || this.models.every((o) => o.isSmall)));
  }
}
