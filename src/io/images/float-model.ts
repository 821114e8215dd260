/**
 * The float golden: a model run by ONNX Runtime (CPU, one thread, so that results do not depend on the machine's
 * core count). It sees the original file, so it also checks our reading of it.
 */
import type { InferenceSession, TypedTensor } from 'onnxruntime-node';
import { BlnetError } from '../../diagnostics.js';
import { importOnnx } from '../../frontend/onnx/import-onnx.js';
import { inputOf, type ModelInput } from '../../frontend/onnx/model-input.js';
import { DATA_TYPE, encodeModel } from '../../frontend/onnx/onnx-proto.js';
import { readModel, type SourceModel } from '../../frontend/onnx/read-model.js';
import { formatShape, sizeOf } from '../../ir/graph.js';
import { type Preprocessing, preprocessingOf } from '../../ir/preprocess.js';

type Runtime = typeof import('onnxruntime-node');

/**
 * One thread, and no kernel that saturates: on an x64 machine without VNNI, ONNX Runtime adds products of bytes in
 * pairs of 16 bits unless it is told otherwise (its `session.x64quantprecision`), and answers then depend on the machine.
 */
export const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  extra: { session: { x64quantprecision: '1' } },
};

async function loadRuntime(): Promise<Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new BlnetError('BLN401', {
      where: 'onnxruntime-node',
      found: error instanceof Error ? error.message.split('\n')[0] : String(error),
      need: 'ONNX Runtime for Node, on Linux, macOS or Windows',
      hint: 'run `npm install onnxruntime-node`, or leave the float comparison out',
    });
  }
}

/** The model with more graph outputs: protobuf appends the repeated fields of messages that are concatenated. */
function withOutputs(bytes: Uint8Array, model: SourceModel, tensors: readonly string[]): Uint8Array {
  const present = new Set(model.outputs.map((o) => o.name));
  const output = [...new Set(tensors)]
    .filter((name) => !present.has(name) && !model.inputs.some((i) => i.name === name))
    .map((name) => ({ name, type: { tensorType: { elemType: DATA_TYPE.float } } }));
  if (output.length === 0) return bytes;
  const extra = encodeModel({ graph: { output } });
  const joined = new Uint8Array(bytes.length + extra.length);
  joined.set(bytes);
  joined.set(extra, bytes.length);
  return joined;
}

/** Images in one call of ONNX Runtime; bounds the memory of inner tensors. */
const MAX_BATCH = 64;

/** Results of a batch: by tensor name, one array per image (channel-major). */
export type BatchResult = ReadonlyMap<string, readonly Float32Array[]>;

export class FloatModel {
  private constructor(
    private readonly runtime: Runtime,
    private readonly session: InferenceSession,
    private readonly input: ModelInput,
    /** Where the input is integers: what the reals of `run` stand for. */
    private readonly pixels: Preprocessing | undefined,
    /** Output of the model as its file names it. */
    readonly output: string,
  ) {}

  /**
   * Opens ONNX bytes; `tensors` names inner float tensors to return as well.
   * Errors: BLN401 without ONNX Runtime, BLN402 when it refuses the model, those of `readModel`.
   */
  static async open(bytes: Uint8Array, tensors: readonly string[] = []): Promise<FloatModel> {
    const model = readModel(bytes);
    const runtime = await loadRuntime();
    const [declared] = model.inputs;
    const output = model.outputs[0]?.name;
    if (!declared || !output) throw new BlnetError('BLN103', { found: 'no input, or no output' });
    const input = inputOf(model, declared);
    const pixels = input.raw && preprocessingOf(importOnnx(bytes).metadata);
    const session = await guard('loading the model', () =>
      runtime.InferenceSession.create(withOutputs(bytes, model, tensors), SESSION_OPTIONS),
    );
    return new FloatModel(runtime, session, input, pixels, output);
  }

  /** Runs images (channel-major reals), as many at a time as the model takes. */
  async run(images: readonly Float32Array[]): Promise<BatchResult> {
    const results = new Map<string, Float32Array[]>();
    const size = sizeOf(this.input.shape);
    const wrong = images.find((image) => image.length !== size);
    if (wrong) {
      throw new BlnetError('BLN103', {
        where: `input ${this.input.name}`,
        found: `an image of ${wrong.length} values`,
        need: `${size} (${formatShape(this.input.shape)})`,
      });
    }
    const step = this.input.batch ?? MAX_BATCH;
    for (let at = 0; at < images.length; at += step) {
      const batch = images.slice(at, at + step);
      for (const [name, values] of await this.runBatch(batch)) {
        const perImage = values.length / (this.input.batch ?? batch.length);
        const list = results.get(name) ?? [];
        for (let i = 0; i < batch.length; i++) list.push(values.slice(i * perImage, (i + 1) * perImage));
        results.set(name, list);
      }
    }
    return results;
  }

  /** Frees native memory; the model cannot run afterwards. */
  async close(): Promise<void> {
    await this.session.release();
  }

  private async runBatch(batch: readonly Float32Array[]): Promise<[string, Float32Array][]> {
    const { name, raw } = this.input;
    // A fixed batch that is not full is filled up with zeros, whose results nobody asks for.
    const count = this.input.batch ?? batch.length;
    const dims = [count, ...this.input.dims];
    const reals = this.inModelOrder(batch, count);
    const data = raw ? this.toIntegers(reals, raw.signed) : reals;
    const type = raw ? (raw.signed ? 'int8' : 'uint8') : 'float32';
    const feed = new this.runtime.Tensor(type, data, dims);
    const outputs = await guard('running the model', () => this.session.run({ [name]: feed }));
    return Object.entries(outputs).map(([name, t]) => [name, (t as TypedTensor<'float32'>).data]);
  }

  /** All images, each with its channels where the model has them. */
  private inModelOrder(batch: readonly Float32Array[], count: number): Float32Array {
    const { channels, height, width } = this.input.shape;
    const [size, pixels] = [channels * height * width, height * width];
    const data = new Float32Array(count * size);
    batch.forEach((image, n) => {
      if (this.input.order === 'chw') data.set(image, n * size);
      else
        for (let i = 0; i < size; i++)
          data[n * size + i] = image[(i % channels) * pixels + Math.floor(i / channels)];
    });
    return data;
  }

  /** The integers that reals stand for: pixels, 128 less where the model's input is signed. */
  private toIntegers(reals: Float32Array, signed: boolean): Uint8Array | Int8Array {
    const [mean, std] = [this.pixels?.mean[0] ?? 0, this.pixels?.std[0] ?? 1];
    const pixels = reals.map((v) => Math.min(255, Math.max(0, Math.round(v * std + mean))));
    return signed ? Int8Array.from(pixels, (v) => v - 128) : Uint8Array.from(pixels);
  }
}

async function guard<T>(doing: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new BlnetError('BLN402', {
      where: 'onnxruntime-node',
      found: `${doing}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'check the model with onnx.checker.check_model',
    });
  }
}
