// The generated C driver against the RTL: registers are read and written over AXI4-Lite while streams go on beside them.
// Compiled with NET (the network), VTOP (Verilator's class) and the driver's access macros defined to `bus_read`, `bus_write`.
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <string>
#include <vector>

#include "Vdut.h"
#include "driver.h"

static Vdut *top;
static std::deque<uint32_t> send;
static std::vector<uint32_t> received;
static uint64_t beats_in, frame_beats;
static bool wrong_last;

// One cycle: what is sampled before the edge is what moves at it.
static void cycle() {
  top->s_axis_tvalid = !send.empty();
  if (!send.empty()) {
    top->s_axis_tdata = send.front();
    bool last = beats_in % frame_beats == frame_beats - 1;
    top->s_axis_tlast = last != wrong_last;
  }
  top->aclk = 0;
  top->eval();
  bool in = top->s_axis_tvalid && top->s_axis_tready;
  if (top->m_axis_tvalid && top->m_axis_tready) received.push_back(top->m_axis_tdata);
  top->aclk = 1;
  top->eval();
  if (in) {
    send.pop_front();
    beats_in++;
  }
}

extern "C" uint32_t bus_read(uint32_t offset) {
  top->s_axi_araddr = offset;
  top->s_axi_arvalid = 1;
  bool taken = false;
  for (int i = 0; i < 1000; i++) {
    top->s_axi_rready = 1;
    top->aclk = 0;
    top->eval();
    bool accept = top->s_axi_arvalid && top->s_axi_arready;
    bool valid = top->s_axi_rvalid;
    uint32_t data = top->s_axi_rdata;
    cycle();
    if (accept) top->s_axi_arvalid = 0, taken = true;
    if (valid && taken) return top->s_axi_rready = 0, data;
  }
  printf("FAIL: no answer to a read\n");
  exit(1);
}

extern "C" void bus_write(uint32_t offset, uint32_t value) {
  top->s_axi_awaddr = offset;
  top->s_axi_wdata = value;
  top->s_axi_wstrb = 15;
  top->s_axi_awvalid = top->s_axi_wvalid = top->s_axi_bready = 1;
  for (int i = 0; i < 1000; i++) {
    top->aclk = 0;
    top->eval();
    bool aw = top->s_axi_awvalid && top->s_axi_awready, w = top->s_axi_wvalid && top->s_axi_wready;
    bool done = top->s_axi_bvalid;
    cycle();
    if (aw) top->s_axi_awvalid = 0;
    if (w) top->s_axi_wvalid = 0;
    if (done) {
      top->s_axi_bready = 0;
      return;
    }
  }
  printf("FAIL: no answer to a write\n");
  exit(1);
}

static std::vector<uint32_t> beatsOf(const char *file) {
  std::ifstream in(file);
  std::vector<uint32_t> beats;
  for (std::string line; std::getline(in, line);) beats.push_back(std::stoul(line, nullptr, 16));
  return beats;
}

static void need(bool holds, const char *what) {
  if (holds) return;
  printf("FAIL: %s\n", what);
  exit(1);
}

// FRAMES frames are sent; the first FRAMES - 1 alone, with the core in a packet each.
int main(int, char **argv) {
  top = new Vdut;
  frame_beats = strtoul(argv[1], nullptr, 10);
  auto input = beatsOf(argv[2]), expected = beatsOf(argv[3]);
  unsigned frames = input.size() / frame_beats;
  top->aresetn = 0;
  top->m_axis_tready = 1;
  top->s_axis_tkeep = NET_KEEP;
  for (int i = 0; i < 4; i++) cycle();
  top->aresetn = 1;
  cycle();
  for (uint32_t offset = 0; offset < 48; offset += 4) printf("register %02x %08x\n", offset, bus_read(offset));
  net_t device;
  need(net_open(&device, 0) == NET_OK, "open");
  net_set_packet_frames(&device, 1);
  send.insert(send.end(), input.begin(), input.end());
  need(net_wait(&device, 0, frames + 1, 5) == NET_TIMEOUT, "a wait for too much ends");
  need(net_wait(&device, 0, frames, 100000) == NET_OK, "all frames come");
  for (int i = 0; i < 20; i++) cycle();
  need(received == expected, "values");
  net_counters_t counters;
  net_read_counters(&device, &counters);
  need(counters.frames_in == frames && counters.frames_out == frames, "frames are counted");
  need(counters.cycles > counters.busy && counters.busy > 0, "cycles are counted");
  net_clear_counters(&device);
  net_read_counters(&device, &counters);
  need(counters.frames_in == 0 && counters.cycles < 100, "counters are cleared");
  // A frame with all its marks turned about: an error, which a reset takes back.
  wrong_last = true;
  send.insert(send.end(), input.begin(), input.begin() + frame_beats);
  need(net_wait(&device, 0, 1, 1000) == NET_FRAME_ERROR, "a frame error is told");
  while (!send.empty()) cycle();
  wrong_last = false;
  need(net_reset(&device, 1000) == NET_OK, "a reset ends");
  need(!(net_status(&device) & NET_STATUS_FRAME_ERROR_MASK), "no error is left");
  received.clear();
  beats_in = 0;
  net_clear_counters(&device);
  send.assign(input.begin(), input.begin() + frame_beats);
  need(net_wait(&device, 0, 1, 100000) == NET_OK, "a frame behind the reset comes");
  for (int i = 0; i < 20; i++) cycle();
  need(received == std::vector<uint32_t>(expected.begin(), expected.begin() + expected.size() / frames), "values behind the reset");
  printf("PASS\n");
  delete top;
  return 0;
}
