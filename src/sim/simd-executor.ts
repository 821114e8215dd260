/**
 * The integer reference at speed: the same results as `IntegerExecutor`, value for value, from WebAssembly SIMD that is
 * generated for one graph. The plain executor is the specification; tests hold the two together.
 */
import { sizeOf } from '../ir/graph.js';
import { type QuantGraph, tensorOf, tensorsOf } from '../ir/quant-graph.js';
import { quantLayer } from '../layers/index.js';
import { type Plane, planeBytes, SimdKit, vectorsOf } from '../layers/shared/simd-kit.js';
import { type Executor, IntegerExecutor, outputValues } from './integer-executor.js';
import { ModuleBuilder } from './wasm/encode.js';
import { compileModule, HAS_SIMD, instantiate } from './wasm/host.js';
import { MemoryPlan } from './wasm/memory-plan.js';
import { call } from './wasm/ops.js';
import { LANES } from './wasm/requantizer.js';

/** The fastest executor that this machine runs. */
export const createExecutor = (graph: QuantGraph): Executor =>
  HAS_SIMD ? new SimdExecutor(graph) : new IntegerExecutor(graph);

export class SimdExecutor implements Executor {
  private readonly layout = new MemoryPlan();
  private readonly planes = new Map<string, Plane>();
  private readonly memory: Int16Array;
  private readonly execute: () => void;

  constructor(private readonly graph: QuantGraph) {
    for (const [name, t] of graph.tensors) {
      const { height, width, channels } = t.shape;
      const plane = { address: 0, height, width, vectors: vectorsOf(channels) };
      this.planes.set(name, { ...plane, address: this.layout.reserve(planeBytes(plane)) });
    }
    const module = new ModuleBuilder();
    const layers = graph.nodes.map((node) => {
      const f = module.add();
      const inputs = node.inputs.map((name) => this.planeOf(name));
      const kit = new SimdKit(f, inputs, this.planeOf(node.output), this.layout);
      quantLayer(node).emit(node, tensorsOf(graph, node), kit);
      return f;
    });
    module.add('run').emit(...layers.map(call));
    const memory = this.layout.build();
    this.memory = new Int16Array(memory.buffer);
    this.execute = instantiate(compileModule(module.encode()), memory).run;
  }

  run(input: ArrayLike<number>): Int16Array {
    const { channels } = tensorOf(this.graph, this.graph.input).shape;
    const plane = this.planeOf(this.graph.input);
    const step = plane.vectors * LANES;
    let at = plane.address / 2;
    for (let i = 0; i < input.length; at += step) {
      for (let c = 0; c < channels; c++) this.memory[at + c] = input[i++];
    }
    this.execute();
    return outputValues(this.graph, this);
  }

  valuesOf(name: string): Int16Array {
    const { shape } = tensorOf(this.graph, name);
    const plane = this.planeOf(name);
    const values = new Int16Array(sizeOf(shape));
    const step = plane.vectors * LANES;
    for (let i = 0, at = plane.address / 2; i < values.length; at += step) {
      for (let c = 0; c < shape.channels; c++) values[i++] = this.memory[at + c];
    }
    return values;
  }

  private planeOf(name: string): Plane {
    return this.planes.get(name) as Plane;
  }
}
