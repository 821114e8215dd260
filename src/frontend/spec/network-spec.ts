/**
 * The network spec: a small JSON document that says which stages a Mobile_BLNet has. It is the one description
 * that the training code and the compiler share; `build-graph.ts` turns it into a float graph.
 */
import { BlnetError } from '../../diagnostics.js';

/** Image extents and the affine normalisation real = (pixel - mean) / std of pixels 0..255. */
export interface InputSpec {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly mean: number;
  readonly std: number;
}

/** Inverted residual: 1x1 expand, 3x3 depthwise, 1x1 project. Channel counts may be any (pruned) number. */
export interface BlockSpec {
  /** Channels of the depthwise convolution; 0 leaves the expanding convolution out. */
  readonly expand: number;
  readonly out: number;
  readonly stride: number;
  readonly residual: boolean;
}

export interface ConvStage {
  readonly type: 'conv';
  readonly name: string;
  readonly out: number;
  /** Odd; the padding is kernel / 2 rounded down. */
  readonly kernel: number;
  readonly stride: number;
}

export interface BlockStage extends BlockSpec {
  readonly type: 'block';
  readonly name: string;
}

/** Deep branch at half resolution and shallow branch at full resolution, merged by addition. */
export interface BigLittleStage {
  readonly type: 'bigLittle';
  readonly name: string;
  readonly big: readonly BlockSpec[];
  /** May be empty, as pruning can leave it: then the module is the big branch alone. */
  readonly little: readonly BlockSpec[];
}

/** Global average pool and a dense layer with bias. */
export interface ClassifierStage {
  readonly type: 'classifier';
  readonly name: string;
}

export type StageSpec = ConvStage | BlockStage | BigLittleStage | ClassifierStage;

export interface NetworkSpec {
  readonly name: string;
  readonly input: InputSpec;
  readonly classes: number;
  readonly stages: readonly StageSpec[];
}

type Json = Readonly<Record<string, unknown>>;

const invalid = (where: string, found: string, need: string): BlnetError =>
  new BlnetError('BLN106', {
    where,
    found,
    need,
    hint: 'see models/specs/mobile-blnet-cifar10.json for an example',
  });

const show = (value: unknown): string =>
  value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value)).slice(0, 60);

function objectAt(value: unknown, where: string, keys: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(where, show(value), `an object with ${keys.join(', ')}`);
  }
  const unknown = Object.keys(value).find((k) => !keys.includes(k));
  if (unknown !== undefined) throw invalid(where, `unknown key "${unknown}"`, keys.join(', '));
  return value as Json;
}

function listAt(value: unknown, where: string, mayBeEmpty = false): readonly unknown[] {
  if (!Array.isArray(value) || (value.length === 0 && !mayBeEmpty))
    throw invalid(where, show(value), mayBeEmpty ? 'a list' : 'a list that is not empty');
  return value;
}

function intAt(o: Json, key: string, where: string, min: number, fallback?: number): number {
  const value = o[key] ?? fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > 65536) {
    throw invalid(`${where}.${key}`, show(value), `an integer from ${min} to 65536`);
  }
  return value;
}

function numberAt(
  o: Json,
  key: string,
  where: string,
  isLegal: (x: number) => boolean,
  need: string,
): number {
  const value = o[key];
  if (typeof value !== 'number' || !Number.isFinite(value) || !isLegal(value))
    throw invalid(`${where}.${key}`, show(value), need);
  return value;
}

function nameAt(o: Json, key: string, where: string): string {
  const value = o[key];
  if (typeof value !== 'string' || !/^[A-Za-z][A-Za-z0-9_-]*$/.test(value)) {
    throw invalid(
      `${where}.${key}`,
      show(value),
      'a name of letters, digits, _ and -, starting with a letter',
    );
  }
  return value;
}

const BLOCK_KEYS = ['expand', 'out', 'stride', 'residual'];

/** `inputs` is the number of channels that enter the block: it decides whether a residual is possible. */
function blockAt(o: Json, inputs: number, where: string): BlockSpec {
  const expand = intAt(o, 'expand', where, 0, 0);
  const out = intAt(o, 'out', where, 1);
  const stride = intAt(o, 'stride', where, 1, 1);
  const agrees = stride === 1 && inputs === out;
  const residual = o.residual ?? agrees;
  if (typeof residual !== 'boolean') throw invalid(`${where}.residual`, show(residual), 'true or false');
  if (residual && !agrees) {
    throw invalid(
      `${where}.residual`,
      `a residual over stride ${stride}, ${inputs} -> ${out} channels`,
      'stride 1 and equal channels',
    );
  }
  return { expand, out, stride, residual };
}

function branchAt(value: unknown, inputs: number, where: string, firstStride: number): readonly BlockSpec[] {
  let channels = inputs;
  return listAt(value, where, firstStride === 1).map((entry, i) => {
    const at = `${where}[${i}]`;
    const block = blockAt(objectAt(entry, at, BLOCK_KEYS), channels, at);
    const stride = i === 0 ? firstStride : 1;
    if (block.stride !== stride)
      throw invalid(`${at}.stride`, `${block.stride}`, `${stride} here: only big[0] halves`);
    channels = block.out;
    return block;
  });
}

const STAGE_KEYS: Readonly<Record<StageSpec['type'], readonly string[]>> = {
  conv: ['type', 'name', 'out', 'kernel', 'stride'],
  block: ['type', 'name', ...BLOCK_KEYS],
  bigLittle: ['type', 'name', 'big', 'little'],
  classifier: ['type', 'name'],
};

function stageAt(value: unknown, inputs: number, where: string): StageSpec {
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type !== 'string' || !Object.hasOwn(STAGE_KEYS, type)) {
    throw invalid(`${where}.type`, show(type), Object.keys(STAGE_KEYS).join(', '));
  }
  const kind = type as StageSpec['type'];
  const o = objectAt(value, where, STAGE_KEYS[kind]);
  const name = nameAt(o, 'name', where);
  switch (kind) {
    case 'conv': {
      const kernel = intAt(o, 'kernel', where, 1);
      if (kernel % 2 === 0) throw invalid(`${where}.kernel`, `${kernel}`, 'an odd kernel');
      return {
        type: kind,
        name,
        out: intAt(o, 'out', where, 1),
        kernel,
        stride: intAt(o, 'stride', where, 1, 1),
      };
    }
    case 'block':
      return { type: kind, name, ...blockAt(o, inputs, where) };
    case 'bigLittle': {
      const big = branchAt(o.big, inputs, `${where}.big`, 2);
      const little = branchAt(o.little, inputs, `${where}.little`, 1);
      const [a, b] = [big.at(-1)?.out, little.at(-1)?.out];
      if (little.length > 0 && a !== b)
        throw invalid(
          where,
          `branches that end with ${a} and ${b} channels`,
          'equal channels: they are added',
        );
      return { type: kind, name, big, little };
    }
    case 'classifier':
      return { type: kind, name };
  }
}

/** Channels that leave a stage which `inputs` channels enter. */
function channelsAfter(stage: StageSpec, classes: number): number {
  switch (stage.type) {
    case 'conv':
    case 'block':
      return stage.out;
    case 'bigLittle':
      return (stage.big.at(-1) as BlockSpec).out;
    case 'classifier':
      return classes;
  }
}

/** A parsed JSON document to a spec with every default filled in. Errors: BLN106, with the path of the entry. */
export function parseNetworkSpec(document: unknown): NetworkSpec {
  const o = objectAt(document, 'spec', ['name', 'input', 'classes', 'stages']);
  const i = objectAt(o.input, 'input', ['channels', 'height', 'width', 'mean', 'std']);
  const input: InputSpec = {
    channels: intAt(i, 'channels', 'input', 1),
    height: intAt(i, 'height', 'input', 1),
    width: intAt(i, 'width', 'input', 1),
    mean: numberAt(i, 'mean', 'input', () => true, 'a number'),
    std: numberAt(i, 'std', 'input', (x) => x > 0, 'a number above 0'),
  };
  const classes = intAt(o, 'classes', 'spec', 1);
  const entries = listAt(o.stages, 'stages');
  let channels = input.channels;
  const stages = entries.map((entry, n) => {
    const where = `stages[${n}]`;
    const stage = stageAt(entry, channels, where);
    if ((stage.type === 'classifier') !== (n === entries.length - 1)) {
      throw invalid(
        where,
        `stage ${n + 1} of ${entries.length} of type ${stage.type}`,
        'one classifier, as the last stage',
      );
    }
    channels = channelsAfter(stage, classes);
    return stage;
  });
  const twice = stages.find((s, n) => stages.findIndex((t) => t.name === s.name) !== n);
  if (twice) throw invalid('stages', `two stages named ${twice.name}`, 'different names');
  return { name: nameAt(o, 'name', 'spec'), input, classes, stages };
}
