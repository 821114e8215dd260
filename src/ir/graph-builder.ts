/**
 * Grows a float graph node by node: shapes are inferred and names made unique on the way in, so that frontends
 * only say which operation comes next.
 */
import { BlnetError } from '../diagnostics.js';
import type { Graph, GraphNode, GraphOp, Shape } from './graph.js';
import { inferShape } from './infer-shape.js';

export class GraphBuilder {
  private readonly nodes: GraphNode[] = [];
  private readonly shapes = new Map<string, Shape>();
  private readonly names = new Set<string>();

  constructor(
    readonly name: string,
    readonly input: string,
    shape: Shape,
  ) {
    this.shapes.set(input, shape);
  }

  /** BLN102 for a tensor that no node defined yet. */
  shapeOf(tensor: string): Shape {
    const shape = this.shapes.get(tensor);
    if (!shape)
      throw new BlnetError('BLN102', { where: `tensor ${tensor}`, found: 'it is used before it is defined' });
    return shape;
  }

  /** Appends a node and returns its output tensor, by default called like the node. */
  add(name: string, op: GraphOp, inputs: readonly string[], output = name): string {
    const unique = this.uniqueName(name);
    if (this.shapes.has(output)) {
      throw new BlnetError('BLN102', { where: `tensor ${output}`, found: 'two nodes define it' });
    }
    const shape = inferShape(
      op,
      inputs.map((t) => this.shapeOf(t)),
      `node ${unique}`,
    );
    this.shapes.set(output, shape);
    this.nodes.push({ ...op, name: unique, inputs: [...inputs], output });
    return output;
  }

  finish(output: string, metadata: Readonly<Record<string, string>> = {}): Graph {
    this.shapeOf(output);
    const { name, input, nodes } = this;
    return { name, input, output, nodes: [...nodes], shapes: new Map(this.shapes), metadata };
  }

  private uniqueName(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.names.has(name); n++) name = `${wanted}_${n}`;
    this.names.add(name);
    return name;
  }
}
