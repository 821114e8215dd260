// A cell of ECP5 for which Yosys has no simulation model, as far as blnet's netlists use it. What it does not do
// instantiates a module that does not exist. After Lattice FPGA-TN-02204.
//
// 1024 words of 18 bits, two ports of 1, 2, 4, 9, 18 or 36 bits; a port of 36 takes the data pins of both. Bits are
// addressed alike at every width: a unit of 9 bits holds 8 of the narrower ports. INITVAL_xx holds 16 words, 20 bits each.
// The resets have to stay low: what they would do is unknown here.
`default_nettype none

module DP16KD (
    input wire DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5, DIA4, DIA3, DIA2, DIA1, DIA0,
    input wire ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0,
    input wire CEA, OCEA, CLKA, WEA, RSTA, CSA2, CSA1, CSA0,
    output wire DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4, DOA3, DOA2, DOA1, DOA0,
    input wire DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4, DIB3, DIB2, DIB1, DIB0,
    input wire ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0,
    input wire CEB, OCEB, CLKB, WEB, RSTB, CSB2, CSB1, CSB0,
    output wire DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4, DOB3, DOB2, DOB1, DOB0
);
    parameter DATA_WIDTH_A = 18;
    parameter DATA_WIDTH_B = 18;
    parameter REGMODE_A = "NOREG";
    parameter REGMODE_B = "NOREG";
    parameter RESETMODE = "SYNC";
    parameter ASYNC_RESET_RELEASE = "SYNC";
    parameter CSDECODE_A = "0b000";
    parameter CSDECODE_B = "0b000";
    parameter WRITEMODE_A = "NORMAL";
    parameter WRITEMODE_B = "NORMAL";
    parameter CLKAMUX = "CLKA";
    parameter CLKBMUX = "CLKB";
    parameter GSR = "ENABLED";
    parameter [319:0]
        INITVAL_00 = 320'h0, INITVAL_01 = 320'h0, INITVAL_02 = 320'h0, INITVAL_03 = 320'h0,
        INITVAL_04 = 320'h0, INITVAL_05 = 320'h0, INITVAL_06 = 320'h0, INITVAL_07 = 320'h0,
        INITVAL_08 = 320'h0, INITVAL_09 = 320'h0, INITVAL_0A = 320'h0, INITVAL_0B = 320'h0,
        INITVAL_0C = 320'h0, INITVAL_0D = 320'h0, INITVAL_0E = 320'h0, INITVAL_0F = 320'h0,
        INITVAL_10 = 320'h0, INITVAL_11 = 320'h0, INITVAL_12 = 320'h0, INITVAL_13 = 320'h0,
        INITVAL_14 = 320'h0, INITVAL_15 = 320'h0, INITVAL_16 = 320'h0, INITVAL_17 = 320'h0,
        INITVAL_18 = 320'h0, INITVAL_19 = 320'h0, INITVAL_1A = 320'h0, INITVAL_1B = 320'h0,
        INITVAL_1C = 320'h0, INITVAL_1D = 320'h0, INITVAL_1E = 320'h0, INITVAL_1F = 320'h0,
        INITVAL_20 = 320'h0, INITVAL_21 = 320'h0, INITVAL_22 = 320'h0, INITVAL_23 = 320'h0,
        INITVAL_24 = 320'h0, INITVAL_25 = 320'h0, INITVAL_26 = 320'h0, INITVAL_27 = 320'h0,
        INITVAL_28 = 320'h0, INITVAL_29 = 320'h0, INITVAL_2A = 320'h0, INITVAL_2B = 320'h0,
        INITVAL_2C = 320'h0, INITVAL_2D = 320'h0, INITVAL_2E = 320'h0, INITVAL_2F = 320'h0,
        INITVAL_30 = 320'h0, INITVAL_31 = 320'h0, INITVAL_32 = 320'h0, INITVAL_33 = 320'h0,
        INITVAL_34 = 320'h0, INITVAL_35 = 320'h0, INITVAL_36 = 320'h0, INITVAL_37 = 320'h0,
        INITVAL_38 = 320'h0, INITVAL_39 = 320'h0, INITVAL_3A = 320'h0, INITVAL_3B = 320'h0,
        INITVAL_3C = 320'h0, INITVAL_3D = 320'h0, INITVAL_3E = 320'h0, INITVAL_3F = 320'h0;

    generate
        if (CLKAMUX != "CLKA" || CLKBMUX != "CLKB" || CSDECODE_A != "0b000"
            || CSDECODE_B != "0b000" || WRITEMODE_A == "WRITETHROUGH" || WRITEMODE_B == "WRITETHROUGH"
            || DATA_WIDTH_A == 36 && REGMODE_A != REGMODE_B
            || DATA_WIDTH_B == 36 && REGMODE_A != REGMODE_B) begin : g_unknown
            blnet_error_this_use_of_DP16KD_has_no_model illegal ();
        end
    endgenerate

    localparam [64*320-1:0] INIT = {
        INITVAL_3F, INITVAL_3E, INITVAL_3D, INITVAL_3C,
        INITVAL_3B, INITVAL_3A, INITVAL_39, INITVAL_38,
        INITVAL_37, INITVAL_36, INITVAL_35, INITVAL_34,
        INITVAL_33, INITVAL_32, INITVAL_31, INITVAL_30,
        INITVAL_2F, INITVAL_2E, INITVAL_2D, INITVAL_2C,
        INITVAL_2B, INITVAL_2A, INITVAL_29, INITVAL_28,
        INITVAL_27, INITVAL_26, INITVAL_25, INITVAL_24,
        INITVAL_23, INITVAL_22, INITVAL_21, INITVAL_20,
        INITVAL_1F, INITVAL_1E, INITVAL_1D, INITVAL_1C,
        INITVAL_1B, INITVAL_1A, INITVAL_19, INITVAL_18,
        INITVAL_17, INITVAL_16, INITVAL_15, INITVAL_14,
        INITVAL_13, INITVAL_12, INITVAL_11, INITVAL_10,
        INITVAL_0F, INITVAL_0E, INITVAL_0D, INITVAL_0C,
        INITVAL_0B, INITVAL_0A, INITVAL_09, INITVAL_08,
        INITVAL_07, INITVAL_06, INITVAL_05, INITVAL_04,
        INITVAL_03, INITVAL_02, INITVAL_01, INITVAL_00
    };

    reg [8:0] units [0:2047];
    // In a variable: a simulator may build a constant anew for every part of it that is read.
    reg [64*320-1:0] init;
    integer i;
    initial begin
        init = INIT;
        for (i = 0; i < 2048; i = i + 1) units[i] = init[(i / 2) * 20 + (i % 2) * 9 +: 9];
    end

    wire [17:0] dia = {DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5, DIA4, DIA3, DIA2, DIA1, DIA0};
    wire [17:0] dib = {DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4, DIB3, DIB2, DIB1, DIB0};
    wire [13:0] ada = {ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0};
    wire [13:0] adb = {ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0};
    wire [35:0] write_a = {dib, dia};
    wire [35:0] write_b = DATA_WIDTH_B == 36 ? {dib, dia} : {18'd0, dib};
    reg [35:0] read_a;
    reg [35:0] read_b;

    // Bits of a unit that a port narrower than it takes.
    function [8:0] merged(input [8:0] unit, input [8:0] data, input [2:0] bit_address, input integer width);
        integer b;
        begin
            merged = unit;
            for (b = 0; b < 8; b = b + 1)
                if (b / width == bit_address / width) merged[b] = data[b % width];
        end
    endfunction

    function [8:0] narrowed(input [8:0] unit, input [2:0] bit_address, input integer width);
        integer b;
        begin
            narrowed = 9'd0;
            for (b = 0; b < 8; b = b + 1)
                if (b / width == bit_address / width) narrowed[b % width] = unit[b];
        end
    endfunction

    generate
        if (DATA_WIDTH_A < 9) begin : g_narrow_a
            always @(posedge CLKA) if (CEA) begin
                if (WEA) units[ada[13:3]] <= merged(units[ada[13:3]], dia[8:0], ada[2:0], DATA_WIDTH_A);
                if (!WEA || WRITEMODE_A != "NORMAL")
                    read_a <= {27'd0, narrowed(units[ada[13:3]], ada[2:0], DATA_WIDTH_A)};
                if (RSTA) read_a <= 36'bx;
            end
        end else begin : g_wide_a
            localparam UNITS = DATA_WIDTH_A / 9;
            integer a;
            // The low address bits enable the bytes of a wide word.
            always @(posedge CLKA) if (CEA) begin
                for (a = 0; a < UNITS; a = a + 1) begin
                    if (WEA && (UNITS == 1 || ada[a % 4])) units[(ada[13:3] / UNITS) * UNITS + a] <= write_a[9*a +: 9];
                    if (!WEA || WRITEMODE_A != "NORMAL")
                        read_a[9*a +: 9] <= units[(ada[13:3] / UNITS) * UNITS + a];
                end
                if (RSTA) read_a <= 36'bx;
            end
        end
        if (DATA_WIDTH_B < 9) begin : g_narrow_b
            always @(posedge CLKB) if (CEB) begin
                if (WEB) units[adb[13:3]] <= merged(units[adb[13:3]], dib[8:0], adb[2:0], DATA_WIDTH_B);
                if (!WEB || WRITEMODE_B != "NORMAL")
                    read_b <= {27'd0, narrowed(units[adb[13:3]], adb[2:0], DATA_WIDTH_B)};
                if (RSTB) read_b <= 36'bx;
            end
        end else begin : g_wide_b
            localparam UNITS = DATA_WIDTH_B / 9;
            integer b;
            always @(posedge CLKB) if (CEB) begin
                for (b = 0; b < UNITS; b = b + 1) begin
                    if (WEB && (UNITS == 1 || adb[b % 4])) units[(adb[13:3] / UNITS) * UNITS + b] <= write_b[9*b +: 9];
                    if (!WEB || WRITEMODE_B != "NORMAL")
                        read_b[9*b +: 9] <= units[(adb[13:3] / UNITS) * UNITS + b];
                end
                if (RSTB) read_b <= 36'bx;
            end
        end
    endgenerate

    reg [35:0] out_a_reg;
    reg [35:0] out_b_reg;
    always @(posedge CLKA) if (OCEA) out_a_reg <= read_a;
    always @(posedge CLKB) if (OCEB) out_b_reg <= read_b;
    wire [35:0] out_a = REGMODE_A == "OUTREG" ? out_a_reg : read_a;
    wire [35:0] out_b = REGMODE_B == "OUTREG" ? out_b_reg : read_b;
    wire [17:0] doa = DATA_WIDTH_B == 36 ? out_b[17:0] : out_a[17:0];
    wire [17:0] dob = DATA_WIDTH_B == 36 ? out_b[35:18] : out_b[17:0];
    assign {DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4, DOA3, DOA2, DOA1, DOA0} = doa;
    assign {DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4, DOB3, DOB2, DOB1, DOB0} = dob;
endmodule

`default_nettype wire
