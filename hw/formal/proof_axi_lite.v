// Proof of blnet_axi_lite, by induction, for any master: responses answer complete requests, one each, and stand until
// they are taken; every write reaches the registers once, with the data of its own request; no request waits for ever.
`default_nettype none

module proof_axi_lite #(
    parameter ADDR_BITS = 4
) (
    input wire                 clk,
    input wire                 rst,
    input wire [ADDR_BITS-1:0] s_axi_awaddr,
    input wire                 s_axi_awvalid,
    input wire [31:0]          s_axi_wdata,
    input wire [3:0]           s_axi_wstrb,
    input wire                 s_axi_wvalid,
    input wire                 s_axi_bready,
    input wire [ADDR_BITS-1:0] s_axi_araddr,
    input wire                 s_axi_arvalid,
    input wire                 s_axi_rready,
    input wire [31:0]          read_data
);
    wire s_axi_awready, s_axi_wready, s_axi_bvalid, s_axi_arready, s_axi_rvalid, write_en;
    wire [1:0] s_axi_bresp, s_axi_rresp;
    wire [31:0] s_axi_rdata, write_data;
    wire [3:0] write_strb;
    wire [ADDR_BITS-3:0] write_word, read_word;

    blnet_axi_lite #(.ADDR_BITS(ADDR_BITS)) dut (
        .clk(clk), .rst(rst),
        .s_axi_awaddr(s_axi_awaddr), .s_axi_awvalid(s_axi_awvalid), .s_axi_awready(s_axi_awready),
        .s_axi_wdata(s_axi_wdata), .s_axi_wstrb(s_axi_wstrb), .s_axi_wvalid(s_axi_wvalid), .s_axi_wready(s_axi_wready),
        .s_axi_bresp(s_axi_bresp), .s_axi_bvalid(s_axi_bvalid), .s_axi_bready(s_axi_bready),
        .s_axi_araddr(s_axi_araddr), .s_axi_arvalid(s_axi_arvalid), .s_axi_arready(s_axi_arready),
        .s_axi_rdata(s_axi_rdata), .s_axi_rresp(s_axi_rresp), .s_axi_rvalid(s_axi_rvalid), .s_axi_rready(s_axi_rready),
        .write_en(write_en), .write_word(write_word), .write_data(write_data), .write_strb(write_strb),
        .read_word(read_word), .read_data(read_data)
    );

    // Requests that wait for their effect, responses that are due, and what the last request of each channel said.
    reg [1:0] aw_open, w_open, ar_open, b_due, r_due;
    reg [ADDR_BITS-3:0] aw_last, ar_last;
    reg [35:0] w_last;
    reg [31:0] r_last;
    // Cycles in a row that a complete request waits although its response is taken.
    reg [1:0] waited;
    wire aw = s_axi_awvalid & s_axi_awready;
    wire w = s_axi_wvalid & s_axi_wready;
    wire b = s_axi_bvalid & s_axi_bready;
    wire ar = s_axi_arvalid & s_axi_arready;
    wire r = s_axi_rvalid & s_axi_rready;
    (* hierconn *) wire \dut.do_read ;
    (* hierconn *) wire \dut.aw_held_reg ;
    (* hierconn *) wire \dut.w_held_reg ;
    (* hierconn *) wire \dut.ar_held_reg ;
    reg past_reg = 1'b0;

    always @(posedge clk) begin
        past_reg <= 1'b1;
        if (rst) begin
            {aw_open, w_open, ar_open, b_due, r_due, waited} <= 0;
        end else begin
            aw_open <= aw_open + aw - write_en;
            w_open <= w_open + w - write_en;
            ar_open <= ar_open + ar - \dut.do_read ;
            b_due <= b_due + write_en - b;
            r_due <= r_due + \dut.do_read - r;
            waited <= (aw_open != 0 && w_open != 0 && s_axi_bready && !write_en)
                || (ar_open != 0 && s_axi_rready && !\dut.do_read ) ? waited + 1'b1 : 0;
        end
        if (aw) aw_last <= s_axi_awaddr[ADDR_BITS-1:2];
        if (w) w_last <= {s_axi_wstrb, s_axi_wdata};
        if (ar) ar_last <= s_axi_araddr[ADDR_BITS-1:2];
        if (\dut.do_read ) r_last <= read_data;
        if (!past_reg) assume (rst);
        else begin
            if (write_en) write_complete: assert (aw_open != 0 && w_open != 0);
            if (aw_open != 0) write_address: assert (write_word == aw_last);
            if (w_open != 0) write_content: assert ({write_strb, write_data} == w_last);
            if (\dut.do_read ) read_complete: assert (ar_open != 0);
            if (ar_open != 0) read_address: assert (read_word == ar_last);
            response_due: assert (s_axi_bvalid == (b_due != 0) && s_axi_rvalid == (r_due != 0));
            okay: assert (s_axi_bresp == 0 && s_axi_rresp == 0);
            if (s_axi_rvalid) read_content: assert (s_axi_rdata == r_last);
            prompt: assert (waited == 0);
            if (!$past(rst)) begin
                if ($past(s_axi_bvalid && !s_axi_bready)) b_holds: assert (s_axi_bvalid && $stable(s_axi_bresp));
                if ($past(s_axi_rvalid && !s_axi_rready)) r_holds: assert (s_axi_rvalid && $stable(s_axi_rdata));
            end
            held: assert (aw_open == \dut.aw_held_reg && w_open == \dut.w_held_reg && ar_open == \dut.ar_held_reg );
            dues: assert (b_due <= 1 && r_due <= 1);
            came_out: cover (b && r && $past(aw) && !$past(w));
        end
    end
endmodule

`default_nettype wire
