/** Vivado's reports, in the form that UG906 shows, and the script that asks for them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseVivadoTiming, parseVivadoUtilization } from '../../src/estimate/vivado-report.js';
import { vivadoScript } from '../../src/io/synthesis/vivado-synthesis.js';

const golden = (name: string): string => readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8');

describe('parseVivadoUtilization', () => {
  it('reads instances with their depth', () => {
    const rows = parseVivadoUtilization(golden('vivado-utilization.rpt'));
    expect(rows.map((r) => [r.depth, r.instance])).toEqual([
      [0, 'small'],
      [1, 'u_stem'],
      [2, 'back'],
      [1, 'u_stem_window'],
    ]);
    expect(rows[0]?.resources).toEqual({ lut: 1234, lutram: 62, ff: 1500, dsp: 9, ramb18: 1, ramb36: 2 });
    expect(rows[3]?.resources).toEqual({ lut: 321, lutram: 50, ff: 180, dsp: 0, ramb18: 0, ramb36: 2 });
  });

  it('takes columns by name, wherever they stand', () => {
    const text = '| Instance | Module | DSP48 Blocks | Total LUTs | FFs |\n| top | (top) | 3 | 20 | 10 |\n';
    expect(parseVivadoUtilization(text)[0]?.resources).toMatchObject({ dsp: 3, lut: 20, ff: 10 });
  });

  it('refuses another text, and numbers that are none', () => {
    expect(() => parseVivadoUtilization('| Site Type | Used |\n')).toThrow(/no table with a column Instance/);
    expect(() => parseVivadoUtilization('| Instance | Module | FFs |\n| a | b | few |\n')).toThrow(/'few'/);
  });
});

describe('parseVivadoTiming', () => {
  it('reads the design summary', () => {
    expect(parseVivadoTiming(golden('vivado-timing.rpt'))).toEqual({
      worstSlackNs: -0.412,
      failingEndpoints: 31,
      endpoints: 5873,
    });
  });

  it('knows designs without constrained paths', () => {
    const text = golden('vivado-timing.rpt').replace('-0.412', 'NA').replace('31 ', 'NA ');
    expect(parseVivadoTiming(text)).toMatchObject({ worstSlackNs: null, failingEndpoints: 0 });
  });

  it('refuses another text', () => {
    expect(() => parseVivadoTiming('Timing Report\n')).toThrow(/no line of WNS/);
  });
});

describe('vivadoScript', () => {
  it('is as it was', async () => {
    const script = vivadoScript('small', 'xc7z020clg400-1', ['rtl/blnet_rom.v', 'rtl/small.v'], 1000 / 150);
    await expect(script).toMatchFileSnapshot('golden/vivado-synth.tcl');
  });
});
