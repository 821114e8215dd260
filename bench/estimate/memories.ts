/** Runs Yosys up to its memory mapping over many instances of blnet_ram at once. */

import { parseStat } from '../../src/estimate/yosys-stat.js';
import { loadAssets } from '../../src/io/assets.js';
import { STAT_FILE, statOf } from '../../src/io/synthesis/synthesis-batch.js';
import { findYosys } from '../../src/io/synthesis/yosys.js';
import { type Family, NO_RESOURCES, type Resources } from '../../src/ir/resources.js';
import { resourcesOf } from '../../src/targets/cells.js';

/** Up to the point where memories are cells of the family and everything else is still abstract. */
const MAPPED: Readonly<Record<Family, string>> = {
  xc7: 'synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -run :fine',
  xcup: 'synth_xilinx -family xcup -flatten -noiopad -noclkbuf -run :fine',
  ecp5: 'synth_ecp5 -run :map_gates',
};

const MEMORY_CELLS = /^(RAM|TRELLIS_DPR|DP16KD|PDPW16KD)/;

const nameOf = (width: number, depth: number): string => `m_${width}_${depth}`;

/** @param shapes width and depth of each memory, all different */
export async function synthesizeMemories(
  shapes: ReadonlyArray<readonly [number, number]>,
  family: Family,
): Promise<Resources[]> {
  const modules: string[] = [];
  const instances: string[] = [];
  let width = 0;
  for (const [w, d] of shapes) {
    const address = Math.max(1, Math.ceil(Math.log2(d)));
    const name = nameOf(w, d);
    modules.push(`(* keep_hierarchy *) module ${name} (input clk, input we, input re, input [${address - 1}:0] wa,
  input [${address - 1}:0] ra, input [${w - 1}:0] d, output [${w - 1}:0] q);
  blnet_ram #(.WIDTH(${w}), .DEPTH(${d})) ram (.clk(clk), .write_en(we), .write_addr(wa), .write_data(d),
    .read_en(re), .read_addr(ra), .read_data(q));
endmodule`);
    const ports = `clk, we, re, wa[${address - 1}:0], ra[${address - 1}:0], d[${w - 1}:0], q[${width + w - 1}:${width}]`;
    instances.push(`  ${name} u_${name} (${ports});`);
    width += w;
  }
  const top = `module top (input clk, input we, input re, input [15:0] wa, input [15:0] ra, input [1023:0] d,
  output [${width - 1}:0] q);\n${instances.join('\n')}\nendmodule\n`;
  const library = loadAssets().rtl.get('blnet_ram.v') as string;
  const files = new Map([['sweep.v', `${library}\n${modules.join('\n')}\n${top}`]]);
  const script = `read_verilog -defer sweep.v\n${MAPPED[family]} -top top\ntee -q -o ${STAT_FILE} stat -json\n`;
  const stat = parseStat(await statOf(await findYosys('native'), { files, script }));
  return shapes.map(([w, d]) => {
    const cells = Object.entries(stat.get(nameOf(w, d)) ?? {}).filter(([type]) => MEMORY_CELLS.test(type));
    return { ...NO_RESOURCES, ...resourcesOf(Object.fromEntries(cells), family) };
  });
}
