/** Hardware that cannot be built is refused, by name, before a file is written; what lowering makes passes. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readBuildFolder } from '../../src/io/build/build-folder.js';
import type { Block, Hardware, Stream } from '../../src/ir/hardware.js';
import { Prng } from '../../src/ir/prng.js';
import { hardwareProblems, verifyHardware } from '../../src/ir/verify-hardware.js';
import { bind, KINDS } from '../../src/kinds/index.js';
import { COPIES, copiedCase } from '../support/copied-network.js';
import { randomNetwork } from '../support/random-network.js';
import { runCli } from '../support/run-cli.js';
import { smallBuild } from '../support/small-build.js';

const planted = vi.hoisted(() => ({ fault: null as ((hw: Hardware) => Hardware) | null }));
vi.mock('../../src/explore/size-fifos.js', async (original) => {
  const module = await original<typeof import('../../src/explore/size-fifos.js')>();
  const sizeFifos: typeof module.sizeFifos = (...args) => {
    const sized = module.sizeFifos(...args);
    return planted.fault ? { ...sized, hardware: planted.fault(sized.hardware) } : sized;
  };
  return { ...module, sizeFifos };
});
afterEach(() => {
  planted.fault = null;
});

const HARDWARE = [
  ...[9, 15, 19, 40].map((seed) => randomNetwork(seed, 'all').sized.hardware),
  copiedCase(COPIES[0]).hardware,
];

const inOf = (hw: Hardware): number => hw.ends[0].stream;
const outOf = (hw: Hardware): number => hw.ends[1].stream;

const withStream = (hw: Hardware, at: number, change: Partial<Stream>): Hardware => ({
  ...hw,
  streams: hw.streams.map((s, i) => (i === at ? { ...s, ...change } : s)),
});
const withBlock = (hw: Hardware, at: number, change: Partial<Block>): Hardware => ({
  ...hw,
  blocks: hw.blocks.map((b, i) => (i === at ? { ...b, ...change } : b)),
});
const withParams = (hw: Hardware, at: number, change: object): Hardware =>
  withBlock(hw, at, { params: { ...hw.blocks[at].params, ...change } as Block['params'] });
const firstOf = (hw: Hardware, kind: string): number => hw.blocks.findIndex((b) => b.params.kind === kind);

/** Faults by name, with what must be said of them. */
const FAULTS: Readonly<Record<string, readonly [(hw: Hardware) => Hardware, RegExp]>> = {
  'an illegal block': [
    (hw) => withParams(hw, firstOf(hw, 'window'), { rows: 1 }),
    /window.*1 rows cannot hold a window/,
  ],
  'a dangling stream': [
    (hw) => ({ ...hw, streams: [...hw.streams, { ...hw.streams[0], name: 'loose' }] }),
    /stream loose.*no block has it/,
  ],
  'a stream that nothing takes': [
    (hw) => withBlock(hw, hw.blocks.length - 1, { inputs: [hw.blocks[0].inputs[0]] }),
    /nothing takes|take from it/,
  ],
  'a wrong width': [
    (hw) => withStream(hw, hw.blocks[0].outputs[0], { bits: 9 }),
    /beats of \d+ x u?int9, the block has/,
  ],
  'wrong beats': [
    (hw) => withStream(hw, outOf(hw), { beatsPerFrame: hw.streams[outOf(hw)].beatsPerFrame + 1 }),
    /beats a frame, the block has/,
  ],
  'wrong lanes': [
    (hw) => withStream(hw, outOf(hw), { lanes: hw.streams[outOf(hw)].lanes + 1 }),
    /the block has/,
  ],
  'a wrong sign': [
    (hw) => withStream(hw, inOf(hw), { signed: !hw.streams[inOf(hw)].signed }),
    /the block has|differ in sign/,
  ],
  'blocks out of order': [
    (hw) => ({ ...hw, blocks: [...hw.blocks].reverse() }),
    /a circle, or blocks out of order/,
  ],
  'a circle': [
    (hw) => withBlock(hw, 0, { inputs: [hw.blocks[0].outputs[0]] }),
    /a circle, or blocks out of order/,
  ],
  'two producers': [
    (hw) => withBlock(hw, hw.blocks.length - 1, { outputs: [hw.blocks[0].outputs[0]] }),
    /feed it/,
  ],
  'a stream that is not there': [
    (hw) => ({ ...hw, ends: [hw.ends[0], { ...hw.ends[1], stream: hw.streams.length }] }),
    /there is no stream/,
  ],
  'two blocks of one name': [
    (hw) => withBlock(hw, 1, { name: hw.blocks[0].name.toUpperCase() }),
    /has the same name/,
  ],
  'a name that is no identifier': [
    (hw) => withStream(hw, 0, { name: 'a; initial $finish' }),
    /no Verilog identifier/,
  ],
  'a keyword': [(hw) => withBlock(hw, 0, { name: 'module' }), /no Verilog identifier/],
  'an output too few': [
    (hw) => withBlock(hw, hw.blocks.length - 1, { outputs: [] }),
    /1 inputs and 0 outputs|nothing feeds/,
  ],
  'an unknown kind': [(hw) => withParams(hw, 0, { kind: 'toString' }), /unknown kind "toString"/],
};

const textOf = (hw: Hardware): string =>
  hardwareProblems(KINDS, hw)
    .map((p) => `${p.where}: ${p.found}`)
    .join('\n');

/** Parameters that any integer may be. */
const SIGNED = new Set(['padValue', 'offset', 'bias', 'above', 'below', 'aZero', 'bZero']);

describe('verifyHardware', () => {
  it('lets pass what lowering makes of random networks', () => {
    for (const hw of HARDWARE) expect(hardwareProblems(KINDS, hw)).toEqual([]);
    const kinds = new Set(HARDWARE.flatMap((hw) => hw.blocks.map((b) => b.params.kind)));
    expect([...kinds].sort()).toEqual(Object.keys(KINDS).sort());
  });

  it.each(Object.entries(FAULTS))('sees %s', (_, [fault, message]) => {
    const hw = HARDWARE.find((h) => firstOf(h, 'window') >= 0) as Hardware;
    expect(textOf(fault(hw))).toMatch(message);
    expect(() => verifyHardware(KINDS, fault(hw))).toThrow(/BLN901/);
  });

  it('sees every change of a stream: lanes, bits, sign, beats', () => {
    for (const hw of HARDWARE) {
      for (const [i, s] of hw.streams.entries()) {
        const changes: Partial<Stream>[] = [
          { lanes: s.lanes + 1 },
          { bits: s.bits + 1 },
          { bits: s.bits - 1 },
          { signed: !s.signed },
          { beatsPerFrame: 2 * s.beatsPerFrame },
          { beatsPerFrame: 0 },
          { lanes: Number.NaN },
        ];
        // A requantizer may clamp to values that both signs hold; the reader of the stream knows the sign.
        for (const change of changes) {
          if ('signed' in change && i === outOf(hw)) continue;
          expect({ change, text: textOf(withStream(hw, i, change)) }).toEqual({
            change,
            text: expect.stringMatching(/./),
          });
        }
      }
    }
  });

  it('sees every exchange of two streams, whatever their formats', () => {
    const random = new Prng(5);
    for (const hw of HARDWARE) {
      for (let i = 0; i < hw.blocks.length; i++) {
        const other = random.int(0, hw.streams.length - 1);
        const own = hw.blocks[i].inputs[0];
        if (other === own) continue;
        const inputs = [other, ...hw.blocks[i].inputs.slice(1)];
        expect(textOf(withBlock(hw, i, { inputs }))).not.toBe('');
      }
    }
  });

  it('sees a count of every block that is no count, and ends', () => {
    for (const block of HARDWARE.flatMap((hw) => hw.blocks)) {
      for (const [key, value] of Object.entries(block.params)) {
        if (typeof value !== 'number' || SIGNED.has(key)) continue;
        for (const wrong of [-1, Number.NaN, 1.5, 'x']) {
          const params = { ...block.params, [key]: wrong } as Block['params'];
          const found = bind(KINDS, { ...block, params }).check();
          if (found.length === 0) expect({ kind: params.kind, key, wrong, found }).toBe('refused');
        }
      }
    }
  });
});

describe('a compilation with a planted fault', () => {
  const build = smallBuild();
  afterEach(() => vi.restoreAllMocks());

  it.each(['an illegal block', 'a dangling stream', 'a wrong width', 'wrong beats'])(
    'with %s ends before any file is written',
    async (name) => {
      const [fault, message] = FAULTS[name];
      planted.fault = fault;
      const folder = join(build.root, 'faulty');
      const { code, stderr } = await runCli('compile', build.spec, '-o', folder, '--calibration', 'noise');
      expect(code).toBe(70);
      expect(stderr.replaceAll('\n', ' ')).toMatch(message);
      expect(stderr).toMatch(/BLN901/);
      expect(existsSync(folder)).toBe(false);
    },
  );

  it('without one is as it was', async () => {
    const folder = join(build.root, 'sound');
    expect((await runCli('compile', build.spec, '-o', folder, '--calibration', 'noise')).code).toBe(0);
    expect(() => readBuildFolder(folder)).not.toThrow();
    build.remove();
  });
});
