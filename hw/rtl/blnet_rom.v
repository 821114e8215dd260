// Constant memory from a file of hexadecimal words, synchronous read with enable.
`default_nettype none

module blnet_rom #(
    // Bits of a word.
    parameter WIDTH = 8,
    // Words, 1 or more.
    parameter DEPTH = 16,
    // One word a line; read when simulation or synthesis starts.
    parameter FILE = "",
    // 0: LUTs, 1: block RAM.
    parameter BLOCK = 0,
    // Derived.
    parameter ADDR_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1
) (
    input  wire                 clk,
    input  wire                 read_en,
    input  wire [ADDR_BITS-1:0] read_addr,
    output wire [WIDTH-1:0]     read_data
);
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
