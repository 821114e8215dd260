/**
 * The generated PYNQ driver against a fake pynq: bytes on the bus and results equal what the compiler's own
 * quantization and stimulus give, for pixels and for odd widths, with lanes to spare.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { busEnd } from '../../src/hls-gen/bus-end.js';
import { beatsText } from '../../src/hls-gen/stimulus.js';
import { generateVivado } from '../../src/hls-gen/vivado.js';
import { versionWord } from '../../src/hls-gen/vivado-view.js';
import { ceilDiv } from '../../src/ir/folding.js';
import { HardwareBuilder } from '../../src/ir/hardware-builder.js';
import type { HostFunction, HostPart } from '../../src/ir/host-part.js';
import { type Preprocessing, preprocess } from '../../src/ir/preprocess.js';
import { Prng } from '../../src/ir/prng.js';
import { type QuantTensor, rangeOf } from '../../src/ir/quant-graph.js';
import { dequantizeValues, quantizeValues } from '../../src/ir/quantize-values.js';
import { hostRun } from '../../src/sim/host-part.js';
import { soleEnd } from '../support/sole-ends.js';
import { describeWithTool, PYTHON } from '../support/tools.js';
import { vivadoOptions } from '../support/vivado-case.js';

const HELPERS = fileURLToPath(new URL('./vivado/', import.meta.url));

interface Case {
  readonly input: QuantTensor;
  readonly lanesIn: number;
  readonly output: QuantTensor;
  readonly lanesOut: number;
  readonly preprocessing: Preprocessing;
  readonly host?: readonly HostPart[];
}

const CASES: Readonly<Record<string, Case>> = {
  'pixels as they are, three to a beat': {
    input: {
      name: 'image',
      shape: { channels: 3, height: 4, width: 5 },
      bits: 8,
      signed: false,
      scale: 1 / 64,
      zeroPoint: 128,
    },
    lanesIn: 3,
    output: {
      name: 'y',
      shape: { channels: 10, height: 1, width: 1 },
      bits: 8,
      signed: true,
      scale: 0.25,
      zeroPoint: -3,
    },
    lanesOut: 4,
    preprocessing: { mean: [128], std: [64] },
  },
  'five signed bits, a mean per channel, lanes to spare': {
    input: {
      name: 'image',
      shape: { channels: 5, height: 3, width: 2 },
      bits: 5,
      signed: true,
      scale: 0.13,
      zeroPoint: -2,
    },
    lanesIn: 3,
    output: {
      name: 'y',
      shape: { channels: 7, height: 2, width: 1 },
      bits: 3,
      signed: false,
      scale: 0.5,
      zeroPoint: 1,
    },
    lanesOut: 5,
    preprocessing: { mean: [100, 110, 120, 130, 140], std: [50, 60, 70, 80, 90] },
  },
};

/** Little-endian bytes of a frame's beats, each `bytes` long. */
const busBytes = (beats: string, bytes: number): string =>
  beats
    .trim()
    .split('\n')
    .map((line) => {
      const word = line.padStart(2 * bytes, '0');
      return (word.match(/../g) as string[]).reverse().join('');
    })
    .join('');

describeWithTool('numpy', 'PYNQ driver', () => {
  const root = mkdtempSync(join(tmpdir(), 'blnet-pynq-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** Runs the driver of a case on five random images; `change` alters the fake board. */
  function run(c: Case, change: object = {}, edit = (text: string): string => text) {
    const b = new HardwareBuilder();
    const stream = (name: string, t: QuantTensor, lanes: number): number => {
      const { channels, height, width } = t.shape;
      const beatsPerFrame = height * width * ceilDiv(channels, lanes);
      return b.stream({ name, lanes, bits: t.bits, signed: t.signed, beatsPerFrame });
    };
    const hw = b.finish(
      'net',
      soleEnd('in', stream('s_in', c.input, c.lanesIn)),
      soleEnd('out', stream('s_out', c.output, c.lanesOut)),
    );
    const options = { ...vivadoOptions(hw, new Map()), ...c, outputs: [c.output] };
    const driver = join(root, 'net_driver.py');
    const text = generateVivado(hw, options).get('pynq/net_driver.py') as string;
    writeFileSync(driver, edit(text));
    const prng = new Prng(11);
    const { channels, height, width } = c.input.shape;
    const images = Array.from({ length: 5 }, () =>
      Uint8Array.from({ length: channels * height * width }, () => prng.int(0, 255)),
    );
    const [lo, hi] = rangeOf(c.output);
    const outShape = c.output.shape;
    const outputs = images.map(() =>
      Int16Array.from({ length: outShape.channels * outShape.height * outShape.width }, () =>
        prng.int(lo, hi),
      ),
    );
    const ends = hw.ends.map((e) => busEnd(hw.streams[e.stream])) as [
      ReturnType<typeof busEnd>,
      ReturnType<typeof busEnd>,
    ];
    const frames: Record<string, string> = {};
    images.forEach((image, i) => {
      const q = quantizeValues(preprocess(image, c.input.shape, c.preprocessing), c.input.shape, c.input);
      const sent = busBytes(beatsText(q, channels, c.lanesIn, c.input.bits), ends[0].bytes);
      const beats = beatsText(outputs[i] as Int16Array, outShape.channels, c.lanesOut, c.output.bits);
      frames[sent] = busBytes(beats, ends[1].bytes);
    });
    const build = Number(/EXPECTED_BUILD = (0x\w+)/.exec(text)?.[1]);
    const board = { id: 0x424c4e45, version: versionWord('0.1.0'), build, frames, ...change };
    const settings = join(root, 'board.json');
    writeFileSync(settings, JSON.stringify(board));
    // Height, width, channels, as a camera gives them.
    const nested = images.map((image) =>
      Array.from({ length: height }, (_, y) =>
        Array.from({ length: width }, (_, x) =>
          Array.from({ length: channels }, (_, k) => image[(k * height + y) * width + x]),
        ),
      ),
    );
    const r = spawnSync(PYTHON, [join(HELPERS, 'run_driver.py'), driver], {
      input: JSON.stringify({ images: nested, packetFrames: 2 }),
      encoding: 'utf8',
      env: { ...process.env, FAKE_PYNQ: settings, PYTHONPATH: HELPERS, PYTHONDONTWRITEBYTECODE: '1' },
    });
    expect(r.stderr).toBe('');
    return { result: JSON.parse(r.stdout), outputs };
  }
  const [pixels, odd] = Object.values(CASES) as [Case, Case];

  it.each(Object.entries(CASES))('%s', (_, c) => {
    const { result, outputs } = run(c);
    expect(result.error).toBeUndefined();
    expect(result.integers.flat(3)).toEqual(outputs.flatMap((o) => [...o]));
    const { channels, height, width } = c.output.shape;
    result.scores.forEach((row: number[], i: number) => {
      // dequantizeValues answers channel-major; the driver keeps channels innermost.
      const real = dequantizeValues(outputs[i] as Int16Array, c.output.shape, c.output);
      const want = Array.from({ length: row.length }, (_, k) => {
        const p = Math.floor(k / channels);
        return real[(k % channels) * height * width + p];
      });
      expect(row).toEqual(want);
    });
    expect(result.packets).toEqual([2, 2, 1, 5]);
    expect(result.counters).toEqual(['busy', 'cycles', 'frames_in', 'frames_out', 'stalled', 'starved']);
    expect(result).toMatchObject({ roundTrip: true, leaked: 0, bitfile: 'net.bit' });
  });

  it.each<HostFunction>([
    { computes: 'softmax', beta: 1, format: { bits: 8, signed: true, scale: 1 / 256, zeroPoint: -128 } },
    { computes: 'softmax', beta: 0.5, format: { bits: 8, signed: false, scale: 1 / 256, zeroPoint: 0 } },
    { computes: 'softmax', beta: 0.7, format: null },
    { computes: 'argmax' },
  ])('computes what is left to the host as the simulator does: %j', (part) => {
    const host = [{ ...part, tensor: 'y' }];
    const output = { ...pixels.output, bits: 8, scale: 0.05 };
    const { result, outputs } = run({ ...pixels, output, host });
    expect(result.error).toBeUndefined();
    const wanted = outputs.map(hostRun(host[0], output));
    expect(result.predicted.integers).toEqual(
      wanted[0].integers && wanted.map((w) => (part.computes === 'argmax' ? w.reals[0] : w.integers)),
    );
    const reals = wanted.flatMap((w) => w.reals);
    result.predicted.reals.flat().forEach((v: number, i: number) => {
      expect(v).toBeCloseTo(reals[i], 12);
    });
  });

  it.each([
    ['another build', { build: 1 }, /RuntimeError: the bitstream is of build 0x00000001, this driver of 0x/],
    ['another core', { id: 7 }, /RuntimeError: no blnet accelerator here: ID is 0x00000007/],
    ['another register map', { version: 0x00010002 }, /RuntimeError: register map 2, this driver knows 1/],
    ['a receiver that never ends', { stuck: true }, /TimeoutError: receive: no end after 0.05 s; counters/],
  ])('refuses %s', (_, change, message) => {
    const { result } = run(pixels, change);
    expect(result.error).toMatch(message);
    expect(result.leaked).toBe(0);
  });

  it('tells of a frame error, and resets it', () => {
    const { result } = run(pixels, { frameError: true });
    expect(result).toMatchObject({
      error: expect.stringContaining('frame error'),
      statusAfterReset: 0,
      leaked: 0,
    });
  });

  it('faults planted in the driver are seen', () => {
    const wrongOrder = run(odd, {}, (t) => t.replaceAll('bitorder="little"', 'bitorder="big"'));
    expect(wrongOrder.result.error).toContain('these bytes are no frame');
    const noRounding = run(odd, {}, (t) => t.replace(' + 0.5)', ')'));
    expect(noRounding.result.error).toContain('these bytes are no frame');
    const unsigned = run(pixels, {}, (t) => t.replace('if end["signed"] and', 'if False and'));
    expect(unsigned.result.integers.flat(3)).not.toEqual(unsigned.outputs.flatMap((o) => [...o]));
  });
});
