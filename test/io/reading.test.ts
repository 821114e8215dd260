/**
 * Files that once crashed or misled a command, each with its right outcome: the code, the place inside the file, what
 * was found.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { readBuildFolder } from '../../src/io/build/build-folder.js';
import { readBytes } from '../../src/io/files.js';
import { readImages } from '../../src/io/images/images.js';
import { diskCache } from '../../src/io/synthesis/synthesis-cache.js';
import { diagnosticOf } from '../support/errors.js';
import { runCli } from '../support/run-cli.js';
import { type SmallBuild, smallBuild } from '../support/small-build.js';

let small: SmallBuild;
let folder: string;

beforeAll(() => {
  small = smallBuild();
});
afterAll(() => small.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blnet-reading-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

const save = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const SHAPE = { channels: 1, height: 2, width: 2 };

/** A .npy header of version 1 with this shape, and so many bytes behind it. */
function npy(shape: string, bytes: number): Uint8Array {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape}), }\n`;
  const head = [0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8];
  return new Uint8Array([...head, ...Buffer.from(header), ...new Uint8Array(bytes)]);
}

describe('image files', () => {
  const images = (bytes: Uint8Array) => [...readImages(save('x.npy', bytes), SHAPE, 'test', 10)];

  it.each([0, 5, 6, 7, 8, 9, 10, 11])('a .npy of %i bytes is no NumPy file, or ends too early', (length) => {
    expect(diagnosticOf(() => images(npy('1, 1, 2, 2', 4).subarray(0, length))).code).toBe('BLN105');
  });

  it.each([
    ['of no images', '0, 1, 2, 2', 0, '0 images'],
    ['of a negative number', '-1, 1, 2, 2', 0, '-1 images'],
    ['of half an image', '0.5, 1, 2, 2', 2, '0.5 images'],
    ['of 10^18 images', '1000000000000000000, 1, 2, 2', 4, 'images'],
    ['without a shape', '', 4, 'shape ()'],
    ['of three axes', '1, 2, 2', 4, 'shape (1, 2, 2)'],
    ['that is too short', '2, 1, 2, 2', 4, '4 bytes for 2 images'],
  ])('a .npy %s', (_, shape, bytes, found) => {
    expect(diagnosticOf(() => images(npy(shape, bytes)))).toMatchObject({
      code: 'BLN105',
      found: expect.stringContaining(found),
    });
  });

  it('a header that claims 4 GB', () => {
    const bytes = new Uint8Array([0x93, ...Buffer.from('NUMPY'), 2, 0, 255, 255, 255, 255, 0]);
    expect(diagnosticOf(() => images(bytes))).toMatchObject({
      code: 'BLN105',
      found: expect.stringContaining('header'),
    });
  });

  it('gives the images of a good one', () => {
    expect(images(npy('2, 1, 2, 2', 8))).toHaveLength(2);
  });
});

describe('files without an end', () => {
  it('/dev/zero is read up to the limit and refused', () => {
    expect(diagnosticOf(() => readBytes('/dev/zero', 'modelBytes'))).toMatchObject({ code: 'BLN207' });
  });

  it('a folder is no file', () => {
    expect(diagnosticOf(() => readBytes(folder)).code).toBe('BLN301');
  });

  it('a link to itself', () => {
    symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
    expect(diagnosticOf(() => readBytes(join(folder, 'loop'))).code).toBe('BLN301');
  });
});

describe('configurations', () => {
  it.each(['valueOf', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])('a key %s', (key) => {
    const d = diagnosticOf(() => parseConfig(JSON.parse(`{"${key}": 1}`), 'c.json'));
    expect(d).toMatchObject({ code: 'BLN107', where: 'c.json', found: `unknown key "${key}"` });
  });

  it.each([
    ['activationBits', '9', 'a whole number from 2 to 8'],
    ['fps', '1e999', 'frames per second above 0, or null'],
    ['clockMhz', '0', 'a clock in MHz above 0, at most 10000, or null'],
    ['calibration', '{"percentile": 50}', '"min-max", or {"percentile": P} with P above 50 up to 100'],
    ['backend', '"valueOf"', 'verilog, hls, both'],
    ['part', '7', 'the name of a part'],
    ['maxDsp', '[]', 'a number of DSPs, or null'],
  ])('%s of %s says what is needed', (key, value, need) => {
    const d = diagnosticOf(() => parseConfig(JSON.parse(`{"${key}": ${value}}`), 'c.json'));
    expect(d).toMatchObject({ code: 'BLN107', where: `c.json: ${key}`, need });
  });

  it.each(['null', '7', '"x"', '[]', '[[[]]]'])('a document that is %s', (text) => {
    expect(diagnosticOf(() => parseConfig(JSON.parse(text), 'c.json'))).toMatchObject({
      code: 'BLN107',
      need: 'an object',
    });
  });

  it('a value nested a hundred thousand deep', () => {
    const text = `{"fps": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(diagnosticOf(() => parseConfig(JSON.parse(text), 'c.json'))).toMatchObject({
      found: 'a list of 1',
    });
  });
});

describe('build folders', () => {
  /** The build with a document changed by hand. */
  function edited(name: string, edit: (text: string) => string): string {
    cpSync(small.folder, join(folder, 'b'), { recursive: true });
    const path = join(folder, 'b', name);
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
    return join(folder, 'b');
  }
  const replaced = (from: RegExp, to: string) => (text: string) => {
    expect(text).toMatch(from);
    return text.replace(from, to);
  };

  it.each([
    [
      'manifest.json',
      replaced(/"clockMhz": \d+(?=,\n {2}"cal)/, '"clockMhz": "<script>"'),
      'clockMhz',
      '"<script>"',
    ],
    ['manifest.json', replaced(/"folding": \{/, '"folding": {"__proto__": 3,'), 'folding.__proto__', '3'],
    ['manifest.json', replaced(/"lanes": \d+/, '"lanes": 1e999'), 'lanes', 'Infinity'],
    ['manifest.json', replaced(/"format": 1/, '"format": 9'), 'manifest.json', 'format 9'],
    ['manifest.json', () => '[]', 'manifest.json', 'a list of 0'],
    ['manifest.json', () => '{', 'manifest.json', 'JSON'],
    ['network.json', replaced(/"channels":\d+/, '"channels":4294967297'), 'channels', '4294967297'],
    ['network.json', replaced(/"height":\d+/, '"height":0.5'), 'height', '0.5'],
    ['network.json', replaced(/"op":"conv"/, '"op":"valueOf"'), 'nodes[0]', 'keys'],
    ['network.json', replaced(/"weights":"../, '"weights":"zz'), 'weights', 'zz'],
    ['network.json', replaced(/"shifts":\[\d+/, '"shifts":[99'), 'shift', '99'],
    ['network.json', replaced(/"tensors": \[/, '"tensors": [null,'), 'tensors[0]', 'null'],
    ['network.json', () => 'null', 'network.json', 'null'],
  ])('%s edited by hand: the place and what was found (%#)', (name, edit, place, found) => {
    const d = diagnosticOf(() => readBuildFolder(edited(name, edit)));
    expect(d.code).toBe('BLN303');
    expect(d.where).toContain(place);
    expect(d.found).toContain(found);
  });

  it.each([
    ['taps', 2],
    ['lanes', 4096],
    ['pe', 4096],
    ['lanesOut', 4096],
  ])('a folding of %s %i is refused before anything is made of it', (key, value) => {
    const edit = replaced(new RegExp(`("folding"[\\s\\S]*?)"${key}": \\d+`), `$1"${key}": ${value}`);
    expect(diagnosticOf(() => readBuildFolder(edited('manifest.json', edit)))).toMatchObject({
      code: 'BLN303',
      where: expect.stringContaining('folding of'),
    });
  });

  it.each([
    [/"top": "\w+"/, '"top": "other"', 'top'],
    [/"lanes": \d+/, '"lanes": 7', 'input'],
  ])('a manifest of another network: %s', (from, to, place) => {
    expect(diagnosticOf(() => readBuildFolder(edited('manifest.json', replaced(from, to))))).toMatchObject({
      code: 'BLN303',
      where: expect.stringMatching(new RegExp(`manifest.json: ${place}$`)),
    });
  });

  it('samples.bin without images', async () => {
    const b = edited('samples.bin', () => '');
    const run = await runCli('simulate', b);
    expect([run.code, run.stderr]).toEqual([5, expect.stringMatching(/BLN303.*samples\.bin: 0 bytes/)]);
  });

  it.each([
    ['verify.json', '{"ok": true}'],
    ['accuracy.json', '{"images": "many"}'],
    ['accuracy.json', '[]'],
  ])('%s that is something else: %s', async (name, text) => {
    const b = edited('manifest.json', (t) => t);
    writeFileSync(join(b, name), text);
    const run = await runCli('report', b);
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining(`BLN107`)]);
    expect(run.stderr).toContain(name);
  });
});

describe('commands', () => {
  it('--frames 1000000000 is refused with the limit', async () => {
    const run = await runCli('simulate', small.folder, '--frames', '1000000000');
    expect([run.code, run.stderr]).toEqual([
      4,
      expect.stringMatching(/BLN207.*1,000,000,000 frames[\s\S]*at most/),
    ]);
  });

  it('--cycle 99999999999 says how long the run is', async () => {
    const run = await runCli(
      'wave',
      small.folder,
      '--simulator',
      'none',
      '--cycle',
      '99999999999',
      '-o',
      folder,
    );
    expect([run.code, run.stderr]).toEqual([
      2,
      expect.stringMatching(/BLN001.*cycle 99999999999[\s\S]*cycles of this run/),
    ]);
  });

  it.each(['1', '[]', '"x"', '{"LUT6": -1}', '{"LUT6": 0.5}', '{'])(
    'a cache file of %s is a miss',
    (text) => {
      save('key.json', text);
      expect(diskCache(folder).get('key')).toBeUndefined();
    },
  );

  it('a good cache file is none', () => {
    save('key.json', '{"LUT6": 3}');
    expect(diskCache(folder).get('key')).toEqual({ LUT6: 3 });
  });
});
