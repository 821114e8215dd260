// Block RAM of Xilinx 7 series, for which Yosys has no simulation model, as far as blnet's netlists use it: one port
// reads, one writes, whichever. What it does not do instantiates a module that does not exist. After Xilinx UG473.
`default_nettype none

module RAMB18E1 (
    input wire CLKARDCLK, CLKBWRCLK, ENARDEN, ENBWREN, REGCEAREGCE, REGCEB,
    input wire RSTRAMARSTRAM, RSTRAMB, RSTREGARSTREG, RSTREGB,
    input wire [13:0] ADDRARDADDR, ADDRBWRADDR,
    input wire [15:0] DIADI, DIBDI,
    input wire [1:0] DIPADIP, DIPBDIP,
    input wire [1:0] WEA,
    input wire [3:0] WEBWE,
    output wire [15:0] DOADO, DOBDO,
    output wire [1:0] DOPADOP, DOPBDOP
);
    parameter integer DOA_REG = 0;
    parameter integer DOB_REG = 0;
    parameter RAM_MODE = "TDP";
    parameter RAM_EXTENSION_A = "NONE";
    parameter RAM_EXTENSION_B = "NONE";
    parameter integer READ_WIDTH_A = 0;
    parameter integer READ_WIDTH_B = 0;
    parameter integer WRITE_WIDTH_A = 0;
    parameter integer WRITE_WIDTH_B = 0;
    parameter WRITE_MODE_A = "WRITE_FIRST";
    parameter WRITE_MODE_B = "WRITE_FIRST";
    parameter INIT_A = 0;
    parameter INIT_B = 0;
    parameter SRVAL_A = 0;
    parameter SRVAL_B = 0;
    parameter SIM_DEVICE = "7SERIES";
    parameter IS_CLKARDCLK_INVERTED = 1'b0;
    parameter IS_CLKBWRCLK_INVERTED = 1'b0;
    parameter IS_ENARDEN_INVERTED = 1'b0;
    parameter IS_ENBWREN_INVERTED = 1'b0;
    parameter [255:0]
        INIT_00 = 256'h0, INIT_01 = 256'h0, INIT_02 = 256'h0, INIT_03 = 256'h0,
        INIT_04 = 256'h0, INIT_05 = 256'h0, INIT_06 = 256'h0, INIT_07 = 256'h0,
        INIT_08 = 256'h0, INIT_09 = 256'h0, INIT_0A = 256'h0, INIT_0B = 256'h0,
        INIT_0C = 256'h0, INIT_0D = 256'h0, INIT_0E = 256'h0, INIT_0F = 256'h0,
        INIT_10 = 256'h0, INIT_11 = 256'h0, INIT_12 = 256'h0, INIT_13 = 256'h0,
        INIT_14 = 256'h0, INIT_15 = 256'h0, INIT_16 = 256'h0, INIT_17 = 256'h0,
        INIT_18 = 256'h0, INIT_19 = 256'h0, INIT_1A = 256'h0, INIT_1B = 256'h0,
        INIT_1C = 256'h0, INIT_1D = 256'h0, INIT_1E = 256'h0, INIT_1F = 256'h0,
        INIT_20 = 256'h0, INIT_21 = 256'h0, INIT_22 = 256'h0, INIT_23 = 256'h0,
        INIT_24 = 256'h0, INIT_25 = 256'h0, INIT_26 = 256'h0, INIT_27 = 256'h0,
        INIT_28 = 256'h0, INIT_29 = 256'h0, INIT_2A = 256'h0, INIT_2B = 256'h0,
        INIT_2C = 256'h0, INIT_2D = 256'h0, INIT_2E = 256'h0, INIT_2F = 256'h0,
        INIT_30 = 256'h0, INIT_31 = 256'h0, INIT_32 = 256'h0, INIT_33 = 256'h0,
        INIT_34 = 256'h0, INIT_35 = 256'h0, INIT_36 = 256'h0, INIT_37 = 256'h0,
        INIT_38 = 256'h0, INIT_39 = 256'h0, INIT_3A = 256'h0, INIT_3B = 256'h0,
        INIT_3C = 256'h0, INIT_3D = 256'h0, INIT_3E = 256'h0, INIT_3F = 256'h0;
    parameter [255:0]
        INITP_00 = 256'h0, INITP_01 = 256'h0, INITP_02 = 256'h0, INITP_03 = 256'h0,
        INITP_04 = 256'h0, INITP_05 = 256'h0, INITP_06 = 256'h0, INITP_07 = 256'h0;

    generate
        if (DOA_REG != 0 || DOB_REG != 0 || RAM_EXTENSION_A != "NONE" || RAM_EXTENSION_B != "NONE"
            || (WRITE_WIDTH_A > 0 && WRITE_WIDTH_B > 0) || (READ_WIDTH_A > 0 && READ_WIDTH_B > 0) || IS_CLKARDCLK_INVERTED || IS_CLKBWRCLK_INVERTED
            || IS_ENARDEN_INVERTED || IS_ENBWREN_INVERTED) begin : g_unknown
            blnet_error_this_use_of_RAMB18E1_has_no_model illegal ();
        end
    endgenerate

    localparam [16383:0] INIT = {
        INIT_3F, INIT_3E, INIT_3D, INIT_3C, INIT_3B, INIT_3A, INIT_39, INIT_38,
        INIT_37, INIT_36, INIT_35, INIT_34, INIT_33, INIT_32, INIT_31, INIT_30,
        INIT_2F, INIT_2E, INIT_2D, INIT_2C, INIT_2B, INIT_2A, INIT_29, INIT_28,
        INIT_27, INIT_26, INIT_25, INIT_24, INIT_23, INIT_22, INIT_21, INIT_20,
        INIT_1F, INIT_1E, INIT_1D, INIT_1C, INIT_1B, INIT_1A, INIT_19, INIT_18,
        INIT_17, INIT_16, INIT_15, INIT_14, INIT_13, INIT_12, INIT_11, INIT_10,
        INIT_0F, INIT_0E, INIT_0D, INIT_0C, INIT_0B, INIT_0A, INIT_09, INIT_08,
        INIT_07, INIT_06, INIT_05, INIT_04, INIT_03, INIT_02, INIT_01, INIT_00
    };
    localparam [2047:0] INITP = {
        INITP_07, INITP_06, INITP_05, INITP_04, INITP_03, INITP_02, INITP_01, INITP_00
    };

    // As a simple dual port A reads and B writes, with the data pins of both at the widest; else each has its own.
    localparam WIDEST = 36;
    localparam READ_B = READ_WIDTH_B > 0;
    localparam WRITE_A = WRITE_WIDTH_A > 0;
    wire [31:0] data;
    wire [3:0] parity;
    assign DOADO = data[15:0];
    assign DOPADOP = parity[1:0];
    assign DOBDO = READ_WIDTH_A == WIDEST ? data[31:16] : data[15:0];
    assign DOPBDOP = READ_WIDTH_A == WIDEST ? parity[3:2] : parity[1:0];

    blnet_cell_ramb #(
        .ADDR_BITS(14), .READ_WIDTH(READ_B ? READ_WIDTH_B : READ_WIDTH_A),
        .WRITE_WIDTH(WRITE_A ? WRITE_WIDTH_A : WRITE_WIDTH_B), .INIT(INIT), .INITP(INITP)
    ) memory (
        .read_clk(READ_B ? CLKBWRCLK : CLKARDCLK), .read_en(READ_B ? ENBWREN : ENARDEN),
        .reset(READ_B ? RSTRAMB : RSTRAMARSTRAM),
        .read_addr(READ_B ? ADDRBWRADDR[13:0] : ADDRARDADDR[13:0]),
        .read_data(data), .read_parity(parity),
        .write_clk(WRITE_A ? CLKARDCLK : CLKBWRCLK), .write_en(WRITE_A ? ENARDEN : ENBWREN),
        .write_enables(WRITE_A ? {2'd0, WEA} : WEBWE),
        .write_addr(WRITE_A ? ADDRARDADDR[13:0] : ADDRBWRADDR[13:0]),
        .write_data(WRITE_A ? {16'd0, DIADI} : WRITE_WIDTH_B == WIDEST ? {DIBDI, DIADI} : {16'd0, DIBDI}),
        .write_parity(WRITE_A ? {2'd0, DIPADIP} : WRITE_WIDTH_B == WIDEST ? {DIPBDIP, DIPADIP} : {2'd0, DIPBDIP})
    );
endmodule

`default_nettype wire
