/**
 * A long path beside a block. Yosys maps a module for the least depth and saves LUTs where that leaves time. A block by
 * itself has nothing but its own control, which is then repeated for every bit of data; inside a design the longest
 * path is somewhere else, and what the grid should measure is the block inside a design.
 */

import { parseStat } from '../../src/estimate/yosys-stat.js';
import { statOf, synthesisScript } from '../../src/io/synthesis/synthesis-batch.js';
import type { Yosys } from '../../src/io/synthesis/yosys.js';
import type { Family, Resources } from '../../src/ir/resources.js';
import { resourcesOf } from '../../src/targets/cells.js';

/** Families whose blocks change with it. */
export const NEEDS_BALLAST: ReadonlySet<Family> = new Set<Family>(['xcup', 'ecp5']);

/** Steps of the path; each depends on the one before. */
const STEPS = 48;

/** Registers and a chain of majorities behind them, which no mapping shortens much. */
const body = (source: string): string => `
    (* keep *) reg [${2 * STEPS}:0] ballast_reg;
    (* keep *) reg ballast_end_reg;
    wire [${STEPS}:0] ballast_chain;
    assign ballast_chain[0] = ballast_reg[${2 * STEPS}];
    genvar ballast_i;
    generate
        for (ballast_i = 0; ballast_i < ${STEPS}; ballast_i = ballast_i + 1) begin : g_ballast
            wire a = ballast_reg[2*ballast_i], b = ballast_reg[2*ballast_i + 1], c = ballast_chain[ballast_i];
            assign ballast_chain[ballast_i + 1] = (a & b) | (a & c) | (b & c);
        end
    endgenerate
    always @(posedge clk) begin
        ballast_reg <= {ballast_reg[${2 * STEPS - 1}:0], ${source}};
        ballast_end_reg <= ballast_chain[${STEPS}];
    end
`;

/** A signal that changes: the first input's tvalid. */
const inputOf = (text: string): string => (text.match(/\w+_axis_tvalid/) as RegExpMatchArray)[0];

/** A library whose named modules carry the path. */
export function withBallast(library: ReadonlyMap<string, string>, modules: ReadonlySet<string>) {
  return new Map(
    [...library].map(([file, text]) =>
      modules.has(file.replace(/\.v$/, ''))
        ? ([file, text.replace(/\nendmodule/, `${body(inputOf(text))}endmodule`)] as const)
        : ([file, text] as const),
    ),
  );
}

/** What the path takes by itself. */
export async function ballastOf(yosys: Yosys, family: Family): Promise<Resources> {
  const text = `module ballast (input wire clk, input wire source);\n${body('source')}endmodule\n`;
  const script = synthesisScript(['ballast.v'], 'ballast', family);
  const stat = parseStat(await statOf(yosys, { files: new Map([['ballast.v', text]]), script }));
  return resourcesOf(stat.get('ballast') ?? {}, family, 'ballast');
}
