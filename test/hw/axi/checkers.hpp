// Protocol checkers for AXI4-Stream and AXI4-Lite: each sees the signals of one interface once per clock cycle, just
// before the edge, and notes what the protocol forbids. They know nothing of the design.
#pragma once
#include <cstdint>
#include <cstdio>
#include <set>
#include <string>

struct Faults {
  std::set<std::string> seen;
  uint32_t cycle = 0;
  void note(const std::string& text) {
    if (seen.insert(text).second) printf("fault: %s (first in cycle %u)\n", text.c_str(), cycle);
  }
};

// A valid that has been raised stays, with the same payload, until the handshake; reset clears it.
class Channel {
 public:
  Channel(Faults& faults, std::string name) : faults_(faults), name_(std::move(name)) {}
  // Returns whether there is a handshake in this cycle.
  bool cycle(bool rst, bool valid, bool ready, uint64_t payload) {
    if (waits_ && !rst) {
      if (!valid) faults_.note(name_ + " drops valid");
      else if (payload != payload_) faults_.note(name_ + " changes its payload while it waits");
    }
    waits_ = valid && !ready && !rst;
    payload_ = payload;
    return valid && ready && !rst;
  }

 private:
  Faults& faults_;
  std::string name_;
  bool waits_ = false;
  uint64_t payload_ = 0;
};

// AXI4-Stream: stability, and TLAST exactly on the last beat of every packet of `beats` beats (0: not checked).
class StreamChecker {
 public:
  StreamChecker(Faults& faults, std::string name) : faults_(faults), name_(name), channel_(faults, name) {}
  long beats = 0;
  long packets = 0;
  bool cycle(bool rst, bool valid, bool ready, uint64_t data, uint32_t keep, uint32_t allKeep, bool last) {
    if (rst && valid) faults_.note(name_ + " is valid in reset");
    const bool fire = channel_.cycle(rst, valid, ready, data * 31 + keep * 2 + last);
    if (!fire) return false;
    if (keep != allKeep) faults_.note(name_ + " has null bytes");
    position_++;
    if (beats > 0) {
      if (last && position_ < beats) faults_.note(name_ + " has TLAST too early");
      if (!last && position_ >= beats) faults_.note(name_ + " lacks TLAST");
    }
    if (last) {
      position_ = 0;
      packets++;
    }
    return true;
  }
  long position() const { return position_; }

 private:
  Faults& faults_;
  std::string name_;
  Channel channel_;
  long position_ = 0;
};

// AXI4-Lite: stability of the five channels, no response before its request is complete, no more responses than
// requests, every response OKAY.
class LiteChecker {
 public:
  explicit LiteChecker(Faults& faults)
      : faults_(faults), aw_(faults, "AW"), w_(faults, "W"), b_(faults, "B"), ar_(faults, "AR"), r_(faults, "R") {}
  template <class Top> void cycle(const Top& t) {
    const bool rst = !t.aresetn;
    if (rst && (t.s_axi_bvalid || t.s_axi_rvalid) && inReset_) faults_.note("AXI4-Lite responds in reset");
    inReset_ = rst;
    // A response may not be offered in the cycle of its request: outputs may not follow inputs at once.
    if (!rst && t.s_axi_bvalid && (aws_ <= bs_ || ws_ <= bs_)) faults_.note("B before its AW and W");
    if (!rst && t.s_axi_rvalid && ars_ <= rs_) faults_.note("R before its AR");
    if (t.s_axi_bvalid && t.s_axi_bresp) faults_.note("BRESP is not OKAY");
    if (t.s_axi_rvalid && t.s_axi_rresp) faults_.note("RRESP is not OKAY");
    aws_ += aw_.cycle(rst, t.s_axi_awvalid, t.s_axi_awready, t.s_axi_awaddr);
    ws_ += w_.cycle(rst, t.s_axi_wvalid, t.s_axi_wready, uint64_t(t.s_axi_wstrb) << 32 | t.s_axi_wdata);
    bs_ += b_.cycle(rst, t.s_axi_bvalid, t.s_axi_bready, t.s_axi_bresp);
    ars_ += ar_.cycle(rst, t.s_axi_arvalid, t.s_axi_arready, t.s_axi_araddr);
    rs_ += r_.cycle(rst, t.s_axi_rvalid, t.s_axi_rready, uint64_t(t.s_axi_rresp) << 32 | t.s_axi_rdata);
  }
  // Requests without a response.
  long open() const { return (aws_ - bs_) + (ws_ - bs_) + (ars_ - rs_); }

 private:
  Faults& faults_;
  Channel aw_, w_, b_, ar_, r_;
  bool inReset_ = false;
  long aws_ = 0, ws_ = 0, bs_ = 0, ars_ = 0, rs_ = 0;
};
