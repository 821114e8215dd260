// Back end of a network: wraps words into AXI4-Stream beats. TLAST marks the last of BEATS beats; bits of the port
// beyond WIDTH are zero. One beat a cycle.
#ifndef BLNET_AXIS_OUT_HPP
#define BLNET_AXIS_OUT_HPP

#include <ap_axi_sdata.h>

#include "blnet_common.hpp"

template <int BEATS, int WIDTH, int PORT_BITS>
void blnet_axis_out(hls::stream<ap_uint<WIDTH> >& in, hls::stream<ap_axiu<PORT_BITS, 0, 0, 0> >& out) {
  for (int i = 0; i < BEATS; i++) {
#pragma HLS PIPELINE II=1 style=frp
    ap_axiu<PORT_BITS, 0, 0, 0> beat;
    beat.data = in.read();
    beat.keep = ~ap_uint<PORT_BITS / 8>(0);
    beat.strb = ~ap_uint<PORT_BITS / 8>(0);
    beat.last = i == BEATS - 1;
    out.write(beat);
  }
}

#endif
