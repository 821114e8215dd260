// Maximum over a window: TAPS taps of LANES channels a beat (lanes innermost), FOLD_TAPS beats per output.
// One beat a cycle.
#ifndef BLNET_MAX_POOL_HPP
#define BLNET_MAX_POOL_HPP

#include "blnet_common.hpp"

template <int BEATS, int LANES, int BITS, int SIGNED, int TAPS, int FOLD_TAPS>
void blnet_max_pool(hls::stream<ap_uint<TAPS * LANES * BITS> >& in, hls::stream<ap_uint<LANES * BITS> >& out) {
  ap_int<BITS + 1> best[LANES];
#pragma HLS ARRAY_PARTITION variable=best type=complete dim=1
  int phase = 0;
  for (int i = 0; i < BEATS * FOLD_TAPS; i++) {
#pragma HLS PIPELINE II=1 style=frp
    const ap_uint<TAPS * LANES * BITS> x = in.read();
    ap_uint<LANES * BITS> word;
    for (int l = 0; l < LANES; l++) {
#pragma HLS UNROLL
      ap_int<BITS + 1> most = blnet_lane<BITS, SIGNED>(x, l);
      for (int t = 1; t < TAPS; t++) {
#pragma HLS UNROLL
        const ap_int<BITS + 1> tap = blnet_lane<BITS, SIGNED>(x, t * LANES + l);
        if (tap > most) most = tap;
      }
      if (phase > 0) {
        const ap_int<BITS + 1> before = best[l];
        if (before > most) most = before;
      }
      best[l] = most;
      word.range(l * BITS + BITS - 1, l * BITS) = most.range(BITS - 1, 0);
    }
    if (phase == FOLD_TAPS - 1) {
      out.write(word);
      phase = 0;
    } else {
      phase++;
    }
  }
}

#endif
