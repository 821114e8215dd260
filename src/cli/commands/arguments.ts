/** Options that several commands share, and their parsing. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ARITHMETICS, type CompileConfig, parseConfig, REQUANTIZERS } from '../../config.js';
import { BlnetError } from '../../diagnostics.js';
import { type Build, samplesOf } from '../../io/build/build-folder.js';
import { readJson } from '../../io/files.js';
import { type Shape, sizeOf } from '../../ir/graph.js';
import { topNameOf } from '../../ir/hardware-builder.js';
import { isPrefix } from '../../ir/network-name.js';
import { type Pixels, preprocess, preprocessingOf } from '../../ir/preprocess.js';
import { tensorOf } from '../../ir/quant-graph.js';
import { quantizeValues } from '../../ir/quantize-values.js';
import { checkLimit } from '../../limits.js';
import { NO_STALLS, type StallPattern, stallsFromSeed } from '../../sim/stimulus.js';
import { DEVICES } from '../../targets/devices.js';
import { testImages } from './data.js';

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be an integer of at least 1.');
  return value;
}

export function nonNegativeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('It must be an integer of at least 0.');
  return value;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function percent(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 100)) throw new InvalidArgumentError('It must be a number above 0, up to 100.');
  return value;
}

/** Name of a design. */
export function prefix(text: string): string {
  if (isPrefix(text)) return text;
  throw new InvalidArgumentError(
    `It must be letters, digits and single underscores, a letter first, no keyword and none of blnet's own names; ${topNameOf(text)} would do.`,
  );
}

/** A word of the configuration, or a number of lanes. */
export const lanesOf = (text: string): number | string =>
  /^[a-z]+$/.test(text) ? text : positiveInteger(text);

/** Numbers separated by commas. */
export function numberList(text: string): readonly number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!values.every(Number.isFinite))
    throw new InvalidArgumentError('It must be numbers separated by commas.');
  return values;
}

export function positiveList(text: string): readonly number[] {
  const values = numberList(text);
  if (!values.every((v) => v > 0))
    throw new InvalidArgumentError('It must be numbers above 0, separated by commas.');
  return values;
}

export const IMAGES_HELP =
  'a folder with a folder of PNG or JPEG images for each class, CIFAR-10 or CIFAR-100 (binary), .npy of uint8 (N,C,H,W), .csv or .npy of vectors, or noise[:SEED] for structure alone';

/** What a network is planned for. */
export interface TargetOptions {
  readonly part?: string;
  readonly board?: string;
  readonly clock?: number;
  readonly maxDsp?: number;
  readonly maxLut?: number;
  readonly maxBram?: number;
  readonly fill?: number;
  readonly requantizeIn?: string;
  readonly arithmetic?: string;
  readonly allowInexact?: boolean;
  readonly config?: string;
}

export const withTarget = (command: Command): Command =>
  command
    .option(
      '--part <name>',
      `device: ${DEVICES.map((d) => d.name).join(', ')} (default: xc7z020); or a part by its numbers: lut=N,dsp=N,bram=N`,
    )
    .addOption(new Option('--clock <mhz>', "planned clock (default: the device's)").argParser(positiveNumber))
    .addOption(
      new Option('--max-dsp <n>', 'use at most this many DSPs (default: all)').argParser(nonNegativeInteger),
    )
    .addOption(
      new Option(
        '--max-lut <n>',
        'at most this many LUTs (default: 83 % of the part, 60 % on ECP5)',
      ).argParser(positiveInteger),
    )
    .addOption(
      new Option('--max-bram <n>', 'at most this many block RAMs (default: 85 %)').argParser(
        nonNegativeInteger,
      ),
    )
    .addOption(
      new Option(
        '--fill <percent>',
        'of LUTs and block RAM that may be taken where they have no limit of their own',
      ).argParser(percent),
    )
    .addOption(
      new Option(
        '--requantize-in <what>',
        'any: results are scaled in DSPs or LUTs, as speed wants it; luts: no DSP scales (default: any)',
      ).choices(REQUANTIZERS),
    )
    .addOption(
      new Option(
        '--arithmetic <name>',
        "whose integers: a runtime's, proved for every value, or blnet's own; auto: TFLite Micro's for an int8 TFLite model, blnet's for others (default: auto)",
      ).choices(ARITHMETICS),
    )
    .option('--allow-inexact', 'take layers that cannot equal the runtime that --arithmetic names');

export const configOption = (): Option =>
  new Option('--config <file>', 'JSON with the keys of manifest.json "config"; options here override it');

/** The file first, then the command line, then `more` on top. Errors: BLN107, BLN002. */
export function configOf(o: TargetOptions, more: object = {}): CompileConfig {
  const file = o.config ? parseConfig(readJson(o.config), o.config) : {};
  const { part, board, clock: clockMhz, maxDsp, maxLut, maxBram, fill: fillPercent } = o;
  const { requantizeIn, arithmetic, allowInexact } = o;
  const limits = { part, board, clockMhz, maxDsp, maxLut, maxBram, fillPercent };
  const given = { ...limits, requantizeIn, arithmetic, allowInexact };
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return parseConfig({ ...file, ...named, ...more }, 'command line');
}

export const framesOption = (fallback: number): Option =>
  new Option('--frames <n>', 'frames, back to back').argParser(positiveInteger).default(fallback);

/** Rows of blocks; all of them where it is absent. */
export const topOption = (): Option =>
  new Option('--top <n>', 'show the first of the blocks alone').argParser(positiveInteger);

export const imagesOption = (): Option =>
  new Option('--images <path>', `frames to run: ${IMAGES_HELP} (default: the samples kept in the build)`);

export const backpressureOption = (): Option =>
  new Option('--backpressure <seed>', 'pause source and sink at random, from this seed').argParser(
    nonNegativeInteger,
  );

export const stallsOf = (seed: number | undefined): StallPattern =>
  seed === undefined ? NO_STALLS : stallsFromSeed(seed);

export interface Frames {
  readonly pixels: readonly Pixels[];
  readonly labels: ReadonlyArray<number | null>;
  /** Quantized, in the order of the input stream. */
  readonly values: readonly Int16Array[];
}

/** Exactly `count` frames; a source with fewer images is repeated. Errors: BLN105, BLN103. */
export function framesOf(build: Build, count: number, source: string | undefined): Frames {
  const input = tensorOf(build.quantized, build.quantized.input);
  const shape: Shape = input.shape;
  checkLimit('frames', count, '--frames');
  checkLimit('runValues', count * sizeOf(shape), '--frames');
  const images = source
    ? [...testImages(build.quantized, source, count, {})]
    : samplesOf(build).map((pixels) => ({ pixels, label: null }));
  if (images.length === 0) {
    throw new BlnetError('BLN105', {
      where: source ?? build.folder,
      found: 'no images',
      need: 'at least one',
      hint: 'name some with --images',
    });
  }
  const preprocessing = preprocessingOf(build.quantized.metadata);
  const quantized = images.map((i) =>
    quantizeValues(preprocess(i.pixels, shape, preprocessing), shape, input),
  );
  const at = (i: number) => i % images.length;
  const indices = Array.from({ length: count }, (_, i) => at(i));
  return {
    pixels: indices.map((i) => (images[i] as { pixels: Pixels }).pixels),
    labels: indices.map((i) => (images[i] as { label: number | null }).label),
    values: indices.map((i) => quantized[i]),
  };
}
