/** Reading `stat -json`, and adding cells up to resources. */
import { describe, expect, it } from 'vitest';

import { parseStat } from '../../src/estimate/yosys-stat.js';
import { resourcesOf } from '../../src/targets/cells.js';
import { TARGETS } from '../../src/targets/index.js';

const stat = (modules: object): string => JSON.stringify({ creator: 'Yosys', modules, design: {} });

describe('parseStat', () => {
  it('gives the cells of every module', () => {
    const text = stat({
      '\\top': { num_cells: 2, num_cells_by_type: { LUT2: 1, unit_0: 1 } },
      '\\empty': { num_cells: 0 },
    });
    expect([...parseStat(text)]).toEqual([
      ['top', { LUT2: 1, unit_0: 1 }],
      ['empty', {}],
    ]);
  });

  it.each([
    ['no JSON', 'Warning: x', /no JSON: "Warning: x"/],
    ['another document', '{"cells": 1}', /no list of modules/],
    [
      'counts that are none',
      stat({ '\\top': { num_cells: 1, num_cells_by_type: { LUT2: 'many' } } }),
      /module \\top/,
    ],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseStat(text)).toThrow(message);
  });
});

describe('resourcesOf', () => {
  it('adds up 7-series cells; inverters are none of them', () => {
    const cells = {
      LUT6: 10,
      INV: 2,
      RAM32M: 3,
      SRL16E: 1,
      FDRE: 7,
      CARRY4: 4,
      MUXF7: 2,
      RAMB18E1: 3,
      RAMB36E1: 1,
    };
    const found = resourcesOf({ ...cells, DSP48E1: 2, $scopeinfo: 5 }, 'xc7');
    expect(found).toEqual({ lut: 23, lutram: 13, ff: 7, dsp: 2, ramb18: 3, ramb36: 1 });
    expect(TARGETS.xc7.blocks(found)).toBe(2.5);
  });

  it('adds up ECP5 cells: a carry cell is two LUTs', () => {
    expect(resourcesOf({ LUT4: 5, CCU2C: 3, TRELLIS_DPR16X4: 1, DP16KD: 2 }, 'ecp5')).toMatchObject({
      lut: 15,
      lutram: 4,
      ramb18: 2,
    });
  });

  it('loses no cell: an unknown one is an error with its name', () => {
    expect(() => resourcesOf({ LUT6: 1, URAM288: 1 }, 'xcup', 'block x')).toThrow(
      /BLN402.*block x.*1 cells of the type URAM288/s,
    );
  });
});
