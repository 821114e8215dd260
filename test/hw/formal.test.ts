/**
 * The stream modules of hw/rtl, and the AXI modules, proved for all time by induction: nothing lost, nothing twice, in order, and an offered
 * beat stands still until it is taken. Each proof must also fail on faults planted in the RTL.
 */
import { expect, it } from 'vitest';
import { cover, type Fault, type Proof, prove, search } from '../support/formal.js';
import { describeWithTool } from '../support/tools.js';

const FIFO2 = 'rtl/blnet_fifo2.v';
const ORDER = 'formal/proof_order.v';

/** `rtl/blnet_fifo.v` is the module under proof_fifo. */
const moduleFile = (c: Case): string => `${c.folder ?? 'rtl'}/blnet_${c.module}.v`;

/** Module, the files under it, the parameter sets, and faults with the property that sees each. */
interface Case {
  readonly module: string;
  /** Under hw/; `rtl` where it is left out. */
  readonly folder?: string;
  readonly files: readonly string[];
  readonly sets: ReadonlyArray<Readonly<Record<string, number>>>;
  readonly faults: ReadonlyArray<readonly [from: string, to: string, label: string, set?: number]>;
}

const CASES: readonly Case[] = [
  {
    module: 'fifo2',
    files: [],
    sets: [{ WIDTH: 1 }, { WIDTH: 8 }],
    faults: [
      ['in_ready  = !count_reg[1]', 'in_ready  = 1', 'order|count'],
      ['count_reg[1] ? tail_reg : in_data', 'in_data', 'in_order|value', 1],
      ["if (pop || count_reg == 2'd0) head_reg", 'head_reg', 'data_holds|value', 1],
      ["count_reg != 2'd0", 'count_reg[0]', 'valid_holds|not_lost'],
    ],
  },
  {
    module: 'fork',
    files: [FIFO2],
    sets: [{ DATA_BITS: 3 }],
    faults: [
      [
        '.in_valid(push), .in_ready(ready1)',
        '.in_valid(s_axis_tvalid), .in_ready(ready1)',
        'order|count|proof_fork',
      ],
      ['s_axis_tready = ready0 & ready1', 's_axis_tready = ready0', 'order|count|proof_fork'],
    ],
  },
  {
    module: 'fifo',
    files: [FIFO2, 'rtl/blnet_ram.v'],
    sets: [1, 3, 4].map((DEPTH) => ({ DATA_BITS: 2, DEPTH })),
    faults: [
      ['level_reg < DEPTH', 'level_reg <= DEPTH', 'levels|in_order|addresses|no_collision', 1],
      ['if (ce) valid_reg <= issue', 'valid_reg <= issue', 'levels|not_lost|in_order', 1],
      ['.read_en(ce)', '.read_en(1)', 'value_read|in_order', 1],
      ['read_addr_reg == DEPTH - 1 ? 0', 'read_addr_reg == DEPTH ? 0', 'addresses|in_order', 1],
    ],
  },
  {
    module: 'width_up',
    files: [FIFO2],
    sets: [
      [2, 1],
      [2, 3],
      [3, 7],
      [4, 6],
    ].map(([RATIO, GROUPS_IN]) => ({ IN_BITS: 2, RATIO, GROUPS_IN }) as Record<string, number>),
    faults: [
      [
        'full = pixel_ends | (slot_reg == RATIO - 1)',
        'full = slot_reg == RATIO - 1',
        'order|position|count',
        2,
      ],
      [
        ": slot_reg == i ? s_axis_tdata : {IN_BITS{1'b0}};\n            end else",
        ': s_axis_tdata;\n            end else',
        'padding',
        3,
      ],
      ['end else if (accept) begin', 'end else if (s_axis_tvalid) begin', 'position|value|order', 2],
    ],
  },
  {
    module: 'width_down',
    files: [FIFO2],
    sets: [
      [2, 1],
      [2, 3],
      [3, 7],
      [4, 6],
    ].map(([RATIO, GROUPS_OUT]) => ({ OUT_BITS: 2, RATIO, GROUPS_OUT }) as Record<string, number>),
    faults: [
      ['last_wide ? REST : ALL', 'ALL', 'order|levels', 1],
      ['((held_reg == 1) & ce)', '(held_reg == 1)', 'order|levels|value', 1],
      ['hold_reg <= hold_reg >> OUT_BITS', 'hold_reg <= hold_reg', 'in_order|value', 2],
    ],
  },
  {
    module: 'axi_lite',
    folder: 'axi',
    files: [],
    sets: [{ ADDR_BITS: 4 }],
    faults: [
      ['aw_held_reg & w_held_reg & (', 'w_held_reg & (', 'write_complete'],
      ['& (!b_valid_reg | s_axi_bready)', '', 'dues|response_due|b_holds'],
      ['(r_valid_reg & !s_axi_rready)', "1'b0", 'r_holds|response_due'],
      ['if (s_axi_wready) begin', 'begin', 'write_content'],
      ['if (do_read) r_reg', 'r_reg', 'read_content|r_holds'],
    ],
  },
  {
    module: 'axi_gate',
    folder: 'axi',
    files: [FIFO2, 'rtl/blnet_frame_marker.v', 'axi/blnet_axi_output.v'],
    sets: [
      { IN_BEATS: 2, OUT_BEATS: 3 },
      { IN_BEATS: 3, OUT_BEATS: 2 },
    ],
    faults: [
      ['(!between_frames | core_waits)', '!between_frames', 'core_valid_holds'],
      ['enable | (gate_reg & (!between_frames | core_waits))', 'enable', 'whole_frames_in|core_valid_holds'],
      ['.clk(clk), .rst(rst),', '.clk(clk), .rst(core_rst),', 'out_holds|stored|whole_packets'],
      ['.rst(core_rst | reset), .fire(in_fire)', '.rst(rst), .fire(in_fire)', 'core_last|inputs'],
    ],
  },
  {
    module: 'axi_output',
    folder: 'axi',
    files: [FIFO2, 'rtl/blnet_frame_marker.v'],
    sets: [{ OUT_BEATS: 3 }, { OUT_BEATS: 2 }],
    faults: [
      ['reset | (flush_reg & owed)', 'reset', 'whole_packets'],
      [
        '.clk(clk), .rst(rst),\n        .in_data',
        '.clk(clk), .rst(core_rst),\n        .in_data',
        'out_holds|stored',
      ],
      ['out_packet_last = out_last & (', 'out_packet_last = out_last | (', 'out_last|stored|ranges|head'],
      ['fifo_ready & !flush_reg & !core_rst', 'fifo_ready & !flush_reg', 'core_waits'],
    ],
  },
];

const proofOf = (c: Case, set: number): Proof => ({
  top: `proof_${c.module}`,
  files: [...c.files, moduleFile(c), ORDER],
  parameters: c.sets[set] as Record<string, number>,
});
const text = (parameters: object): string => JSON.stringify(parameters).replaceAll('"', '');

describeWithTool(['yosys', 'yosys-smtbmc', 'z3'], 'proofs by induction', () => {
  for (const c of CASES) {
    it.each(c.sets.map((parameters, i) => [text(parameters), i] as const))(`blnet_${c.module} %s`, (_, i) => {
      const result = prove(proofOf(c, i));
      expect(result.passed, result.log).toBe(true);
    });

    it(`proof_${c.module} is not empty`, () => {
      const result = cover(proofOf(c, c.sets.length - 1));
      expect(result.passed, result.log).toBe(true);
      expect(result.log).toMatch(/Reached cover statement at .*came_out/);
    });

    for (const [from, to, label, set = 0] of c.faults) {
      it(`proof_${c.module} sees '${from}' -> '${to}'`, () => {
        const fault: Fault = { file: moduleFile(c), from, to };
        const result = search(proofOf(c, set), fault);
        expect(result.passed).toBe(false);
        expect(result.log).toMatch(new RegExp(`Assert failed in .*(${label})`));
      });
    }
  }
});
