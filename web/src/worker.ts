/** The compiler, beside the page: everything that takes time happens here. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import {
  BlnetError,
  buildFiles,
  type CompiledAccelerator,
  compile,
  DEVICES,
  type Device,
  type Diagnostic,
  explore,
  inputShape,
  type Model,
  readModel,
  report,
  VERSION,
} from 'blnet';
import { assets } from 'blnet/assets';
import { expose, transfer } from 'comlink';
import { zipSync } from 'fflate';
import { type CalibrationSource, calibrationImages, calibrationText } from './calibration.js';
import type { ModelFile } from './model-file.js';

export interface CompileJob {
  readonly file: ModelFile;
  /** Keys of manifest.json "config". */
  readonly config: object;
  readonly calibration: CalibrationSource;
  readonly imageCount: number;
}

/** What a call gives: its value, or what is wrong with what it was given. */
export interface Outcome<T> {
  readonly value: T | null;
  readonly error: Diagnostic | null;
}

export interface Opened {
  readonly input: string;
  readonly layers: number;
  readonly operations: string;
  readonly notes: readonly string[];
}

export interface BuiltFile {
  readonly path: string;
  readonly bytes: number;
}

export interface Built {
  readonly name: string;
  readonly parts: readonly { readonly id: string; readonly title: string; readonly html: string }[];
  readonly files: readonly BuiltFile[];
}

type OnStage = (stage: string, done: number, total: number) => void;

/** Stages of a compilation in their order, for a bar; the search may come back to some of them. */
const STAGES = [
  'fold batch norm',
  'calibrate',
  'quantize',
  'search foldings',
  'size FIFOs',
  'generate',
  'report',
];

let last: { readonly files: Map<string, Uint8Array>; readonly page: string } | undefined;

async function outcome<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work(), error: null };
  } catch (error) {
    if (error instanceof BlnetError) return { value: null, error: error.diagnostic };
    throw error;
  }
}

function open({ name, bytes, mean, std }: ModelFile): Model {
  const options = { name, ...(mean ? { mean } : {}), ...(std ? { std } : {}) };
  if (!name.endsWith('.json')) return readModel(bytes, options);
  try {
    return readModel(JSON.parse(new TextDecoder().decode(bytes)) as object, options);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BlnetError('BLN107', { where: name, found: error.message });
  }
}

/** `conv 12, add 3`. */
function operationsOf({ graph }: Model): string {
  const counts = new Map<string, number>();
  for (const { op } of graph.nodes) counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts].map(([op, n]) => `${n} ${op}`).join(', ');
}

const api = {
  /** What the page says of the compiler. */
  about: (): { readonly version: string; readonly devices: readonly Device[] } => ({
    version: VERSION,
    devices: DEVICES,
  }),

  /** What a file holds. */
  open: (file: ModelFile): Promise<Outcome<Opened>> =>
    outcome(() => {
      const model = open(file);
      const { channels, height, width } = inputShape(model);
      const notes = (model.graph.notes ?? []).map((n) => `${n.kind}: ${n.text}`);
      const layers = model.graph.nodes.length;
      return { input: `${channels} x ${height} x ${width}`, layers, operations: operationsOf(model), notes };
    }),

  compile: (job: CompileJob, onStage: OnStage): Promise<Outcome<Built>> =>
    outcome(async () => {
      const model = open(job.file);
      const images = await calibrationImages(job.calibration, inputShape(model), job.imageCount);
      const say = (stage: string): void => onStage(stage, Math.max(0, STAGES.indexOf(stage)), STAGES.length);
      const accelerator: CompiledAccelerator = compile({
        model,
        images,
        calibration: calibrationText(job.calibration),
        config: job.config,
        assets,
        onStage: say,
      });
      say('report');
      const { parts, page } = report(accelerator);
      const utf8 = new TextEncoder();
      const files = buildFiles({
        model,
        accelerator,
        images,
        sha256: (bytes) => bytesToHex(sha256(bytes)),
        encode: (text) => utf8.encode(text),
      });
      last = { files, page };
      return {
        name: accelerator.manifest.top,
        parts,
        files: [...files].map(([path, { length }]) => ({ path, bytes: length })),
      };
    }),

  /** Bytes of a file of the last build. */
  file: (path: string): Uint8Array => last?.files.get(path) ?? new Uint8Array(),

  /** report.html of the last build. */
  page: (): string => last?.page ?? '',

  /** The last build's folder; no entry has a time of its own, so that equal builds are equal archives. */
  zip: (): Uint8Array => {
    const entries = Object.fromEntries(last?.files ?? []);
    const bytes = zipSync(entries, { level: 6, mtime: new Date('1980-01-01T00:00:00') });
    return transfer(bytes, [bytes.buffer]);
  },

  explore: (job: CompileJob, onStage: OnStage): Promise<Outcome<string>> =>
    outcome(async () => {
      const model = open(job.file);
      const images = await calibrationImages(job.calibration, inputShape(model), job.imageCount);
      const { svg } = explore({
        model,
        images,
        config: job.config,
        onStage: (stage) => onStage(stage, 0, 1),
        onProgress: (done, total) => onStage('explore', done, total),
      });
      return svg;
    }),
};

export type CompilerApi = typeof api;

expose(api);
