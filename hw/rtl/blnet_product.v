// Product of two streams, lane by lane: clamp((((a - A_ZERO) * (b - B_ZERO) * MULTIPLIER + 2^(SHIFT-1)) >> SHIFT) +
// ZERO_POINT). With HOLD = 0 a beat of both is taken in the same cycle. With HOLD = 1 b has one pixel a frame, which gates
// all PIXELS pixels of a: its beats wait in a memory of two pixels, and are freed while the frame's last pixel passes.
// Stages: operands, product in LUTs (two); then blnet_requant. Each tready depends on the other input's tvalid.
`default_nettype none

module blnet_product #(
    // Channels per beat: 1 or more.
    parameter LANES = 1,
    // Beats per pixel: 1 or more.
    parameter GROUPS = 1,
    // Pixels per frame: 1 or more.
    parameter PIXELS = 2,
    // Whether b is one pixel for the whole frame: 0 or 1.
    parameter HOLD = 0,
    // Bits of an element of a: 2..8.
    parameter A_BITS = 8,
    // Whether a is signed: 0 or 1.
    parameter A_SIGNED = 1,
    // Zero point of a: -128..255, any that fits A_BITS.
    parameter signed [9:0] A_ZERO = 0,
    // Bits of an element of b: 2..8.
    parameter B_BITS = 8,
    // Whether b is signed: 0 or 1.
    parameter B_SIGNED = 1,
    // Zero point of b: -128..255, any that fits B_BITS.
    parameter signed [9:0] B_ZERO = 0,
    // Unsigned multiplier: 0 or more, below 2^M_BITS.
    parameter MULTIPLIER = 1,
    // Bits of the signed product: 2..20.
    parameter ACC_BITS = 18,
    // Bits of an unsigned multiplier: 1..26.
    parameter M_BITS = 17,
    // Bits of a signed bias: 1..48.
    parameter BIAS_BITS = 1,
    // Bits of accumulator plus bias: 2..49, at least ACC_BITS.
    parameter SUM_BITS = 19,
    // Bits of the right shift: 1..47.
    parameter SHIFT = 16,
    // Bits of a result: 2..16.
    parameter OUT_BITS = 8,
    // Added to the shifted value: -32768..65535.
    parameter ZERO_POINT = 0,
    // Smallest result: -32768..65535, fits OUT_BITS, at most CLAMP_MAX.
    parameter CLAMP_MIN = -128,
    // Largest result: -32768..65535, fits OUT_BITS.
    parameter CLAMP_MAX = 127,
    // Scales in DSPs (0) or in LUTs (1): 0 or 1.
    parameter SCALE_CYCLES = 1
) (
    input  wire                      clk,
    input  wire                      rst,

    input  wire [LANES*A_BITS-1:0]   a_axis_tdata,
    input  wire                      a_axis_tvalid,
    output wire                      a_axis_tready,

    input  wire [LANES*B_BITS-1:0]   b_axis_tdata,
    input  wire                      b_axis_tvalid,
    output wire                      b_axis_tready,

    output wire [LANES*OUT_BITS-1:0] m_axis_tdata,
    output wire                      m_axis_tvalid,
    input  wire                      m_axis_tready
);
    generate
        if (LANES < 1) begin : g_illegal_lanes blnet_error_lanes_must_be_1_or_more illegal (); end
        if (GROUPS < 1) begin : g_illegal_groups blnet_error_groups_must_be_1_or_more illegal (); end
        if (PIXELS < 1) begin : g_illegal_pixels blnet_error_pixels_must_be_1_or_more illegal (); end
        if (HOLD != 0 && HOLD != 1) begin : g_illegal_hold blnet_error_hold_must_be_0_or_1 illegal (); end
        if (A_BITS < 2 || A_BITS > 8) begin : g_illegal_a_bits blnet_error_a_bits_must_be_2_to_8 illegal (); end
        if (A_SIGNED != 0 && A_SIGNED != 1) begin : g_illegal_a_signed
            blnet_error_a_signed_must_be_0_or_1 illegal ();
        end
        if (A_ZERO < -128 || A_ZERO > 255) begin : g_illegal_a_zero
            blnet_error_a_zero_must_be_minus_128_to_255 illegal ();
        end
        if (B_BITS < 2 || B_BITS > 8) begin : g_illegal_b_bits blnet_error_b_bits_must_be_2_to_8 illegal (); end
        if (B_SIGNED != 0 && B_SIGNED != 1) begin : g_illegal_b_signed
            blnet_error_b_signed_must_be_0_or_1 illegal ();
        end
        if (B_ZERO < -128 || B_ZERO > 255) begin : g_illegal_b_zero
            blnet_error_b_zero_must_be_minus_128_to_255 illegal ();
        end
        if (MULTIPLIER < 0 || MULTIPLIER >= (1 << M_BITS)) begin : g_illegal_multiplier
            blnet_error_multiplier_must_fit_m_bits illegal ();
        end
        if (ACC_BITS < 2 || ACC_BITS > 20) begin : g_illegal_acc_bits
            blnet_error_acc_bits_must_be_2_to_20 illegal ();
        end
        if (SCALE_CYCLES != 0 && SCALE_CYCLES != 1) begin : g_illegal_scale_cycles
            blnet_error_scale_cycles_must_be_0_or_1 illegal ();
        end
    endgenerate

    localparam [M_BITS-1:0] M = MULTIPLIER;
    localparam A_WIDE = A_BITS + 2;
    localparam B_WIDE = B_BITS + 2;
    localparam signed [A_WIDE-1:0] A_FROM = A_ZERO;
    localparam signed [B_WIDE-1:0] B_FROM = B_ZERO;

    wire ce;
    wire issue;
    wire [LANES*B_BITS-1:0] b_word;
    reg [2:0] valid_reg;
    wire [LANES*ACC_BITS-1:0] acc;

    generate
        if (HOLD == 0) begin : g_pairs
            assign issue = ce & a_axis_tvalid & b_axis_tvalid;
            assign a_axis_tready = ce & b_axis_tvalid;
            assign b_axis_tready = ce & a_axis_tvalid;
            assign b_word = b_axis_tdata;
        end else begin : g_hold
            localparam DEPTH = 2 * GROUPS;
            localparam ADDR_BITS = $clog2(DEPTH);
            localparam LEVEL_BITS = $clog2(DEPTH + 1);
            localparam GROUP_BITS = GROUPS > 1 ? $clog2(GROUPS) : 1;
            localparam PIXEL_BITS = PIXELS > 1 ? $clog2(PIXELS) : 1;

            reg [LANES*B_BITS-1:0] words [0:DEPTH-1];
            reg [LEVEL_BITS-1:0] level_reg;
            reg [ADDR_BITS-1:0]  write_reg;
            // Where the frame's pixel begins, and the beat in it.
            reg                  half_reg;
            reg [GROUP_BITS-1:0] group_reg;
            reg [PIXEL_BITS-1:0] pixel_reg;
            wire first = pixel_reg == 0;
            wire last = pixel_reg == PIXELS - 1;
            wire last_group = group_reg == GROUPS - 1;
            wire accept = b_axis_tvalid & b_axis_tready;
            // Beats of a frame of one pixel are freed as they are used.
            wire there = PIXELS == 1 ? level_reg != 0 : !first | (level_reg > group_reg);
            wire [ADDR_BITS-1:0] read_addr = (half_reg ? GROUPS : 0) + group_reg;

            assign issue = ce & a_axis_tvalid & there;
            assign a_axis_tready = ce & there;
            assign b_axis_tready = level_reg < DEPTH;
            assign b_word = words[read_addr];

            always @(posedge clk) begin
                if (rst) begin
                    level_reg <= 0;
                    write_reg <= 0;
                    half_reg <= 1'b0;
                    group_reg <= 0;
                    pixel_reg <= 0;
                end else begin
                    level_reg <= level_reg + accept - (issue & last);
                    if (accept) write_reg <= write_reg == DEPTH - 1 ? 0 : write_reg + 1'b1;
                    if (issue) begin
                        group_reg <= last_group ? 0 : group_reg + 1'b1;
                        if (last_group) begin
                            pixel_reg <= last ? 0 : pixel_reg + 1'b1;
                            if (last) half_reg <= !half_reg;
                        end
                    end
                end
                if (accept) words[write_reg] <= b_axis_tdata;
            end
        end
    endgenerate

    always @(posedge clk) begin
        if (rst) valid_reg <= 3'd0;
        else if (ce) valid_reg <= {valid_reg[1:0], issue};
    end

    genvar l;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            reg signed [A_WIDE-1:0] a_reg;
            reg signed [B_WIDE-1:0] b_reg;
            wire signed [A_WIDE-1:0] a = {{2{A_SIGNED ? a_axis_tdata[l*A_BITS + A_BITS-1] : 1'b0}}, a_axis_tdata[l*A_BITS +: A_BITS]};
            wire signed [B_WIDE-1:0] b = {{2{B_SIGNED ? b_word[l*B_BITS + B_BITS-1] : 1'b0}}, b_word[l*B_BITS +: B_BITS]};
            wire signed [A_WIDE+B_WIDE-1:0] product;
            always @(posedge clk) if (ce) begin
                a_reg <= a - A_FROM;
                b_reg <= b - B_FROM;
            end
            blnet_multiply #(
                .X_BITS(A_WIDE), .W_BITS(B_WIDE)
            ) multiply (
                .clk(clk), .ce(ce), .x(a_reg), .w(b_reg), .product(product)
            );
            assign acc[l*ACC_BITS +: ACC_BITS] = product[ACC_BITS-1:0];
        end
    endgenerate

    blnet_requant #(
        .LANES(LANES),
        .ACC_BITS(ACC_BITS), .M_BITS(M_BITS), .BIAS_BITS(BIAS_BITS), .SUM_BITS(SUM_BITS), .SHIFT(SHIFT),
        .OUT_BITS(OUT_BITS), .ZERO_POINT(ZERO_POINT), .CLAMP_MIN(CLAMP_MIN), .CLAMP_MAX(CLAMP_MAX),
        .SCALE_CYCLES(SCALE_CYCLES)
    ) requant (
        .clk(clk), .rst(rst),
        .ce(ce), .in_valid(valid_reg[2]), .in_acc(acc), .operands({{LANES{{BIAS_BITS{1'b0}}}}, {LANES{M}}}),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule

`default_nettype wire
