// Line buffer. Raster pixels of GROUPS beats come in; for every output pixel and group the taps of its window leave,
// TAPS a beat: single taps (TAPS = 1) or whole columns, top row in the low bits (TAPS = KERNEL). Order: output row,
// output column, group, window column, window row. Padded taps hold PAD_VALUE.
//
// ROWS banks hold a row each. Writer and reader share the loop but never wait for each other: a cycle writes a beat if
// one is there and its place is free, and sends a beat if its taps are there. Hence the non-blocking read, the only one
// in this library; values do not depend on it. The loop needs no flushing (style=stp), as an empty input never stalls it.
#ifndef BLNET_WINDOW_HPP
#define BLNET_WINDOW_HPP

#include "blnet_common.hpp"

template <int LANES, int BITS, int HEIGHT, int WIDTH, int GROUPS, int KERNEL, int STRIDE, int PAD_TOP, int PAD_LEFT,
          int OUT_HEIGHT, int OUT_WIDTH, int TAPS, int ROWS, int PAD_VALUE>
void blnet_window(hls::stream<ap_uint<LANES * BITS> >& in, hls::stream<ap_uint<TAPS * LANES * BITS> >& out) {
  const int BEAT_BITS = LANES * BITS;
  const int BEATS_IN = HEIGHT * WIDTH * GROUPS;
  const int BEATS_OUT = OUT_HEIGHT * OUT_WIDTH * GROUPS * (KERNEL * KERNEL / TAPS);
  const int MIN_CYCLES = BEATS_IN > BEATS_OUT ? BEATS_IN : BEATS_OUT;
  const int MAX_CYCLES = BEATS_IN + BEATS_OUT;
  // Only a pragma uses them.
  (void)MIN_CYCLES, (void)MAX_CYCLES;
  // Last image row that any window reads; later ones are dropped.
  const int BOTTOM = (OUT_HEIGHT - 1) * STRIDE - PAD_TOP + KERNEL - 1;

  ap_uint<BEAT_BITS> lines[ROWS][WIDTH * GROUPS];
#pragma HLS ARRAY_PARTITION variable=lines type=complete dim=1
#pragma HLS BIND_STORAGE variable=lines type=ram_s2p
  ap_uint<BEAT_BITS> padding;
  for (int l = 0; l < LANES; l++) {
#pragma HLS UNROLL
    padding.range(l * BITS + BITS - 1, l * BITS) = ap_uint<BITS>(PAD_VALUE);
  }

  // Writer: row, column, group, address in the row, bank of the row.
  int writeY = 0;
  int writeX = 0;
  int writeGroup = 0;
  int writeAddress = 0;
  int writeBank = 0;
  // Reader: output row and column, group, window column and row; image row and column of the window's first tap, the
  // bank of that row, addresses of that column and of the window column relative to it.
  int oy = 0;
  int ox = 0;
  int group = 0;
  int kx = 0;
  int ky = 0;
  int top = -PAD_TOP;
  int left = -PAD_LEFT;
  int bank = (ROWS - PAD_TOP % ROWS) % ROWS;
  int leftAddress = -PAD_LEFT * GROUPS;
  int columnAddress = 0;

  while (oy < OUT_HEIGHT || writeY < HEIGHT) {
#pragma HLS LOOP_TRIPCOUNT min=MIN_CYCLES max=MAX_CYCLES
#pragma HLS PIPELINE II=1 style=stp
    const int lastRow = top + KERNEL - 1 < HEIGHT - 1 ? top + KERNEL - 1 : HEIGHT - 1;
    const int lastColumn = left + KERNEL - 1 < WIDTH - 1 ? left + KERNEL - 1 : WIDTH - 1;
    const bool readable =
        oy < OUT_HEIGHT && (writeY > lastRow || (writeY == lastRow && writeX > lastColumn));
    const bool writable = writeY < HEIGHT && (oy == OUT_HEIGHT || writeY > BOTTOM || writeY < top + ROWS ||
                                              (writeY < top + ROWS + STRIDE && writeX < left));
    if (readable) {
      const int column = left + kx;
      const bool columnInside = column >= 0 && column < WIDTH;
      int address = 0;
      if (columnInside) address = leftAddress + columnAddress + group;
      ap_uint<BEAT_BITS> words[ROWS];
#pragma HLS ARRAY_PARTITION variable=words type=complete dim=1
      for (int b = 0; b < ROWS; b++) {
#pragma HLS UNROLL
        words[b] = lines[b][address];
      }
      ap_uint<TAPS * BEAT_BITS> taps;
      for (int t = 0; t < TAPS; t++) {
#pragma HLS UNROLL
        const int tap = TAPS == 1 ? ky : t;
        const int row = top + tap;
        const bool inside = columnInside && row >= 0 && row < HEIGHT;
        const int from = bank + tap < ROWS ? bank + tap : bank + tap - ROWS;
        ap_uint<BEAT_BITS> word = padding;
        for (int b = 0; b < ROWS; b++) {
#pragma HLS UNROLL
          if (inside && from == b) word = words[b];
        }
        taps.range(t * BEAT_BITS + BEAT_BITS - 1, t * BEAT_BITS) = word;
      }
      out.write(taps);

      const bool columnEnds = TAPS != 1 || ky == KERNEL - 1;
      const bool windowEnds = columnEnds && kx == KERNEL - 1;
      const bool pixelEnds = windowEnds && group == GROUPS - 1;
      const bool rowEnds = pixelEnds && ox == OUT_WIDTH - 1;
      ky = columnEnds ? 0 : ky + 1;
      if (columnEnds) {
        kx = windowEnds ? 0 : kx + 1;
        columnAddress = windowEnds ? 0 : columnAddress + GROUPS;
      }
      if (windowEnds) group = pixelEnds ? 0 : group + 1;
      if (pixelEnds) {
        ox = rowEnds ? 0 : ox + 1;
        left = rowEnds ? -PAD_LEFT : left + STRIDE;
        leftAddress = rowEnds ? -PAD_LEFT * GROUPS : leftAddress + STRIDE * GROUPS;
      }
      if (rowEnds) {
        oy++;
        top += STRIDE;
        bank = bank + STRIDE % ROWS < ROWS ? bank + STRIDE % ROWS : bank + STRIDE % ROWS - ROWS;
      }
    }
    ap_uint<BEAT_BITS> beat;
    if (writable && in.read_nb(beat)) {
      if (writeY <= BOTTOM) lines[writeBank][writeAddress] = beat;
      const bool pixelEnds = writeGroup == GROUPS - 1;
      const bool rowEnds = pixelEnds && writeX == WIDTH - 1;
      writeGroup = pixelEnds ? 0 : writeGroup + 1;
      writeAddress = rowEnds ? 0 : writeAddress + 1;
      if (pixelEnds) writeX = rowEnds ? 0 : writeX + 1;
      if (rowEnds) {
        writeY++;
        writeBank = writeBank == ROWS - 1 ? 0 : writeBank + 1;
      }
    }
  }
}

#endif
