/** `--requantize-in luts`: no folding scales in DSPs, so every DSP multiplies weights. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { foldingSpace, foldingSpaces } from '../../src/explore/folding-space.js';
import { type Fabric, fabricOf } from '../../src/explore/foldings.js';
import { searchFoldings } from '../../src/explore/search-foldings.js';
import type { Folding } from '../../src/ir/folding.js';
import { Prng } from '../../src/ir/prng.js';
import { productDsps } from '../../src/kinds/engine.js';
import { diagnosticOf } from '../support/errors.js';
import { POINTWISE, QuantBuilder, samePads } from '../support/quant-builder.js';

const FORMAT = { bits: 8, signed: true, zeroPoint: 0 };
const xc7 = fabricOf('xc7');
const OTHERS = { ...xc7, requantize: false };

function network() {
  const builder = new QuantBuilder(new Prng(5), 'requantize', { channels: 3, height: 6, width: 6 });
  const first = builder.conv(builder.input, 6, POINTWISE, FORMAT);
  const filtered = builder.depthwise(first, { kernel: 3, stride: 1, pads: samePads(3) }, FORMAT);
  return builder.finish(builder.conv(filtered, 4, POINTWISE, FORMAT));
}

const scales = (f: Folding): boolean => (f.op === 'conv' || f.op === 'depthwise') && f.scaleCycles === 0;

/** DSPs that multiply weights. */
function ofProducts(f: Folding): number {
  if (f.op === 'conv') return productDsps(f.simd, f.peDsp, f.packShift);
  return f.op === 'depthwise' && f.useDsp ? f.lanes * f.taps : 0;
}

describe('--requantize-in', () => {
  const graph = network();

  it('any lets DSPs scale, luts leaves all of them to products', () => {
    const options = [...foldingSpace(graph, xc7).values()].flat();
    expect(options.some((o) => scales(o.folding))).toBe(true);
    const others = [...foldingSpace(graph, OTHERS).values()].flat();
    expect(others.length).toBeGreaterThan(10);
    expect(others.filter((o) => scales(o.folding))).toEqual([]);
    for (const o of others) expect(o.dsp).toBe(ofProducts(o.folding));
  });

  /** Infinite where nothing fits. */
  function fastest(lut: number, fabric: Fabric): number {
    try {
      return searchFoldings(foldingSpaces(graph, fabric), { dsp: 12, lut, bram: 20 }).cycles;
    } catch (error) {
      expect(error).toMatchObject({ diagnostic: { code: 'BLN206' } });
      return Number.POSITIVE_INFINITY;
    }
  }

  it('luts is never faster within the same budget, and slower where LUTs are short', () => {
    const luts = Array.from({ length: 24 }, (_, i) => 700 + 100 * i);
    const pairs = luts.map((lut) => [fastest(lut, OTHERS), fastest(lut, xc7)] as const);
    expect(pairs.filter(([others, any]) => others < any)).toEqual([]);
    expect(pairs.some(([others, any]) => others > any)).toBe(true);
    expect(pairs.some(([others]) => Number.isFinite(others))).toBe(true);
  });

  it('is a key of the configuration, any by default', () => {
    const dsps = (config: object) => fabricOf('xc7', parseConfig(config, 'test').requantizeIn);
    expect(dsps({})).toEqual(xc7);
    expect(dsps({ requantizeIn: 'luts' })).toEqual(OTHERS);
    expect(diagnosticOf(() => parseConfig({ requantizeIn: 'dsps' }, 'test'))).toMatchObject({
      code: 'BLN107',
      need: 'any, luts',
    });
  });
});
