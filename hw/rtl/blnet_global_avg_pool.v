// Global average pooling: sums PIXELS pixels of GROUPS x LANES channels in a small memory and sends
// clamp((((sum + BIAS) * MULTIPLIER + 2^(SHIFT-1) + r) >> SHIFT) + ZERO_POINT) while the last pixel passes, r being one
// of two corrections as in blnet_requant.
// Stages: input, sum; then blnet_requant. The memory is read and written in one cycle, so GROUPS = 1 works.
`default_nettype none

module blnet_global_avg_pool #(
    // Channels per beat: 1 or more.
    parameter LANES = 1,
    // Beats per pixel: 1 or more.
    parameter GROUPS = 1,
    // Pixels per frame: 1 or more.
    parameter PIXELS = 1,
    // Bits of an input: 2..16.
    parameter X_BITS = 8,
    // Whether inputs are signed: 0 or 1.
    parameter X_SIGNED = 1,
    // Unsigned multiplier: 0 or more, below 2^M_BITS.
    parameter MULTIPLIER = 1,
    // Added to the sum, in its own units: any that fits BIAS_BITS.
    parameter signed [31:0] BIAS = 0,
    // Correction of products of 0 or more: any that fits CORRECTION_BITS.
    parameter signed [31:0] ABOVE = 0,
    // Correction of products below 0: any that fits CORRECTION_BITS.
    parameter signed [31:0] BELOW = 0,
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
    // All channels share one: 0..0.
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
    // Multiplies in DSPs (0) or in LUTs (1), a mean in every cycle: 0 or 1.
    parameter SCALE_CYCLES = 0
) (
    input  wire                      clk,
    input  wire                      rst,

    input  wire [LANES*X_BITS-1:0]   s_axis_tdata,
    input  wire                      s_axis_tvalid,
    output wire                      s_axis_tready,

    output wire [LANES*OUT_BITS-1:0] m_axis_tdata,
    output wire                      m_axis_tvalid,
    input  wire                      m_axis_tready
);
    generate
        if (LANES < 1) begin : g_illegal_lanes blnet_error_lanes_must_be_1_or_more illegal (); end
        if (GROUPS < 1) begin : g_illegal_groups blnet_error_groups_must_be_1_or_more illegal (); end
        if (PIXELS < 1) begin : g_illegal_pixels blnet_error_pixels_must_be_1_or_more illegal (); end
        if (X_BITS < 2 || X_BITS > 16) begin : g_illegal_x_bits blnet_error_x_bits_must_be_2_to_16 illegal (); end
        if (X_SIGNED != 0 && X_SIGNED != 1) begin : g_illegal_x_signed
            blnet_error_x_signed_must_be_0_or_1 illegal ();
        end
        if (MULTIPLIER < 0 || MULTIPLIER >= (1 << M_BITS)) begin : g_illegal_multiplier
            blnet_error_multiplier_must_fit_m_bits illegal ();
        end
        if ((BIAS >>> (BIAS_BITS - 1)) != 0 && (BIAS >>> (BIAS_BITS - 1)) != -1) begin : g_illegal_bias
            blnet_error_bias_must_fit_bias_bits illegal ();
        end
        if (CORRECTION_BITS == 0 ? ABOVE != 0
            : ABOVE < -(1 << (CORRECTION_BITS - 1)) || ABOVE >= (1 << (CORRECTION_BITS - 1))) begin : g_illegal_above
            blnet_error_above_must_fit_correction_bits illegal ();
        end
        if (CORRECTION_BITS == 0 ? BELOW != 0
            : BELOW < -(1 << (CORRECTION_BITS - 1)) || BELOW >= (1 << (CORRECTION_BITS - 1))) begin : g_illegal_below
            blnet_error_below_must_fit_correction_bits illegal ();
        end
        if (SPREAD_BITS != 0) begin : g_illegal_spread_bits blnet_error_spread_bits_must_be_0 illegal (); end
        if (SCALE_CYCLES != 0 && SCALE_CYCLES != 1) begin : g_illegal_scale_cycles
            blnet_error_scale_cycles_must_be_0_or_1 illegal ();
        end
    endgenerate

    localparam GROUP_BITS = GROUPS > 1 ? $clog2(GROUPS) : 1;
    localparam PIXEL_BITS = PIXELS > 1 ? $clog2(PIXELS) : 1;
    localparam [M_BITS-1:0] M = MULTIPLIER;
    localparam CONSTANT_BITS = LANES * (M_BITS + BIAS_BITS + 2*CORRECTION_BITS);
    // Both corrections in one number, which is empty where they have no bits.
    localparam [63:0] ROUNDING = ((BELOW & ((64'd1 << CORRECTION_BITS) - 1)) << CORRECTION_BITS)
        | (ABOVE & ((64'd1 << CORRECTION_BITS) - 1));

    wire ce;
    reg [GROUP_BITS-1:0]     group_reg;
    reg [PIXEL_BITS-1:0]     pixel_reg;
    reg [GROUP_BITS-1:0]     at_reg;
    reg [LANES*X_BITS-1:0]   x_reg;
    reg                      valid_reg;
    reg                      first_reg;
    reg                      last_reg;
    reg                      done_reg;
    reg [LANES*ACC_BITS-1:0] sums [0:GROUPS-1];
    reg [LANES*ACC_BITS-1:0] sum_reg;
    wire [LANES*ACC_BITS-1:0] old = sums[at_reg];
    wire [LANES*ACC_BITS-1:0] sum;
    wire last_pixel = pixel_reg == PIXELS - 1;

    assign s_axis_tready = ce;

    always @(posedge clk) begin
        if (rst) begin
            group_reg <= 0;
            pixel_reg <= 0;
            valid_reg <= 1'b0;
            done_reg <= 1'b0;
        end else if (ce) begin
            valid_reg <= s_axis_tvalid;
            done_reg <= valid_reg & last_reg;
            if (s_axis_tvalid) begin
                group_reg <= group_reg == GROUPS - 1 ? 0 : group_reg + 1'b1;
                if (group_reg == GROUPS - 1) pixel_reg <= last_pixel ? 0 : pixel_reg + 1'b1;
            end
        end
        if (ce) begin
            x_reg <= s_axis_tdata;
            at_reg <= group_reg;
            first_reg <= pixel_reg == 0;
            last_reg <= last_pixel;
            sum_reg <= sum;
            if (valid_reg) sums[at_reg] <= sum;
        end
    end

    genvar l;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            wire signed [X_BITS:0]     x = {X_SIGNED ? x_reg[l*X_BITS + X_BITS-1] : 1'b0, x_reg[l*X_BITS +: X_BITS]};
            wire signed [ACC_BITS-1:0] base = first_reg ? {ACC_BITS{1'b0}} : old[l*ACC_BITS +: ACC_BITS];
            wire signed [ACC_BITS+X_BITS:0] next = base + x;
            assign sum[l*ACC_BITS +: ACC_BITS] = next[ACC_BITS-1:0];
        end
    endgenerate

    wire [CONSTANT_BITS-1:0] constants;
    assign constants[LANES*(M_BITS+BIAS_BITS)-1:0] = {{LANES{BIAS[BIAS_BITS-1:0]}}, {LANES{M}}};
    generate
        if (CORRECTION_BITS > 0) begin : g_corrections
            assign constants[CONSTANT_BITS-1:LANES*(M_BITS+BIAS_BITS)] = {LANES{ROUNDING[2*CORRECTION_BITS-1:0]}};
        end
    endgenerate

    blnet_requant #(
        .LANES(LANES),
        .ACC_BITS(ACC_BITS), .M_BITS(M_BITS), .BIAS_BITS(BIAS_BITS), .SUM_BITS(SUM_BITS), .SHIFT(SHIFT),
        .SPREAD_BITS(SPREAD_BITS), .CORRECTION_BITS(CORRECTION_BITS), .CORRECTION_UNIT(CORRECTION_UNIT),
        .OUT_BITS(OUT_BITS), .ZERO_POINT(ZERO_POINT), .CLAMP_MIN(CLAMP_MIN), .CLAMP_MAX(CLAMP_MAX),
        .SCALE_CYCLES(SCALE_CYCLES)
    ) requant (
        .clk(clk), .rst(rst),
        .ce(ce), .in_valid(done_reg), .in_acc(sum_reg), .operands(constants),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule

`default_nettype wire
