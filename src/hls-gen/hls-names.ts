/**
 * Names in generated C++. Streams, arrays and links carry a suffix and so never meet a keyword; only the top
 * function's name is the network's own.
 */

/** Keywords up to C++20. */
const KEYWORDS = `
  alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class co_await
  co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype default delete do
  double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace
  new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires return
  short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef
  typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq final override import module`;

/** Macros, types and variables that the headers of C and C++ put where our function stands. Functions may overload. */
const HEADERS = `
  main std hls abort alloca be16toh be32toh be64toh daylight environ errno fd_mask fd_set getdate_err htobe16 htobe32
  htobe64 htole16 htole32 htole64 l_ctermid l_cuserid l_tmpnam le16toh le32toh le64toh linux offsetof optarg opterr
  optind optopt p_tmpdir program_invocation_name program_invocation_short_name signgam stderr stdin stdout strdupa
  strndupa timezone tzname u_char u_int u_long u_short uint ulong unix ushort va_list i386 unix near far`;

/** What the generated code and its library call things of their own, in scopes that call the function. */
const OURS = `
  a argc argv at b beat beats blnet_sim c channels cin compare complete count data depth end enough digits digit expected expected_beats f file first frame frame_beats frames
  found function functions group groups got i input k key l lane lanes last left line link links lo long loop m m_axis
  marks mismatches mode n name names node o output p pass path port process processes r range read received roms s
  s_axis same size start state stderr strb stream streams string sum tasks tb top type unread v value values want wanted
  weights word words width write x y keep digitof readbeats parse kinputbeats koutputbeats koutputgroups koutputlanes
  koutputbits kchannels fopen fgetc fclose fprintf printf exit atol`;

const TAKEN = new Set(`${KEYWORDS} ${HEADERS} ${OURS}`.trim().split(/\s+/));

/** Beginnings and ends by which the library, the vendor and C call things; upper case alone is a macro's. */
const RESERVED = /^(blnet|ap|hls|xf|pthread|vl|is)_|_t$|^std/;

/** Name of the top function for a network's name, itself an identifier. */
export function topFunctionName(network: string): string {
  const lower = network.toLowerCase();
  const isMacro = network === network.toUpperCase() && /[A-Z]/.test(network);
  return isMacro || TAKEN.has(lower) || RESERVED.test(lower) ? `${network}_top` : network;
}
