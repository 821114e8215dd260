/**
 * Runs a float graph on one image, in plain TypeScript: calibration and layer-wise comparisons use it wherever
 * ONNX Runtime is absent, a browser included. Images and tensors are channel-major (C x H x W, row-major).
 */
import { BlnetError } from '../diagnostics.js';
import { formatShape, type Graph, type Shape, sizeOf } from '../ir/graph.js';
import { floatLayer } from '../layers/index.js';
import { type FloatKit, floatKit } from '../layers/shared/float-kit.js';
import { HAS_SIMD } from './wasm/host.js';

/** Called once per tensor, input first; `values` is reused after the call, so copy what you keep. */
export type TensorVisitor = (tensor: string, values: Float32Array) => void;

/** Prepared once, run on many images; holds only the tensors that are still needed. */
export class FloatExecutor {
  private readonly lastUse = new Map<string, number>();
  /** Buffers by length, free for the next tensor. */
  private readonly free = new Map<number, Float32Array[]>();

  private readonly kit: FloatKit;

  /** @param useSimd false where the host has none, and to compare */
  constructor(
    readonly graph: Graph,
    useSimd = HAS_SIMD,
  ) {
    const rooms = graph.nodes.map((n) =>
      floatLayer(n).room(
        n,
        n.inputs.map((t) => this.shapeOf(t)),
        this.shapeOf(n.output),
      ),
    );
    this.kit = floatKit(rooms, useSimd);
    graph.nodes.forEach((n, i) => {
      for (const t of [...n.inputs, n.output]) this.lastUse.set(t, i);
    });
    for (const t of graph.outputs) this.lastUse.set(t, Number.POSITIVE_INFINITY);
  }

  /** The output tensors of one image, one behind the other, freshly allocated. Errors: BLN103 for an image of the wrong size. */
  run(image: Float32Array, visit: TensorVisitor = () => {}): Float32Array {
    const { graph } = this;
    const shape = this.shapeOf(graph.input);
    if (image.length !== sizeOf(shape)) {
      throw new BlnetError('BLN103', {
        where: `input ${graph.input}`,
        found: `an image of ${image.length} values`,
        need: `${sizeOf(shape)} (${formatShape(shape)})`,
      });
    }
    visit(graph.input, image);
    const live = new Map([[graph.input, image]]);
    graph.nodes.forEach((n, i) => {
      const y = this.allocate(sizeOf(this.shapeOf(n.output)));
      const inputs = n.inputs.map((t) => ({ shape: this.shapeOf(t), values: live.get(t) as Float32Array }));
      floatLayer(n).run(n, inputs, { shape: this.shapeOf(n.output), values: y }, this.kit);
      live.set(n.output, y);
      visit(n.output, y);
      for (const t of new Set([...n.inputs, n.output])) {
        if (this.lastUse.get(t) === i) this.release(live, t);
      }
    });
    const results = graph.outputs.map((t) => live.get(t) as Float32Array);
    const result = new Float32Array(results.reduce((sum, r) => sum + r.length, 0));
    let at = 0;
    for (const values of results) {
      result.set(values, at);
      at += values.length;
    }
    for (const t of graph.outputs) this.release(live, t);
    return result;
  }

  private shapeOf(tensor: string): Shape {
    return this.graph.shapes.get(tensor) as Shape;
  }

  private allocate(length: number): Float32Array {
    return this.free.get(length)?.pop() ?? new Float32Array(length);
  }

  /** The caller's image is never recycled. */
  private release(live: Map<string, Float32Array>, tensor: string): void {
    const buffer = live.get(tensor);
    live.delete(tensor);
    if (!buffer || tensor === this.graph.input) return;
    const list = this.free.get(buffer.length);
    if (list) list.push(buffer);
    else this.free.set(buffer.length, [buffer]);
  }
}

/** Every tensor of one image, by name. */
export function runFloat(graph: Graph, image: Float32Array): Map<string, Float32Array> {
  const tensors = new Map<string, Float32Array>();
  new FloatExecutor(graph).run(image, (name, values) => tensors.set(name, Float32Array.from(values)));
  return tensors;
}
