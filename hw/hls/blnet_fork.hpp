// Copies every beat to two consumers. One beat a cycle.
#ifndef BLNET_FORK_HPP
#define BLNET_FORK_HPP

#include "blnet_common.hpp"

template <int BEATS, int DATA_BITS>
void blnet_fork(hls::stream<ap_uint<DATA_BITS> >& in, hls::stream<ap_uint<DATA_BITS> >& out0,
                hls::stream<ap_uint<DATA_BITS> >& out1) {
  for (int i = 0; i < BEATS; i++) {
#pragma HLS PIPELINE II=1 style=frp
    const ap_uint<DATA_BITS> word = in.read();
    out0.write(word);
    out1.write(word);
  }
}

#endif
