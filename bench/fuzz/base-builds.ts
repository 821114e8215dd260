/** Small builds with everything that commands leave in them: what the fuzzer mutates. */
import type { Compilation } from '../../src/compile.js';
import { importOnnx } from '../../src/frontend/onnx/import-onnx.js';
import type { Graph } from '../../src/ir/graph.js';
import { type Shape, sizeOf } from '../../src/ir/graph.js';
import { EVENTS } from '../../src/report/wave-events.js';
import type { Corpus } from './corpus.js';

export type BuildFiles = Map<string, Uint8Array>;

const BUILDS = 6;
/** Files that are read back; the others are for outside tools. */
const READ = /^(manifest|network|ranges)\.json$/;

const pair = { latency: 100, interval: 50, total: 200 };
const VERIFICATION = {
  ok: true,
  frames: 4,
  mismatches: 0,
  cycles: { simulator: pair, rtl: { ...pair, interval: null } },
  streams: 9,
  differingTraces: [],
  problems: [],
  simulator: 'verilator',
  stalls: { seed: 1, input: 0, output: 0 },
  seconds: { simulator: 0.1, rtlBuild: 3, rtlRun: 0.5 },
  mismatchedBeats: [],
};
const ACCURACY = {
  images: 10,
  labelled: 10,
  floatTop1: 0.9,
  integerTop1: null,
  agreement: 1,
  layers: [
    { tensor: 'x', sqnrDb: 30.5 },
    { tensor: 'y', sqnrDb: null },
  ],
};

/** Of the first graphs of the corpus that compile. */
export function baseBuilds(corpus: Corpus, compiled: (graph: Graph) => Compilation): readonly BuildFiles[] {
  const builds: BuildFiles[] = [];
  const text = (s: string): Uint8Array => new TextEncoder().encode(s);
  for (const { bytes } of corpus.models) {
    if (builds.length === BUILDS) break;
    const graph = importOnnx(bytes);
    const { files } = compiled(graph);
    const size = sizeOf(graph.shapes.get(graph.input) as Shape);
    const wave = { title: 't', story: 's', cycle: 5, from: 0, to: 40, rtl: null };
    const waves = EVENTS.slice(0, 2).map((name) => ({ name, ...wave }));
    const build: BuildFiles = new Map([
      ...[...files].filter(([path]) => READ.test(path)).map(([path, s]) => [path, text(s)] as const),
      ['model.onnx', bytes],
      ['samples.bin', new Uint8Array(2 * size).fill(100)],
      ['verify.json', text(JSON.stringify(VERIFICATION))],
      ['accuracy.json', text(JSON.stringify(ACCURACY))],
    ]);
    // Half of them have waves, the others let the report draw them.
    if (builds.length % 2 === 0) {
      build.set('wave/waves.json', text(JSON.stringify(waves)));
      for (const { name } of waves) build.set(`wave/${name}.svg`, text('<svg/>'));
    }
    builds.push(build);
  }
  return builds;
}
