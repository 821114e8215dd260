/**
 * One case of the fuzzer: something mutated from a seed, taken through the library as a command would. What comes out is
 * a result or a coded diagnostic; anything else that is thrown is a fault of ours.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { framesOf } from '../../src/cli/commands/arguments.js';
import { compile } from '../../src/compile.js';
import { DEFAULT_CONFIG, parseConfig } from '../../src/config.js';
import { BlnetError } from '../../src/diagnostics.js';
import { decodeModel, encodeModel, type ModelMessage } from '../../src/frontend/onnx/onnx-proto.js';
import { buildGraph } from '../../src/frontend/spec/build-graph.js';
import { parseNetworkSpec } from '../../src/frontend/spec/network-spec.js';
import { loadAssets } from '../../src/io/assets.js';
import { readBuildFolder } from '../../src/io/build/build-folder.js';
import { readJson } from '../../src/io/files.js';
import { readImages } from '../../src/io/images/images.js';
import { loadModel } from '../../src/io/load-model.js';
import { reportBuild } from '../../src/io/report/report-build.js';
import { type Graph, type Shape, sizeOf } from '../../src/ir/graph.js';
import { Prng } from '../../src/ir/prng.js';
import { KINDS } from '../../src/kinds/index.js';
import { simulateFast } from '../../src/sim/fast-engine.js';
import { createExecutor } from '../../src/sim/simd-executor.js';
import { type BuildFiles, baseBuilds } from './base-builds.js';
import { Corpus } from './corpus.js';
import { jsonText, mutateBytes, mutateTree, type Tree } from './mutate-tree.js';

export const CASE_KINDS = ['model', 'build', 'config', 'image'] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

/** A larger network is read and no more, but for one in so many. */
const COMPILE_LARGE_EVERY = 40;

/** What all cases share, made once. */
export class Ground {
  readonly corpus: Corpus;
  readonly folder = mkdtempSync(join(tmpdir(), 'blnet-fuzz-'));
  private readonly assets = loadAssets();
  private builds: readonly BuildFiles[] | undefined;

  constructor(root: string) {
    this.corpus = new Corpus(root);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** 'ok', or the code of the diagnostic that it ended with. Throws what is no diagnostic. */
  async run(kind: CaseKind, seed: number): Promise<string> {
    const prng = new Prng(seed * CASE_KINDS.length + CASE_KINDS.indexOf(kind));
    try {
      await this[kind](prng);
      return 'ok';
    } catch (error) {
      // A check of our own that failed is no answer to a user.
      if (error instanceof BlnetError && error.diagnostic.code !== 'BLN901') return error.diagnostic.code;
      throw error;
    }
  }

  /** A mutated model as a file. */
  modelOf(prng: Prng): { readonly bytes: Uint8Array; readonly isSmall: boolean; readonly extension: string } {
    const base = this.corpus.pick(prng);
    const extension = base.name.endsWith('.tflite') ? '.tflite' : '.onnx';
    const { isSmall } = base;
    if (extension === '.tflite' || prng.int(0, 4) === 0)
      return { bytes: mutateBytes(base.bytes, prng), isSmall, extension };
    const message = decodeModel(base.bytes);
    // What is around the graph is soon told; what is inside goes further.
    const tree = (prng.int(0, 9) > 0 && message.graph ? message.graph : message) as Tree;
    for (let n = prng.pick([1, 1, 1, 2, 3, 6]); n > 0; n--) mutateTree(tree, prng, true);
    return { bytes: encoded(message, base.bytes), isSmall, extension };
  }

  /** The graph of a case, before compilation; the fuzzer's RTL sample goes on from here. */
  graphOf(prng: Prng): { readonly graph: Graph; readonly isSmall: boolean } {
    const { bytes, isSmall, extension } = this.modelOf(prng);
    const file = this.write(`model${extension}`, bytes);
    return { graph: loadModel(file).graph, isSmall };
  }

  compiled(graph: Graph, config = DEFAULT_CONFIG) {
    const images = [...readImages('noise:1', graph.shapes.get(graph.input) as Shape, 'train', 2)];
    const pixels = images.map((i) => i.pixels);
    const { assets } = this;
    return compile({ graph, model: 'fuzz.onnx', images: pixels, imageCount: 2, config, assets });
  }

  private model(prng: Prng): void {
    const { graph, isSmall } = this.graphOf(prng);
    if (isSmall || prng.int(1, COMPILE_LARGE_EVERY) === 1) this.compiled(graph);
  }

  private async build(prng: Prng): Promise<void> {
    this.builds ??= baseBuilds(this.corpus, (graph) => this.compiled(graph));
    const folder = join(this.folder, 'build');
    rmSync(folder, { recursive: true, force: true });
    for (const [path, bytes] of mutatedBuild(prng.pick(this.builds), prng)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const build = readBuildFolder(folder);
    const { values } = framesOf(build, 2, undefined);
    const executor = createExecutor(build.quantized);
    for (const frame of values) executor.run(frame);
    simulateFast(KINDS, build.hardware, { frames: 2, hash: true });
    await reportBuild({ build, images: 8, sqnrImages: 0 });
  }

  /** A configuration, or a network spec, as JSON files are. */
  private config(prng: Prng): void {
    const isSpec = prng.int(0, 1) === 0;
    const document: Tree = structuredClone(isSpec ? SPEC : { ...DEFAULT_CONFIG }) as Tree;
    for (let n = prng.int(1, 3); n > 0; n--) mutateTree(document, prng, false);
    const text = new TextEncoder().encode(jsonText(document));
    const file = this.write('config.json', prng.int(0, 9) === 0 ? mutateBytes(text, prng) : text);
    if (!isSpec) {
      const config = parseConfig(readJson(file), file);
      if (prng.int(0, 4) === 0) this.compiled(buildGraph(parseNetworkSpec(SPEC), 1), config);
      return;
    }
    const { graph } = loadModel(file);
    if (sizeOf(graph.shapes.get(graph.input) as Shape) < 4096) this.compiled(graph);
  }

  private image(prng: Prng): void {
    const shape = { channels: 3, height: 32, width: 32 };
    const isNpy = prng.int(0, 1) === 0;
    const count = prng.int(0, 3);
    const bytes = isNpy
      ? npyOf(prng.pick([`${count}`, `${count}`, '-1', '1e9', '2.5', '']), count, shape)
      : cifarOf(count, prng);
    const file = this.write(
      isNpy ? 'images.npy' : 'images.bin',
      prng.int(0, 5) ? mutateBytes(bytes, prng) : bytes,
    );
    for (const { pixels } of readImages(file, shape, 'test', 100))
      if (pixels.length === 0) throw new Error('no pixels');
  }

  private write(name: string, bytes: Uint8Array): string {
    const file = join(this.folder, name);
    writeFileSync(file, bytes);
    return file;
  }
}

/** Where a mutated message cannot be encoded, the bytes of the one before it. */
function encoded(message: ModelMessage, before: Uint8Array): Uint8Array {
  try {
    return encodeModel(message);
  } catch {
    return before;
  }
}

const SPEC = {
  name: 'fuzz',
  input: { channels: 3, height: 8, width: 8, mean: 127, std: 64 },
  classes: 4,
  stages: [
    { type: 'conv', name: 'stem', out: 4, kernel: 3, stride: 1 },
    { type: 'block', name: 'b1', expand: 6, out: 4, stride: 1, residual: true },
    { type: 'bigLittle', name: 'm1', big: [{ expand: 4, out: 4, stride: 2 }], little: [{ out: 4 }] },
    { type: 'classifier', name: 'head' },
  ],
};

/** A file of the build, mutated; the others as they were. */
function mutatedBuild(files: BuildFiles, prng: Prng): BuildFiles {
  const all = new Map(files);
  const names = [...all.keys()];
  const documents = names.filter((n) => n.endsWith('.json'));
  const name = prng.int(0, 9) > 0 ? prng.pick(documents) : prng.pick(names);
  const bytes = all.get(name) as Uint8Array;
  if (!documents.includes(name) || prng.int(0, 7) === 0) return all.set(name, mutateBytes(bytes, prng));
  const tree = JSON.parse(new TextDecoder().decode(bytes)) as Tree;
  for (let n = prng.pick([1, 1, 2, 4]); n > 0; n--) mutateTree(tree, prng, false);
  return all.set(name, new TextEncoder().encode(jsonText(tree)));
}

function npyOf(count: string, images: number, { channels, height, width }: Shape): Uint8Array {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${count}, ${channels}, ${height}, ${width}), }`;
  const padded = header.padEnd(117, ' ').concat('\n');
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8]);
  return new Uint8Array(
    Buffer.concat([head, Buffer.from(padded), Buffer.alloc(images * channels * height * width, 7)]),
  );
}

function cifarOf(count: number, prng: Prng): Uint8Array {
  const bytes = new Uint8Array(count * 3073).fill(9);
  for (let i = 0; i < count; i++) bytes[3073 * i] = prng.int(0, 10);
  return bytes;
}
