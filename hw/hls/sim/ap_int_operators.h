// Operators of the stand-in for ap_int.h: results have the width and sign that hold every value.
#ifndef BLNET_SIM_AP_INT_OPERATORS_H
#define BLNET_SIM_AP_INT_OPERATORS_H

namespace blnet_sim {
constexpr int larger(int a, int b) { return a > b ? a : b; }

// A built-in integer as an operand.
template <class T>
using Operand = ap_int_base<std::is_same<T, bool>::value ? 1 : int(sizeof(T) * 8), std::is_signed<T>::value>;

// A sum grows by one bit, after an unsigned operand next to a signed one got its sign bit.
template <int W1, bool S1, int W2, bool S2> struct Sum {
  static const int BITS = larger(W1 + (S2 && !S1), W2 + (S1 && !S2)) + 1;
  typedef ap_int_base<BITS, S1 || S2> type;
  typedef ap_int_base<BITS, true> difference;
  static_assert(BITS <= 64, "sums of more than 64 bits are not modelled");
};
template <int W1, bool S1, int W2, bool S2> struct Product {
  typedef ap_int_base<W1 + W2, S1 || S2> type;
  static_assert(W1 + W2 <= 64, "products of more than 64 bits are not modelled");
};
}  // namespace blnet_sim

template <int W1, bool S1, int W2, bool S2>
typename blnet_sim::Sum<W1, S1, W2, S2>::type operator+(const ap_int_base<W1, S1, true>& a,
                                                        const ap_int_base<W2, S2, true>& b) {
  return blnet_sim::Sum<W1, S1, W2, S2>::type::raw(a.v + b.v);
}
template <int W1, bool S1, int W2, bool S2>
typename blnet_sim::Sum<W1, S1, W2, S2>::difference operator-(const ap_int_base<W1, S1, true>& a,
                                                              const ap_int_base<W2, S2, true>& b) {
  return blnet_sim::Sum<W1, S1, W2, S2>::difference::raw(a.v - b.v);
}
template <int W1, bool S1, int W2, bool S2>
typename blnet_sim::Product<W1, S1, W2, S2>::type operator*(const ap_int_base<W1, S1, true>& a,
                                                            const ap_int_base<W2, S2, true>& b) {
  return blnet_sim::Product<W1, S1, W2, S2>::type::raw(a.v * b.v);
}

#define BLNET_SIM_COMPARE(OP)                                                                       \
  template <int W1, bool S1, int W2, bool S2>                                                       \
  bool operator OP(const ap_int_base<W1, S1, true>& a, const ap_int_base<W2, S2, true>& b) {        \
    return a.value() OP b.value();                                                                  \
  }                                                                                                 \
  template <int W, bool S, class T>                                                                 \
  blnet_sim::IfInteger<T, bool> operator OP(const ap_int_base<W, S, true>& a, T b) {                \
    return a.value() OP blnet_sim::int128(b);                                                       \
  }
BLNET_SIM_COMPARE(==)
BLNET_SIM_COMPARE(!=)
BLNET_SIM_COMPARE(<)
BLNET_SIM_COMPARE(<=)
BLNET_SIM_COMPARE(>)
BLNET_SIM_COMPARE(>=)
#undef BLNET_SIM_COMPARE

#define BLNET_SIM_WITH_INTEGER(OP)                                                                  \
  template <int W, bool S, class T, class = blnet_sim::IfInteger<T, void>>                          \
  auto operator OP(const ap_int_base<W, S, true>& a, T b) {                                         \
    return a OP blnet_sim::Operand<T>(b);                                                           \
  }
BLNET_SIM_WITH_INTEGER(+)
BLNET_SIM_WITH_INTEGER(-)
BLNET_SIM_WITH_INTEGER(*)
#undef BLNET_SIM_WITH_INTEGER

template <int W, bool S> bool operator==(const ap_int_base<W, S, false>& a, const ap_int_base<W, S, false>& b) {
  for (int i = 0; i < ap_int_base<W, S, false>::WORDS; i++) {
    if (a.words[i] != b.words[i]) return false;
  }
  return true;
}
template <int W, bool S> bool operator!=(const ap_int_base<W, S, false>& a, const ap_int_base<W, S, false>& b) {
  return !(a == b);
}

#endif
