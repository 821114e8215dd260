// Any function of one value: every lane reads the same table of 2^X_BITS words at the address that its input is.
// One stage: the memories' output registers. One beat a cycle.
`default_nettype none

module blnet_lookup #(
    // Values per beat, each with a memory of its own: 1 or more.
    parameter LANES = 1,
    // Bits of an input, whose two's complement is the address as it stands: 1..8.
    parameter X_BITS = 8,
    // Bits of a result: 1..8.
    parameter OUT_BITS = 8,
    // One result a line, that of input 0 first: a path.
    parameter TABLE_FILE = ""
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
        if (X_BITS < 1 || X_BITS > 8) begin : g_illegal_x_bits blnet_error_x_bits_must_be_1_to_8 illegal (); end
        if (OUT_BITS < 1 || OUT_BITS > 8) begin : g_illegal_out_bits blnet_error_out_bits_must_be_1_to_8 illegal (); end
    endgenerate

    wire ce;
    reg  valid_reg;
    wire [LANES*OUT_BITS-1:0] result;

    assign s_axis_tready = ce;

    always @(posedge clk) begin
        if (rst) valid_reg <= 1'b0;
        else if (ce) valid_reg <= s_axis_tvalid;
    end

    genvar l;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            blnet_rom #(
                .WIDTH(OUT_BITS), .DEPTH(1 << X_BITS), .FILE(TABLE_FILE)
            ) rom (
                .clk(clk), .read_en(ce),
                .read_addr(s_axis_tdata[l*X_BITS +: X_BITS]), .read_data(result[l*OUT_BITS +: OUT_BITS])
            );
        end
    endgenerate

    blnet_fifo2 #(
        .WIDTH(LANES*OUT_BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(result), .in_valid(valid_reg), .in_ready(ce),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
