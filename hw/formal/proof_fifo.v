// Proof of blnet_fifo, by induction, memory included: the marked beat is the one that goes to the address that
// blnet_ram shows to proofs, and the solver is free to choose that address.
`default_nettype none

module proof_fifo #(
    parameter DATA_BITS = 2,
    parameter DEPTH = 3
) (
    input wire                 clk,
    input wire                 rst,
    input wire [DATA_BITS-1:0] s_axis_tdata,
    input wire                 s_axis_tvalid,
    input wire                 m_axis_tready,
    input wire                 mark
);
    localparam ADDR_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;
    localparam LEVEL_BITS = $clog2(DEPTH + 1);

    wire s_axis_tready, m_axis_tvalid, marked;
    wire [DATA_BITS-1:0] m_axis_tdata, data;
    wire [5:0] fill, ahead;
    wire push = s_axis_tvalid & s_axis_tready;

    blnet_fifo #(.DATA_BITS(DATA_BITS), .DEPTH(DEPTH)) dut (
        .clk(clk), .rst(rst),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );

    (* hierconn *) wire [LEVEL_BITS-1:0] \dut.level_reg ;
    (* hierconn *) wire [ADDR_BITS-1:0]  \dut.read_addr_reg ;
    (* hierconn *) wire [ADDR_BITS-1:0]  \dut.write_addr_reg ;
    (* hierconn *) wire                  \dut.valid_reg ;
    (* hierconn *) wire [DATA_BITS-1:0]  \dut.word ;
    (* hierconn *) wire [1:0]            \dut.fifo.count_reg ;
    (* hierconn *) wire [DATA_BITS-1:0]  \dut.fifo.head_reg ;
    (* hierconn *) wire [DATA_BITS-1:0]  \dut.fifo.tail_reg ;
    (* hierconn *) wire [ADDR_BITS-1:0]  \dut.ram.proof_addr ;
    (* hierconn *) wire [DATA_BITS-1:0]  \dut.ram.proof_word ;

    proof_order #(
        .BEAT_BITS(DATA_BITS), .DATA_BITS(DATA_BITS), .COUNT_BITS(6), .PATIENCE(3)
    ) order (
        .clk(clk), .rst(rst),
        .add({5'd0, push}), .mark(mark & push & (\dut.write_addr_reg == \dut.ram.proof_addr )),
        .mark_ahead(fill - (m_axis_tvalid & m_axis_tready)), .mark_data(s_axis_tdata),
        .valid(m_axis_tvalid), .ready(m_axis_tready), .beat(m_axis_tdata), .piece(m_axis_tdata),
        .take(), .fill(fill), .marked(marked), .ahead(ahead), .data(data)
    );

    wire [5:0] level = \dut.level_reg ;
    wire [5:0] read_addr = \dut.read_addr_reg ;
    wire [5:0] write_addr = \dut.write_addr_reg ;
    wire [5:0] count = \dut.fifo.count_reg ;
    wire [5:0] outside = count + \dut.valid_reg ;
    // Address of the word `step` places behind the read address.
    wire [5:0] step = marked && ahead >= outside ? ahead - outside : level;
    wire [5:0] addr = read_addr + step >= DEPTH ? read_addr + step - DEPTH : read_addr + step;
    reg past_reg = 1'b0;

    always @(posedge clk) begin
        past_reg <= 1'b1;
        if (past_reg) begin
            // What blnet_ram leaves undefined is never used.
            no_collision: assert (!push || read_addr != write_addr || level == 0);
            capacity: assert (s_axis_tready || fill >= DEPTH);
            levels: assert (level <= DEPTH && count <= 2 && fill == level + outside);
            addresses: assert (read_addr < DEPTH && write_addr
                == (read_addr + level >= DEPTH ? read_addr + level - DEPTH : read_addr + level));
            if (marked) begin
                place: assert (ahead < fill);
                if (ahead < count) value_out: assert (data == (ahead == 0 ? \dut.fifo.head_reg : \dut.fifo.tail_reg ));
                else if (ahead < outside) value_read: assert (data == \dut.word );
                else value_stored: assert (addr == \dut.ram.proof_addr && data == \dut.ram.proof_word );
            end
        end
    end
endmodule

`default_nettype wire
