/** The generated HLS text: the same twice, pragmas as documented, arguments in the order of the templates. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, orderingCodeOf, parseConfig } from '../../src/config.js';
import { topFunctionName } from '../../src/hls-gen/hls-names.js';
import { romText } from '../../src/hls-gen/hls-roms.js';
import { loadAssets } from '../../src/io/assets.js';
import type { HlsRom } from '../../src/ir/block-kind.js';
import type { Block, Hardware } from '../../src/ir/hardware.js';
import { bind, KINDS } from '../../src/kinds/index.js';
import { COPY_KINDS } from '../support/copied-network.js';
import { diagnosticOf } from '../support/errors.js';
import { hlsFilesOf } from '../support/hls-build.js';
import { pragmaProblems } from '../support/hls-pragmas.js';
import { networkCase, randomNetwork } from '../support/random-network.js';

/** Together they have every kind. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 19, 30];
const cases = SEEDS.map((seed) => networkCase(randomNetwork(seed, 'all'), 1));
const library = loadAssets().hls;

describe('generated HLS text', () => {
  const [first] = cases as [(typeof cases)[number]];
  const { name } = first.hardware;
  const files = hlsFilesOf(first);

  it('covers every kind but those of copies, which HLS has not', () => {
    const kinds = new Set(cases.flatMap((c) => c.hardware.blocks.map((b) => b.params.kind)));
    const all = Object.keys(KINDS).filter((kind) => !COPY_KINDS.includes(kind));
    expect([...kinds].sort()).toEqual(all.sort());
  });

  it('is the same for the same network', () => {
    expect([...hlsFilesOf(networkCase(randomNetwork(1, 'all'), 1))]).toEqual([...files]);
  });

  it('has no folder of this machine, no time', () => {
    for (const [path, text] of files) {
      expect(text, path).not.toMatch(/\/(?:work|home|root|tmp|usr)\//);
      expect(text, path).not.toMatch(/\b20\d\d-\d\d-\d\d|\d\d:\d\d/);
    }
  });

  it('uses documented pragmas with known arguments, on declared names', () => {
    for (const [path, text] of library)
      if (path.endsWith('.hpp')) expect(pragmaProblems(text), path).toEqual([]);
    for (const c of cases) {
      const generated = hlsFilesOf(c);
      const roms = generated.get(`hls/${c.hardware.name}_roms.hpp`) as string;
      expect(pragmaProblems(generated.get(`hls/${c.hardware.name}.cpp`) as string, roms)).toEqual([]);
    }
  });

  it.each([
    ['PIPELINE II=1', 'PIPELINE II=1 styl=frp', 'PIPELINE has no argument styl'],
    ['style=frp', 'style=fast', 'PIPELINE style=fast'],
    ['#pragma HLS UNROLL', '#pragma HLS UNROL', 'unknown pragma UNROL'],
    ['variable=acc type', 'variable=akk type', 'ARRAY_PARTITION of akk, which is not declared above'],
    ['type=complete dim=2', 'dim=2', 'ARRAY_RESHAPE without type'],
    ['#pragma HLS UNROLL', '#pragma unroll', 'not an HLS pragma'],
  ])('finds the planted pragma fault: %s to %s', (right, wrong, problem) => {
    const text = library.get('blnet_depthwise.hpp') as string;
    expect(text).toContain(right);
    expect(pragmaProblems(text.replace(right, wrong)).join('\n')).toContain(problem);
  });

  it('makes every FIFO block a depth, and every other stream a channel', () => {
    for (const { hardware } of cases) {
      const text = hlsFilesOf({ ...first, hardware }).get(`hls/${hardware.name}.cpp`) as string;
      for (const b of hardware.blocks) {
        if (b.params.kind !== 'fifo') continue;
        const from = (hardware.streams[b.inputs[0]] as { name: string }).name;
        const depth = Number(new RegExp(`variable=${from}_s depth=(\\d+)`).exec(text)?.[1]);
        expect(depth).toBeGreaterThanOrEqual(b.params.depth + 3);
      }
    }
  });

  it('writes the part and the clock into the Tcl script', () => {
    const tcl = files.get('hls/run_hls.tcl') as string;
    expect(tcl).toContain('set_part xc7z020clg400-1\n');
    expect(tcl).toContain('create_clock -period 6.667');
    expect(tcl).toContain(`set_top ${name}\n`);
  });
});

describe('bindings', () => {
  const calls = cases.flatMap(({ hardware }: { hardware: Hardware }) =>
    hardware.blocks.flatMap((block) => {
      const binding = bind(KINDS, block).hls();
      return binding.form === 'processes' ? binding.calls : [];
    }),
  );

  it('name the template parameters in the order of their declaration, and the arrays likewise', () => {
    expect(calls.length).toBeGreaterThan(50);
    for (const call of calls) {
      const text = library.get(`${call.function}.hpp`) as string;
      const start = text.lastIndexOf('template <', text.indexOf(`void ${call.function}(`));
      const [, head = '', args = ''] =
        /template <([^>]*)>\s*void \w+\(([\s\S]*?)\) \{/.exec(text.slice(start)) ?? [];
      const declared = head.split(',').map((p) => p.trim().split(' ').at(-1));
      expect(
        call.parameters.map(([parameter]) => parameter),
        call.function,
      ).toEqual(declared);
      const arrays = [...args.matchAll(/(\w+)\[/g)].map((m) => m[1]).filter((n) => !/^[A-Z]/.test(n));
      expect(
        call.roms.map((r) => r.name),
        call.function,
      ).toEqual(arrays);
    }
  });
});

describe('names and numbers', () => {
  it.each([
    ['class', 'class_top'],
    ['main', 'main_top'],
    ['blnet_add', 'blnet_add_top'],
    ['mobile', 'mobile'],
  ])('a network called %s has the top function %s', (network, top) => {
    expect(topFunctionName(network)).toBe(top);
  });

  it('a value that its array cannot hold is refused', () => {
    const block = { name: 'b' } as Block;
    const rom: HlsRom = { name: 'w', bits: 4, signed: true, lanes: 2, block: false, values: [7, -8, 1, 0] };
    expect(romText(block, rom)).toBe('{7, -8},\n{1, 0}\n');
    expect(diagnosticOf(() => romText(block, { ...rom, values: [8, 0] })).code).toBe('BLN901');
  });

  it('takes the part as given where it is an ordering code, else the usual one', () => {
    expect(orderingCodeOf({ part: 'xc7z020' })).toBe('xc7z020clg400-1');
    expect(orderingCodeOf({ part: 'xc7z020clg484-2' })).toBe('xc7z020clg484-2');
  });

  it('refuses a part that the vendor does not make, before any work', () => {
    const d = diagnosticOf(() =>
      parseConfig({ ...DEFAULT_CONFIG, part: 'LFE5U-85F', backend: 'both' }, 'test'),
    );
    expect(d.code).toBe('BLN001');
    expect(d.hint).toContain('verilog');
  });
});
