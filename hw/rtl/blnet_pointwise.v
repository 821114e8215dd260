// Matrix-vector engine. Per pixel it reads FOLD_IN beats of SIMD inputs, FOLD_OUT times over, and computes PE
// outputs in each pass: acc[p] = sum of w[pass][beat][p][s] * x[beat][s]. FOLD_IN * FOLD_OUT cycles a pixel.
// Two vectors fit the input buffer, so the next pixel arrives meanwhile; the last pass frees what it reads.
// Stages: memories, operands, products, sum, accumulator; then blnet_emit.
`default_nettype none

module blnet_pointwise #(
    // Inputs per beat.
    parameter SIMD = 1,
    // Beats per input vector.
    parameter FOLD_IN = 1,
    // Outputs computed at once.
    parameter PE = 1,
    // Passes over the vector per pixel.
    parameter FOLD_OUT = 1,
    // Outputs per output beat; PE / LANES_OUT is at most FOLD_IN.
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
    // FOLD_OUT * FOLD_IN words of PE * SIMD weights, SIMD innermost.
    parameter WEIGHT_FILE = "",
    parameter REQUANT_FILE = ""
) (
    input  wire                          clk,
    input  wire                          rst,

    input  wire [SIMD*X_BITS-1:0]        s_axis_tdata,
    input  wire                          s_axis_tvalid,
    output wire                          s_axis_tready,

    output wire [LANES_OUT*OUT_BITS-1:0] m_axis_tdata,
    output wire                          m_axis_tvalid,
    input  wire                          m_axis_tready
);
    localparam BEAT_BITS = FOLD_IN > 1 ? $clog2(FOLD_IN) : 1;
    localparam PASS_BITS = FOLD_OUT > 1 ? $clog2(FOLD_OUT) : 1;
    localparam LEVEL_BITS = $clog2(2*FOLD_IN + 1);
    localparam WORDS = FOLD_IN * FOLD_OUT;
    localparam ADDR_BITS = WORDS > 1 ? $clog2(WORDS) : 1;
    localparam PRODUCT_BITS = X_BITS + 1 + W_BITS;
    localparam SUM_BITS = PRODUCT_BITS + $clog2(SIMD);
    localparam WIDE = SUM_BITS > ACC_BITS ? SUM_BITS : ACC_BITS;

    generate
        if (PE > FOLD_IN * LANES_OUT) begin : g_illegal
            blnet_error_output_beats_must_fit_fold_in illegal ();
        end
    endgenerate

    wire ce;

    // Input buffer: two halves of one vector each.
    reg [LEVEL_BITS-1:0] level_reg;
    reg                  write_half_reg;
    reg [BEAT_BITS-1:0]  write_beat_reg;
    reg                  read_half_reg;
    reg [BEAT_BITS-1:0]  beat_reg;
    reg [PASS_BITS-1:0]  pass_reg;
    reg [ADDR_BITS-1:0]  addr_reg;

    wire last_pass = pass_reg == FOLD_OUT - 1;
    wire last_beat = beat_reg == FOLD_IN - 1;
    wire accept = s_axis_tvalid & s_axis_tready;
    wire issue = ce & (last_pass ? level_reg != 0 : level_reg > beat_reg);

    assign s_axis_tready = level_reg < 2*FOLD_IN;

    always @(posedge clk) begin
        if (rst) begin
            level_reg <= 0;
            write_half_reg <= 1'b0;
            write_beat_reg <= 0;
            read_half_reg <= 1'b0;
            beat_reg <= 0;
            pass_reg <= 0;
            addr_reg <= 0;
        end else begin
            level_reg <= level_reg + accept - (issue & last_pass);
            if (accept) begin
                write_beat_reg <= write_beat_reg == FOLD_IN - 1 ? 0 : write_beat_reg + 1'b1;
                write_half_reg <= write_half_reg ^ (write_beat_reg == FOLD_IN - 1);
            end
            if (issue) begin
                addr_reg <= addr_reg == WORDS - 1 ? 0 : addr_reg + 1'b1;
                beat_reg <= last_beat ? 0 : beat_reg + 1'b1;
                if (last_beat) pass_reg <= last_pass ? 0 : pass_reg + 1'b1;
                read_half_reg <= read_half_reg ^ (last_beat & last_pass);
            end
        end
    end

    wire [SIMD*X_BITS-1:0]    x_word;
    wire [PE*SIMD*W_BITS-1:0] w_word;

    blnet_ram #(
        .WIDTH(SIMD*X_BITS), .DEPTH(2 << BEAT_BITS)
    ) buffer (
        .clk(clk),
        .write_en(accept), .write_addr({write_half_reg, write_beat_reg}), .write_data(s_axis_tdata),
        .read_en(ce), .read_addr({read_half_reg, beat_reg}), .read_data(x_word)
    );

    blnet_rom #(
        .WIDTH(PE*SIMD*W_BITS), .DEPTH(WORDS), .FILE(WEIGHT_FILE)
    ) rom (
        .clk(clk), .read_en(ce), .read_addr(addr_reg), .read_data(w_word)
    );

    // Flags travel with the data: stages 1..4; the accumulator is stage 5.
    reg [4:1] valid_reg;
    reg [4:1] first_reg;
    reg [4:1] last_reg;
    reg       done_reg;

    always @(posedge clk) begin
        if (rst) begin
            valid_reg <= 4'd0;
            done_reg <= 1'b0;
        end else if (ce) begin
            valid_reg <= {valid_reg[3:1], issue};
            done_reg <= valid_reg[4] & last_reg[4];
        end
        if (ce) begin
            first_reg <= {first_reg[3:1], beat_reg == 0};
            last_reg <= {last_reg[3:1], last_beat};
        end
    end

    reg [SIMD*X_BITS-1:0] x_reg;

    always @(posedge clk) if (ce) x_reg <= x_word;

    wire [PE*ACC_BITS-1:0] acc;

    genvar p, s;
    generate
        for (p = 0; p < PE; p = p + 1) begin : g_pe
            reg  [SIMD*W_BITS-1:0]       w_reg;
            reg  [SIMD*PRODUCT_BITS-1:0] product_reg;
            reg  signed [SUM_BITS-1:0]   sum;
            reg  signed [SUM_BITS-1:0]   sum_reg;
            reg  signed [ACC_BITS-1:0]   acc_reg;
            wire signed [WIDE-1:0]       base = first_reg[4] ? {WIDE{1'b0}} : {{(WIDE-ACC_BITS){acc_reg[ACC_BITS-1]}}, acc_reg};
            wire signed [WIDE-1:0]       next = base + sum_reg;

            for (s = 0; s < SIMD; s = s + 1) begin : g_simd
                wire signed [X_BITS:0]   x = {X_SIGNED ? x_reg[s*X_BITS + X_BITS-1] : 1'b0, x_reg[s*X_BITS +: X_BITS]};
                wire signed [W_BITS-1:0] w = w_reg[s*W_BITS +: W_BITS];
                wire signed [PRODUCT_BITS-1:0] product = x * w;
                always @(posedge clk) if (ce) product_reg[s*PRODUCT_BITS +: PRODUCT_BITS] <= product;
            end

            integer i;
            always @* begin
                sum = 0;
                for (i = 0; i < SIMD; i = i + 1) sum = sum + $signed(product_reg[i*PRODUCT_BITS +: PRODUCT_BITS]);
            end

            always @(posedge clk) if (ce) begin
                w_reg <= w_word[p*SIMD*W_BITS +: SIMD*W_BITS];
                sum_reg <= sum;
                if (valid_reg[4]) acc_reg <= next[ACC_BITS-1:0];
            end
            assign acc[p*ACC_BITS +: ACC_BITS] = acc_reg;
        end
    endgenerate

    blnet_emit #(
        .PE(PE), .LANES_OUT(LANES_OUT), .BEATS(FOLD_OUT*(PE/LANES_OUT)), .REQUANT_FILE(REQUANT_FILE),
        .ACC_BITS(ACC_BITS), .M_BITS(M_BITS), .C_BITS(C_BITS), .SHIFT(SHIFT),
        .OUT_BITS(OUT_BITS), .ZERO_POINT(ZERO_POINT), .CLAMP_MIN(CLAMP_MIN), .CLAMP_MAX(CLAMP_MAX)
    ) back (
        .clk(clk), .rst(rst),
        .ce(ce), .done(done_reg), .acc(acc),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule

`default_nettype wire
