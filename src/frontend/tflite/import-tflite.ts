/**
 * The TFLite frontend: bytes of a .tflite file to the float graph. Integers, scales and zero points are taken as they
 * stand (as from ONNX in QDQ form); the graph's reals are what they stand for. Handlers are in `operators-*.ts`.
 */
import { BlnetError } from '../../diagnostics.js';
import type { Graph, Shape } from '../../ir/graph.js';
import type { HostPart } from '../../ir/host-part.js';
import { GraphBuilder } from '../../layers/graph-builder.js';
import { checkLimit } from '../../limits.js';
import { constantOf, type TfliteConstant } from './constants.js';
import { type Feature, formatOf } from './feature.js';
import { bytesAsIntegers, normalizationOf } from './normalization.js';
import { type Handler, OperatorContext } from './operator-context.js';
import { CHANNEL_OPERATORS, SPLIT_OPERATORS } from './operators-channels.js';
import { CONCAT_OPERATORS } from './operators-concat.js';
import { LOOKUP_OPERATORS } from './operators-lookup.js';
import { POINTWISE_OPERATORS } from './operators-pointwise.js';
import { SHAPE_OPERATORS } from './operators-shape.js';
import { WINDOW_OPERATORS } from './operators-window.js';
import { readTflite, type TfliteModel, type TfliteOperator, type TfliteTensor } from './read-tflite.js';

const HANDLERS: Readonly<Record<string, Handler>> = {
  ...WINDOW_OPERATORS,
  ...SHAPE_OPERATORS,
  ...POINTWISE_OPERATORS,
  ...LOOKUP_OPERATORS,
  ...CONCAT_OPERATORS,
  ...CHANNEL_OPERATORS,
  ...SPLIT_OPERATORS,
};

/** One message for all that blnet does not have, so that a model is judged at once. */
function checkOperators(operators: readonly TfliteOperator[]): void {
  const unknown = new Map<string, number>();
  for (const { name } of operators) {
    if (!Object.hasOwn(HANDLERS, name)) unknown.set(name, (unknown.get(name) ?? 0) + 1);
  }
  if (unknown.size === 0) return;
  const list = [...unknown].map(([name, times]) => (times === 1 ? name : `${name} (${times} times)`));
  throw new BlnetError('BLN201', {
    found: list.join(', '),
    need: Object.keys(HANDLERS).sort().join(', '),
    hint: 'build the layers from these operators; what stands behind the last of them can be left to the host',
  });
}

/** The graph's names of the file's tensors: their own, made unique. */
export function tensorNames(model: TfliteModel): readonly string[] {
  const taken = new Set<string>();
  /** By name: the number that was added to it last. */
  const numbers = new Map<string, number>();
  return model.tensors.map(({ name }) => {
    let unique = name;
    for (let n = (numbers.get(name) ?? 1) + 1; taken.has(unique); n++) {
      unique = `${name}_${n}`;
      numbers.set(name, n);
    }
    taken.add(unique);
    return unique;
  });
}

function soleInput(model: TfliteModel): number {
  const { inputs } = model;
  const [first] = inputs;
  if (first !== undefined && inputs.length === 1) return first;
  throw new BlnetError('BLN203', {
    found: `${inputs.length} inputs: ${inputs.map((i) => model.tensors[i]?.name).join(', ')}`,
    need: 'exactly one input',
  });
}

function inputShape(t: TfliteTensor): Shape {
  const [batch, height, width, channels] = t.shape;
  const isExtent = (d: number | undefined): d is number => d !== undefined && d >= 1 && d <= 65536;
  const isFixed = t.signature.length !== 4 || t.signature.slice(1).every((d) => d !== -1);
  if (
    t.shape.length !== 4 ||
    batch !== 1 ||
    !isFixed ||
    !isExtent(height) ||
    !isExtent(width) ||
    !isExtent(channels)
  ) {
    throw new BlnetError('BLN103', {
      where: `input ${t.name}`,
      found: `extents [${(t.signature.length > 0 ? t.signature : t.shape).join(', ')}]`,
      need: '1 x height x width x channels, with fixed height, width and channels',
      hint: 'convert a model with a fixed input size',
    });
  }
  return { channels, height, width };
}

/**
 * How pixels reach the input. A quantized input takes them as its integers unless the metadata says otherwise; as
 * uint8, which is what pixels are: the reals are the same, the zero point moves with the integers.
 */
function stateInput(builder: GraphBuilder, model: TfliteModel, t: TfliteTensor): Record<string, string> {
  const format = formatOf(t);
  const stated = normalizationOf(model);
  if (format) {
    const asPixels = { ...format, signed: false, zeroPoint: format.zeroPoint + (format.signed ? 128 : 0) };
    builder.setFormat(builder.input, stated ? format : asPixels);
  }
  const used = stated ?? (format && bytesAsIntegers(format));
  if (!used) return {};
  if (!stated) {
    builder.note({
      kind: 'assumed',
      where: builder.input,
      text: `the bytes of an image are the integers of the input${format?.signed ? ', less 128' : ''}: the file has no normalization metadata`,
    });
  }
  return { 'blnet.input.mean': used.mean.join(','), 'blnet.input.std': used.std.join(',') };
}

/** Operators that the outputs depend on, in the order of the file. */
function liveOperators(model: TfliteModel, outputs: readonly number[]): readonly TfliteOperator[] {
  const producer = new Map<number, TfliteOperator>();
  for (const o of model.operators) for (const t of o.outputs) producer.set(t, o);
  const live = new Set<TfliteOperator>();
  const pending = [...outputs];
  for (let t = pending.pop(); t !== undefined; t = pending.pop()) {
    const o = producer.get(t);
    if (!o || live.has(o)) continue;
    if (o.outputs.length !== 1 && !Object.hasOwn(SPLIT_OPERATORS, o.name))
      throw new BlnetError('BLN202', {
        where: o.name,
        found: `${o.outputs.length} outputs`,
        need: 'one output',
      });
    live.add(o);
    pending.push(...o.inputs.filter((i) => i >= 0));
  }
  return model.operators.filter((o) => live.has(o));
}

/** A DEQUANTIZE of a constant is a constant: how weights of half precision are stored. */
function constantResult(
  model: TfliteModel,
  o: TfliteOperator,
  constants: Map<number, TfliteConstant>,
): boolean {
  const [input] = o.inputs;
  const t = model.tensors[input ?? -1];
  if (o.name !== 'DEQUANTIZE' || input === undefined || !t || t.data.length === 0) return false;
  constants.set(o.outputs[0], constants.get(input) ?? constantOf(t));
  return true;
}

/** A plain source model to the float graph. Errors: BLN102, BLN103, BLN201, BLN202, BLN203, BLN205, BLN207. */
function importTfliteModel(model: TfliteModel): Graph {
  const input = soleInput(model);
  const names = tensorNames(model);
  const operators = liveOperators(model, model.outputs);
  checkOperators(operators);
  const t = model.tensors[input];
  const shape = inputShape(t);
  const builder = new GraphBuilder(model.name, names[input], shape);
  const metadata = stateInput(builder, model, t);
  const { height, width, channels } = shape;
  const features = new Map<number, Feature>([
    [input, { tensor: builder.input, shape, dims: [1, height, width, channels] }],
  ]);
  const constants = new Map<number, TfliteConstant>();
  let values = 0;
  for (const o of operators) {
    if (constantResult(model, o, constants)) continue;
    for (const i of o.inputs) {
      const k = model.tensors[i];
      if (!k || k.data.length === 0 || features.has(i) || constants.has(i)) continue;
      values += k.shape.reduce((a, b) => a * b, 1);
      checkLimit('constants', values);
      constants.set(i, constantOf(k));
    }
    const handler = HANDLERS[o.name];
    o.outputs.forEach((t, at) => {
      features.set(t, handler(new OperatorContext(o, model, names, features, constants, builder, at)));
    });
  }
  const graph = builder.finish(resultTensors(model, names, builder.input, features), metadata);
  const host = hostParts(model, features);
  return {
    ...graph,
    ...(host.length > 0 ? { host } : {}),
    ...(graph.formats && graph.formats.size > 0 ? { runtime: 'tflite-micro' as const } : {}),
  };
}

/** What is left to the host behind the outputs. */
const hostParts = (model: TfliteModel, features: ReadonlyMap<number, Feature>): HostPart[] =>
  model.outputs.flatMap((output) => {
    const f = features.get(output);
    return f?.hostFunction ? [{ ...f.hostFunction, tensor: f.tensor }] : [];
  });

/** The tensors that leave. Errors: BLN203 for none, for one that no layer computes, or for one listed twice. */
function resultTensors(
  model: TfliteModel,
  names: readonly (string | undefined)[],
  input: string,
  features: ReadonlyMap<number, Feature>,
): string[] {
  if (model.outputs.length === 0)
    throw new BlnetError('BLN203', { found: '0 outputs', need: 'one output or more' });
  const tensors = model.outputs.map((output) => {
    const result = features.get(output);
    const isFlat = result && result.dims.length !== 4 && result.shape.height * result.shape.width > 1;
    if (result && !result.border && !isFlat && result.tensor !== input) return result.tensor;
    throw new BlnetError('BLN203', {
      where: `output ${names[output]}`,
      found: isFlat ? 'a map that is flattened at the end' : 'no layer computes it from the input',
    });
  });
  const again = tensors.findIndex((t, i) => tensors.indexOf(t) < i);
  if (again < 0) return tensors;
  throw new BlnetError('BLN203', {
    where: `output ${names[model.outputs[again]]}`,
    found: 'the values of another output again',
    need: 'outputs that differ',
  });
}

/** The frontend as a whole: TFLite bytes to the float graph. */
export const importTflite = (bytes: Uint8Array): Graph => importTfliteModel(readTflite(bytes));
