/**
 * What Yosys makes of memories of many widths and depths: writes bench/estimate/memory-points.json, against which
 * test/estimate/memory.test.ts holds the model of src/targets/memory-mapping.ts. Rows: width, depth, LUTs, RAMB18, RAMB36.
 * Usage: node build/bench-js/bench/estimate/memory-sweep.js [POINTS_PER_FAMILY]
 */
import { writeFileSync } from 'node:fs';
import { Prng } from '../../src/ir/prng.js';
import type { Family } from '../../src/ir/resources.js';
import { synthesizeMemories } from './memories.js';

const WIDTHS = [
  1, 2, 3, 4, 6, 7, 8, 9, 12, 16, 18, 20, 24, 32, 36, 40, 48, 64, 72, 80, 96, 128, 144, 160, 192, 256, 288,
];
const DEPTHS = [
  1, 2, 3, 4, 6, 8, 12, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 90, 96, 100, 127, 128, 129, 160, 192, 200,
  255, 256, 257, 300, 400, 511, 512, 513, 700, 800, 1023, 1024, 1025, 1500, 2047, 2048, 2049, 3000, 4096,
  5000, 8192,
];

/** Where LUT RAM and block RAM cost Yosys nearly the same. */
const CLOSE = [16, 96] as const;

const count = Number(process.argv[2] ?? 90);
const families: readonly Family[] = ['xc7', 'xcup', 'ecp5'];
const texts: string[] = [];
for (const family of families) {
  const prng = new Prng(3);
  const points = new Map<string, readonly [number, number]>();
  while (points.size < count) {
    const point = [prng.pick(WIDTHS), prng.pick(DEPTHS)] as const;
    points.set(point.join(' '), point);
  }
  points.set(CLOSE.join(' '), CLOSE);
  const sorted = [...points.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const found = await synthesizeMemories(sorted, family);
  const rows = sorted.map(([width, depth], i) => {
    const { lutram, ramb18, ramb36 } = found[i];
    return `  [${[width, depth, lutram, ramb18, ramb36].join(', ')}]`;
  });
  texts.push(` "${family}": [\n${rows.join(',\n')}\n ]`);
}
writeFileSync('bench/estimate/memory-points.json', `{\n${texts.join(',\n')}\n}\n`);
