// CRC-32 of IEEE 802.3 (zlib.crc32), one byte a cycle.
`default_nettype none

module blnet_crc32 (
    input  wire        clk,

    input  wire        clear,
    input  wire        take,
    input  wire [7:0]  data,
    // Of all bytes since `clear`.
    output wire [31:0] crc
);
    reg [31:0] crc_reg;
    assign crc = ~crc_reg;

    function [31:0] next;
        input [31:0] sum;
        input [7:0] value;
        integer i;
        begin
            next = sum ^ {24'd0, value};
            for (i = 0; i < 8; i = i + 1) next = next[0] ? (next >> 1) ^ 32'hedb88320 : next >> 1;
        end
    endfunction

    always @(posedge clk) begin
        if (clear) crc_reg <= 32'hffffffff;
        else if (take) crc_reg <= next(crc_reg, data);
    end
endmodule

`default_nettype wire
