/** People's data through the commands: vectors of reals, class names, files beside the model, models that need no calibration. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Prng } from '../../src/ir/prng.js';
import { floats, int8s, node, onnxModel } from '../support/onnx-model.js';
import { runCli } from '../support/run-cli.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blnet-own-data-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const run = async (...argv: string[]) => {
  const r = await runCli(...argv);
  expect(r.code, r.stderr).toBe(0);
  return r.stdout.replace(/\s+/g, ' ');
};
const document = async (...argv: string[]) => JSON.parse(await run(...argv, '--json'));

describe('a network of vectors', () => {
  it('is calibrated, measured and simulated on reals', async () => {
    const p = new Prng(3);
    const weights = Array.from({ length: 12 }, () => p.float() - 0.5);
    const nodes = [node('Gemm', ['x', 'w', 'b'], 'y', { transB: 1 })];
    const constants = [floats('w', [3, 4], weights), floats('b', [3], [0, 0.1, -0.1])];
    writeFileSync(at('vectors.onnx'), onnxModel(nodes, constants, { input: ['N', 4] }));
    const rows = Array.from({ length: 60 }, () => {
      const x = Array.from({ length: 4 }, () => 6 * p.float() - 3);
      const y = [0, 1, 2].map((o) => x.reduce((s, v, i) => s + v * weights[4 * o + i], [0, 0.1, -0.1][o]));
      return [...x, y.indexOf(Math.max(...y))].join(',');
    });
    writeFileSync(at('train.csv'), `a,b,c,d,class\n${rows.join('\n')}\n`);
    const text = await run(
      'compile',
      at('vectors.onnx'),
      '-o',
      at('vectors'),
      '--calibration',
      at('train.csv'),
    );
    expect(text).toContain('calibrated on 60 of train.csv');
    expect(text).toContain('values real = (value - 0) / 1, as stated');
    const manifest = JSON.parse(readFileSync(at('vectors/manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ calibration: 'train.csv', input: { takesPixels: false } });
    const accuracy = await document('accuracy', at('vectors'), '--dataset', at('train.csv'));
    expect(accuracy).toMatchObject({ images: 60, floatTop1: 1 });
    expect(accuracy.integerTop1).toBeGreaterThan(0.93);
    for (const l of accuracy.layers) expect(l.sqnrDb).toBeGreaterThan(30);
    // The samples of the build are its first vectors.
    const { outputs } = await document('simulate', at('vectors'), '--frames', '3');
    outputs.forEach((o: { class: number }, i: number) => {
      expect(`${o.class}`).toBe(rows[i].split(',')[4]);
    });
  });
});

/** 3x8x8 to two classes, without metadata. */
function imageModel(path: string): void {
  const nodes = [
    node('Conv', ['x', 'w'], 'c'),
    node('GlobalAveragePool', ['c'], 'p'),
    node('Flatten', ['p'], 'y'),
  ];
  writeFileSync(
    path,
    onnxModel(nodes, [floats('w', [2, 3, 1, 1], [1, 0, 0, 0, 0, 1])], { input: ['N', 3, 8, 8] }),
  );
}

/** Images of one colour in folders of its name. */
function colours(path: string, names: Readonly<Record<string, readonly [number, number, number]>>): void {
  for (const [name, rgb] of Object.entries(names)) {
    mkdirSync(join(path, name), { recursive: true });
    for (let i = 0; i < 6; i++) {
      const image = new PNG({ width: 10 + i, height: 12 });
      for (let k = 0; k < image.data.length; k += 4) image.data.set([...rgb, 255], k);
      writeFileSync(join(path, name, `${i}.png`), PNG.sync.write(image));
    }
  }
}

describe('a network of images', () => {
  beforeAll(() => {
    imageModel(at('image.onnx'));
    colours(at('colours'), { 'deep red': [200, 20, 30], 'it"s blue': [10, 30, 210] });
  });

  it('has the folders as names of its classes, in terminal, simulation and driver', async () => {
    const text = await run('compile', at('image.onnx'), '-o', at('plain'), '--calibration', at('colours'));
    expect(text).toContain('calibrated on 12 of the folder colours of 2 classes');
    expect(text).toContain('12 of another size: stretched, assumed');
    expect(text).toContain('pixels real = (pixel - 0) / 255, assumed');
    const accuracy = await run('accuracy', at('plain'), '--dataset', at('colours'));
    expect(accuracy).toMatch(/deep red 6 100\.00 % 6 it"s blue 6 100\.00 % 6/);
    expect(await run('simulate', at('plain'), '--frames', '2')).toContain('classes deep red it"s blue');
    const [driver] = readdirSync(at('plain/pynq'));
    expect(readFileSync(at(`plain/pynq/${driver}`), 'utf8')).toContain(
      String.raw`CLASSES = ["deep red", "it\"s blue"]`,
    );
  });

  it('takes what timm and Hugging Face write beside a model, and names in a file', async () => {
    mkdirSync(at('timm'));
    imageModel(at('timm/model.onnx'));
    const cfg = {
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      input_size: [3, 8, 8],
      crop_pct: 0.8,
    };
    writeFileSync(at('timm/config.json'), JSON.stringify({ pretrained_cfg: cfg, label_names: ['r', 'b'] }));
    const timm = await run('compile', at('timm/model.onnx'), '-o', at('t'), '--calibration', 'noise');
    expect(timm).toContain(
      'config.json beside the model: mean and deviation, the size of images, names of classes',
    );
    expect(timm).toContain('(pixel - [123.675, 116.28, 103.53]) / [58.395, 57.12, 57.375], as stated');
    const network = JSON.parse(readFileSync(at('t/network.json'), 'utf8'));
    expect(network.metadata).toMatchObject({ 'blnet.input.resize': '10', 'blnet.classes': '["r","b"]' });
    mkdirSync(at('hf'));
    imageModel(at('hf/model.onnx'));
    const processor = {
      image_mean: [0.5],
      image_std: [0.5],
      rescale_factor: 1 / 255,
      size: { height: 8, width: 8 },
    };
    writeFileSync(at('hf/preprocessor_config.json'), JSON.stringify(processor));
    writeFileSync(at('names.txt'), 'r\nb\n');
    const named = ['--classes', at('names.txt'), '--calibration', 'noise'];
    const hf = await run('compile', at('hf/model.onnx'), '-o', at('h'), ...named);
    expect(hf).toContain('(pixel - 127.5) / 127.5, as stated');
    const other = await runCli('accuracy', at('h'), '--dataset', at('colours'));
    expect(other.code).not.toBe(0);
    expect(other.stderr).toContain("none of the network's 2 classes");
    const scaled = ['--scale', '0.0078125', '--mean', '128', '--calibration', 'noise'];
    const stated = await run('compile', at('image.onnx'), '-o', at('s'), ...scaled);
    expect(stated).toContain('(pixel - 128) / 128, as stated');
    writeFileSync(at('three.txt'), 'a\nb\nc\n');
    const three = await runCli(
      'compile',
      at('image.onnx'),
      '-o',
      at('x'),
      '--classes',
      at('three.txt'),
      '--calibration',
      'noise',
    );
    expect(three.stderr).toMatch(/BLN105 .*3 names/s);
  });
});

describe('a model with channels last', () => {
  it('has the noise of its inner maps compared in one order', async () => {
    const nodes = [
      node('Transpose', ['x'], 't', { perm: [0, 3, 1, 2] }),
      node('Conv', ['t', 'w'], 'c'),
      node('Transpose', ['c'], 'n', { perm: [0, 2, 3, 1] }),
      node('Relu', ['n'], 'r'),
      node('Transpose', ['r'], 'u', { perm: [0, 3, 1, 2] }),
      node('GlobalAveragePool', ['u'], 'p'),
      node('Flatten', ['p'], 'y'),
    ];
    const w = floats('w', [2, 3, 1, 1], [1, -0.5, 0.2, 0.3, 0.1, -1]);
    writeFileSync(at('last.onnx'), onnxModel(nodes, [w], { input: ['N', 6, 5, 3] }));
    await run('compile', at('last.onnx'), '-o', at('last'), '--calibration', 'noise');
    const { layers } = await document('accuracy', at('last'), '--dataset', 'noise:2');
    expect(layers.length).toBeGreaterThan(1);
    for (const l of layers) expect(l.sqnrDb, l.tensor).toBeGreaterThan(25);
  });
});

describe('a quantized model', () => {
  it('needs no calibration where every format is its own, and some where one is not', async () => {
    const nodes = (isComplete: boolean) => [
      node('QuantizeLinear', ['x', 's', 'z'], 'xq'),
      node('DequantizeLinear', ['xq', 's', 'z'], 'xd'),
      node('DequantizeLinear', ['w', 's', 'z'], 'wd'),
      node('Conv', ['xd', 'wd'], 'c'),
      ...(isComplete
        ? [node('QuantizeLinear', ['c', 's2', 'z'], 'cq'), node('DequantizeLinear', ['cq', 's2', 'z'], 'y')]
        : [node('Relu', ['c'], 'y')]),
    ];
    const constants = [
      floats('s', [], [0.02]),
      floats('s2', [], [0.3]),
      int8s('z', [], [0]),
      int8s('w', [2, 4, 1, 1], [1, 2, 3, 4, 5, -6, 7, 8]),
    ];
    writeFileSync(at('complete.onnx'), onnxModel(nodes(true), constants));
    writeFileSync(at('open.onnx'), onnxModel(nodes(false), constants));
    const text = await run('compile', at('complete.onnx'), '-o', at('complete'));
    expect(text).toContain("none: every format is the model's own");
    const open = await runCli('compile', at('open.onnx'), '-o', at('open'));
    expect(open.stderr).toContain('BLN104');
  });
});
