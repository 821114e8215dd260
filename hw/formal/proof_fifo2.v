// Proof of blnet_fifo2, by induction.
`default_nettype none

module proof_fifo2 #(
    parameter WIDTH = 3
) (
    input wire             clk,
    input wire             rst,
    input wire [WIDTH-1:0] in_data,
    input wire             in_valid,
    input wire             out_ready,
    input wire             mark
);
    wire in_ready, out_valid, marked;
    wire [WIDTH-1:0] out_data, data;
    wire [3:0] fill, ahead;
    wire push = in_valid & in_ready;

    blnet_fifo2 #(.WIDTH(WIDTH)) dut (
        .clk(clk), .rst(rst),
        .in_data(in_data), .in_valid(in_valid), .in_ready(in_ready),
        .out_data(out_data), .out_valid(out_valid), .out_ready(out_ready)
    );

    proof_order #(
        .BEAT_BITS(WIDTH), .DATA_BITS(WIDTH)
    ) order (
        .clk(clk), .rst(rst),
        .add({3'd0, push}), .mark(mark & push), .mark_ahead(fill - (out_valid & out_ready)), .mark_data(in_data),
        .valid(out_valid), .ready(out_ready), .beat(out_data), .piece(out_data),
        .fill(fill), .marked(marked), .ahead(ahead), .data(data), .take()
    );

    // Registers of the design by their names after flattening.
    (* hierconn *) wire [1:0]       \dut.count_reg ;
    (* hierconn *) wire [WIDTH-1:0] \dut.head_reg ;
    (* hierconn *) wire [WIDTH-1:0] \dut.tail_reg ;
    reg past_reg = 1'b0;

    always @(posedge clk) begin
        past_reg <= 1'b1;
        if (past_reg) begin
            // Full rate: a beat taken in one cycle makes room in the next.
            if (!$past(rst) && $past(out_ready)) full_rate: assert (in_ready);
            count: assert (fill == \dut.count_reg && fill <= 2);
            if (marked) begin
                place: assert (ahead < fill);
                value: assert (data == (ahead == 0 ? \dut.head_reg : \dut.tail_reg ));
            end
        end
    end
endmodule

`default_nettype wire
