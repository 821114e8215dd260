/** What `compile` does with a model and its data before anything is written: reads both, states what the user says, compiles. */
import { compile } from '../../compile.js';
import type { CompileConfig } from '../../config.js';
import { BlnetError } from '../../diagnostics.js';
import { loadAssets } from '../../io/assets.js';
import { loadModel } from '../../io/load-model.js';
import { cardText, type ModelCard, modelCard } from '../../io/model-card.js';
import { classesOf, withData } from '../../ir/dataset.js';
import { type Graph, type Shape, sizeOf } from '../../ir/graph.js';
import { withPreprocessing } from '../../ir/preprocess.js';
import { checkLimit } from '../../limits.js';
import { needsCalibration } from '../../passes/needs-calibration.js';
import { extraFiles, KEPT_SAMPLES } from '../../report/build-files.js';
import type { Manifest } from '../../report/manifest.js';
import type { Progress } from '../terminal/progress.js';
import { IMAGES_HELP } from './arguments.js';
import { imagesFor, isReal, readClasses } from './data.js';

export interface ModelOptions {
  readonly calibration?: string;
  readonly calibrationImages: number;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly scale?: readonly number[];
  readonly resize?: string;
  readonly classes?: string;
  readonly seed: number;
  readonly name?: string;
}

export interface Made {
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** What was done to images of another size, or null. */
  readonly fitted: string | null;
  /** Whether vectors of reals came in, not pixels. */
  readonly reals: boolean;
  /** What a file beside the model said of images, in words. */
  readonly card: string | null;
}

/** What stands for images where all formats are the model's own. */
const NO_IMAGES = 'noise:1';

/** Errors: BLN104 where formats are missing and no images are named. */
function sourceFor(graph: Graph, calibration: string | undefined): string {
  if (calibration !== undefined) return calibration;
  if (!needsCalibration(graph)) return NO_IMAGES;
  throw new BlnetError('BLN104', {
    where: '--calibration',
    found: 'no calibration images',
    need: IMAGES_HELP,
    hint: '100 to 500 images of the training set are usual; noise serves for structure, timing and resources only',
  });
}

/** Class names of the user, of the model, or of the images' folders where there is one for each output. */
function withClasses(graph: Graph, file: string | undefined, folders: readonly string[] | null): Graph {
  const outputs = (graph.shapes.get(graph.outputs[0]) as Shape).channels;
  const names = file === undefined ? classesOf(graph.metadata) : readClasses(file);
  if (names && names.length !== outputs) {
    throw new BlnetError('BLN105', {
      where: file ?? 'class names of the model',
      found: `${names.length} names`,
      need: `${outputs}: one for each value of the output`,
    });
  }
  const found = names ?? (folders?.length === outputs ? folders : undefined);
  return found ? withData(graph, { classes: found }) : graph;
}

/** What lies beside the model counts where the model itself says nothing. */
function withCard(graph: Graph, path: string): { readonly graph: Graph; readonly card: ModelCard | null } {
  const isAssumed = graph.notes?.some((n) => n.kind === 'assumed') ?? false;
  const card = isAssumed ? modelCard(path) : undefined;
  if (!card) return { graph, card: null };
  const { classes = classesOf(graph.metadata), resize, mean, std } = card;
  return { graph: withData(withPreprocessing(graph, mean, std), { classes, resize }), card };
}

export function compileModel(path: string, o: ModelOptions, config: CompileConfig, progress: Progress): Made {
  const loaded = loadModel(path, o.seed, o.name);
  const stds = o.std ?? o.scale?.map((s) => 1 / s);
  const { graph, card } = withCard(loaded.graph, path);
  const stated = withData(withPreprocessing(graph, o.mean, stds), { resize: o.resize });
  const named = withClasses(stated, o.classes, null);
  const shape = named.shapes.get(named.input) as Shape;
  checkLimit('imageBytes', o.calibrationImages * sizeOf(shape), '--calibration-images');
  const from = sourceFor(named, o.calibration);
  const source = imagesFor(named, from, o.calibrationImages, {});
  const images = [...source].map((i) => i.pixels);
  const reals = isReal(images[0]);
  const complete = withClasses(named, undefined, source.classes);
  // Reals of a vector are what the network sees, unless somebody says otherwise.
  const asReals = reals
    ? withData(withPreprocessing(complete, o.mean ?? [0], stds ?? [1]), { reals })
    : complete;
  // The compiler takes one image after the other, once.
  const counted = function* () {
    for (const [i, image] of images.entries()) {
      progress.count('calibrate', i, images.length);
      yield image;
    }
  };
  const { files, manifest } = compile({
    graph: asReals,
    model: loaded.name,
    images: counted(),
    imageCount: images.length,
    calibration: o.calibration === undefined ? "none: every format is the model's own" : source.text,
    config,
    assets: loadAssets(),
    onStage: (stage: string) => progress.stage(stage),
  });
  const extra = extraFiles(loaded, images.slice(0, KEPT_SAMPLES));
  const all = new Map<string, string | Uint8Array>([...files, ...extra]);
  return { manifest, files: all, fitted: source.fitted(), reals, card: card && cardText(card) };
}
