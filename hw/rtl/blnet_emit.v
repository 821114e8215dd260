// Back half of the engines: captures PE finished accumulators, hands them out LANES_OUT at a time, requantizes.
// `done` marks a finished set in acc; it must not come faster than every PE / LANES_OUT * max(1, SCALE_CYCLES)
// enabled cycles. BEATS output beats make a pixel (or, for a depthwise engine, all groups of one); accumulators
// beyond them are padding and stay behind. The ROM holds one word per beat.
`default_nettype none

module blnet_emit #(
    // Accumulators: 1 or more.
    parameter PE = 1,
    // Results per output beat: 1 or more, divides PE.
    parameter LANES_OUT = 1,
    // Output beats per round through the ROM: 1 or more.
    parameter BEATS = 1,
    // Bits of a signed accumulator: 2..48.
    parameter ACC_BITS = 24,
    // Bits of an unsigned multiplier: 1..26.
    parameter M_BITS = 17,
    // Bits of a signed bias: 1..48.
    parameter BIAS_BITS = 24,
    // Bits of accumulator plus bias: 2..49, at least ACC_BITS.
    parameter SUM_BITS = 25,
    // Bits of the smallest right shift: 1..47.
    parameter SHIFT = 16,
    // Bits of what a channel's shift has beyond it: 0..6.
    parameter SPREAD_BITS = 0,
    // Bits of a signed correction: 0..20.
    parameter CORRECTION_BITS = 0,
    // A correction counts in units of 2 to this: 0 or more, below SHIFT.
    parameter CORRECTION_UNIT = 0,
    // Bits of a result: 2..16.
    parameter OUT_BITS = 8,
    // Added to the shifted value: -32768..65535.
    parameter ZERO_POINT = 0,
    // Smallest result: -32768..65535, fits OUT_BITS, at most CLAMP_MAX.
    parameter CLAMP_MIN = -128,
    // Largest result: -32768..65535, fits OUT_BITS.
    parameter CLAMP_MAX = 127,
    // Multiplies in a DSP (0), in LUTs (1), or in so many cycles in LUTs: 0 or more.
    parameter SCALE_CYCLES = 0,
    // BEATS words of LANES_OUT multipliers, biases and roundings: a path.
    parameter REQUANT_FILE = ""
) (
    input  wire                          clk,
    input  wire                          rst,

    output wire                          ce,
    input  wire                          done,
    input  wire [PE*ACC_BITS-1:0]        acc,

    output wire [LANES_OUT*OUT_BITS-1:0] m_axis_tdata,
    output wire                          m_axis_tvalid,
    input  wire                          m_axis_tready
);
    generate
        if (PE < 1) begin : g_illegal_pe blnet_error_pe_must_be_1_or_more illegal (); end
        if (LANES_OUT < 1) begin : g_illegal_lanes_out blnet_error_lanes_out_must_be_1_or_more illegal (); end
        if (PE % (LANES_OUT < 1 ? 1 : LANES_OUT) != 0) begin : g_illegal_lanes_out_2 blnet_error_lanes_out_must_divide_pe illegal (); end
        if (BEATS < 1) begin : g_illegal_beats blnet_error_beats_must_be_1_or_more illegal (); end
    endgenerate

    localparam SETS = PE / LANES_OUT;
    localparam SET_BITS = SETS > 1 ? $clog2(SETS) : 1;
    localparam STEP = LANES_OUT * ACC_BITS;
    localparam ADDR_BITS = BEATS > 1 ? $clog2(BEATS) : 1;
    localparam WORD_BITS = LANES_OUT * (M_BITS + BIAS_BITS + SPREAD_BITS + 2*CORRECTION_BITS);
    localparam WAIT = SCALE_CYCLES > 1 ? SCALE_CYCLES - 1 : 0;
    localparam WAIT_BITS = SCALE_CYCLES > 1 ? $clog2(SCALE_CYCLES) : 1;

    reg [PE*ACC_BITS-1:0] hold_reg;
    reg                   held_reg;
    reg [SET_BITS-1:0]    set_reg;
    reg [ADDR_BITS-1:0]   addr_reg;
    reg [WAIT_BITS-1:0]   wait_reg;
    reg                   valid_reg;
    reg [STEP-1:0]        chosen;
    reg [STEP-1:0]        chosen_reg;
    wire                  send = held_reg && wait_reg == 0;
    wire                  last_addr = addr_reg == BEATS - 1;
    wire [WORD_BITS-1:0]  operands;
    integer               i;

    always @* begin
        chosen = hold_reg[STEP-1:0];
        for (i = 1; i < SETS; i = i + 1) if (set_reg == i) chosen = hold_reg[i*STEP +: STEP];
    end

    always @(posedge clk) begin
        if (ce) begin
            if (done) hold_reg <= acc;
            chosen_reg <= chosen;
        end
        if (rst) begin
            held_reg <= 1'b0;
            set_reg <= 0;
            addr_reg <= 0;
            wait_reg <= 0;
            valid_reg <= 1'b0;
        end else if (ce) begin
            valid_reg <= send;
            if (done) begin
                held_reg <= 1'b1;
                set_reg <= 0;
            end else if (send) begin
                if (last_addr || set_reg == SETS - 1) held_reg <= 1'b0;
                set_reg <= set_reg + 1'b1;
            end
            if (send) begin
                addr_reg <= last_addr ? 0 : addr_reg + 1'b1;
                wait_reg <= WAIT[WAIT_BITS-1:0];
            end else if (wait_reg != 0) wait_reg <= wait_reg - 1'b1;
        end
    end

    blnet_rom #(
        .WIDTH(WORD_BITS), .DEPTH(BEATS), .FILE(REQUANT_FILE)
    ) rom (
        .clk(clk), .read_en(ce), .read_addr(addr_reg), .read_data(operands)
    );

    blnet_requant #(
        .LANES(LANES_OUT),
        .ACC_BITS(ACC_BITS), .M_BITS(M_BITS), .BIAS_BITS(BIAS_BITS), .SUM_BITS(SUM_BITS), .SHIFT(SHIFT),
        .SPREAD_BITS(SPREAD_BITS), .CORRECTION_BITS(CORRECTION_BITS), .CORRECTION_UNIT(CORRECTION_UNIT),
        .OUT_BITS(OUT_BITS), .ZERO_POINT(ZERO_POINT), .CLAMP_MIN(CLAMP_MIN), .CLAMP_MAX(CLAMP_MAX),
        .SCALE_CYCLES(SCALE_CYCLES)
    ) requant (
        .clk(clk), .rst(rst),
        .ce(ce), .in_valid(valid_reg), .in_acc(chosen_reg), .operands(operands),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule

`default_nettype wire
