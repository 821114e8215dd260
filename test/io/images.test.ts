/** Images from NumPy files and CIFAR records: what is read, and what is refused. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImages } from '../../src/io/images/images.js';
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

describe('CIFAR records', () => {
  const pixels = (value: number) => Buffer.alloc(3072, value);
  const ten = (label: number) => Buffer.concat([Buffer.from([label]), pixels(label)]);
  const hundred = (coarse: number, fine: number) =>
    Buffer.concat([Buffer.from([coarse, fine]), pixels(fine)]);
  const write = (name: string, ...records: readonly Buffer[]) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.concat(records));
    return path;
  };
  const labels = (path: string, limit = 5000) =>
    read(path, CIFAR, limit).map((i) => [i.label, i.pixels[3071]]);

  it.each([
    ['10', 'batch.bin', [ten(3), ten(7)]],
    ['100, fine ones', 'other.bin', [hundred(19, 3), hundred(0, 7)]],
  ])('of CIFAR-%s give pixels and labels', (_, name, records) => {
    expect(labels(write(name, ...records))).toEqual([
      [3, 3],
      [7, 7],
    ]);
  });

  it('are read as many as asked for', () => {
    const path = write('long/test.bin', ...Array.from({ length: 2345 }, (_, i) => hundred(i % 20, i % 100)));
    for (const limit of [1, 999, 1000, 1001, 2344, 2345, 5000]) {
      const count = Math.min(limit, 2345);
      expect(labels(path, limit)).toEqual(Array.from({ length: count }, (_, i) => [i % 100, i % 100]));
    }
  });

  it('are found in the folder, or in the folder that holds it; two datasets are told apart by the user', () => {
    write('data/cifar-100-binary/test.bin', hundred(1, 42));
    write('data/cifar-100-binary/train.bin', hundred(1, 43));
    for (const path of ['data', 'data/cifar-100-binary']) {
      expect(labels(join(folder, path))).toEqual([[42, 42]]);
      expect([...readImages(join(folder, path), CIFAR, 'train', 9)].map((i) => i.label)).toEqual([43]);
    }
    write('data/cifar-10-batches-bin/test_batch.bin', ten(4));
    expect(labels(join(folder, 'data/cifar-10-batches-bin'))).toEqual([[4, 4]]);
    const { found, hint } = diagnosticOf(() => labels(join(folder, 'data')));
    expect(found).toBe('CIFAR-10 and CIFAR-100');
    expect(hint).toContain('cifar-100-binary');
  });

  it.each([
    ['a label above 9', 'bad.bin', ten(10), 'label 10 in record 1'],
    ['a fine label above 99', 'bad100.bin', hundred(3, 100), 'label 100 in record 1'],
    ['a coarse label above 19', 'coarse.bin', hundred(20, 3), 'label 20 in record 1'],
    ['a record that is cut', 'cut.bin', ten(1).subarray(1), 'bytes'],
    ["the other dataset's records under a name of this one", 'named/test_batch.bin', hundred(0, 1), 'bytes'],
  ])('%s is refused', (_, name, record, found) => {
    const good = record.length === 3074 ? hundred(0, 0) : ten(0);
    expect(diagnosticOf(() => labels(write(name, good, record)))).toMatchObject({
      code: 'BLN105',
      found: expect.stringContaining(found),
    });
  });

  it('that are not there are refused, with where to get them', () => {
    expect(diagnosticOf(() => labels(join(folder, 'nowhere'))).hint).toContain('cifar-100-binary.tar.gz');
    expect(diagnosticOf(() => labels(folder)).found).toContain('none of test_batch.bin, test.bin');
    mkdirSync(join(folder, 'odd/test.bin'), { recursive: true });
    expect(diagnosticOf(() => labels(join(folder, 'odd'))).code).toBe('BLN105');
  });
});

it('noise depends on its seed alone', () => {
  const [a, b, c] = ['noise:5', 'noise:5', 'noise:6'].map((s) => read(s).map((i) => [...i.pixels]));
  expect(a).toEqual(b);
  expect(a).not.toEqual(c);
});
