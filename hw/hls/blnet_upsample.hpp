// Upsampling by whole factors: every row of WIDTH pixels (GROUPS beats each) leaves ROWS times, every pixel COLUMNS times in
// a row; with FILL all copies but the first are ZERO. One output beat a cycle; an input beat is read when its first copy is
// due. Meanwhile the next row collects in the channel in front.
#ifndef BLNET_UPSAMPLE_HPP
#define BLNET_UPSAMPLE_HPP

#include "blnet_common.hpp"

template <int LANES, int BITS, int HEIGHT, int WIDTH, int GROUPS, int ROWS, int COLUMNS, int FILL, int ZERO>
void blnet_upsample(hls::stream<ap_uint<LANES * BITS> >& in, hls::stream<ap_uint<LANES * BITS> >& out) {
  ap_uint<LANES * BITS> row[WIDTH * GROUPS];
#pragma HLS BIND_STORAGE variable=row type=ram_s2p
  // Position in the output: reading of the input row, pixel in it, copy of the pixel, group.
  int reading = 0;
  int x = 0;
  int copy = 0;
  int group = 0;
  for (int i = 0; i < ROWS * COLUMNS * HEIGHT * WIDTH * GROUPS; i++) {
#pragma HLS PIPELINE II=1 style=frp
    ap_uint<LANES * BITS> word;
    if (reading == 0 && copy == 0) {
      word = in.read();
      row[x * GROUPS + group] = word;
    } else if (FILL) {
      for (int l = 0; l < LANES; l++) {
#pragma HLS UNROLL
        const ap_uint<BITS> zero = ZERO;
        word.range(l * BITS + BITS - 1, l * BITS) = zero;
      }
    } else {
      word = row[x * GROUPS + group];
    }
    out.write(word);
    if (group < GROUPS - 1) {
      group++;
    } else {
      group = 0;
      if (copy < COLUMNS - 1) {
        copy++;
      } else {
        copy = 0;
        if (x < WIDTH - 1) {
          x++;
        } else {
          x = 0;
          if (reading < ROWS - 1) reading++;
          else reading = 0;
        }
      }
    }
  }
}

#endif
