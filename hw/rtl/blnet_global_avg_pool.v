// Global average pooling: sums PIXELS pixels of GROUPS x LANES channels in a small memory and sends
// clamp((((sum + BIAS) * MULTIPLIER + 2^(SHIFT-1)) >> SHIFT) + ZERO_POINT) while the last pixel passes.
// Stages: input, sum; then blnet_requant. The memory is read and written in one cycle, so GROUPS = 1 works.
`default_nettype none

module blnet_global_avg_pool #(
    parameter LANES = 1,
    parameter GROUPS = 1,
    parameter PIXELS = 1,
    parameter X_BITS = 8,
    parameter X_SIGNED = 1,
    parameter MULTIPLIER = 1,
    parameter signed [31:0] BIAS = 0,
    // Requantizer: see blnet_requant. SCALE_CYCLES is 0 or 1.
    parameter ACC_BITS = 24,
    parameter M_BITS = 17,
    parameter BIAS_BITS = 24,
    parameter SUM_BITS = 25,
    parameter SHIFT = 16,
    parameter OUT_BITS = 8,
    parameter ZERO_POINT = 0,
    parameter CLAMP_MIN = -128,
    parameter CLAMP_MAX = 127,
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
    localparam GROUP_BITS = GROUPS > 1 ? $clog2(GROUPS) : 1;
    localparam PIXEL_BITS = PIXELS > 1 ? $clog2(PIXELS) : 1;
    localparam [M_BITS-1:0] M = MULTIPLIER;

    generate
        if (SCALE_CYCLES > 1) begin : g_illegal
            blnet_error_the_mean_leaves_in_every_cycle illegal ();
        end
    endgenerate

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

    blnet_requant #(
        .LANES(LANES),
        .ACC_BITS(ACC_BITS), .M_BITS(M_BITS), .BIAS_BITS(BIAS_BITS), .SUM_BITS(SUM_BITS), .SHIFT(SHIFT),
        .OUT_BITS(OUT_BITS), .ZERO_POINT(ZERO_POINT), .CLAMP_MIN(CLAMP_MIN), .CLAMP_MAX(CLAMP_MAX),
        .SCALE_CYCLES(SCALE_CYCLES)
    ) requant (
        .clk(clk), .rst(rst),
        .ce(ce), .in_valid(done_reg), .in_acc(sum_reg), .operands({{LANES{BIAS[BIAS_BITS-1:0]}}, {LANES{M}}}),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule

`default_nettype wire
