// Bit fields in arrays of 64-bit words, for the stand-in of ap_int.h. No templates here: hundreds of widths share
// this code, which keeps compilation short.
#ifndef BLNET_SIM_AP_BITS_H
#define BLNET_SIM_AP_BITS_H

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace blnet_sim {
__extension__ typedef __int128 int128;

const uint64_t POISON = 0xa5c3a5c3a5c3a5c3ull;

[[noreturn]] inline void stop() { exit(4); }

inline void overflow(int128 value, int bits, bool isSigned) {
#ifndef BLNET_HLS_WRAP
  fprintf(stderr, "ap_%sint<%d>: %lld does not fit\n", isSigned ? "" : "u", bits, (long long)value);
  stop();
#else
  (void)value, (void)bits, (void)isSigned;
#endif
}

// Shifting by the whole width or more is undefined in hardware descriptions as in C.
inline void checkShift(int n, int bits) {
  if (n >= 0 && n < bits) return;
  fprintf(stderr, "shift of %d bits by %d\n", bits, n);
  stop();
}

constexpr uint64_t maskOf(int bits) { return bits >= 64 ? ~uint64_t(0) : (uint64_t(1) << bits) - 1; }

// The low `bits` of x, sign- or zero-extended to 64.
constexpr uint64_t wrapped(uint64_t x, int bits, bool isSigned) {
  return isSigned ? uint64_t(int64_t(x << (64 - bits)) >> (64 - bits)) : x & maskOf(bits);
}
constexpr bool isSame(uint64_t extended, int128 x, bool isSigned) {
  return isSigned ? int128(int64_t(extended)) == x : int128(extended) == x;
}
// x in `bits` bits; a value that does not fit stops the program.
constexpr uint64_t fitted(int128 x, int bits, bool isSigned) {
  return isSame(wrapped(uint64_t(x), bits, isSigned), x, isSigned)
             ? uint64_t(x)
             : (overflow(x, bits, isSigned), wrapped(uint64_t(x), bits, isSigned));
}

// n <= 64 bits from lo on; beyond `count` words come zeros, or ones where `fill` says so.
inline uint64_t getBits(const uint64_t* words, int count, int lo, int n, uint64_t fill = 0) {
  const int i = lo / 64, off = lo % 64;
  uint64_t x = (i < count ? words[i] : fill) >> off;
  if (off > 0) x |= (i + 1 < count ? words[i + 1] : fill) << (64 - off);
  return x & maskOf(n);
}
// Within the words.
inline void setBits(uint64_t* words, int lo, int n, uint64_t x) {
  const int i = lo / 64, off = lo % 64;
  const uint64_t mask = maskOf(n);
  words[i] = (words[i] & ~(mask << off)) | ((x & mask) << off);
  if (off + n > 64) words[i + 1] = (words[i + 1] & ~(mask >> (64 - off))) | ((x & mask) >> (64 - off));
}
inline void copyBits(uint64_t* to, int toLo, const uint64_t* from, int count, int fromLo, int n, uint64_t fill) {
  for (int at = 0; at < n; at += 64) {
    const int part = n - at < 64 ? n - at : 64;
    setBits(to, toLo + at, part, getBits(from, count, fromLo + at, part, fill));
  }
}
// Bits from lo to lo + n - 1 must be zero: they are cut off.
inline void checkZero(const uint64_t* words, int count, int lo, int n, int bits, bool isSigned) {
  for (int at = 0; at < n; at += 64) {
    const uint64_t x = getBits(words, count, lo + at, n - at < 64 ? n - at : 64);
    if (x != 0) overflow(int128(x), bits, isSigned);
  }
}
}  // namespace blnet_sim

template <int W, bool S, bool NARROW = (W <= 64)> struct ap_int_base;

// Bits hi..lo of a value; assigning changes them, whatever the sign of the source.
struct ap_range_ref {
  uint64_t* words;
  int width;
  bool isSigned;
  int hi, lo;

  ap_range_ref(uint64_t* w, int bits, bool s, int high, int low) : words(w), width(bits), isSigned(s), hi(high), lo(low) {
    if (low < 0 || high < low || high >= bits) {
      fprintf(stderr, "range(%d, %d) of %d bits\n", high, low, bits);
      blnet_sim::stop();
    }
  }
  ap_range_ref(const ap_range_ref&) = default;

  int length() const { return hi - lo + 1; }
  int count() const { return (width + 63) / 64; }

  template <int W2, bool S2, bool N2> ap_range_ref& operator=(const ap_int_base<W2, S2, N2>& x) {
    put(x.data(), x.WORDS, x.fill());
    return *this;
  }
  ap_range_ref& operator=(int x) {
    const uint64_t word = uint64_t(int64_t(x));
    put(&word, 1, x < 0 ? ~uint64_t(0) : 0);
    return *this;
  }
  // A copy first, for fields of one word.
  ap_range_ref& operator=(const ap_range_ref& x) {
    uint64_t copy[64];
    if (x.length() > 64 * 64) blnet_sim::stop();
    blnet_sim::copyBits(copy, 0, x.words, x.count(), x.lo, x.length(), 0);
    if (x.length() % 64 != 0) copy[x.length() / 64] &= blnet_sim::maskOf(x.length() % 64);
    put(copy, (x.length() + 63) / 64, 0);
    return *this;
  }

  // Low bits of at most 64, as they are; longer ranges must be zero above.
  uint64_t narrow(int bits, bool targetSigned) const {
    if (length() > bits) blnet_sim::checkZero(words, count(), lo + bits, length() - bits, bits, targetSigned);
    const uint64_t x = blnet_sim::getBits(words, count(), lo, length() < bits ? length() : bits);
    return blnet_sim::wrapped(x, bits, targetSigned);
  }

 private:
  void put(const uint64_t* from, int fromCount, uint64_t fill) {
    blnet_sim::copyBits(words, lo, from, fromCount, 0, length(), fill);
    if (width < 64) *words = blnet_sim::wrapped(*words, width, isSigned);
  }
};

#endif
