/** The integer reference from pixels to outputs, as the accuracy run and its workers need it. */
import { type Pixels, preprocess, preprocessingOf } from '../../ir/preprocess.js';
import { type QuantGraph, tensorOf } from '../../ir/quant-graph.js';
import { quantizeValues } from '../../ir/quantize-values.js';
import type { Executor } from '../../sim/integer-executor.js';
import { createExecutor } from '../../sim/simd-executor.js';

/** Prepared once, run on many images. */
export class ImageOutputs {
  /** Holds every tensor of the image that was run last. */
  readonly executor: Executor;

  constructor(private readonly graph: QuantGraph) {
    this.executor = createExecutor(graph);
  }

  /** Integers of all outputs, one behind the other, of one image of pixels (channel-major, C x H x W). Errors: BLN103 when sizes disagree. */
  run(pixels: Pixels): Int16Array {
    const { graph } = this;
    const input = tensorOf(graph, graph.input);
    const reals = preprocess(pixels, input.shape, preprocessingOf(graph.metadata));
    return this.executor.run(quantizeValues(reals, input.shape, input)).slice();
  }
}
