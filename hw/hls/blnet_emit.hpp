// Back half of the engines: takes PE finished sums at a time, requantizes LANES_OUT of them and sends them, a beat every
// BEAT_CYCLES cycles. A process of its own, so that finished results never wait for the engine's next input.
#ifndef BLNET_EMIT_HPP
#define BLNET_EMIT_HPP

#include "blnet_common.hpp"

// A pixel has BEATS output beats; what is left of its last word of sums is padding. The arrays hold the operands of a
// pixel's beats. Spare cycles per beat let fewer multipliers do; SCALE_DSP as in blnet_requantize.
template <int PIXELS, int PE, int LANES_OUT, int BEATS, int BEAT_CYCLES, int ACC_BITS, int M_BITS, int BIAS_BITS,
          int SUM_BITS, int SHIFT, int SPREAD_BITS, int CORRECTION_BITS, int CORRECTION_UNIT, int OUT_BITS,
          int ZERO_POINT, int CLAMP_MIN, int CLAMP_MAX, int SCALE_DSP, int R_BITS>
void blnet_emit(hls::stream<ap_uint<PE * ACC_BITS> >& in, hls::stream<ap_uint<LANES_OUT * OUT_BITS> >& out,
                const ap_uint<M_BITS> multipliers[BEATS][LANES_OUT], const ap_int<BIAS_BITS> biases[BEATS][LANES_OUT],
                const ap_uint<R_BITS> roundings[BEATS][LANES_OUT]) {
#pragma HLS ARRAY_RESHAPE variable=multipliers type=complete dim=2
#pragma HLS ARRAY_RESHAPE variable=biases type=complete dim=2
#pragma HLS ARRAY_RESHAPE variable=roundings type=complete dim=2
  const int SETS = PE / LANES_OUT;
  ap_uint<PE * ACC_BITS> held = 0;
  int set = 0;
  int beat = 0;
  for (int i = 0; i < PIXELS * BEATS; i++) {
#pragma HLS PIPELINE II=BEAT_CYCLES style=frp
    if (set == 0) held = in.read();
    ap_uint<LANES_OUT * OUT_BITS> word;
    for (int l = 0; l < LANES_OUT; l++) {
#pragma HLS UNROLL
      const ap_int<ACC_BITS> acc = held.range(l * ACC_BITS + ACC_BITS - 1, l * ACC_BITS);
      const ap_uint<OUT_BITS> y =
          blnet_requantize<ACC_BITS, M_BITS, BIAS_BITS, SUM_BITS, SHIFT, SPREAD_BITS, CORRECTION_BITS, CORRECTION_UNIT,
                           OUT_BITS, ZERO_POINT, CLAMP_MIN, CLAMP_MAX, SCALE_DSP>(acc, multipliers[beat][l],
                                                                                  biases[beat][l], roundings[beat][l]);
      word.range(l * OUT_BITS + OUT_BITS - 1, l * OUT_BITS) = y;
    }
    out.write(word);
    if (SETS > 1) held = held >> (LANES_OUT * ACC_BITS);
    const bool pixelEnds = beat == BEATS - 1;
    if (pixelEnds || set == SETS - 1) set = 0;
    else set++;
    if (pixelEnds) beat = 0;
    else beat++;
  }
}

#endif
