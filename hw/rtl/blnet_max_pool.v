// Maximum over a window: TAPS taps of LANES channels a beat (lanes innermost), FOLD_TAPS beats per output.
// Stages: maximum of the beat, running maximum.
`default_nettype none

module blnet_max_pool #(
    // Channels per beat: 1 or more.
    parameter LANES = 1,
    // Bits of an element: 1 or more.
    parameter BITS = 8,
    // Whether elements are signed: 0 or 1.
    parameter SIGNED = 1,
    // Taps per beat: 1 or more.
    parameter TAPS = 1,
    // Beats per output: 1 or more.
    parameter FOLD_TAPS = 4
) (
    input  wire                       clk,
    input  wire                       rst,

    input  wire [TAPS*LANES*BITS-1:0] s_axis_tdata,
    input  wire                       s_axis_tvalid,
    output wire                       s_axis_tready,

    output wire [LANES*BITS-1:0]      m_axis_tdata,
    output wire                       m_axis_tvalid,
    input  wire                       m_axis_tready
);
    generate
        if (LANES < 1) begin : g_illegal_lanes blnet_error_lanes_must_be_1_or_more illegal (); end
        if (BITS < 1) begin : g_illegal_bits blnet_error_bits_must_be_1_or_more illegal (); end
        if (SIGNED != 0 && SIGNED != 1) begin : g_illegal_signed blnet_error_signed_must_be_0_or_1 illegal (); end
        if (TAPS < 1) begin : g_illegal_taps blnet_error_taps_must_be_1_or_more illegal (); end
        if (FOLD_TAPS < 1) begin : g_illegal_fold_taps blnet_error_fold_taps_must_be_1_or_more illegal (); end
    endgenerate

    localparam PHASE_BITS = FOLD_TAPS > 1 ? $clog2(FOLD_TAPS) : 1;

    wire ce;
    reg [PHASE_BITS-1:0] phase_reg;
    reg                  valid_reg;
    reg                  first_reg;
    reg                  last_reg;
    reg                  done_reg;
    wire [LANES*BITS-1:0] result;

    assign s_axis_tready = ce;

    always @(posedge clk) begin
        if (rst) begin
            phase_reg <= 0;
            valid_reg <= 1'b0;
            done_reg <= 1'b0;
        end else if (ce) begin
            valid_reg <= s_axis_tvalid;
            done_reg <= valid_reg & last_reg;
            if (s_axis_tvalid) phase_reg <= phase_reg == FOLD_TAPS - 1 ? 0 : phase_reg + 1'b1;
        end
        if (ce) begin
            first_reg <= phase_reg == 0;
            last_reg <= phase_reg == FOLD_TAPS - 1;
        end
    end

    genvar l;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            reg signed [BITS:0] best;
            reg signed [BITS:0] tap;
            reg signed [BITS:0] beat_reg;
            reg signed [BITS:0] best_reg;
            integer t;
            always @* begin
                best = {SIGNED ? s_axis_tdata[l*BITS + BITS-1] : 1'b0, s_axis_tdata[l*BITS +: BITS]};
                tap = best;
                for (t = 1; t < TAPS; t = t + 1) begin
                    tap = {SIGNED ? s_axis_tdata[(t*LANES + l)*BITS + BITS-1] : 1'b0, s_axis_tdata[(t*LANES + l)*BITS +: BITS]};
                    if (tap > best) best = tap;
                end
            end
            always @(posedge clk) if (ce) begin
                beat_reg <= best;
                if (valid_reg && (first_reg || beat_reg > best_reg)) best_reg <= beat_reg;
            end
            assign result[l*BITS +: BITS] = best_reg[BITS-1:0];
        end
    endgenerate

    blnet_fifo2 #(
        .WIDTH(LANES*BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(result), .in_valid(done_reg), .in_ready(ce),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
