// One clock cycle of the AXI wrapper with random masters on all interfaces and the checkers watching.
#pragma once
#include <cstdlib>
#include <deque>
#include <vector>
#include "Vdut.h"
#include "checkers.hpp"
#include "config.h"
#include "verilated.h"

#define SET_KEEP(top, v) (top).s_axis_tkeep = (v)
#define GET_KEEP(top) (top).m_axis_tkeep

struct Beat {
  uint64_t data;
  bool last;
  uint32_t keep = (1u << IN_BYTES) - 1;
};
struct Write {
  uint32_t address, data, strobes;
};

class Bench {
 public:
  Faults faults;
  LiteChecker lite{faults};
  StreamChecker out{faults, "m_axis"};
  // What the masters have still to send, and what came.
  std::deque<Beat> send;
  std::deque<Write> writes;
  std::deque<uint32_t> reads, results;
  std::vector<Beat> received;
  // Chance in 256 of a pause per cycle.
  uint32_t inPause = 0, outPause = 0, litePause = 0;
  // The bench's own counts, to compare with the registers.
  uint32_t cycle = 0, stalled = 0, refused = 0;
  long accepted = 0;

  Bench(uint32_t seed, int fault) : state_(seed) {
    top.fault = fault;
    top.aresetn = 0;
    for (int i = 0; i < 3; i++) step();
    top.aresetn = 1;
  }

  uint32_t random() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_ >> 8;
  }
  bool pauses(uint32_t threshold) { return (random() & 0xff) < threshold; }

  void step() {
    const bool run = top.aresetn;
    faults.cycle = cycle;
    if (!top.s_axis_tvalid && run && !send.empty() && !pauses(inPause)) {
      top.s_axis_tvalid = 1;
      top.s_axis_tdata = send.front().data;
      top.s_axis_tlast = send.front().last;
      SET_KEEP(top, send.front().keep);
    }
    if (!top.s_axi_awvalid && run && aws_ < writes.size() && !pauses(litePause)) {
      top.s_axi_awvalid = 1;
      top.s_axi_awaddr = writes[aws_].address;
    }
    if (!top.s_axi_wvalid && run && ws_ < writes.size() && !pauses(litePause)) {
      top.s_axi_wvalid = 1;
      top.s_axi_wdata = writes[ws_].data;
      top.s_axi_wstrb = writes[ws_].strobes;
    }
    if (!top.s_axi_arvalid && run && !reads.empty() && !pauses(litePause)) {
      top.s_axi_arvalid = 1;
      top.s_axi_araddr = reads.front();
    }
    top.m_axis_tready = !pauses(outPause);
    top.s_axi_bready = !pauses(litePause);
    top.s_axi_rready = !pauses(litePause);
    top.clk_low();
    lite.cycle(top);
    const uint32_t all = (1u << OUT_BYTES) - 1;
    if (out.cycle(!run, top.m_axis_tvalid, top.m_axis_tready, top.m_axis_tdata, GET_KEEP(top), all, top.m_axis_tlast))
      received.push_back({top.m_axis_tdata, bool(top.m_axis_tlast)});
    stalled += top.m_axis_tvalid && !top.m_axis_tready;
    refused += top.s_axis_tvalid && !top.s_axis_tready;
    // Handshakes are decided before the edge and take effect after it.
    const bool s = run && top.s_axis_tvalid && top.s_axis_tready, aw = run && top.s_axi_awvalid && top.s_axi_awready,
               w = run && top.s_axi_wvalid && top.s_axi_wready, b = run && top.s_axi_bvalid && top.s_axi_bready,
               ar = run && top.s_axi_arvalid && top.s_axi_arready, r = run && top.s_axi_rvalid && top.s_axi_rready;
    if (r) results.push_back(top.s_axi_rdata);
    top.clk_high();
    if (s) {
      accepted++;
      send.pop_front();
      top.s_axis_tvalid = 0;
    }
    if (aw) aws_++, top.s_axi_awvalid = 0;
    if (w) ws_++, top.s_axi_wvalid = 0;
    if (b) {
      writes.pop_front();
      aws_--;
      ws_--;
    }
    if (ar) reads.pop_front(), top.s_axi_arvalid = 0;
    cycle++;
  }

  void steps(int n) {
    while (n-- > 0) step();
  }
  // Steps until the condition holds; a fault after `patience` cycles.
  template <class F> bool until(const char* what, F condition, int patience = 20000 + 40 * LATENCY) {
    for (int i = 0; i < patience; i++) {
      if (condition()) return true;
      step();
    }
    faults.note(std::string("waited in vain: ") + what);
    return false;
  }
  void write(uint32_t address, uint32_t data, uint32_t strobes = 15) {
    writes.push_back({address, data, strobes});
    until("write response", [&] { return writes.empty(); });
  }
  uint32_t read(uint32_t address) {
    results.clear();
    reads.push_back(address);
    until("read response", [&] { return !results.empty(); });
    return results.empty() ? 0xdeadbeef : results.front();
  }
  void expect(const char* what, uint64_t got, uint64_t want) {
    if (got == want) return;
    char text[200];
    snprintf(text, sizeof text, "%s is %llx, not %llx", what, (unsigned long long)got, (unsigned long long)want);
    faults.note(text);
  }

  struct Top : Vdut {
    void clk_low() {
      aclk = 0;
      eval();
    }
    void clk_high() {
      aclk = 1;
      eval();
    }
  } top;

 private:
  uint32_t state_;
  size_t aws_ = 0, ws_ = 0;
};
