/** What the sections of the bench share: compiling a model in memory, clocks, a table. */
import { readFileSync } from 'node:fs';
import { type Compilation, compile } from '../src/compile.js';
import { type CompileConfig, DEFAULT_CONFIG } from '../src/config.js';
import { loadAssets } from '../src/io/assets.js';
import { readImages } from '../src/io/images/images.js';
import { loadModel } from '../src/io/load-model.js';
import type { Shape } from '../src/ir/graph.js';

export const COMMITTED = 'models/mobile-blnet-cifar10.onnx';

/** Seconds of one call: of the clock, and of the processor in this process. */
export interface Timed<T> {
  readonly value: T;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Starts both clocks; the result reads them. */
export function clock(): () => { readonly seconds: number; readonly cpuSeconds: number } {
  const cpu = process.cpuUsage();
  const start = performance.now();
  return () => {
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { seconds, cpuSeconds: (user + system) / 1e6 };
  };
}

export function timed<T>(action: () => T): Timed<T> {
  const stop = clock();
  const value = action();
  return { value, ...stop() };
}

/** Processor seconds of all children that have ended; null where the system does not say. */
export function childSeconds(): number | null {
  try {
    // Behind the name in brackets: cutime and cstime, fields 16 and 17, in hundredths of a second.
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return null;
  }
}

/** Folder of the dataset, where there is one. */
export const CIFAR10 = process.env.BLNET_CIFAR10;

/** The committed sample images. */
export const SAMPLES = 'models/samples/class-prototypes.bin';

/** Stands for calibration images: sizes, cycles and foldings depend on the weights and not on the images. */
export const NOISE = 'noise:1';

/**
 * @param config what differs from the default
 * @param calibration images as `blnet compile --calibration` takes them; two of them where they are noise
 */
export function compiled(
  path: string,
  config: Partial<CompileConfig> = {},
  calibration = NOISE,
): Timed<Compilation> {
  const { graph, name } = loadModel(path);
  const shape = graph.shapes.get(graph.input) as Shape;
  const count = calibration === NOISE ? 2 : 100;
  const images = [...readImages(calibration, shape, 'train', count)].map((i) => i.pixels);
  return timed(() =>
    compile({ graph, model: name, images, config: { ...DEFAULT_CONFIG, ...config }, assets: loadAssets() }),
  );
}

/** Columns as wide as their widest cell. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const lines = [head, ...rows.map((r) => r.map(String))];
  const widths = head.map((_, i) => Math.max(...lines.map((l) => l[i].length)));
  for (const line of lines)
    console.log(`  ${line.map((cell, i) => cell.padEnd(widths[i])).join('  ')}`.trimEnd());
  console.log();
}

export const ms = (seconds: number): string => (1000 * seconds).toFixed(seconds < 0.01 ? 3 : 1);
