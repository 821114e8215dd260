/** Every bad input ends with its coded diagnostic, its exit code, and nothing half-written. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/diagnostics.js';
import { Prng } from '../../src/ir/prng.js';
import { floats, node, onnxModel } from '../support/onnx-model.js';
import { runCli } from '../support/run-cli.js';
import { writeSmallModel } from '../support/small-build.js';

let folder: string;
let model: string;
const inFolder = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blnet-bad-'));
  model = writeSmallModel(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles into `out`; the folder must look the same afterwards. */
async function refuses(args: readonly string[], code: string, exit: number, output = inFolder('out')) {
  const before = readdirSync(folder).sort();
  const result = await runCli('compile', ...args, '-o', output);
  expect(result.stderr).toContain(code);
  expect(result.code).toBe(exit);
  expect(result.stdout).toBe('');
  expect(readdirSync(folder).sort()).toEqual(before);
  return result.stderr;
}

const save = (name: string, bytes: Uint8Array): string => {
  writeFileSync(inFolder(name), bytes);
  return inFolder(name);
};
const NOISE = ['--calibration', 'noise'];

describe('bad models', () => {
  it.each([0.1, 0.5, 0.9, 0.99])('a file cut off at %f of its length', async (part) => {
    const bytes = readFileSync(model);
    const cut = save('cut.onnx', bytes.subarray(0, Math.floor(part * bytes.length)));
    await refuses([cut, ...NOISE], 'BLN10', EXIT.input);
  });

  it.each([1, 2, 3, 4, 5])('random bytes, seed %i', async (seed) => {
    const prng = new Prng(seed);
    const bytes = Uint8Array.from({ length: 5000 }, () => prng.int(0, 255));
    await refuses([save('random.onnx', bytes), ...NOISE], 'BLN101', EXIT.input);
  });

  it('an empty file', async () => {
    await refuses([save('empty.onnx', new Uint8Array()), ...NOISE], 'BLN101', EXIT.input);
  });

  it('a file that does not exist', async () => {
    await refuses([inFolder('none.onnx'), ...NOISE], 'BLN301', EXIT.io);
  });

  it('an unsupported operator names the layer, what is supported and what to try', async () => {
    const bytes = onnxModel([node('LRN', ['x'], 't'), node('Relu', ['t'], 'y')]);
    const text = await refuses([save('lrn.onnx', bytes), ...NOISE], 'BLN201', EXIT.unsupported);
    expect(text).toContain('LRN');
    expect(text).toMatch(/supported: /);
    expect(text).toMatch(/try: /);
  });

  it('a Softmax that is not the last layer says so', async () => {
    const bytes = onnxModel([node('Softmax', ['x'], 't'), node('Relu', ['t'], 'y')]);
    const text = await refuses([save('softmax.onnx', bytes), ...NOISE], 'BLN202', EXIT.unsupported);
    expect(text).toContain('Softmax');
    expect(text).toMatch(/supported: /);
    expect(text).toMatch(/try: /);
  });

  it('weights of the wrong shape', async () => {
    const bytes = onnxModel(
      [node('Conv', ['x', 'w'], 'y', { kernel_shape: [3, 3] })],
      [floats('w', [8, 5, 3, 3])],
    );
    const text = await refuses([save('shape.onnx', bytes), ...NOISE], 'BLN', EXIT.input);
    expect(text).toContain('Conv_y');
  });

  it('a spec with a typo names its path', async () => {
    const spec = save(
      'spec.json',
      new TextEncoder().encode('{"name": "x", "input": {}, "classes": 2, "stages": []}'),
    );
    expect(await refuses([spec, ...NOISE], 'BLN106', EXIT.input)).toContain('input.channels');
  });
});

describe('bad options', () => {
  it('no calibration', async () => {
    expect(await refuses([model], 'BLN104', EXIT.input)).toContain('--calibration');
  });

  it('calibration images that do not exist', async () => {
    await refuses([model, '--calibration', inFolder('none')], 'BLN105', EXIT.input);
  });

  it('calibration images of another size', async () => {
    await refuses([model, '--calibration', 'models/samples/class-prototypes.bin'], 'BLN103', EXIT.input);
  });

  it('an unknown part', async () => {
    expect(await refuses([model, ...NOISE, '--part', 'xc7z999'], 'BLN002', EXIT.usage)).toContain('xc7z020');
  });

  it('an unknown key in the configuration', async () => {
    const config = save('config.json', new TextEncoder().encode('{"prat": "xc7z020"}'));
    expect(await refuses([model, ...NOISE, '--config', config], 'BLN107', EXIT.input)).toContain('prat');
  });

  it.each([
    ['--fps', '0'],
    ['--fps', 'many'],
    ['--max-dsp', '1.5'],
    ['--backend', 'vhdl'],
  ])('%s %s is a usage error', async (option, value) => {
    const result = await runCli('compile', model, '-o', inFolder('out'), ...NOISE, option, value);
    expect(result.code).toBe(EXIT.usage);
    expect(result.stderr).toContain(option);
  });

  it('more frames per second than the fastest folding gives', async () => {
    await refuses([model, ...NOISE, '--fps', '1e9'], 'BLN206', EXIT.unsupported);
  });

  it('an error is JSON too with --json', async () => {
    const result = await runCli('compile', model, '-o', inFolder('out'), '--json');
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'BLN104' } });
    expect(result.code).toBe(EXIT.input);
  });
});

describe('bad output folders', () => {
  it('a folder with foreign content is left alone', async () => {
    mkdirSync(inFolder('mine'));
    save('mine/thesis.txt', new Uint8Array([1]));
    await refuses([model, ...NOISE], 'BLN302', EXIT.io, inFolder('mine'));
    expect(readdirSync(inFolder('mine'))).toEqual(['thesis.txt']);
  });

  it('a file of that name is left alone', async () => {
    save('taken', new Uint8Array([7]));
    await refuses([model, ...NOISE], 'BLN302', EXIT.io, inFolder('taken'));
    expect([...readFileSync(inFolder('taken'))]).toEqual([7]);
  });

  it('a place that cannot be written', async () => {
    save('file', new Uint8Array([1]));
    await refuses([model, ...NOISE], 'BLN302', EXIT.io, inFolder('file/out'));
  });

  it('a build is replaced whole; what the user put there is kept, and named', async () => {
    const output = inFolder('out');
    const again = ['compile', model, '-o', output, ...NOISE, '--max-dsp', '80'];
    expect((await runCli('compile', model, '-o', output, ...NOISE)).code).toBe(0);
    save('out/notes.txt', new Uint8Array([1]));
    save('out/manifest.json', new TextEncoder().encode('edited'));
    const text = await runCli(...again);
    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toMatch(/kept of yours +kept\/manifest.json, notes.txt/);
    expect([...readFileSync(join(output, 'notes.txt'))]).toEqual([1]);
    const json = await runCli(...again, '--json');
    expect(JSON.parse(json.stdout).kept).toEqual(['kept', 'notes.txt']);
    expect(readFileSync(join(output, 'kept/manifest.json'), 'utf8')).toBe('edited');
    expect(readdirSync(folder).sort()).toEqual(['out', 'small.onnx']);
  });

  it.each(['simulate', 'verify'])('%s of something that is no build', async (command) => {
    mkdirSync(inFolder('empty'));
    const result = await runCli(command, inFolder('empty'));
    expect(result.stderr).toContain('BLN303');
    expect(result.code).toBe(EXIT.io);
  });

  it('the folder of the model itself, and that of the images', async () => {
    const output = inFolder('out');
    expect((await runCli('compile', model, '-o', output, ...NOISE)).code).toBe(0);
    const inside = join(output, 'model.onnx');
    expect(await refuses([inside, ...NOISE], 'BLN302', EXIT.io, output)).toContain('lies in it');
    const images = join(output, 'samples.bin');
    await refuses([model, '--calibration', images], 'BLN302', EXIT.io, output);
  });

  it('a damaged build', async () => {
    const output = inFolder('out');
    await runCli('compile', model, '-o', output, ...NOISE);
    writeFileSync(join(output, 'network.json'), '{"format": 1');
    const result = await runCli('simulate', output);
    expect(result.stderr).toContain('BLN303');
    expect(result.stderr).toContain('network.json');
  });
});
