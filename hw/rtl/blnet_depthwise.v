// Depthwise engine: every lane has its own channel. A beat brings TAPS taps of LANES channels (lanes innermost);
// FOLD_TAPS beats make one output. It takes a beat a cycle and never waits by itself. The TAPS products of a lane form
// a chain (blnet_dot), in DSPs or in LUTs; tap t is skewed by t cycles, weights by reading their memory later.
// Stages: memories, chain, accumulator: TAPS + 4 cycles; then blnet_emit.
`default_nettype none

module blnet_depthwise #(
    // Channels at once: 1 or more.
    parameter LANES = 1,
    // Taps per beat: 1..96.
    parameter TAPS = 1,
    // Beats per output: 1 or more.
    parameter FOLD_TAPS = 9,
    // Lane groups per pixel: 1 or more.
    parameter GROUPS = 1,
    // Outputs per output beat: 1 or more, divides LANES; LANES / LANES_OUT is at most FOLD_TAPS / max(1, SCALE_CYCLES).
    parameter LANES_OUT = 1,
    // Output beats per pixel: 1 or more.
    parameter BEATS_OUT = 1,
    // Bits of an input: 2..16.
    parameter X_BITS = 8,
    // Whether inputs are signed: 0 or 1.
    parameter X_SIGNED = 1,
    // Bits of a signed weight: 2..16.
    parameter W_BITS = 8,
    // Products in DSPs rather than LUTs: 0 or 1.
    parameter USE_DSP = 0,
    // Weights in block RAM rather than LUTs: 0 or 1.
    parameter WEIGHT_BLOCK = 0,
    // Bits of a signed accumulator: 2..48.
    parameter ACC_BITS = 24,
    // Bits of an unsigned multiplier: 1..26.
    parameter M_BITS = 17,
    // Bits of a signed bias: 1..48.
    parameter BIAS_BITS = 24,
    // Bits of accumulator plus bias: 2..49, at least ACC_BITS.
    parameter SUM_BITS = 25,
    // Bits of the smallest right shift: 1..47.
    parameter SHIFT = 16,
    // Bits of what a channel's shift has beyond it: 0..6.
    parameter SPREAD_BITS = 0,
    // Bits of a signed correction: 0..20.
    parameter CORRECTION_BITS = 0,
    // A correction counts in units of 2 to this: 0 or more, below SHIFT.
    parameter CORRECTION_UNIT = 0,
    // Bits of a result: 2..16.
    parameter OUT_BITS = 8,
    // Added to the shifted value: -32768..65535.
    parameter ZERO_POINT = 0,
    // Smallest result: -32768..65535, fits OUT_BITS, at most CLAMP_MAX.
    parameter CLAMP_MIN = -128,
    // Largest result: -32768..65535, fits OUT_BITS.
    parameter CLAMP_MAX = 127,
    // Multiplies in a DSP (0), in LUTs (1), or in so many cycles in LUTs: 0 or more.
    parameter SCALE_CYCLES = 0,
    // This, two digits of the tap and .mem hold GROUPS * FOLD_TAPS words of LANES weights: a path.
    parameter WEIGHT_FILE = "",
    // BEATS_OUT words of LANES_OUT multipliers, biases and roundings: a path.
    parameter REQUANT_FILE = ""
) (
    input  wire                          clk,
    input  wire                          rst,

    input  wire [TAPS*LANES*X_BITS-1:0]  s_axis_tdata,
    input  wire                          s_axis_tvalid,
    output wire                          s_axis_tready,

    output wire [LANES_OUT*OUT_BITS-1:0] m_axis_tdata,
    output wire                          m_axis_tvalid,
    input  wire                          m_axis_tready
);
    generate
        if (LANES < 1) begin : g_illegal_lanes blnet_error_lanes_must_be_1_or_more illegal (); end
        if (TAPS < 1 || TAPS > 96) begin : g_illegal_taps blnet_error_taps_must_be_1_to_96 illegal (); end
        if (FOLD_TAPS < 1) begin : g_illegal_fold_taps blnet_error_fold_taps_must_be_1_or_more illegal (); end
        if (GROUPS < 1) begin : g_illegal_groups blnet_error_groups_must_be_1_or_more illegal (); end
        if (LANES_OUT < 1) begin : g_illegal_lanes_out blnet_error_lanes_out_must_be_1_or_more illegal (); end
        if (LANES * (SCALE_CYCLES > 1 ? SCALE_CYCLES : 1) > FOLD_TAPS * LANES_OUT) begin : g_illegal_output_beats
            blnet_error_output_beats_must_fit_fold_taps illegal ();
        end
        if (BEATS_OUT < 1) begin : g_illegal_beats_out blnet_error_beats_out_must_be_1_or_more illegal (); end
        if (X_BITS < 2 || X_BITS > 16) begin : g_illegal_x_bits blnet_error_x_bits_must_be_2_to_16 illegal (); end
        if (X_SIGNED != 0 && X_SIGNED != 1) begin : g_illegal_x_signed
            blnet_error_x_signed_must_be_0_or_1 illegal ();
        end
        if (W_BITS < 2 || W_BITS > 16) begin : g_illegal_w_bits blnet_error_w_bits_must_be_2_to_16 illegal (); end
        if (USE_DSP != 0 && USE_DSP != 1) begin : g_illegal_use_dsp blnet_error_use_dsp_must_be_0_or_1 illegal (); end
        if (WEIGHT_BLOCK != 0 && WEIGHT_BLOCK != 1) begin : g_illegal_weight_block
            blnet_error_weight_block_must_be_0_or_1 illegal ();
        end
    endgenerate

    localparam PHASE_BITS = FOLD_TAPS > 1 ? $clog2(FOLD_TAPS) : 1;
    localparam WORDS = GROUPS * FOLD_TAPS;
    localparam ADDR_BITS = WORDS > 1 ? $clog2(WORDS) : 1;
    localparam PRODUCT_BITS = X_BITS + (X_SIGNED ? 0 : 1) + W_BITS;
    localparam GROWN = PRODUCT_BITS + $clog2(TAPS);
    localparam CHAIN_BITS = GROWN < ACC_BITS ? GROWN : ACC_BITS;
    // Stages from the memories' outputs to the end of the chain; the accumulator is one more.
    localparam STAGES = TAPS + 3;

    wire ce;
    reg [PHASE_BITS-1:0] phase_reg;
    reg [ADDR_BITS-1:0]  addr_reg;
    reg [TAPS*LANES*X_BITS-1:0] x_word_reg;
    wire issue = s_axis_tvalid & ce;
    wire last_phase = phase_reg == FOLD_TAPS - 1;

    assign s_axis_tready = ce;

    // A result's first beat is the one behind the last beat of the result before.
    reg [STAGES:1] valid_reg;
    reg [STAGES:1] last_reg;
    reg            first_reg;
    reg            done_reg;

    always @(posedge clk) begin
        if (rst) begin
            phase_reg <= 0;
            addr_reg <= 0;
            valid_reg <= {STAGES{1'b0}};
            first_reg <= 1'b1;
            done_reg <= 1'b0;
        end else if (ce) begin
            valid_reg <= {valid_reg[STAGES-1:1], issue};
            done_reg <= valid_reg[STAGES] & last_reg[STAGES];
            if (valid_reg[STAGES]) first_reg <= last_reg[STAGES];
            if (issue) begin
                phase_reg <= last_phase ? 0 : phase_reg + 1'b1;
                addr_reg <= addr_reg == WORDS - 1 ? 0 : addr_reg + 1'b1;
            end
        end
        if (ce) begin
            last_reg <= {last_reg[STAGES-1:1], last_phase};
            x_word_reg <= s_axis_tdata;
        end
    end

    wire [TAPS*LANES*X_BITS-1:0] x;
    wire [TAPS*LANES*W_BITS-1:0] w;
    wire [LANES*ACC_BITS-1:0]    acc;

    genvar l, t;
    generate
        for (t = 0; t < TAPS; t = t + 1) begin : g_tap
            localparam [7:0] TENS = 48 + t / 10;
            localparam [7:0] ONES = 48 + t % 10;
            wire [ADDR_BITS-1:0] addr;

            blnet_delay #(
                .WIDTH(LANES*X_BITS), .CYCLES(t)
            ) x_delay (
                .clk(clk), .ce(ce),
                .in(x_word_reg[t*LANES*X_BITS +: LANES*X_BITS]), .out(x[t*LANES*X_BITS +: LANES*X_BITS])
            );
            blnet_delay #(
                .WIDTH(ADDR_BITS), .CYCLES(t)
            ) addr_delay (
                .clk(clk), .ce(ce), .in(addr_reg), .out(addr)
            );
            blnet_rom #(
                .WIDTH(LANES*W_BITS), .DEPTH(WORDS), .FILE({WEIGHT_FILE, TENS, ONES, ".mem"}), .BLOCK(WEIGHT_BLOCK)
            ) rom (
                .clk(clk), .read_en(ce), .read_addr(addr), .read_data(w[t*LANES*W_BITS +: LANES*W_BITS])
            );
        end
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            wire [TAPS*X_BITS-1:0]  inputs;
            wire [TAPS*W_BITS-1:0]  weights;
            wire [CHAIN_BITS-1:0]   sum;

            for (t = 0; t < TAPS; t = t + 1) begin : g_operand
                assign inputs[t*X_BITS +: X_BITS] = x[(t*LANES + l)*X_BITS +: X_BITS];
                assign weights[t*W_BITS +: W_BITS] = w[(t*LANES + l)*W_BITS +: W_BITS];
            end
            blnet_dot #(
                .LANES(TAPS), .X_BITS(X_BITS), .X_SIGNED(X_SIGNED), .W_BITS(W_BITS),
                .SUM_BITS(CHAIN_BITS), .USE_DSP(USE_DSP)
            ) dot (
                .clk(clk), .ce(ce), .x(inputs), .w(weights), .sum(sum)
            );
            blnet_accumulate #(
                .TERMS(1), .IN_BITS(CHAIN_BITS), .ACC_BITS(ACC_BITS)
            ) accumulate (
                .clk(clk), .ce(ce), .terms(sum), .first(first_reg), .valid(valid_reg[STAGES]),
                .acc(acc[l*ACC_BITS +: ACC_BITS])
            );
        end
    endgenerate

    blnet_emit #(
        .PE(LANES), .LANES_OUT(LANES_OUT), .BEATS(BEATS_OUT), .REQUANT_FILE(REQUANT_FILE),
        .ACC_BITS(ACC_BITS), .M_BITS(M_BITS), .BIAS_BITS(BIAS_BITS), .SUM_BITS(SUM_BITS), .SHIFT(SHIFT),
        .SPREAD_BITS(SPREAD_BITS), .CORRECTION_BITS(CORRECTION_BITS), .CORRECTION_UNIT(CORRECTION_UNIT),
        .OUT_BITS(OUT_BITS), .ZERO_POINT(ZERO_POINT), .CLAMP_MIN(CLAMP_MIN), .CLAMP_MAX(CLAMP_MAX),
        .SCALE_CYCLES(SCALE_CYCLES)
    ) back (
        .clk(clk), .rst(rst),
        .ce(ce), .done(done_reg), .acc(acc),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule

`default_nettype wire
