// A cell of ECP5 for which Yosys has no simulation model, as far as blnet's netlists use it. What it does not do
// instantiates a module that does not exist. After Lattice FPGA-TN-02205.
//
// Product of 18 x 18 bits, signed or not by port; registers at the inputs, behind the multiplier and at the output, each
// on CLK0 and CE0 or absent.
`default_nettype none

module MULT18X18D (
    input wire A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0,
    input wire B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0,
    input wire C17, C16, C15, C14, C13, C12, C11, C10, C9, C8, C7, C6, C5, C4, C3, C2, C1, C0,
    input wire SIGNEDA, SIGNEDB, SOURCEA, SOURCEB,
    input wire CLK3, CLK2, CLK1, CLK0, CE3, CE2, CE1, CE0, RST3, RST2, RST1, RST0,
    output wire P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18, P17, P16, P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0
);
    parameter REG_INPUTA_CLK = "NONE";
    parameter REG_INPUTA_CE = "CE0";
    parameter REG_INPUTA_RST = "RST0";
    parameter REG_INPUTB_CLK = "NONE";
    parameter REG_INPUTB_CE = "CE0";
    parameter REG_INPUTB_RST = "RST0";
    parameter REG_PIPELINE_CLK = "NONE";
    parameter REG_PIPELINE_CE = "CE0";
    parameter REG_PIPELINE_RST = "RST0";
    parameter REG_OUTPUT_CLK = "NONE";
    parameter REG_OUTPUT_CE = "CE0";
    parameter REG_OUTPUT_RST = "RST0";

    generate
        if ((REG_INPUTA_CLK != "NONE" && REG_INPUTA_CLK != "CLK0") || (REG_INPUTB_CLK != "NONE" && REG_INPUTB_CLK != "CLK0")
            || (REG_PIPELINE_CLK != "NONE" && REG_PIPELINE_CLK != "CLK0")
            || (REG_OUTPUT_CLK != "NONE" && REG_OUTPUT_CLK != "CLK0") || REG_INPUTA_CE != "CE0" || REG_INPUTB_CE != "CE0"
            || REG_PIPELINE_CE != "CE0" || REG_OUTPUT_CE != "CE0") begin : g_unknown
            blnet_error_this_use_of_MULT18X18D_has_no_model illegal ();
        end
    endgenerate

    wire [17:0] a_in = {A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0};
    wire [17:0] b_in = {B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0};
    reg signed [18:0] a_reg;
    reg signed [18:0] b_reg;
    reg signed [37:0] pipeline_reg;
    reg [35:0] output_reg;
    wire signed [18:0] a_wide = {SIGNEDA & a_in[17], a_in};
    wire signed [18:0] b_wide = {SIGNEDB & b_in[17], b_in};
    wire signed [18:0] a = REG_INPUTA_CLK == "NONE" ? a_wide : a_reg;
    wire signed [18:0] b = REG_INPUTB_CLK == "NONE" ? b_wide : b_reg;
    wire signed [37:0] product = a * b;
    wire signed [37:0] piped = REG_PIPELINE_CLK == "NONE" ? product : pipeline_reg;
    wire [35:0] result = REG_OUTPUT_CLK == "NONE" ? piped[35:0] : output_reg;
    always @(posedge CLK0) if (RST0) begin
        a_reg <= 19'd0;
        b_reg <= 19'd0;
        pipeline_reg <= 38'd0;
        output_reg <= 36'd0;
    end else if (CE0) begin
        a_reg <= a_wide;
        b_reg <= b_wide;
        pipeline_reg <= product;
        output_reg <= piped[35:0];
    end
    assign {P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18, P17, P16, P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0} = result;
endmodule

`default_nettype wire
