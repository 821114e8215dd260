// Stands in for the vendor's ap_axi_sdata.h under an ordinary C++ compiler: one AXI4-Stream beat.
#ifndef BLNET_SIM_AP_AXI_SDATA_H
#define BLNET_SIM_AP_AXI_SDATA_H

#include "ap_int.h"

// TUSER, TID and TDEST are not modelled: their widths must be 0.
template <int WData, int WUser, int WId, int WDest> struct ap_axiu {
  static_assert(WUser == 0 && WId == 0 && WDest == 0, "side channels are not modelled");
  ap_uint<WData> data;
  ap_uint<(WData + 7) / 8> keep;
  ap_uint<(WData + 7) / 8> strb;
  ap_uint<1> last;
};

#endif
