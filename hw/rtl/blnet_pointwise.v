// Matrix-vector engine. A pixel arrives as BEATS_IN beats of LANES_IN inputs, which are joined to FOLD_IN words of
// SIMD. FOLD_OUT passes over these words compute PE outputs each: acc[p] = sum of w[pass][word][p][s] * x[word][s].
// FOLD_IN * FOLD_OUT cycles a pixel; lanes beyond the last channel have zero weights. The input buffer
// (blnet_pass_buffer) holds two pixels, so the next one arrives meanwhile.
//
// Outputs 0..PE_DSP-1 are multiplied in DSPs, two a DSP where PACK_SHIFT is not 0, the others in LUTs. The SIMD
// products of an output form chains of CHAIN lanes (blnet_dot), whose operands are skewed by one cycle a lane: inputs
// by delay lines, weights by reading each lane's memory later. Stages: memories, chain, sum of chains, accumulator:
// CHAIN + 3 + number of chains cycles; then blnet_emit.
`default_nettype none

module blnet_pointwise #(
    // Inputs per beat: 1 or more, divides SIMD.
    parameter LANES_IN = 1,
    // Beats per pixel: 1 or more.
    parameter BEATS_IN = 1,
    // Inputs per word: 1..96.
    parameter SIMD = 1,
    // Words per pixel: 1 or more, BEATS_IN * LANES_IN / SIMD rounded up.
    parameter FOLD_IN = 1,
    // Outputs computed at once: 1 or more.
    parameter PE = 1,
    // Passes over the words per pixel: 1 or more.
    parameter FOLD_OUT = 1,
    // Outputs per output beat: 1 or more, divides PE; PE / LANES_OUT is at most FOLD_IN / max(1, SCALE_CYCLES).
    parameter LANES_OUT = 1,
    // Output beats per pixel: 1 or more.
    parameter BEATS_OUT = 1,
    // Bits of an input: 2..16.
    parameter X_BITS = 8,
    // Whether inputs are signed: 0 or 1.
    parameter X_SIGNED = 1,
    // Bits of a signed weight: 2..16.
    parameter W_BITS = 8,
    // Outputs multiplied in DSPs, the first ones: 0 or more, at most PE.
    parameter PE_DSP = 1,
    // 0: a product per DSP; else bits between the sums of outputs 2i and 2i + 1, which share DSPs: 0..46.
    parameter PACK_SHIFT = 0,
    // Lanes per chain: 1 or more, at most SIMD.
    parameter CHAIN = 1,
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
    // This, two digits of the lane and .mem hold FOLD_OUT * FOLD_IN words of PE weights: a path.
    parameter WEIGHT_FILE = "",
    // BEATS_OUT words of LANES_OUT multipliers, biases and roundings: a path.
    parameter REQUANT_FILE = ""
) (
    input  wire                          clk,
    input  wire                          rst,

    input  wire [LANES_IN*X_BITS-1:0]    s_axis_tdata,
    input  wire                          s_axis_tvalid,
    output wire                          s_axis_tready,

    output wire [LANES_OUT*OUT_BITS-1:0] m_axis_tdata,
    output wire                          m_axis_tvalid,
    input  wire                          m_axis_tready
);
    generate
        if (LANES_IN < 1) begin : g_illegal_lanes_in blnet_error_lanes_in_must_be_1_or_more illegal (); end
        if (SIMD % (LANES_IN < 1 ? 1 : LANES_IN) != 0) begin : g_illegal_lanes_in_2
            blnet_error_lanes_in_must_divide_simd illegal ();
        end
        if (SIMD < 1 || SIMD > 96) begin : g_illegal_simd blnet_error_simd_must_be_1_to_96 illegal (); end
        if (FOLD_IN < 1 || (BEATS_IN * LANES_IN + SIMD - 1) / (SIMD < 1 ? 1 : SIMD) != FOLD_IN) begin : g_illegal_fold_in
            blnet_error_fold_in_must_be_the_words_of_beats_in illegal ();
        end
        if (PE < 1) begin : g_illegal_pe blnet_error_pe_must_be_1_or_more illegal (); end
        if (FOLD_OUT < 1) begin : g_illegal_fold_out blnet_error_fold_out_must_be_1_or_more illegal (); end
        if (PE * (SCALE_CYCLES > 1 ? SCALE_CYCLES : 1) > FOLD_IN * LANES_OUT) begin : g_illegal_output_beats
            blnet_error_output_beats_must_fit_fold_in illegal ();
        end
        if (PE_DSP < 0 || PE_DSP > PE) begin : g_illegal_pe_dsp
            blnet_error_pe_dsp_must_be_0_or_more_and_at_most_pe illegal ();
        end
        if (PACK_SHIFT < 0 || PACK_SHIFT > 46) begin : g_illegal_pack_shift
            blnet_error_pack_shift_must_be_0_to_46 illegal ();
        end
        if (CHAIN < 1 || CHAIN > SIMD) begin : g_illegal_chain
            blnet_error_chain_must_be_1_or_more_and_at_most_simd illegal ();
        end
    endgenerate

    localparam WORDS = FOLD_IN * FOLD_OUT;
    localparam ADDR_BITS = WORDS > 1 ? $clog2(WORDS) : 1;
    localparam CHAINS = (SIMD + CHAIN - 1) / CHAIN;
    // Stages from the memories' outputs to the last adder; the accumulator is one more.
    localparam STAGES = CHAIN + 2 + CHAINS;
    localparam PAIRS = PACK_SHIFT > 0 ? PE_DSP / 2 : 0;
    localparam PRODUCT_BITS = X_BITS + (X_SIGNED ? 0 : 1) + W_BITS;
    localparam CHAIN_GROWN = PRODUCT_BITS + $clog2(CHAIN);
    localparam CHAIN_BITS = CHAIN_GROWN < ACC_BITS ? CHAIN_GROWN : ACC_BITS;

    wire ce;

    wire issue, last_beat;
    wire [ADDR_BITS-1:0]   addr_word;
    wire [SIMD*X_BITS-1:0] x_word;

    blnet_pass_buffer #(
        .LANES_IN(LANES_IN), .BEATS_IN(BEATS_IN), .SIMD(SIMD), .FOLD_IN(FOLD_IN), .FOLD_OUT(FOLD_OUT), .X_BITS(X_BITS),
        .ADDR_BITS(ADDR_BITS)
    ) buffer (
        .clk(clk), .rst(rst),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .ce(ce), .issue(issue), .last_beat(last_beat), .addr(addr_word), .x_word(x_word)
    );

    // Flags travel with the data. A result's first beat is the one behind the last beat of the result before.
    reg [STAGES:1] valid_reg;
    reg [STAGES:1] last_reg;
    reg            first_reg;
    reg            done_reg;

    always @(posedge clk) begin
        if (rst) begin
            valid_reg <= {STAGES{1'b0}};
            first_reg <= 1'b1;
            done_reg <= 1'b0;
        end else if (ce) begin
            valid_reg <= {valid_reg[STAGES-1:1], issue};
            done_reg <= valid_reg[STAGES] & last_reg[STAGES];
            if (valid_reg[STAGES]) first_reg <= last_reg[STAGES];
        end
        if (ce) last_reg <= {last_reg[STAGES-1:1], last_beat};
    end

    // Skewed operands: lane s = c*CHAIN + i of chain c comes SKEW cycles late, so that chains 0 and 1 end together
    // and every further one a cycle after the one before; a short last chain starts late.
    wire [SIMD*X_BITS-1:0]    x;
    wire [SIMD*PE*W_BITS-1:0] w;

    genvar s, c, p;
    generate
        for (s = 0; s < SIMD; s = s + 1) begin : g_lane
            localparam INDEX = s / CHAIN;
            localparam LENGTH = INDEX == CHAINS - 1 ? SIMD - INDEX * CHAIN : CHAIN;
            localparam SKEW = s % CHAIN + CHAIN - LENGTH + (INDEX > 1 ? INDEX - 1 : 0);
            localparam [7:0] TENS = 48 + s / 10;
            localparam [7:0] ONES = 48 + s % 10;
            wire [ADDR_BITS-1:0] addr;

            blnet_delay #(
                .WIDTH(X_BITS), .CYCLES(SKEW)
            ) x_delay (
                .clk(clk), .ce(ce), .in(x_word[s*X_BITS +: X_BITS]), .out(x[s*X_BITS +: X_BITS])
            );
            blnet_delay #(
                .WIDTH(ADDR_BITS), .CYCLES(SKEW)
            ) addr_delay (
                .clk(clk), .ce(ce), .in(addr_word), .out(addr)
            );
            blnet_rom #(
                .WIDTH(PE*W_BITS), .DEPTH(WORDS), .FILE({WEIGHT_FILE, TENS, ONES, ".mem"}), .BLOCK(WEIGHT_BLOCK)
            ) rom (
                .clk(clk), .read_en(ce), .read_addr(addr), .read_data(w[s*PE*W_BITS +: PE*W_BITS])
            );
        end
    endgenerate

    wire [PE*ACC_BITS-1:0] acc;

    generate
        for (p = 0; p < PAIRS; p = p + 1) begin : g_pair
            wire [CHAINS*PACK_SHIFT-1:0] low;
            wire [CHAINS*CHAIN_BITS-1:0] high;
            for (c = 0; c < CHAINS; c = c + 1) begin : g_chain
                localparam LENGTH = c == CHAINS - 1 ? SIMD - c * CHAIN : CHAIN;
                wire [2*LENGTH*W_BITS-1:0] pairs;
                for (s = 0; s < LENGTH; s = s + 1) begin : g_weight
                    assign pairs[2*s*W_BITS +: 2*W_BITS] = w[((c*CHAIN+s)*PE + 2*p)*W_BITS +: 2*W_BITS];
                end
                blnet_dot_pair #(
                    .LANES(LENGTH), .X_BITS(X_BITS), .X_SIGNED(X_SIGNED), .W_BITS(W_BITS),
                    .SHIFT(PACK_SHIFT), .HIGH_BITS(CHAIN_BITS)
                ) dot (
                    .clk(clk), .ce(ce), .x(x[c*CHAIN*X_BITS +: LENGTH*X_BITS]), .w(pairs),
                    .low(low[c*PACK_SHIFT +: PACK_SHIFT]), .high(high[c*CHAIN_BITS +: CHAIN_BITS])
                );
            end
            blnet_accumulate #(
                .TERMS(CHAINS), .IN_BITS(PACK_SHIFT), .ACC_BITS(ACC_BITS)
            ) accumulate_low (
                .clk(clk), .ce(ce), .terms(low), .first(first_reg), .valid(valid_reg[STAGES]),
                .acc(acc[2*p*ACC_BITS +: ACC_BITS])
            );
            blnet_accumulate #(
                .TERMS(CHAINS), .IN_BITS(CHAIN_BITS), .ACC_BITS(ACC_BITS)
            ) accumulate_high (
                .clk(clk), .ce(ce), .terms(high), .first(first_reg), .valid(valid_reg[STAGES]),
                .acc(acc[(2*p+1)*ACC_BITS +: ACC_BITS])
            );
        end
        for (p = 2*PAIRS; p < PE; p = p + 1) begin : g_single
            wire [CHAINS*CHAIN_BITS-1:0] sums;
            for (c = 0; c < CHAINS; c = c + 1) begin : g_chain
                localparam LENGTH = c == CHAINS - 1 ? SIMD - c * CHAIN : CHAIN;
                wire [LENGTH*W_BITS-1:0] weights;
                for (s = 0; s < LENGTH; s = s + 1) begin : g_weight
                    assign weights[s*W_BITS +: W_BITS] = w[((c*CHAIN+s)*PE + p)*W_BITS +: W_BITS];
                end
                blnet_dot #(
                    .LANES(LENGTH), .X_BITS(X_BITS), .X_SIGNED(X_SIGNED), .W_BITS(W_BITS),
                    .SUM_BITS(CHAIN_BITS), .USE_DSP(p < PE_DSP ? 1 : 0)
                ) dot (
                    .clk(clk), .ce(ce), .x(x[c*CHAIN*X_BITS +: LENGTH*X_BITS]), .w(weights),
                    .sum(sums[c*CHAIN_BITS +: CHAIN_BITS])
                );
            end
            blnet_accumulate #(
                .TERMS(CHAINS), .IN_BITS(CHAIN_BITS), .ACC_BITS(ACC_BITS)
            ) accumulate (
                .clk(clk), .ce(ce), .terms(sums), .first(first_reg), .valid(valid_reg[STAGES]),
                .acc(acc[p*ACC_BITS +: ACC_BITS])
            );
        end
    endgenerate

    blnet_emit #(
        .PE(PE), .LANES_OUT(LANES_OUT), .BEATS(BEATS_OUT), .REQUANT_FILE(REQUANT_FILE),
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
