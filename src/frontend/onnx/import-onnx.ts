/**
 * The ONNX frontend: bytes of a model file to the float graph. It walks the live nodes once, folds shape
 * arithmetic, and asks one handler per operator; every handler is in `operators-*.ts`.
 */
import { BlnetError } from '../../diagnostics.js';
import type { Graph } from '../../ir/graph.js';
import { GraphBuilder } from '../../layers/graph-builder.js';
import { checkLimit } from '../../limits.js';
import { adviceFor } from './advice.js';
import { assumePixels } from './assume-pixels.js';
import { Attributes } from './attributes.js';
import { type ConstTensor, floatTensor, intTensor, reachOf, toConstTensor, volume } from './const-tensor.js';
import { constantValue, type Feature, type InputPreprocessing, type Value } from './feature.js';
import { CONSTANT_OPERATORS, type ConstantOperator } from './fold-constants.js';
import { inputOf } from './model-input.js';
import { OperatorContext } from './operator-context.js';
import { handlerOf, OPERATORS } from './operators.js';
import { readModel, type SourceModel, type SourceNode, type SourceValue } from './read-model.js';

const isConstantOperator = (opType: string): opType is ConstantOperator =>
  Object.hasOwn(CONSTANT_OPERATORS, opType);

const whereOf = (n: SourceNode): string => `node ${n.name || n.outputs[0] || '(unnamed)'} (${n.opType})`;

function soleValue(values: readonly SourceValue[], what: string, hint: string): SourceValue {
  const [first] = values;
  if (first && values.length === 1) return first;
  const names = values.length > 0 ? `: ${values.map((v) => v.name).join(', ')}` : '';
  throw new BlnetError('BLN203', {
    found: `${values.length} ${what}s${names}`,
    need: `exactly one ${what}`,
    hint,
  });
}

/** Nodes and tensors that the outputs depend on, nodes in the order of the file; exporters leave dead ones behind. */
function liveNodes(
  model: SourceModel,
  outputs: readonly string[],
): { readonly nodes: readonly SourceNode[]; readonly used: ReadonlySet<string> } {
  const producer = new Map<string, SourceNode>();
  for (const n of model.nodes) {
    for (const o of n.outputs.filter(Boolean)) {
      if (producer.has(o))
        throw new BlnetError('BLN102', { where: `tensor ${o}`, found: 'two nodes define it' });
      producer.set(o, n);
    }
  }
  const live = new Set<SourceNode>();
  const used = new Set<string>();
  const pending = [...outputs];
  for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
    const n = producer.get(tensor);
    used.add(tensor);
    if (n && !live.has(n)) {
      live.add(n);
      for (const input of n.inputs) if (input !== '') pending.push(input);
    }
  }
  return { nodes: model.nodes.filter((n) => live.has(n)), used };
}

/** Value of a Constant node. */
function constantNode(a: Attributes): ConstTensor {
  const tensor = a.tensor('value');
  const [floats, ints] = [a.floats('value_floats'), a.ints('value_ints')];
  const [float, int] = [a.float('value_float', Number.NaN), a.int('value_int', Number.NaN)];
  if (tensor) return tensor;
  if (floats) return floatTensor(floats);
  if (ints) return intTensor(ints);
  if (!Number.isNaN(float)) return floatTensor([float], []);
  if (!Number.isNaN(int)) return intTensor([int], []);
  throw new BlnetError('BLN202', {
    where: a.where,
    found: 'a constant that is neither a tensor nor a number',
  });
}

const isStandardNode = (n: SourceNode): boolean => n.domain === '' || n.domain === 'ai.onnx';

const operatorOf = (n: SourceNode): string => (isStandardNode(n) ? n.opType : `${n.domain}::${n.opType}`);

/** All operators of the model that nothing here knows, so that it is judged at once; the first is where it stops. */
function alsoUnsupported(n: SourceNode, live: readonly SourceNode[]): string {
  const times = new Map<string, number>();
  for (const other of live) {
    const isKnown =
      handlerOf(other.domain, other.opType) !== undefined ||
      (isStandardNode(other) && (other.opType === 'Constant' || isConstantOperator(other.opType)));
    if (!isKnown && operatorOf(other) !== operatorOf(n))
      times.set(operatorOf(other), (times.get(operatorOf(other)) ?? 0) + 1);
  }
  const list = [...times].map(([name, count]) => (count === 1 ? name : `${name} (${count} times)`));
  return list.length === 0 ? '' : `; the model also has ${list.join(', ')}`;
}

function unsupported(n: SourceNode, live: readonly SourceNode[]): BlnetError {
  const isStandard = isStandardNode(n);
  const hint = isStandard ? adviceFor(n.opType) : 'export with standard ONNX operators only';
  return new BlnetError('BLN201', {
    where: whereOf(n),
    found: `operator ${operatorOf(n)}${alsoUnsupported(n, live)}`,
    need: Object.keys(OPERATORS).sort().join(', '),
    hint: hint ?? 'build the layer from these operators, or remove it before exporting',
  });
}

/** Extents that the model declares for a tensor must be those that we infer (the batch axis aside). */
function checkDeclared(declared: SourceValue | undefined, value: Value, where: string, batch: number): void {
  if (!declared?.dims || value.kind === 'constant') return;
  const { dims, loose, host } = value.feature;
  // The host counts classes; at the end extents may take the batch in.
  if (host) return;
  const isWhole = declared.dims.every((d) => typeof d === 'number');
  if ((loose || batch > 1) && isWhole && volume(declared.dims as number[]) === batch * volume(dims)) return;
  const agrees = (d: number | string, i: number) => typeof d === 'string' || i === 0 || d === dims[i];
  if (declared.dims.length !== dims.length || !declared.dims.every(agrees)) {
    throw new BlnetError('BLN103', {
      where,
      found: `the model declares [${declared.dims.join(', ')}] for ${declared.name}, its inputs give [${dims.join(', ')}]`,
      hint: 'export again, or remove value_info and run onnx.shape_inference',
    });
  }
}

const dimsOf = (v: Value): readonly number[] => (v.kind === 'constant' ? v.constant.dims : v.feature.dims);

/** The values of a node's outputs, in their order; operators with one output give one. */
function valuesOfNode(
  n: SourceNode,
  live: readonly SourceNode[],
  model: SourceModel,
  values: ReadonlyMap<string, Value>,
  builder: GraphBuilder,
  pixels: { stated?: InputPreprocessing },
  batch: number,
): readonly Value[] {
  const where = whereOf(n);
  const attributes = new Attributes(n.attributes, where);
  const isStandard = isStandardNode(n);
  const handler = handlerOf(n.domain, n.opType);
  if (!isStandard && !handler) throw unsupported(n, live);
  if (n.opType === 'Constant') return [constantValue(constantNode(attributes))];
  const inputs = n.inputs.map((name) => {
    const value = values.get(name);
    if (name !== '' && !value) {
      throw new BlnetError('BLN102', {
        where,
        found: `its input ${name} is not defined before it`,
        hint: 'the file is damaged or was edited',
      });
    }
    return value;
  });
  const context = new OperatorContext(n, where, model.opset, attributes, inputs, builder, pixels, batch);
  const isConstant = inputs.every((v) => v?.kind !== 'feature');
  let value: Value | readonly Value[];
  if (isConstant && isStandard && isConstantOperator(n.opType))
    value = constantValue(CONSTANT_OPERATORS[n.opType](context));
  else if (handler) value = handler(context);
  else throw unsupported(n, live);
  attributes.finish();
  return 'kind' in value ? [value] : value;
}

/** A checked source model to the float graph. Errors: BLN102, BLN103, BLN201, BLN202, BLN203, BLN207. */
function importModel(model: SourceModel): Graph {
  const input = soleValue(model.inputs, 'input', 'blnet compiles networks that map one image to one tensor');
  const { outputs } = model;
  const { shape, order, raw, dims: own, batch = 1 } = inputOf(model, input);
  const builder = new GraphBuilder(model.name, input.name, shape);
  const values = new Map<string, Value>();
  const feature = { tensor: input.name, shape, dims: [1, ...own], order, ...(raw ? { raw } : {}) };
  values.set(input.name, { kind: 'feature', feature });
  if (batch > 1) {
    const text = `the model takes ${batch} images at once: they are frames, one after the other`;
    builder.note({ kind: 'rewritten', where: input.name, text });
  }
  const pixels: { stated?: InputPreprocessing } = {};
  let folded = 0;
  const { nodes, used } = liveNodes(
    model,
    outputs.map((o) => o.name),
  );
  for (const n of nodes) {
    for (const name of n.inputs) {
      const stored = values.has(name) ? undefined : model.initializers.get(name);
      if (stored) values.set(name, constantValue(toConstTensor(stored, `initializer ${name}`)));
    }
    const results = valuesOfNode(n, nodes, model, values, builder, pixels, batch);
    n.outputs.forEach((name, i) => {
      if (!used.has(name)) return;
      const value = results[i];
      const where = whereOf(n);
      if (!value)
        throw new BlnetError('BLN202', {
          where,
          found: `its extra output ${name} is used`,
          need: 'the first output only',
        });
      if (value.kind === 'constant') folded += value.constant.values.length;
      checkLimit('foldedConstants', folded, where);
      checkLimit('axes', dimsOf(value).length, where);
      checkLimit('constants', reachOf(value.kind === 'constant' ? value.constant.dims : []), where);
      const declared = outputs.find((o) => o.name === name) ?? model.valueInfo.get(name);
      checkDeclared(declared, value, where, batch);
      values.set(name, value);
    });
  }
  return builder.finish(
    resultTensors(outputs, values, builder, pixels),
    metadataOf(model, builder, pixels.stated),
  );
}

/**
 * The tensors that leave; an output that is the input, or a padded map, gets a layer of its own.
 * Errors: BLN203 for no output, for one that nothing computes, or for one under two names.
 */
function resultTensors(
  outputs: readonly SourceValue[],
  values: ReadonlyMap<string, Value>,
  builder: GraphBuilder,
  pixels: { stated?: InputPreprocessing },
): string[] {
  if (outputs.length === 0)
    throw new BlnetError('BLN203', { found: '0 outputs', need: 'one output or more' });
  const names = new Map<string, string>();
  for (const { name } of outputs) {
    const where = `output ${name}`;
    const result = values.get(name);
    if (result?.kind !== 'feature' || result.feature.shuffled)
      throw new BlnetError('BLN203', { where, found: 'no operation computes it from the input' });
    const tensor = settledEnd(name, result.feature, builder, pixels);
    const other = names.get(tensor);
    if (other !== undefined)
      throw new BlnetError('BLN203', {
        where,
        found: `the values of output ${other} again`,
        need: 'outputs that differ',
        hint: 'keep one of them; onnx.utils.extract_model cuts a model',
      });
    names.set(tensor, name);
  }
  return [...names.keys()];
}

/** The tensor of a result. Integers that nothing said the meaning of stand for themselves. */
function settledEnd(
  name: string,
  x: Feature,
  builder: GraphBuilder,
  pixels: { stated?: InputPreprocessing },
): string {
  if (x.raw && !pixels.stated) pixels.stated = { mean: x.raw.signed ? 128 : 0, std: 1 };
  if (x.border || x.tensor === builder.input) {
    const node = { name, opType: 'Identity', domain: '', inputs: [], outputs: [name], attributes: [] };
    const context = new OperatorContext(node, `output ${name}`, 0, new Attributes([], name), [], builder);
    const inner = context.settled(x);
    if (inner.tensor !== builder.input) return inner.tensor;
    builder.note({
      kind: 'rewritten',
      where: name,
      text: 'the output is the input, passed on by a layer of ones',
    });
    return context.copied(inner).tensor;
  }
  return x.tensor;
}

/** The model's metadata, completed by how pixels become reals: what its nodes say, or an assumption. */
function metadataOf(
  model: SourceModel,
  builder: GraphBuilder,
  stated: InputPreprocessing | undefined,
): Readonly<Record<string, string>> {
  const { metadata } = model;
  if (stated)
    return { ...metadata, 'blnet.input.mean': `${stated.mean}`, 'blnet.input.std': `${stated.std}` };
  if ('blnet.input.mean' in metadata || 'blnet.input.std' in metadata) return metadata;
  const { mean, std, text } = assumePixels(builder.madeNodes, builder.input);
  builder.note({ kind: 'assumed', where: builder.input, text });
  return std === 255 ? metadata : { ...metadata, 'blnet.input.mean': `${mean}`, 'blnet.input.std': `${std}` };
}

/** The frontend as a whole: ONNX bytes to the float graph. */
export const importOnnx = (bytes: Uint8Array): Graph => importModel(readModel(bytes));
