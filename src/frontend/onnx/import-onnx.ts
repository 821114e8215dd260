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
import { type ConstTensor, floatTensor, intTensor, reachOf, toConstTensor } from './const-tensor.js';
import { constantValue, type Feature, type InputPreprocessing, mapDims, type Value } from './feature.js';
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

/** Nodes that the outputs depend on, in the order of the file; exporters leave dead ones behind. */
function liveNodes(model: SourceModel, outputs: readonly string[]): readonly SourceNode[] {
  const producer = new Map<string, SourceNode>();
  for (const n of model.nodes) {
    for (const o of n.outputs.filter(Boolean)) {
      if (producer.has(o))
        throw new BlnetError('BLN102', { where: `tensor ${o}`, found: 'two nodes define it' });
      producer.set(o, n);
    }
  }
  const live = new Set<SourceNode>();
  const pending = [...outputs];
  for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
    const n = producer.get(tensor);
    if (n && n.outputs[0] !== tensor) {
      throw new BlnetError('BLN202', {
        where: whereOf(n),
        found: `its extra output ${tensor} is used`,
        need: 'the first output only',
      });
    }
    if (n && !live.has(n)) {
      live.add(n);
      for (const input of n.inputs) if (input !== '') pending.push(input);
    }
  }
  return model.nodes.filter((n) => live.has(n));
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
function checkDeclared(declared: SourceValue | undefined, value: Value, where: string): void {
  if (!declared?.dims || value.kind === 'constant') return;
  const { dims } = value.feature;
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

function valueOfNode(
  n: SourceNode,
  live: readonly SourceNode[],
  model: SourceModel,
  values: ReadonlyMap<string, Value>,
  builder: GraphBuilder,
  pixels: { stated?: InputPreprocessing },
  batch: number,
): Value {
  const where = whereOf(n);
  const attributes = new Attributes(n.attributes, where);
  const isStandard = isStandardNode(n);
  const handler = handlerOf(n.domain, n.opType);
  if (!isStandard && !handler) throw unsupported(n, live);
  if (n.opType === 'Constant') return constantValue(constantNode(attributes));
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
  let value: Value;
  if (isConstant && isStandard && isConstantOperator(n.opType))
    value = constantValue(CONSTANT_OPERATORS[n.opType](context));
  else if (handler) value = handler(context);
  else throw unsupported(n, live);
  attributes.finish();
  return value;
}

/** The hardware sends a map pixel by pixel, which is not the order of a flattened one. */
const isFlattened = (f: Feature): boolean => f.dims.length !== 4 && f.shape.height * f.shape.width > 1;

/** A checked source model to the float graph. Errors: BLN102, BLN103, BLN201, BLN202, BLN203, BLN207. */
function importModel(model: SourceModel): Graph {
  const input = soleValue(model.inputs, 'input', 'blnet compiles networks that map one image to one tensor');
  const { outputs } = model;
  const { shape, order, raw, batch = 1 } = inputOf(model, input);
  const builder = new GraphBuilder(model.name, input.name, shape);
  const values = new Map<string, Value>();
  const dims = mapDims(shape, order);
  const feature = { tensor: input.name, shape, dims, order, ...(raw ? { raw } : {}) };
  values.set(input.name, { kind: 'feature', feature });
  if (batch > 1) {
    const text = `the model takes ${batch} images at once: they are frames, one after the other`;
    builder.note({ kind: 'rewritten', where: input.name, text });
  }
  const pixels: { stated?: InputPreprocessing } = {};
  let folded = 0;
  const live = liveNodes(
    model,
    outputs.map((o) => o.name),
  );
  for (const n of live) {
    for (const name of n.inputs) {
      const stored = values.has(name) ? undefined : model.initializers.get(name);
      if (stored) values.set(name, constantValue(toConstTensor(stored, `initializer ${name}`)));
    }
    const value = valueOfNode(n, live, model, values, builder, pixels, batch);
    if (value.kind === 'constant') folded += value.constant.values.length;
    checkLimit('foldedConstants', folded, whereOf(n));
    checkLimit('axes', dimsOf(value).length, whereOf(n));
    checkLimit('constants', reachOf(value.kind === 'constant' ? value.constant.dims : []), whereOf(n));
    const name = n.outputs[0];
    const declared = outputs.find((o) => o.name === name) ?? model.valueInfo.get(name);
    checkDeclared(declared, value, whereOf(n));
    values.set(name, value);
  }
  return builder.finish(
    resultTensors(outputs, input.name, values),
    metadataOf(model, builder, pixels.stated),
  );
}

/** The tensors that leave. Errors: BLN203 for none, for one that nothing computes, or for one under two names. */
function resultTensors(
  outputs: readonly SourceValue[],
  input: string,
  values: ReadonlyMap<string, Value>,
): string[] {
  if (outputs.length === 0)
    throw new BlnetError('BLN203', { found: '0 outputs', need: 'one output or more' });
  const names = new Map<string, string>();
  for (const { name } of outputs) {
    const where = `output ${name}`;
    const result = values.get(name);
    const isFlat = result?.kind === 'feature' && isFlattened(result.feature);
    if (result?.kind !== 'feature' || result.feature.tensor === input || result.feature.border || isFlat)
      throw new BlnetError('BLN203', {
        where,
        found: isFlat ? 'a map that is flattened at the end' : 'no operation computes it from the input',
      });
    const { tensor } = result.feature;
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
