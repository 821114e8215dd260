// Constant memory from a file of hexadecimal words, synchronous read with enable.
`default_nettype none

module blnet_rom #(
    // Bits of a word: 1 or more.
    parameter WIDTH = 8,
    // Words of the memory: 1 or more.
    parameter DEPTH = 16,
    // One hexadecimal word a line, read when simulation or synthesis starts: a path.
    parameter FILE = "",
    // In block RAM rather than LUTs: 0 or 1.
    parameter BLOCK = 0,
    // Bits of an address: derived.
    parameter ADDR_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1
) (
    input  wire                 clk,
    input  wire                 read_en,
    input  wire [ADDR_BITS-1:0] read_addr,
    output wire [WIDTH-1:0]     read_data
);
    generate
        if (WIDTH < 1) begin : g_illegal_width blnet_error_width_must_be_1_or_more illegal (); end
        if (DEPTH < 1) begin : g_illegal_depth blnet_error_depth_must_be_1_or_more illegal (); end
        if (BLOCK != 0 && BLOCK != 1) begin : g_illegal_block blnet_error_block_must_be_0_or_1 illegal (); end
    endgenerate

    reg [WIDTH-1:0] data_reg;
    assign read_data = data_reg;

    generate
        if (BLOCK) begin : g_block
            (* rom_style = "block" *)
            reg [WIDTH-1:0] words [0:DEPTH-1];
            initial $readmemh(FILE, words);
            always @(posedge clk) if (read_en) data_reg <= words[read_addr];
        end else begin : g_logic
            // Yosys refuses rom_style = "distributed" on an initialised memory; its own word for it is logic_block.
`ifdef YOSYS
            (* logic_block *)
`else
            (* rom_style = "distributed" *)
`endif
            reg [WIDTH-1:0] words [0:DEPTH-1];
            initial $readmemh(FILE, words);
            always @(posedge clk) if (read_en) data_reg <= words[read_addr];
        end
    endgenerate
endmodule

`default_nettype wire
