// Any function of one value, by a table that the input's bits address. One beat a cycle.
#ifndef BLNET_LOOKUP_HPP
#define BLNET_LOOKUP_HPP

#include "blnet_common.hpp"

template <int BITS, int SIGNED>
struct blnet_entry {
  typedef ap_int<BITS> type;
};
template <int BITS>
struct blnet_entry<BITS, 0> {
  typedef ap_uint<BITS> type;
};

// Every lane reads a column of its own, so that all of them do in one cycle.
template <int BEATS, int LANES, int X_BITS, int OUT_BITS, int OUT_SIGNED>
void blnet_lookup(hls::stream<ap_uint<LANES * X_BITS> >& in, hls::stream<ap_uint<LANES * OUT_BITS> >& out,
                  const typename blnet_entry<OUT_BITS, OUT_SIGNED>::type table[1 << X_BITS][LANES]) {
#pragma HLS ARRAY_PARTITION variable=table type=complete dim=2
  for (int i = 0; i < BEATS; i++) {
#pragma HLS PIPELINE II=1 style=frp
    const ap_uint<LANES * X_BITS> x = in.read();
    ap_uint<LANES * OUT_BITS> word;
    for (int l = 0; l < LANES; l++) {
#pragma HLS UNROLL
      const ap_uint<X_BITS> address = x.range(l * X_BITS + X_BITS - 1, l * X_BITS);
      const ap_int<OUT_BITS + 1> y = table[address.to_int()][l];
      word.range(l * OUT_BITS + OUT_BITS - 1, l * OUT_BITS) = y.range(OUT_BITS - 1, 0);
    }
    out.write(word);
  }
}

#endif
