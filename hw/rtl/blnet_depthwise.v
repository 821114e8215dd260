// Depthwise engine: every lane has its own channel. A beat brings TAPS taps of LANES channels (lanes innermost);
// FOLD_TAPS beats make one output. It takes a beat a cycle and never waits by itself.
// Stages: memories, operands, products, sum, accumulator; then blnet_emit.
`default_nettype none

module blnet_depthwise #(
    // Channels at once.
    parameter LANES = 1,
    // Taps per beat.
    parameter TAPS = 1,
    // Beats per output.
    parameter FOLD_TAPS = 9,
    // Lane groups per pixel.
    parameter GROUPS = 1,
    // Outputs per output beat; LANES / LANES_OUT is at most FOLD_TAPS.
    parameter LANES_OUT = 1,
    parameter X_BITS = 8,
    parameter X_SIGNED = 1,
    parameter W_BITS = 8,
    // Requantizer: see blnet_requant.
    parameter ACC_BITS = 24,
    parameter M_BITS = 17,
    parameter C_BITS = 42,
    parameter SHIFT = 16,
    parameter OUT_BITS = 8,
    parameter ZERO_POINT = 0,
    parameter CLAMP_MIN = -128,
    parameter CLAMP_MAX = 127,
    // GROUPS * FOLD_TAPS words of TAPS * LANES weights, lanes innermost.
    parameter WEIGHT_FILE = "",
    parameter REQUANT_FILE = ""
) (
    input  wire                          clk,
    input  wire                          rst,

    input  wire [TAPS*LANES*X_BITS-1:0]  s_axis_tdata,
    input  wire                          s_axis_tvalid,
    output wire                          s_axis_tready,

    output wire [LANES_OUT*OUT_BITS-1:0] m_axis_tdata,
    output wire                          m_axis_tvalid,
    input  wire                          m_axis_tready
);
    localparam PHASE_BITS = FOLD_TAPS > 1 ? $clog2(FOLD_TAPS) : 1;
    localparam WORDS = GROUPS * FOLD_TAPS;
    localparam ADDR_BITS = WORDS > 1 ? $clog2(WORDS) : 1;
    localparam PRODUCT_BITS = X_BITS + 1 + W_BITS;
    localparam SUM_BITS = PRODUCT_BITS + $clog2(TAPS);
    localparam WIDE = SUM_BITS > ACC_BITS ? SUM_BITS : ACC_BITS;
    localparam ELEMENTS = TAPS * LANES;

    generate
        if (LANES > FOLD_TAPS * LANES_OUT) begin : g_illegal
            blnet_error_output_beats_must_fit_fold_taps illegal ();
        end
    endgenerate

    wire ce;
    reg [PHASE_BITS-1:0] phase_reg;
    reg [ADDR_BITS-1:0]  addr_reg;
    reg [ELEMENTS*X_BITS-1:0] x_word_reg;
    reg [ELEMENTS*X_BITS-1:0] x_reg;
    wire [ELEMENTS*W_BITS-1:0] w_word;
    wire issue = s_axis_tvalid & ce;

    assign s_axis_tready = ce;

    reg [4:1] valid_reg;
    reg [4:1] first_reg;
    reg [4:1] last_reg;
    reg       done_reg;

    always @(posedge clk) begin
        if (rst) begin
            phase_reg <= 0;
            addr_reg <= 0;
            valid_reg <= 4'd0;
            done_reg <= 1'b0;
        end else if (ce) begin
            valid_reg <= {valid_reg[3:1], issue};
            done_reg <= valid_reg[4] & last_reg[4];
            if (issue) begin
                phase_reg <= phase_reg == FOLD_TAPS - 1 ? 0 : phase_reg + 1'b1;
                addr_reg <= addr_reg == WORDS - 1 ? 0 : addr_reg + 1'b1;
            end
        end
        if (ce) begin
            first_reg <= {first_reg[3:1], phase_reg == 0};
            last_reg <= {last_reg[3:1], phase_reg == FOLD_TAPS - 1};
            x_word_reg <= s_axis_tdata;
            x_reg <= x_word_reg;
        end
    end

    blnet_rom #(
        .WIDTH(ELEMENTS*W_BITS), .DEPTH(WORDS), .FILE(WEIGHT_FILE)
    ) rom (
        .clk(clk), .read_en(ce), .read_addr(addr_reg), .read_data(w_word)
    );

    wire [LANES*ACC_BITS-1:0] acc;

    genvar l, t;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            reg  [TAPS*PRODUCT_BITS-1:0] product_reg;
            reg  signed [SUM_BITS-1:0]   sum;
            reg  signed [SUM_BITS-1:0]   sum_reg;
            reg  signed [ACC_BITS-1:0]   acc_reg;
            wire signed [WIDE-1:0]       base = first_reg[4] ? {WIDE{1'b0}} : {{(WIDE-ACC_BITS){acc_reg[ACC_BITS-1]}}, acc_reg};
            wire signed [WIDE-1:0]       next = base + sum_reg;

            for (t = 0; t < TAPS; t = t + 1) begin : g_tap
                localparam E = t * LANES + l;
                reg  signed [W_BITS-1:0] w_reg;
                wire signed [X_BITS:0]   x = {X_SIGNED ? x_reg[E*X_BITS + X_BITS-1] : 1'b0, x_reg[E*X_BITS +: X_BITS]};
                wire signed [PRODUCT_BITS-1:0] product = x * w_reg;
                always @(posedge clk) if (ce) begin
                    w_reg <= w_word[E*W_BITS +: W_BITS];
                    product_reg[t*PRODUCT_BITS +: PRODUCT_BITS] <= product;
                end
            end

            integer i;
            always @* begin
                sum = 0;
                for (i = 0; i < TAPS; i = i + 1) sum = sum + $signed(product_reg[i*PRODUCT_BITS +: PRODUCT_BITS]);
            end

            always @(posedge clk) if (ce) begin
                sum_reg <= sum;
                if (valid_reg[4]) acc_reg <= next[ACC_BITS-1:0];
            end
            assign acc[l*ACC_BITS +: ACC_BITS] = acc_reg;
        end
    endgenerate

    blnet_emit #(
        .PE(LANES), .LANES_OUT(LANES_OUT), .BEATS(GROUPS*(LANES/LANES_OUT)), .REQUANT_FILE(REQUANT_FILE),
        .ACC_BITS(ACC_BITS), .M_BITS(M_BITS), .C_BITS(C_BITS), .SHIFT(SHIFT),
        .OUT_BITS(OUT_BITS), .ZERO_POINT(ZERO_POINT), .CLAMP_MIN(CLAMP_MIN), .CLAMP_MAX(CLAMP_MAX)
    ) back (
        .clk(clk), .rst(rst),
        .ce(ce), .done(done_reg), .acc(acc),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule

`default_nettype wire
