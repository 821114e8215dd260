/**
 * First step of the ONNX frontend: bytes to a checked, plain source model. What is checked here holds for the file
 * as a whole (it is ONNX, its opset, its weights are inside); what nodes mean is `import-onnx.ts`.
 */
import { BlnetError } from '../../diagnostics.js';
import { checkLimit } from '../../limits.js';
import { volume } from './const-tensor.js';
import { inlineFunctions } from './inline-functions.js';
import {
  type AttributeMessage,
  decodeModel,
  type ModelMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './onnx-proto.js';
import { scanModel } from './scan-model.js';

const MIN_OPSET = 1;
const MAX_OPSET = 25;

export interface SourceNode {
  /** May be empty and need not be unique. */
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  /** An empty string is an optional input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly AttributeMessage[];
}

/** Declared type of a tensor; a symbolic extent is its name or '?'. */
export interface SourceValue {
  readonly name: string;
  readonly elemType: number;
  /** Undefined when the model does not say. */
  readonly dims: readonly (number | string)[] | undefined;
}

export interface SourceModel {
  readonly name: string;
  readonly opset: number;
  readonly nodes: readonly SourceNode[];
  /** As stored: only what a live node reads becomes numbers. */
  readonly initializers: ReadonlyMap<string, TensorMessage>;
  /** Without the initializers that old exporters also list as inputs. */
  readonly inputs: readonly SourceValue[];
  readonly outputs: readonly SourceValue[];
  readonly valueInfo: ReadonlyMap<string, SourceValue>;
  readonly metadata: Readonly<Record<string, string>>;
}

const unreadable = (found: string): BlnetError =>
  new BlnetError('BLN101', {
    found,
    need: 'a complete ONNX model file (protobuf ModelProto)',
    hint: 'check the path and that the file was copied whole; models are written by torch.onnx.export',
  });

function toValue(v: ValueInfoMessage): SourceValue {
  const tensor = v.type?.tensorType;
  const dims = tensor?.shape
    ? (tensor.shape.dim ?? []).map((d) =>
        d.dimValue !== undefined && d.dimValue !== -1 ? d.dimValue : d.dimParam || '?',
      )
    : undefined;
  checkLimit('axes', dims?.length ?? 0, `tensor ${v.name ?? ''}`);
  return { name: v.name ?? '', elemType: tensor?.elemType ?? 0, dims };
}

function decode(bytes: Uint8Array): ModelMessage {
  if (bytes.length === 0) throw unreadable('the file is empty');
  let message: ModelMessage;
  try {
    scanModel(bytes);
    message = decodeModel(bytes);
  } catch (error) {
    if (error instanceof BlnetError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw unreadable(`the bytes are no protobuf message, or end too early (${reason})`);
  }
  if (!message.irVersion || message.irVersion < 1 || message.irVersion > 1000) {
    throw unreadable('no ONNX IR version in the file');
  }
  if (!message.graph) throw unreadable('the file holds no graph');
  if (!message.opsetImport?.length) throw unreadable('the file names no operator set');
  return message;
}

function opsetOf(message: ModelMessage): number {
  const isDefault = (d: string | undefined) => !d || d === 'ai.onnx';
  const opset = message.opsetImport?.find((o) => isDefault(o.domain))?.version ?? 0;
  if (opset < MIN_OPSET || opset > MAX_OPSET) {
    throw new BlnetError('BLN204', {
      found: `opset ${opset}`,
      need: `opset ${MIN_OPSET} to ${MAX_OPSET}`,
      hint: 'export with opset_version=13, or convert with onnx.version_converter',
    });
  }
  return opset;
}

/** Errors: BLN101 not ONNX, BLN202 sparse weights, BLN203 functions, BLN204 opset, BLN207 too large. */
export function readModel(bytes: Uint8Array): SourceModel {
  const message = decode(bytes);
  const opset = opsetOf(message);
  const graph = message.graph ?? {};
  if (graph.sparseInitializer?.length) {
    throw new BlnetError('BLN202', {
      found: 'sparse initializers',
      need: 'dense weights',
      hint: 'export the pruned network densely; blnet prunes whole channels',
    });
  }
  const initializers = new Map<string, TensorMessage>();
  let values = 0;
  for (const t of graph.initializer ?? []) {
    values += volume(t.dims ?? []);
    checkLimit('constants', values, `initializer ${t.name ?? ''}`);
    initializers.set(t.name ?? '', t);
  }
  const metadata = Object.fromEntries((message.metadataProps ?? []).map((e) => [e.key ?? '', e.value ?? '']));
  return {
    name: graph.name || 'model',
    opset,
    nodes: inlineFunctions(graph.node ?? [], message.functions ?? []).map((n) => ({
      name: n.name ?? '',
      opType: n.opType ?? '',
      domain: n.domain ?? '',
      inputs: n.input ?? [],
      outputs: n.output ?? [],
      attributes: n.attribute ?? [],
    })),
    initializers,
    inputs: (graph.input ?? []).map(toValue).filter((v) => !initializers.has(v.name)),
    outputs: (graph.output ?? []).map(toValue),
    valueInfo: new Map((graph.valueInfo ?? []).map((v) => [v.name ?? '', toValue(v)])),
    metadata,
  };
}
