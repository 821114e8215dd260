// Sender of a UART: 8 data bits, no parity, one stop bit.
`default_nettype none

module blnet_uart_tx #(
    // Clock cycles of a bit: 4 or more.
    parameter DIVISOR = 100
) (
    input  wire       clk,
    input  wire       rst,

    input  wire [7:0] data,
    input  wire       valid,
    output wire       ready,

    output wire       tx
);
    generate
        if (DIVISOR < 4) begin : g_illegal_divisor blnet_error_divisor_must_be_4_or_more illegal (); end
    endgenerate

    localparam COUNT_BITS = $clog2(DIVISOR);

    // Stop, data, start; ones when idle.
    reg [9:0]            shift_reg;
    reg [3:0]            bits_reg;
    reg [COUNT_BITS-1:0] count_reg;

    assign tx = shift_reg[0];
    assign ready = bits_reg == 4'd0;

    always @(posedge clk) begin
        if (rst) begin
            shift_reg <= 10'h3ff;
            bits_reg <= 4'd0;
            count_reg <= 0;
        end else if (ready) begin
            if (valid) begin
                shift_reg <= {1'b1, data, 1'b0};
                bits_reg <= 4'd10;
                count_reg <= DIVISOR - 1;
            end
        end else if (count_reg != 0) begin
            count_reg <= count_reg - 1'b1;
        end else begin
            shift_reg <= {1'b1, shift_reg[9:1]};
            bits_reg <= bits_reg - 1'b1;
            count_reg <= DIVISOR - 1;
        end
    end
endmodule

`default_nettype wire
