// Back half of the engines: captures PE finished accumulators, hands them out LANES_OUT a cycle, requantizes.
// `done` marks a finished set in acc; it must not come faster than every PE / LANES_OUT enabled cycles.
// The ROM holds one word per output beat of a pixel or, for a depthwise engine, of all groups.
`default_nettype none

module blnet_emit #(
    // Accumulators.
    parameter PE = 1,
    // Results per output beat; divides PE.
    parameter LANES_OUT = 1,
    // Words of the requantizer's ROM.
    parameter BEATS = 1,
    // Requantizer: see blnet_requant.
    parameter ACC_BITS = 24,
    parameter M_BITS = 17,
    parameter C_BITS = 42,
    parameter SHIFT = 16,
    parameter OUT_BITS = 8,
    parameter ZERO_POINT = 0,
    parameter CLAMP_MIN = -128,
    parameter CLAMP_MAX = 127,
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
    localparam SETS = PE / LANES_OUT;
    localparam SET_BITS = $clog2(SETS + 1);
    localparam STEP = LANES_OUT * ACC_BITS;
    localparam ADDR_BITS = BEATS > 1 ? $clog2(BEATS) : 1;
    localparam WORD_BITS = LANES_OUT * (M_BITS + C_BITS);

    generate
        if (SETS * LANES_OUT != PE) begin : g_illegal
            blnet_error_lanes_out_must_divide_pe illegal ();
        end
    endgenerate

    reg [PE*ACC_BITS-1:0] hold_reg;
    reg [SET_BITS-1:0]    held_reg;
    reg [ADDR_BITS-1:0]   addr_reg;
    wire                  send = held_reg != 0;
    wire [WORD_BITS-1:0]  operands;

    always @(posedge clk) begin
        if (ce) begin
            if (done) hold_reg <= acc;
            else hold_reg <= hold_reg >> STEP;
        end
        if (rst) begin
            held_reg <= 0;
            addr_reg <= 0;
        end else if (ce) begin
            if (done) held_reg <= SETS;
            else if (send) held_reg <= held_reg - 1'b1;
            if (send) addr_reg <= addr_reg == BEATS - 1 ? 0 : addr_reg + 1'b1;
        end
    end

    blnet_rom #(
        .WIDTH(WORD_BITS), .DEPTH(BEATS), .FILE(REQUANT_FILE)
    ) rom (
        .clk(clk), .read_en(ce), .read_addr(addr_reg), .read_data(operands)
    );

    blnet_requant #(
        .LANES(LANES_OUT),
        .ACC_BITS(ACC_BITS), .M_BITS(M_BITS), .C_BITS(C_BITS), .SHIFT(SHIFT),
        .OUT_BITS(OUT_BITS), .ZERO_POINT(ZERO_POINT), .CLAMP_MIN(CLAMP_MIN), .CLAMP_MAX(CLAMP_MAX)
    ) requant (
        .clk(clk), .rst(rst),
        .ce(ce), .in_valid(send), .in_acc(hold_reg[STEP-1:0]), .operands(operands),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule

`default_nettype wire
