/** Images from NumPy files and CIFAR-10 records: what is read, and what is refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImages } from '../../src/io/images.js';
import { diagnosticOf } from '../support/errors.js';

const SHAPE = { channels: 1, height: 2, width: 3 };
const CIFAR = { channels: 3, height: 32, width: 32 };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blnet-images-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A version 1 file as numpy.save writes it: the header padded to 64 bytes. */
function npy(name: string, dims: string, data: readonly number[], descr = '|u1'): string {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${dims}), }`;
  const header = `${text.padEnd(117)}\n`;
  const head = Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    Buffer.from([header.length, 0]),
    Buffer.from(header),
  ]);
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([head, Buffer.from(data)]));
  return path;
}
const read = (path: string, shape = SHAPE, limit = 100) => [...readImages(path, shape, 'test', limit)];

describe('NumPy files', () => {
  it('give images in order', () => {
    const path = npy('a.npy', '2, 1, 2, 3', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255]);
    const images = read(path);
    expect(images.map((i) => [...i.pixels])).toEqual([
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11, 255],
    ]);
    expect(read(path, SHAPE, 1)).toHaveLength(1);
  });

  it.each([
    ['another shape', '1, 1, 3, 2', [1, 2, 3, 4, 5, 6], '|u1'],
    ['floats', '1, 1, 2, 3', new Array(24).fill(0), '<f4'],
    ['too few bytes', '2, 1, 2, 3', [1, 2, 3, 4, 5, 6], '|u1'],
  ])('%s are refused', (title, dims, data, descr) => {
    expect(diagnosticOf(() => read(npy(`${title}.npy`, dims, data, descr))).code).toBe('BLN105');
  });

  it('other bytes are refused', () => {
    const path = join(folder, 'text.npy');
    writeFileSync(path, 'hello, this is no array');
    expect(diagnosticOf(() => read(path)).found).toContain('no NumPy file');
  });
});

describe('CIFAR-10 records', () => {
  const record = (label: number) => Buffer.concat([Buffer.from([label]), Buffer.alloc(3072, label)]);

  it('give pixels and labels', () => {
    const path = join(folder, 'batch.bin');
    writeFileSync(path, Buffer.concat([record(3), record(7)]));
    expect(read(path, CIFAR).map((i) => [i.label, i.pixels[0]])).toEqual([
      [3, 3],
      [7, 7],
    ]);
  });

  it('a label above 9, and a file of another size, are refused', () => {
    const path = join(folder, 'bad.bin');
    writeFileSync(path, record(10));
    expect(diagnosticOf(() => read(path, CIFAR)).found).toContain('label 10');
    writeFileSync(path, record(1).subarray(1));
    expect(diagnosticOf(() => read(path, CIFAR)).code).toBe('BLN105');
  });
});

it('noise depends on its seed alone', () => {
  const [a, b, c] = ['noise:5', 'noise:5', 'noise:6'].map((s) => read(s).map((i) => [...i.pixels]));
  expect(a).toEqual(b);
  expect(a).not.toEqual(c);
});
