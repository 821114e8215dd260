// Constant memory from a file of hexadecimal words, synchronous read with enable.
`default_nettype none

module blnet_rom #(
    // Bits of a word.
    parameter WIDTH = 8,
    // Words, 1 or more.
    parameter DEPTH = 16,
    // One word a line; read when simulation or synthesis starts.
    parameter FILE = "",
    // Derived.
    parameter ADDR_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1
) (
    input  wire                 clk,
    input  wire                 read_en,
    input  wire [ADDR_BITS-1:0] read_addr,
    output reg  [WIDTH-1:0]     read_data
);
    reg [WIDTH-1:0] words [0:DEPTH-1];

    initial $readmemh(FILE, words);

    always @(posedge clk) if (read_en) read_data <= words[read_addr];
endmodule

`default_nettype wire
