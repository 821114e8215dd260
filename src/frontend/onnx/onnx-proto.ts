/**
 * The part of the ONNX protobuf schema that blnet reads and writes, as a protobufjs descriptor, and its codec.
 * Field numbers are those of the public onnx.proto (github.com/onnx/onnx); field names are camelCase here because
 * names do not travel. Fields left out (training, sparse tensors) are skipped when decoding.
 */
import protobuf from 'protobufjs/light.js';

export interface TensorMessage {
  name?: string;
  dims?: number[];
  dataType?: number;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: number[];
  doubleData?: number[];
  rawData?: Uint8Array;
  externalData?: EntryMessage[];
  dataLocation?: number;
}

export interface AttributeMessage {
  name?: string;
  type?: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: TensorMessage;
  /** Present when the attribute is a subgraph; its content is never needed. */
  g?: object;
  floats?: number[];
  ints?: number[];
  /** In the body of a function: the attribute of the call that this one takes its value from. */
  refAttrName?: string;
}

export interface NodeMessage {
  input?: string[];
  output?: string[];
  name?: string;
  opType?: string;
  domain?: string;
  attribute?: AttributeMessage[];
}

export interface DimensionMessage {
  dimValue?: number;
  dimParam?: string;
}

export interface ValueInfoMessage {
  name?: string;
  type?: { tensorType?: { elemType?: number; shape?: { dim?: DimensionMessage[] } } };
}

export interface EntryMessage {
  key?: string;
  value?: string;
}

export interface GraphMessage {
  node?: NodeMessage[];
  name?: string;
  initializer?: TensorMessage[];
  sparseInitializer?: object[];
  input?: ValueInfoMessage[];
  output?: ValueInfoMessage[];
  valueInfo?: ValueInfoMessage[];
}

/** A function of the model itself: a node of its name and domain stands for these nodes. */
export interface FunctionMessage {
  name?: string;
  domain?: string;
  input?: string[];
  output?: string[];
  /** Names of attributes without a default, and those with one. */
  attribute?: string[];
  attributeProto?: AttributeMessage[];
  opsetImport?: { domain?: string; version?: number }[];
  node?: NodeMessage[];
}

export interface ModelMessage {
  irVersion?: number;
  producerName?: string;
  producerVersion?: string;
  graph?: GraphMessage;
  opsetImport?: { domain?: string; version?: number }[];
  metadataProps?: EntryMessage[];
  functions?: FunctionMessage[];
}

/** Values of TensorProto.DataType that occur here. */
export const DATA_TYPE = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
} as const;

/** Values of AttributeProto.AttributeType that the writer needs. */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 } as const;

const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ rule: 'repeated', type, id });
const packed = (type: string, id: number) => ({ ...many(type, id), options: { packed: true } });

const root = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: one('int64', 1),
        producerName: one('string', 2),
        producerVersion: one('string', 3),
        graph: one('Graph', 7),
        opsetImport: many('OperatorSetId', 8),
        metadataProps: many('StringStringEntry', 14),
        functions: many('Function', 25),
      },
    },
    Function: {
      fields: {
        name: one('string', 1),
        input: many('string', 4),
        output: many('string', 5),
        attribute: many('string', 6),
        node: many('Node', 7),
        opsetImport: many('OperatorSetId', 9),
        domain: one('string', 10),
        attributeProto: many('Attribute', 11),
      },
    },
    OperatorSetId: { fields: { domain: one('string', 1), version: one('int64', 2) } },
    StringStringEntry: { fields: { key: one('string', 1), value: one('string', 2) } },
    Graph: {
      fields: {
        node: many('Node', 1),
        name: one('string', 2),
        initializer: many('Tensor', 5),
        input: many('ValueInfo', 11),
        output: many('ValueInfo', 12),
        valueInfo: many('ValueInfo', 13),
        sparseInitializer: many('Opaque', 15),
      },
    },
    Opaque: { fields: {} },
    Node: {
      fields: {
        input: many('string', 1),
        output: many('string', 2),
        name: one('string', 3),
        opType: one('string', 4),
        attribute: many('Attribute', 5),
        domain: one('string', 7),
      },
    },
    Attribute: {
      fields: {
        name: one('string', 1),
        f: one('float', 2),
        i: one('int64', 3),
        s: one('bytes', 4),
        t: one('Tensor', 5),
        g: one('Opaque', 6),
        floats: many('float', 7),
        ints: many('int64', 8),
        type: one('int32', 20),
        refAttrName: one('string', 21),
      },
    },
    Tensor: {
      fields: {
        dims: many('int64', 1),
        dataType: one('int32', 2),
        floatData: packed('float', 4),
        int32Data: packed('int32', 5),
        int64Data: packed('int64', 7),
        name: one('string', 8),
        rawData: one('bytes', 9),
        doubleData: packed('double', 10),
        externalData: many('StringStringEntry', 13),
        dataLocation: one('int32', 14),
      },
    },
    ValueInfo: { fields: { name: one('string', 1), type: one('Type', 2) } },
    Type: { fields: { tensorType: one('TensorType', 1) } },
    TensorType: { fields: { elemType: one('int32', 1), shape: one('TensorShape', 2) } },
    TensorShape: { fields: { dim: many('Dimension', 1) } },
    Dimension: { fields: { dimValue: one('int64', 1), dimParam: one('string', 2) } },
  },
});
/** ModelProto, for those that walk over the bytes. */
export const MODEL_TYPE = root.lookupType('Model');

/** Bytes to message; integers become numbers. Throws whatever protobufjs throws on malformed bytes. */
export function decodeModel(bytes: Uint8Array): ModelMessage {
  return MODEL_TYPE.toObject(MODEL_TYPE.decode(bytes), { longs: Number }) as ModelMessage;
}

/**
 * Message to bytes. Protobuf merges concatenated messages and appends repeated fields, so the bytes of a partial
 * model may be appended to those of a whole one.
 */
export function encodeModel(model: ModelMessage): Uint8Array {
  return Uint8Array.from(MODEL_TYPE.encode(MODEL_TYPE.fromObject(model)).finish());
}
