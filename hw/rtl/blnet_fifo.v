// FIFO in memory, between a fork and its join. Three cycles from input to output, one beat a cycle.
// DEPTH beats fit the memory; three more are in the memory's output register and the output FIFO.
`default_nettype none

module blnet_fifo #(
    // Bits of a beat: 1 or more.
    parameter DATA_BITS = 8,
    // Beats in the memory: 1 or more.
    parameter DEPTH = 16
) (
    input  wire                 clk,
    input  wire                 rst,

    input  wire [DATA_BITS-1:0] s_axis_tdata,
    input  wire                 s_axis_tvalid,
    output wire                 s_axis_tready,

    output wire [DATA_BITS-1:0] m_axis_tdata,
    output wire                 m_axis_tvalid,
    input  wire                 m_axis_tready
);
    generate
        if (DATA_BITS < 1) begin : g_illegal_data_bits blnet_error_data_bits_must_be_1_or_more illegal (); end
        if (DEPTH < 1) begin : g_illegal_depth blnet_error_depth_must_be_1_or_more illegal (); end
    endgenerate

    localparam ADDR_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;
    localparam LEVEL_BITS = $clog2(DEPTH + 1);

    wire ce;
    reg [LEVEL_BITS-1:0] level_reg;
    reg [ADDR_BITS-1:0]  write_addr_reg;
    reg [ADDR_BITS-1:0]  read_addr_reg;
    reg                  valid_reg;
    wire [DATA_BITS-1:0] word;
    wire accept = s_axis_tvalid & s_axis_tready;
    wire issue = ce & (level_reg != 0);

    assign s_axis_tready = level_reg < DEPTH;

    always @(posedge clk) begin
        if (rst) begin
            level_reg <= 0;
            write_addr_reg <= 0;
            read_addr_reg <= 0;
            valid_reg <= 1'b0;
        end else begin
            level_reg <= level_reg + accept - issue;
            if (accept) write_addr_reg <= write_addr_reg == DEPTH - 1 ? 0 : write_addr_reg + 1'b1;
            if (issue) read_addr_reg <= read_addr_reg == DEPTH - 1 ? 0 : read_addr_reg + 1'b1;
            if (ce) valid_reg <= issue;
        end
    end

`ifndef SYNTHESIS
    // A simulation stops on a beat that is lost or made up.
    always @(posedge clk) if (!rst) begin
        if (accept && level_reg >= DEPTH) begin
            $display("%m: overflow, a beat comes while %0d of %0d are stored", level_reg, DEPTH);
            $stop;
        end
        if (issue && level_reg == 0) begin
            $display("%m: underflow, a beat leaves while none is stored");
            $stop;
        end
    end
`endif

    blnet_ram #(
        .WIDTH(DATA_BITS), .DEPTH(DEPTH)
    ) ram (
        .clk(clk),
        .write_en(accept), .write_addr(write_addr_reg), .write_data(s_axis_tdata),
        .read_en(ce), .read_addr(read_addr_reg), .read_data(word)
    );

    blnet_fifo2 #(
        .WIDTH(DATA_BITS)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_data(word), .in_valid(valid_reg), .in_ready(ce),
        .out_data(m_axis_tdata), .out_valid(m_axis_tvalid), .out_ready(m_axis_tready)
    );
endmodule

`default_nettype wire
