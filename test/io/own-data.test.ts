/** People's data: folders of classes with PNG and JPEG images, labels beside arrays, vectors, and how images are fitted. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encode } from 'jpeg-js';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bitmap, type Fit, parseFit, toInput } from '../../src/images/resize.js';
import { type ImageOptions, openImages } from '../../src/io/images/images.js';
import { Prng } from '../../src/ir/prng.js';
import { diagnosticOf } from '../support/errors.js';
import { itWithTool, PYTHON } from '../support/tools.js';

const RGB = { channels: 3, height: 4, width: 5 };
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'blnet-data-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const random = (width: number, height: number, seed: number): Bitmap => {
  const p = new Prng(seed);
  return {
    width,
    height,
    channels: 3,
    data: Uint8Array.from({ length: width * height * 3 }, () => p.int(0, 255)),
  };
};

function write(path: string, content: string | Uint8Array): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function png({ width, height, data }: Bitmap): Buffer {
  const image = new PNG({ width, height });
  for (let i = 0; i < width * height; i++) image.data.set([...data.subarray(3 * i, 3 * i + 3), 255], 4 * i);
  return PNG.sync.write(image);
}

function jpeg({ width, height, data }: Bitmap): Uint8Array {
  const rgba = Buffer.alloc(width * height * 4, 255);
  for (let i = 0; i < width * height; i++) rgba.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
  return encode({ width, height, data: rgba }, 95).data;
}

const read = (path: string, o: Partial<ImageOptions> = {}, shape = RGB) => {
  const source = openImages(join(root, path), shape, { split: 'test', limit: 1000, ...o });
  return { source, images: [...source] };
};
const FITS: Readonly<Record<string, Fit>> = Object.fromEntries(
  ['stretch', 'keras', 'crop', '9'].map((name) => [name, parseFit(name) as Fit]),
);

describe('a folder of classes', () => {
  it('gives images with labels, class by class in turn, of the split that is asked for', () => {
    const one = random(5, 4, 1);
    for (const [split, classes] of [
      ['train', ['b', 'a']],
      ['test', ['Z', 'a', 'b']],
    ] as const)
      for (const name of classes) write(`sorted/${split}/${name}/1.png`, png(one));
    write('sorted/test/a/0.JPG', jpeg(random(5, 4, 2)));
    write('sorted/test/a/notes.txt', 'no image');
    write('sorted/test/.hidden/0.png', 'no image');
    const { source, images } = read('sorted');
    expect(source.classes).toEqual(['Z', 'a', 'b']);
    expect(source.text).toBe('the folder test of 3 classes');
    expect(images.map((i) => i.label)).toEqual([0, 1, 2, 1]);
    const planar = Array.from({ length: 60 }, (_, i) => one.data[(i % 20) * 3 + Math.floor(i / 20)]);
    expect([...images[0].pixels]).toEqual(planar);
    expect(source.fitted()).toBeNull();
    expect(read('sorted', { split: 'train' }).source.classes).toEqual(['a', 'b']);
    expect(read('sorted', { limit: 2 }).images).toHaveLength(2);
  });

  it('takes labels from the names that the network has', () => {
    const { images } = read('sorted', { classes: ['b', 'q', 'Z', 'a'] });
    expect(images.map((i) => i.label)).toEqual([2, 3, 0, 3]);
    const error = diagnosticOf(() => read('sorted', { classes: ['a', 'b'] }));
    expect(error).toMatchObject({ code: 'BLN105', where: expect.stringContaining('/Z') });
    expect(error.found).toContain("none of the network's 2 classes");
  });

  it('says how images of another size were fitted, and that it assumed so', () => {
    write('large/a/0.png', png(random(13, 9, 3)));
    write('large/a/1.png', png(random(5, 4, 3)));
    const { source, images } = read('large');
    expect(images.every((i) => i.pixels.length === 60)).toBe(true);
    expect(source.fitted()).toBe('1 of another size: stretched, assumed (--resize says otherwise)');
    expect(read('large', { fit: FITS['9'] }).source.fitted()).toMatch(
      /^2 of .*scaled to 9 by the shorter side/,
    );
  });

  it('refuses what is no image, and a crop that is larger than the image', () => {
    write('broken/a/0.png', png(random(5, 4, 1)).subarray(0, 60));
    expect(diagnosticOf(() => read('broken'))).toMatchObject({
      code: 'BLN105',
      where: expect.stringContaining('0.png'),
    });
    write('broken2/a/0.jpg', 'no image');
    expect(diagnosticOf(() => read('broken2')).code).toBe('BLN105');
    expect(diagnosticOf(() => read('large', { fit: parseFit('3') }))).toMatchObject({ code: 'BLN103' });
    expect(diagnosticOf(() => read('large', {}, { ...RGB, channels: 2 }))).toMatchObject({ code: 'BLN103' });
    const absent = diagnosticOf(() => read('absent'));
    expect(absent).toMatchObject({ code: 'BLN105', found: 'it does not exist' });
    expect(absent.hint).toContain('a folder of PNG or JPEG images for each class');
  });
});

describe('fitting an image', () => {
  itWithTool('pillow', 'equals Pillow within a step, grey included', () => {
    const script = `
import json, sys
from PIL import Image
for size, kind, box in json.load(sys.stdin):
    image = Image.open(sys.argv[1]).convert("RGB").resize(size, Image.BILINEAR)
    if box: image = image.crop(box)
    print(json.dumps(list(image.convert(kind).tobytes())))
`;
    const image = random(37, 23, 7);
    const file = write('pillow.png', png(image));
    // Width and height of the resized image, mode, and what is cut out of it.
    const jobs = [
      [[10, 12], 'RGB', null],
      [[80, 60], 'RGB', null],
      [[37, 23], 'L', null],
      [[19, 12], 'RGB', [4, 0, 14, 12]],
      [[32, 20], 'RGB', [11, 4, 21, 16]],
    ];
    const { stdout, stderr } = spawnSync(PYTHON, ['-c', script, file], {
      input: JSON.stringify(jobs),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const golden = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as number[]);
    const small = { channels: 3, height: 12, width: 10 };
    const mine = [
      toInput(image, small, FITS.stretch),
      toInput(image, { channels: 3, height: 60, width: 80 }, FITS.stretch),
      toInput(image, { channels: 1, height: 23, width: 37 }, FITS.crop),
      toInput(image, small, FITS.crop),
      toInput(image, small, parseFit('20') as Fit),
    ] as Uint8Array[];
    mine.forEach((planes, k) => {
      const channels = k === 2 ? 1 : 3;
      const area = planes.length / channels;
      const largest = Math.max(
        ...golden[k].map((v, i) => Math.abs(v - planes[(i % channels) * area + Math.floor(i / channels)])),
      );
      expect(golden[k], `job ${k}`).toHaveLength(planes.length);
      expect(largest, `job ${k}`).toBeLessThanOrEqual(1);
    });
  });

  it('as tf.image.resize takes the mean of four pixels at most', () => {
    const image = {
      width: 4,
      height: 1,
      channels: 3,
      data: Uint8Array.from([0, 0, 0, 90, 90, 90, 250, 250, 250, 10, 10, 10]),
    };
    const planes = toInput(image, { channels: 3, height: 1, width: 1 }, FITS.keras) as Uint8Array;
    // The centre lies between the second pixel and the third.
    expect([...planes]).toEqual([170, 170, 170]);
    expect(
      [...(toInput(image, { channels: 3, height: 1, width: 1 }, FITS.stretch) as Uint8Array)][0],
    ).not.toBe(170);
  });
});

/** A version 1 file of NumPy. */
function npy(dims: string, descr: string, data: Uint8Array): Uint8Array {
  const header = `${`{'descr': '${descr}', 'fortran_order': False, 'shape': (${dims}), }`.padEnd(117)}\n`;
  const head = [...Buffer.from('\x93NUMPY\x01\x00', 'latin1'), header.length, 0, ...Buffer.from(header)];
  return Uint8Array.from([...head, ...data]);
}
const bytes = (values: Float32Array | Int32Array) => new Uint8Array(values.buffer);

describe('arrays, labels and vectors', () => {
  const VECTOR = { channels: 3, height: 1, width: 1 };

  it('a .npy file has its labels in another', () => {
    write('x.npy', npy('2, 3, 4, 5', '|u1', new Uint8Array(120)));
    const labels = [
      write('y.npy', npy('2,', '<i4', bytes(Int32Array.from([7, 1])))),
      write('y.txt', '7\n1\n'),
    ];
    for (const file of labels)
      expect(read('x.npy', { labels: file }).images.map((i) => i.label)).toEqual([7, 1]);
    const few = write('few.txt', '7\n');
    expect(diagnosticOf(() => read('x.npy', { labels: few }))).toMatchObject({
      code: 'BLN105',
      where: '--labels',
    });
    const wrong = write('wrong.txt', '7\ncat\n');
    expect(diagnosticOf(() => read('x.npy', { labels: wrong })).where).toContain('wrong.txt, line 2');
  });

  it('vectors come from .npy files as reals or bytes', () => {
    write('v.npy', npy('2, 3', '<f4', bytes(Float32Array.from([0.5, -1, 2, 3, 4, 5]))));
    expect(read('v.npy', {}, VECTOR).images[0].pixels).toEqual(Float32Array.from([0.5, -1, 2]));
    write('b.npy', npy('1, 3', '|u1', Uint8Array.from([1, 2, 255])));
    expect(read('b.npy', {}, VECTOR).images[0].pixels).toEqual(Uint8Array.from([1, 2, 255]));
    write('n.npy', npy('1, 3', '<f4', bytes(Float32Array.from([0, Number.NaN, 1]))));
    expect(diagnosticOf(() => read('n.npy', {}, VECTOR)).found).toContain('no number');
    expect(diagnosticOf(() => read('v.npy', {}, { ...VECTOR, channels: 2 })).found).toBe('shape (2, 3)');
  });

  it('and from .csv files, with a label behind them or without', () => {
    write('l.csv', 'a,b,c,label\n1,2.5,-3,4\n0,0,1e3,0\n');
    const { images } = read('l.csv', {}, VECTOR);
    expect(images.map((i) => i.label)).toEqual([4, 0]);
    expect(images[0].pixels).toEqual(Float32Array.from([1, 2.5, -3]));
    write('p.csv', '1;2;3\n');
    expect(read('p.csv', {}, VECTOR).images[0].label).toBeNull();
    write('bad.csv', '1,2,3\n1,2\n');
    expect(diagnosticOf(() => read('bad.csv', {}, VECTOR))).toMatchObject({
      code: 'BLN105',
      where: expect.stringContaining('line 2'),
    });
  });
});
