// Product of a signed value and an unsigned multiplier, in one of three ways:
//   CYCLES = 0: one DSP, one result per cycle, 2 cycles of latency;
//   CYCLES = 1: Booth steps in LUTs, two per pipeline stage, one result per cycle;
//   CYCLES > 1: serial Booth steps in LUTs, one result per CYCLES cycles. The digits of the multiplier are split into
//               UNITS fields of CYCLES digits, which UNITS accumulators work off side by side; their sums are then
//               added up one per cycle. Latency 1 + CYCLES + UNITS - 1.
// `value` and `multiplier` are registers of the caller that hold for CYCLES enabled cycles; `start` is set in the
// first of them. Cycles are enabled cycles throughout.
`default_nettype none

module blnet_scale #(
    // Bits of the signed value: 2 or more.
    parameter VALUE_BITS = 24,
    // Bits of the unsigned multiplier: 1..26.
    parameter M_BITS = 17,
    // Cycles per result, as above: 0 or more.
    parameter CYCLES = 1,
    // Bits of the product: derived.
    parameter PRODUCT_BITS = VALUE_BITS + M_BITS
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire                    ce,
    input  wire                    start,
    input  wire [VALUE_BITS-1:0]   value,
    input  wire [M_BITS-1:0]       multiplier,
    output wire [PRODUCT_BITS-1:0] product
);
    generate
        if (VALUE_BITS < 2) begin : g_illegal_value_bits blnet_error_value_bits_must_be_2_or_more illegal (); end
        if (M_BITS < 1 || M_BITS > 26) begin : g_illegal_m_bits blnet_error_m_bits_must_be_1_to_26 illegal (); end
        if (CYCLES < 0) begin : g_illegal_cycles blnet_error_cycles_must_be_0_or_more illegal (); end
    endgenerate

    localparam DIGITS = M_BITS / 2 + 1;
    localparam STEP_BITS = VALUE_BITS + 2;

    genvar d, u;
    generate
        if (CYCLES == 0) begin : g_dsp
            blnet_scale_dsp #(
                .VALUE_BITS(VALUE_BITS), .M_BITS(M_BITS)
            ) dsp (
                .clk(clk), .ce(ce), .value(value), .multiplier(multiplier), .product(product)
            );
        end else if (CYCLES == 1) begin : g_parallel
            localparam STAGES = (DIGITS + 1) / 2;
            localparam CODE_BITS = 2 * DIGITS + 1;
            localparam LOW_BITS = 2 * DIGITS;
            // By stage: the running sum, the value, all codes, and the product's finished bits.
            reg [STAGES*STEP_BITS-1:0]  partial_reg;
            reg [STAGES*VALUE_BITS-1:0] value_reg;
            reg [STAGES*CODE_BITS-1:0]  codes_reg;
            reg [STAGES*LOW_BITS-1:0]   low_reg;
            wire [(STAGES+1)*STEP_BITS-1:0]  partials = {partial_reg, {STEP_BITS{1'b0}}};
            wire [(STAGES+1)*VALUE_BITS-1:0] values = {value_reg, value};
            wire [(STAGES+1)*CODE_BITS-1:0]  codes = {codes_reg, {(2*DIGITS-M_BITS){1'b0}}, multiplier, 1'b0};
            wire [(STAGES+1)*LOW_BITS-1:0]   lows = {low_reg, {LOW_BITS{1'b0}}};
            wire [STEP_BITS+LOW_BITS-1:0]    full = {partials[STAGES*STEP_BITS +: STEP_BITS], lows[STAGES*LOW_BITS +: LOW_BITS]};
            assign product = full[PRODUCT_BITS-1:0];

            for (d = 0; d < STAGES; d = d + 1) begin : g_stage
                wire [VALUE_BITS-1:0] x = values[d*VALUE_BITS +: VALUE_BITS];
                wire [CODE_BITS-1:0]  code = codes[d*CODE_BITS +: CODE_BITS];
                wire [STEP_BITS-1:0]  even;
                wire [STEP_BITS-1:0]  last;
                wire [3:0]            finished;
                // Where the finished bits belong; an odd last digit has no upper two.
                wire [LOW_BITS+3:0]   placed = {{LOW_BITS{1'b0}}, finished} << 4*d;

                blnet_booth #(
                    .X_BITS(VALUE_BITS), .P_BITS(STEP_BITS)
                ) even_step (
                    .p(partials[d*STEP_BITS +: STEP_BITS]), .x(x), .code(code[4*d +: 3]), .y(even)
                );
                if (2*d + 1 < DIGITS) begin : g_odd
                    blnet_booth #(
                        .X_BITS(VALUE_BITS), .P_BITS(STEP_BITS)
                    ) odd_step (
                        .p({{2{even[STEP_BITS-1]}}, even[STEP_BITS-1:2]}), .x(x), .code(code[4*d + 2 +: 3]), .y(last)
                    );
                    assign finished = {last[1:0], even[1:0]};
                end else begin : g_even
                    assign last = even;
                    assign finished = {2'd0, even[1:0]};
                end
                always @(posedge clk) if (ce) begin
                    partial_reg[d*STEP_BITS +: STEP_BITS] <= {{2{last[STEP_BITS-1]}}, last[STEP_BITS-1:2]};
                    value_reg[d*VALUE_BITS +: VALUE_BITS] <= x;
                    codes_reg[d*CODE_BITS +: CODE_BITS] <= code;
                    low_reg[d*LOW_BITS +: LOW_BITS] <= lows[d*LOW_BITS +: LOW_BITS] | placed[LOW_BITS-1:0];
                end
            end
        end else if (CYCLES > 1) begin : g_serial
            localparam UNITS = (DIGITS + CYCLES - 1) / CYCLES;
            localparam FIELD_BITS = 2 * CYCLES;
            localparam UNIT_BITS = STEP_BITS + FIELD_BITS - 2;
            localparam COUNT_BITS = $clog2(CYCLES);
            localparam CODE_BITS = UNITS * FIELD_BITS + 1;

            wire [CODE_BITS-1:0] codes = {{(CODE_BITS-M_BITS-1){1'b0}}, multiplier, 1'b0};
            reg [COUNT_BITS-1:0] step_reg;
            reg                  active_reg;
            reg                  last_reg;
            // Goes with the registered digits, so that the next value may come meanwhile.
            reg [VALUE_BITS-1:0] value_reg;
            wire [COUNT_BITS-1:0] step = start ? {COUNT_BITS{1'b0}} : step_reg;
            wire [UNITS*UNIT_BITS-1:0] unit_sums;

            always @(posedge clk) if (ce) value_reg <= value;
            // So do active and last.
            always @(posedge clk) begin
                if (rst) begin
                    step_reg <= 0;
                    active_reg <= 1'b0;
                    last_reg <= 1'b0;
                end else if (ce) begin
                    step_reg <= step + 1'b1;
                    active_reg <= start | (active_reg & !last_reg);
                    last_reg <= (start | (active_reg & !last_reg)) && step == CYCLES - 1;
                end
            end

            for (u = 0; u < UNITS; u = u + 1) begin : g_unit
                wire [FIELD_BITS:0]  field = codes[u*FIELD_BITS +: FIELD_BITS + 1];
                reg [2:0]            code;
                reg [2:0]            code_reg;
                reg [STEP_BITS-1:0]  partial_reg;
                reg [FIELD_BITS-1:0] low_reg;
                reg [UNIT_BITS-1:0]  sum_reg;
                wire [STEP_BITS-1:0] y;
                integer i;

                always @* begin
                    code = 3'd0;
                    for (i = 0; i < CYCLES; i = i + 1) if (step == i) code = field[2*i +: 3];
                end
                blnet_booth #(
                    .X_BITS(VALUE_BITS), .P_BITS(STEP_BITS)
                ) booth (
                    .p(partial_reg), .x(value_reg), .code(code_reg), .y(y)
                );
                always @(posedge clk) begin
                    // Zero again before the next value's first step: a reset costs no LUT, a multiplexer would.
                    if (rst) partial_reg <= {STEP_BITS{1'b0}};
                    else if (ce) begin
                        if (last_reg || !active_reg) partial_reg <= {STEP_BITS{1'b0}};
                        else partial_reg <= {{2{y[STEP_BITS-1]}}, y[STEP_BITS-1:2]};
                    end
                    if (ce) begin
                        code_reg <= code;
                        low_reg <= {y[1:0], low_reg[FIELD_BITS-1:2]};
                        if (last_reg) sum_reg <= {y, low_reg[FIELD_BITS-1:2]};
                    end
                end
                assign unit_sums[u*UNIT_BITS +: UNIT_BITS] = sum_reg;
            end

            // total = sum of unit_sums[u] << (u * FIELD_BITS), one unit more per cycle.
            localparam TOTAL_BITS = UNIT_BITS + UNITS * FIELD_BITS;
            wire [TOTAL_BITS-1:0] total [0:UNITS-1];
            wire signed [TOTAL_BITS-1:0] first_total = $signed(unit_sums[UNIT_BITS-1:0]);
            assign total[0] = first_total;
            for (u = 1; u < UNITS; u = u + 1) begin : g_total
                // Bits below the field of unit u are final.
                localparam HIGH_BITS = TOTAL_BITS - u*FIELD_BITS;
                reg [TOTAL_BITS-1:0] total_reg;
                wire signed [HIGH_BITS-1:0] unit_sum = $signed(unit_sums[u*UNIT_BITS +: UNIT_BITS]);
                always @(posedge clk) if (ce) begin
                    total_reg[u*FIELD_BITS-1:0] <= total[u-1][u*FIELD_BITS-1:0];
                    total_reg[TOTAL_BITS-1:u*FIELD_BITS] <= total[u-1][TOTAL_BITS-1:u*FIELD_BITS] + unit_sum;
                end
                assign total[u] = total_reg;
            end
            assign product = total[UNITS-1][PRODUCT_BITS-1:0];
        end
    endgenerate
endmodule

`default_nettype wire
