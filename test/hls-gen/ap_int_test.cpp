// Checks the stand-in for ap_int.h against 128-bit integers: every pair of values of small widths, random ones of wide
// words. One argument plants a value that does not fit and must stop the program.
#include <ap_int.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

typedef blnet_sim::int128 int128;

static long failures = 0;

static void expect(bool ok, const char* what, int w1, int w2) {
  if (!ok && failures++ < 10) printf("%s, widths %d and %d\n", what, w1, w2);
}

template <int W, bool S> int128 lowest() { return S ? -(int128(1) << (W - 1)) : 0; }
template <int W, bool S> int128 highest() { return (int128(1) << (S ? W - 1 : W)) - 1; }

// Results must hold every value: nothing may wrap.
template <int W1, bool S1, int W2, bool S2> void pairs() {
  for (int128 x = lowest<W1, S1>(); x <= highest<W1, S1>(); x++) {
    const ap_int_base<W1, S1> a = (long long)x;
    expect(a.value() == x, "value", W1, W2);
    const int n = W1 / 2;
    expect((a >> n).value() == x >> n, "shift right", W1, W2);
    for (int128 y = lowest<W2, S2>(); y <= highest<W2, S2>(); y++) {
      const ap_int_base<W2, S2> b = (long long)y;
      expect((a + b).value() == x + y, "sum", W1, W2);
      expect((a - b).value() == x - y, "difference", W1, W2);
      expect((a * b).value() == x * y, "product", W1, W2);
      expect((a < b) == (x < y) && (a == b) == (x == y) && (a >= b) == (x >= y), "comparison", W1, W2);
    }
  }
}

// Fields of every length and place, against single bits.
template <int W> void fields() {
  for (int lo = 0; lo < W; lo += 7) {
    for (int n = 1; lo + n <= W && n <= 130; n += 13) {
      ap_uint<W> word = 0;
      const ap_uint<W> ones = ~ap_uint<W>(0);
      word.range(lo + n - 1, lo) = ones.range(n - 1, 0);
      for (int i = 0; i < W; i++) {
        const ap_uint<1> bit = word.range(i, i);
        expect((bit == 1) == (i >= lo && i < lo + n), "bit of a field", W, n);
      }
      ap_uint<W> moved = word >> lo;
      const ap_uint<W> low = ones.range(n - 1, 0);
      expect(moved == low, "shift right of a field", W, n);
      // A field copied onto itself one place higher.
      if (lo + n < W) {
        word.range(lo + n, lo + 1) = word.range(lo + n - 1, lo);
        const ap_uint<1> bottom = word.range(lo, lo);
        const ap_uint<1> top = word.range(lo + n, lo + n);
        expect(bottom == 1 && top == 1, "copied field", W, n);
      }
    }
  }
}

int main(int argc, char** argv) {
  if (argc > 1) {
    ap_int<8> a = 127;
    if (!strcmp(argv[1], "sum")) a += 1;
    if (!strcmp(argv[1], "negative")) ap_uint<8> b = ap_int<8>(-1);
    if (!strcmp(argv[1], "wide")) {
      ap_uint<100> wide = 0;
      wide.range(99, 99) = 1;
      ap_uint<64> narrow = wide;
    }
    if (!strcmp(argv[1], "range")) a.range(8, 1) = 0;
    if (!strcmp(argv[1], "shift")) a = a >> 8;
    printf("went on\n");
    return 0;
  }
  pairs<4, true, 3, true>();
  pairs<4, true, 3, false>();
  pairs<3, false, 5, true>();
  pairs<5, false, 4, false>();
  pairs<1, false, 1, true>();
  pairs<7, true, 6, true>();
  fields<5>();
  fields<63>();
  fields<64>();
  fields<65>();
  fields<128>();
  fields<200>();

  // Reading bits reinterprets: the top bit of a field becomes the sign.
  const ap_uint<8> bits = 200;
  const ap_int<8> twos = bits.range(7, 0);
  const ap_int<9> plain = bits.range(7, 0);
  expect(twos.to_int() == -56 && plain.to_int() == 200, "reinterpreted bits", 8, 9);
  // A signed field in a wide word, with its sign above it when it is written longer.
  ap_uint<90> word = 0;
  word.range(89, 10) = ap_int<4>(-3);
  const ap_int<64> back = word.range(73, 10);
  expect(back.to_int64() == -3, "sign of a field", 90, 4);
  // The largest products and sums of a requantizer.
  const ap_int<32> acc = -(1LL << 31);
  const ap_uint<17> m = (1 << 17) - 1;
  const ap_int<49> product = acc * m;
  expect(product.value() == -(int128(1) << 31) * ((1 << 17) - 1), "requantizer", 32, 17);
  // Nothing starts at zero by itself.
  ap_int<8> fresh;
  ap_uint<70> freshWide;
  expect(fresh != 0 && freshWide != ap_uint<70>(0), "pattern", 8, 70);
  printf("%ld failures\n", failures);
  return failures > 0;
}
