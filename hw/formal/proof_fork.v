// Proof of blnet_fork, by induction: each consumer gets every beat, at its own pace.
`default_nettype none

module proof_fork #(
    parameter DATA_BITS = 3
) (
    input wire                 clk,
    input wire                 rst,
    input wire [DATA_BITS-1:0] s_axis_tdata,
    input wire                 s_axis_tvalid,
    input wire [1:0]           m_axis_tready,
    input wire [1:0]           mark
);
    wire s_axis_tready;
    wire [1:0] m_axis_tvalid, marked;
    wire [2*DATA_BITS-1:0] m_axis_tdata, data;
    wire [7:0] fill, ahead;
    wire push = s_axis_tvalid & s_axis_tready;

    blnet_fork #(.DATA_BITS(DATA_BITS)) dut (
        .clk(clk), .rst(rst),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .m0_axis_tdata(m_axis_tdata[0 +: DATA_BITS]), .m0_axis_tvalid(m_axis_tvalid[0]),
        .m0_axis_tready(m_axis_tready[0]),
        .m1_axis_tdata(m_axis_tdata[DATA_BITS +: DATA_BITS]), .m1_axis_tvalid(m_axis_tvalid[1]),
        .m1_axis_tready(m_axis_tready[1])
    );

    (* hierconn *) wire [1:0]           \dut.fifo0.count_reg ;
    (* hierconn *) wire [DATA_BITS-1:0] \dut.fifo0.head_reg ;
    (* hierconn *) wire [DATA_BITS-1:0] \dut.fifo0.tail_reg ;
    (* hierconn *) wire [1:0]           \dut.fifo1.count_reg ;
    (* hierconn *) wire [DATA_BITS-1:0] \dut.fifo1.head_reg ;
    (* hierconn *) wire [DATA_BITS-1:0] \dut.fifo1.tail_reg ;
    wire [3:0] counts = {\dut.fifo1.count_reg , \dut.fifo0.count_reg };
    wire [2*DATA_BITS-1:0] heads = {\dut.fifo1.head_reg , \dut.fifo0.head_reg };
    wire [2*DATA_BITS-1:0] tails = {\dut.fifo1.tail_reg , \dut.fifo0.tail_reg };
    reg past_reg = 1'b0;

    always @(posedge clk) begin
        past_reg <= 1'b1;
        if (past_reg && !$past(rst) && $past(m_axis_tready == 2'b11)) full_rate: assert (s_axis_tready);
    end

    genvar i;
    generate
        for (i = 0; i < 2; i = i + 1) begin : g_copy
            proof_order #(
                .BEAT_BITS(DATA_BITS), .DATA_BITS(DATA_BITS)
            ) order (
                .clk(clk), .rst(rst),
                .add({3'd0, push}), .mark(mark[i] & push),
                .mark_ahead(fill[4*i +: 4] - (m_axis_tvalid[i] & m_axis_tready[i])), .mark_data(s_axis_tdata),
                .valid(m_axis_tvalid[i]), .ready(m_axis_tready[i]), .beat(m_axis_tdata[DATA_BITS*i +: DATA_BITS]),
                .piece(m_axis_tdata[DATA_BITS*i +: DATA_BITS]),
                .take(), .fill(fill[4*i +: 4]), .marked(marked[i]), .ahead(ahead[4*i +: 4]),
                .data(data[DATA_BITS*i +: DATA_BITS])
            );

            always @(posedge clk) if (past_reg) begin
                assert (fill[4*i +: 4] == counts[2*i +: 2] && fill[4*i +: 4] <= 2);
                if (marked[i]) begin
                    assert (ahead[4*i +: 4] < fill[4*i +: 4]);
                    assert (data[DATA_BITS*i +: DATA_BITS] == (ahead[4*i +: 4] == 0
                        ? heads[DATA_BITS*i +: DATA_BITS] : tails[DATA_BITS*i +: DATA_BITS]));
                end
            end
        end
    endgenerate
endmodule

`default_nettype wire
