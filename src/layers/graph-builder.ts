/**
 * Grows a float graph node by node: shapes are inferred and names made unique on the way in, so that frontends
 * only say which operation comes next.
 */
import { BlnetError } from '../diagnostics.js';
import type { Graph, GraphNode, GraphNote, GraphOp, Shape } from '../ir/graph.js';
import { formatText, type QuantFormat, sameFormat } from '../ir/number-format.js';
import { checkLimit } from '../limits.js';
import { checkGraphSize, checkShape, checkWindow } from './check-size.js';
import { inferShape } from './infer-shape.js';

export class GraphBuilder {
  private readonly nodes: GraphNode[] = [];
  /** Of all nodes so far. */
  private weights = 0;
  private readonly shapes = new Map<string, Shape>();
  private readonly formats = new Map<string, QuantFormat>();
  private readonly names = new Set<string>();
  /** By wanted name: the number that was added to it last. */
  private readonly numbers = new Map<string, number>();
  private readonly notes: GraphNote[] = [];
  private readonly producers = new Map<string, GraphNode>();

  constructor(
    readonly name: string,
    readonly input: string,
    shape: Shape,
  ) {
    checkShape(shape, `input ${input}`);
    this.shapes.set(input, shape);
  }

  /** BLN102 for a tensor that no node defined yet. */
  shapeOf(tensor: string): Shape {
    const shape = this.shapes.get(tensor);
    if (!shape)
      throw new BlnetError('BLN102', { where: `tensor ${tensor}`, found: 'it is used before it is defined' });
    return shape;
  }

  /** Appends a node and returns its output tensor, by default called like the node. Errors: BLN102, BLN103, BLN207. */
  add(name: string, op: GraphOp, inputs: readonly string[], output = name): string {
    const unique = this.uniqueName(name);
    if (this.shapes.has(output)) {
      throw new BlnetError('BLN102', { where: `tensor ${output}`, found: 'two nodes define it' });
    }
    const where = `node ${unique}`;
    checkLimit('layers', this.nodes.length + 1, where);
    if ('weights' in op) this.weights += op.weights.length;
    checkLimit('weights', this.weights, where);
    checkWindow(op, where);
    const shape = inferShape(
      op,
      inputs.map((t) => this.shapeOf(t)),
      where,
    );
    checkShape(shape, where);
    this.shapes.set(output, shape);
    const node: GraphNode = { ...op, name: unique, inputs: [...inputs], output };
    this.nodes.push(node);
    this.producers.set(output, node);
    return output;
  }

  /** States a tensor's number format. BLN203 if it has another one already. */
  setFormat(tensor: string, format: QuantFormat): void {
    const given = this.formats.get(tensor);
    if (given && !sameFormat(given, format)) {
      throw new BlnetError('BLN203', {
        where: `tensor ${tensor}`,
        found: `two formats: ${formatText(given)}, and ${formatText(format)}`,
        need: 'one format a tensor',
        hint: 'quantize a tensor once and let all its readers share the result',
      });
    }
    this.formats.set(tensor, format);
  }

  /** What was added so far, in order. */
  get madeNodes(): readonly GraphNode[] {
    return this.nodes;
  }

  formatOf(tensor: string): QuantFormat | undefined {
    return this.formats.get(tensor);
  }

  /** The node that makes a tensor; undefined for the input. */
  producerOf(tensor: string): GraphNode | undefined {
    return this.producers.get(tensor);
  }

  /** Keeps what a user should know of how the model was read. */
  note(note: GraphNote): void {
    this.notes.push(note);
  }

  /** Tensors that the outputs depend on, and the input. */
  private neededFor(outputs: readonly string[]): ReadonlySet<string> {
    const needed = new Set([this.input]);
    const pending = [...outputs];
    for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
      if (needed.has(tensor)) continue;
      needed.add(tensor);
      pending.push(...(this.producers.get(tensor)?.inputs ?? []));
    }
    return needed;
  }

  /**
   * What no output depends on is left out: an operator may turn out to be part of a larger one.
   * Errors: BLN102, BLN207 for a network that is too large as a whole.
   */
  finish(output: string | readonly string[], metadata: Readonly<Record<string, string>> = {}): Graph {
    const outputs = typeof output === 'string' ? [output] : [...output];
    for (const tensor of outputs) this.shapeOf(tensor);
    const needed = this.neededFor(outputs);
    const of = <T>(map: ReadonlyMap<string, T>) => new Map([...map].filter(([tensor]) => needed.has(tensor)));
    const nodes = this.nodes.filter((n) => needed.has(n.output));
    const [shapes, formats] = [of(this.shapes), of(this.formats)];
    checkGraphSize({ nodes, shapes });
    const { name, input, notes } = this;
    return {
      name,
      input,
      outputs,
      nodes,
      shapes,
      metadata,
      ...(formats.size > 0 ? { formats } : {}),
      ...(notes.length > 0 ? { notes: [...notes] } : {}),
    };
  }

  private uniqueName(wanted: string): string {
    let name = wanted;
    let n = this.numbers.get(wanted) ?? 1;
    while (this.names.has(name)) name = `${wanted}_${++n}`;
    this.numbers.set(wanted, n);
    this.names.add(name);
    return name;
  }
}
