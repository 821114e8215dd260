/** Options of `generateVivado` for a hardware graph that no network was compiled to. */
import { generateVerilog } from '../../src/hls-gen/verilog.js';
import type { VivadoOptions } from '../../src/hls-gen/vivado-view.js';
import { loadAssets } from '../../src/io/assets.js';
import { type Hardware, inputsOf, outputsOf, type Stream } from '../../src/ir/hardware.js';
import { HardwareBuilder } from '../../src/ir/hardware-builder.js';
import type { QuantTensor } from '../../src/ir/quant-graph.js';
import { KINDS } from '../../src/kinds/index.js';
import { soleEnd } from './sole-ends.js';

/** Channels pass unchanged, but beats of three bytes become beats of two, by way of a FIFO. */
export function converter(): Hardware {
  const b = new HardwareBuilder();
  const stream = (name: string, lanes: number, beatsPerFrame: number): number =>
    b.stream({ name, lanes, bits: 8, signed: false, beatsPerFrame });
  const narrow = stream('s_in', 3, 8);
  const wide = stream('s_wide', 6, 4);
  const stored = stream('s_stored', 6, 4);
  const out = stream('s_out', 2, 12);
  const up = { kind: 'widthUp', pixels: 4, lanesIn: 3, bits: 8, ratio: 2, groupsIn: 2 } as const;
  const store = { kind: 'fifo', beats: 4, lanes: 6, bits: 8, depth: 9 } as const;
  const down = { kind: 'widthDown', pixels: 4, lanesOut: 2, bits: 8, ratio: 3, groupsOut: 3 } as const;
  b.block('up', 'up', up, [narrow], [wide]);
  b.block('store', 'store', store, [wide], [stored]);
  b.block('down', 'down', down, [stored], [out]);
  return b.finish('converter', soleEnd('in', narrow), soleEnd('out', out));
}

/** The smallest frame: one beat of one byte. */
export function single(): Hardware {
  const b = new HardwareBuilder();
  const s = { lanes: 1, bits: 5, signed: false, beatsPerFrame: 1 };
  const from = b.stream({ ...s, name: 's_in' });
  const to = b.stream({ ...s, name: 's_out' });
  b.block('store', 'store', { kind: 'fifo', beats: 1, lanes: 1, bits: 5, depth: 4 }, [from], [to]);
  return b.finish('single', soleEnd('in', from), soleEnd('out', to));
}

export function filesFor(hw: Hardware): Map<string, string> {
  const { rtl, templates } = loadAssets();
  const outputChannels = outputsOf(hw).map((e) => hw.streams[e.stream].lanes);
  return generateVerilog(KINDS, hw, {
    version: '0.1.0',
    model: 'test',
    outputChannels,
    library: rtl,
    templates,
  });
}

/** A tensor of one row whose every beat is a pixel. */
function tensorFor(s: Stream): QuantTensor {
  const shape = { channels: s.lanes, height: 1, width: s.beatsPerFrame };
  return { name: s.name, shape, bits: s.bits, signed: s.signed, scale: 0.5, zeroPoint: 0 };
}

export function vivadoOptions(hw: Hardware, files: ReadonlyMap<string, string>): VivadoOptions {
  const { axi, templates } = loadAssets();
  return {
    version: '0.1.0',
    model: 'test',
    part: 'xc7z020clg400-1',
    clockMhz: 150,
    input: tensorFor(hw.streams[inputsOf(hw)[0].stream]),
    outputs: outputsOf(hw).map((e) => tensorFor(hw.streams[e.stream])),
    preprocessing: { mean: [0], std: [255] },
    library: axi,
    templates,
    files,
  };
}
