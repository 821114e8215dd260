/**
 * Names in generated C++. Streams, arrays and links carry a suffix and so never meet a keyword; only the top
 * function's name is the network's own.
 */

/** C++17 keywords that can be identifiers of Verilog, and names that C or the headers already use. */
const TAKEN = new Set(
  `alignas alignof and and_eq asm auto bitand bitor bool break catch char char16_t char32_t class compl const
  const_cast constexpr continue decltype default delete do double dynamic_cast else enum explicit export extern false
  float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private
  protected public register reinterpret_cast return short signed sizeof static static_assert static_cast struct switch
  template this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t
  while xor xor_eq main std hls`.split(/\s+/),
);

/** Name of the top function for a network's name, itself an identifier. */
export const topFunctionName = (network: string): string =>
  TAKEN.has(network) || network.startsWith('blnet_') || network.startsWith('ap_')
    ? `${network}_top`
    : network;
