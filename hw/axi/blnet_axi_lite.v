// AXI4-Lite slave in front of a register file: one write and one read at a time, every response OKAY.
// Address and data of a write may come in either order. All outputs are registers, so no path runs through.
// One transfer every two cycles at best; a register file needs no more. AxPROT has no meaning here.
`default_nettype none

module blnet_axi_lite #(
    // Bits of the byte address; the two lowest are ignored.
    parameter ADDR_BITS = 6
) (
    input  wire                 clk,
    input  wire                 rst,

    input  wire [ADDR_BITS-1:0] s_axi_awaddr,
    input  wire                 s_axi_awvalid,
    output wire                 s_axi_awready,
    input  wire [31:0]          s_axi_wdata,
    input  wire [3:0]           s_axi_wstrb,
    input  wire                 s_axi_wvalid,
    output wire                 s_axi_wready,
    output wire [1:0]           s_axi_bresp,
    output wire                 s_axi_bvalid,
    input  wire                 s_axi_bready,
    input  wire [ADDR_BITS-1:0] s_axi_araddr,
    input  wire                 s_axi_arvalid,
    output wire                 s_axi_arready,
    output wire [31:0]          s_axi_rdata,
    output wire [1:0]           s_axi_rresp,
    output wire                 s_axi_rvalid,
    input  wire                 s_axi_rready,

    // One cycle per write; the strobes say which bytes count.
    output wire                 write_en,
    output wire [ADDR_BITS-3:0] write_word,
    output wire [31:0]          write_data,
    output wire [3:0]           write_strb,
    // The register file answers in the same cycle.
    output wire [ADDR_BITS-3:0] read_word,
    input  wire [31:0]          read_data
);
    reg aw_held_reg, w_held_reg, ar_held_reg, b_valid_reg, r_valid_reg;
    reg [ADDR_BITS-3:0] aw_reg, ar_reg;
    reg [31:0] w_reg, r_reg;
    reg [3:0] strb_reg;
    // A response still waiting holds the next request back.
    wire do_write = aw_held_reg & w_held_reg & (!b_valid_reg | s_axi_bready);
    wire do_read = ar_held_reg & (!r_valid_reg | s_axi_rready);

    assign s_axi_awready = !aw_held_reg;
    assign s_axi_wready = !w_held_reg;
    assign s_axi_arready = !ar_held_reg;
    assign s_axi_bvalid = b_valid_reg;
    assign s_axi_bresp = 2'b00;
    assign s_axi_rvalid = r_valid_reg;
    assign s_axi_rdata = r_reg;
    assign s_axi_rresp = 2'b00;
    assign write_en = do_write;
    assign write_word = aw_reg;
    assign write_data = w_reg;
    assign write_strb = strb_reg;
    assign read_word = ar_reg;

    always @(posedge clk) begin
        if (rst) begin
            aw_held_reg <= 1'b0;
            w_held_reg <= 1'b0;
            ar_held_reg <= 1'b0;
            b_valid_reg <= 1'b0;
            r_valid_reg <= 1'b0;
        end else begin
            aw_held_reg <= (aw_held_reg & !do_write) | (s_axi_awvalid & s_axi_awready);
            w_held_reg <= (w_held_reg & !do_write) | (s_axi_wvalid & s_axi_wready);
            ar_held_reg <= (ar_held_reg & !do_read) | (s_axi_arvalid & s_axi_arready);
            b_valid_reg <= do_write | (b_valid_reg & !s_axi_bready);
            r_valid_reg <= do_read | (r_valid_reg & !s_axi_rready);
        end
        if (s_axi_awready) aw_reg <= s_axi_awaddr[ADDR_BITS-1:2];
        if (s_axi_wready) begin
            w_reg <= s_axi_wdata;
            strb_reg <= s_axi_wstrb;
        end
        if (s_axi_arready) ar_reg <= s_axi_araddr[ADDR_BITS-1:2];
        if (do_read) r_reg <= read_data;
    end
endmodule

`default_nettype wire
