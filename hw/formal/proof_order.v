// Scoreboard of one output stream: what went in comes out, once, in order, and an offered beat stays as it is.
// The solver marks any one piece of data at the moment it goes in (`mark`), behind `mark_ahead` beats that are to come
// out first; it must be in the beat that follows them. Since the choice is free, this holds for every piece.
// `fill` counts the beats owed: none may come that is not owed, and each owed beat must come within PATIENCE cycles.
// It assumes nothing of the neighbours: tvalid and tready are free in every cycle, and so is rst after the first.
`default_nettype none

module proof_order #(
    // Bits of an output beat.
    parameter BEAT_BITS = 8,
    // Bits of the marked piece; where in the output beat it stands is the caller's affair.
    parameter DATA_BITS = 8,
    // Bits of the counts of beats.
    parameter COUNT_BITS = 4,
    // Cycles from the moment a beat is owed to the one in which it is offered, if nothing stands before it.
    parameter PATIENCE = 1
) (
    input  wire                  clk,
    input  wire                  rst,

    // Output beats that the input of this cycle makes due.
    input  wire [COUNT_BITS-1:0] add,
    input  wire                  mark,
    input  wire [COUNT_BITS-1:0] mark_ahead,
    input  wire [DATA_BITS-1:0]  mark_data,

    input  wire                  valid,
    input  wire                  ready,
    input  wire [BEAT_BITS-1:0]  beat,
    // The piece of `beat` to compare.
    input  wire [DATA_BITS-1:0]  piece,

    // The mark of this cycle is the one to follow.
    output wire                  take,
    // For the invariants that lead the induction.
    output reg  [COUNT_BITS-1:0] fill,
    output reg                   marked,
    output reg  [COUNT_BITS-1:0] ahead,
    output reg  [DATA_BITS-1:0]  data
);
    reg past_reg = 1'b0;
    reg [COUNT_BITS-1:0] waited;
    wire pop = valid & ready;
    wire out_now = marked & pop & (ahead == 0);

    assign take = mark & (!marked | out_now);

    always @(posedge clk) begin
        past_reg <= 1'b1;
        if (rst) begin
            fill <= 0;
            marked <= 1'b0;
            waited <= 0;
        end else begin
            fill <= fill + add - pop;
            waited <= valid | (fill == 0) ? 0 : waited + 1'b1;
            if (take) begin
                marked <= 1'b1;
                ahead <= mark_ahead;
                data <= mark_data;
            end else if (out_now) marked <= 1'b0;
            else if (marked & pop) ahead <= ahead - 1'b1;
        end
    end

    always @(posedge clk) begin
        if (!past_reg) assume (rst);
        else begin
            not_duplicated: assert (!valid || fill != 0);
            in_order: assert (!out_now || piece == data);
            not_lost: assert (waited < PATIENCE);
            if (!$past(rst) && $past(valid && !ready)) begin
                valid_holds: assert (valid);
                data_holds: assert ($stable(beat));
            end
            // Reached, so that the proof is not empty: a beat that waited behind another one comes out.
            came_out: cover (out_now && $past(marked) && $past(ahead) != 0);
        end
    end
endmodule

`default_nettype wire
