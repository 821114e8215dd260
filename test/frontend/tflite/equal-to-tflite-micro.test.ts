/**
 * The public int8 networks of ../shared/models against TFLite Micro: every integer of every layer that blnet computes,
 * on random images; `make soak` has a thousand, and CIFAR-10.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { isProved, type LayerProof } from '../../../src/arithmetic/proof.js';
import { importTflite, tensorNames } from '../../../src/frontend/tflite/import-tflite.js';
import { readTflite } from '../../../src/frontend/tflite/read-tflite.js';
import { sizeOf } from '../../../src/ir/graph.js';
import { Prng } from '../../../src/ir/prng.js';
import { tensorOf } from '../../../src/ir/quant-graph.js';
import { foldBatchNorm } from '../../../src/passes/fold-batch-norm.js';
import { quantize } from '../../../src/passes/quantize.js';
import { IntegerExecutor } from '../../../src/sim/integer-executor.js';
import { itWithModel } from '../../support/shared-models.js';
import { runTflite } from '../../support/tflite-runtime.js';
import { describeWithTool } from '../../support/tools.js';

const IMAGES = 50;
const INPUT = { bits: 8, signed: false, scale: 1, zeroPoint: 0 };

describeWithTool('tflite-micro', 'public networks have the integers of TFLite Micro', () => {
  for (const file of ['vww_96_int8.tflite', 'kws.tflite', 'resnet8.tflite']) {
    itWithModel(file, `${file} on ${IMAGES} images, layer by layer`, (path) => {
      const bytes = readFileSync(path);
      const proofs: LayerProof[] = [];
      const graph = quantize(foldBatchNorm(importTflite(bytes)), {
        ranges: {},
        inputFormat: INPUT,
        arithmetic: 'tflite-micro',
        onProof: (p) => proofs.push(p),
      });
      expect(proofs.filter((p) => !isProved(p))).toEqual([]);
      const names = tensorNames(readTflite(bytes));
      const layers = graph.nodes.filter((n) => names.includes(n.output));
      expect(layers.length).toBeGreaterThan(8);
      const size = sizeOf(tensorOf(graph, graph.input).shape);
      const prng = new Prng(7);
      const input = Int8Array.from({ length: IMAGES * size }, () => prng.int(-128, 127));
      const tensors = layers.map((n) => names.indexOf(n.output));
      const [golden] = runTflite([{ model: bytes, input, images: IMAGES, tensors }]);
      const executor = new IntegerExecutor(graph);
      let at = 0;
      let varied = 0;
      for (let i = 0; i < IMAGES; i++) {
        executor.run(Array.from(input.subarray(i * size, (i + 1) * size), (v) => v + 128));
        for (const n of layers) {
          const found = executor.valuesOf(n.output);
          const wanted = golden.subarray(at, at + found.length);
          at += found.length;
          const differing = found.filter((v, k) => v !== wanted[k]).length;
          expect({ image: i, layer: n.name, differing }).toEqual({ image: i, layer: n.name, differing: 0 });
          if (new Set(found).size > 2) varied++;
        }
      }
      expect(at).toBe(golden.length);
      expect(varied).toBeGreaterThan(0.9 * IMAGES * layers.length);
    });
  }
});
