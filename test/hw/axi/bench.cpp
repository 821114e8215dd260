// Scenarios for the AXI wrapper around a small core whose frames are known. Prints one line per fault, then PASS or FAIL.
// Arguments: seed, planted fault (0: none). Reads input.hex and expected.hex: one hexadecimal beat a line, FRAMES frames.
#include <cinttypes>

#include "bench.hpp"

enum Register { ID = 0, VERSION = 4, BUILD = 8, CONTROL = 12, STATUS = 16, PACKET_FRAMES = 20, FRAMES_IN = 24,
                FRAMES_OUT = 28, CYCLES = 32, BUSY = 36, STARVED = 40, STALLED = 44 };
enum Bit { ENABLE = 1, RESET = 2, CLEAR = 4, OPEN = 1, IS_BUSY = 2, FRAME_ERROR = 4, RESETTING = 8 };

static std::vector<uint64_t> readHex(const char* path) {
  std::vector<uint64_t> beats;
  FILE* file = fopen(path, "r");
  if (!file) { fprintf(stderr, "cannot read %s\n", path); exit(2); }
  for (uint64_t v; fscanf(file, "%" SCNx64, &v) == 1;) beats.push_back(v);
  fclose(file);
  return beats;
}
static std::vector<uint64_t> input, expected;

// Queues whole frames, `perPacket` to a packet; `from` picks the first.
static void queue(Bench& b, int from, int frames, int perPacket) {
  for (int f = 0; f < frames; f++)
    for (int i = 0; i < IN_BEATS; i++)
      b.send.push_back({input[((from + f) % FRAMES) * IN_BEATS + i], i == IN_BEATS - 1 && f % perPacket == perPacket - 1});
}
static void compare(Bench& b, int from, int frames) {
  b.until("output frames", [&] { return b.received.size() >= size_t(frames) * OUT_BEATS; });
  for (size_t i = 0; i < b.received.size() && i < size_t(frames) * OUT_BEATS; i++)
    b.expect("output beat", b.received[i].data, expected[((from + i / OUT_BEATS) % FRAMES) * OUT_BEATS + i % OUT_BEATS]);
  b.steps(64);
  b.expect("beats received", b.received.size(), size_t(frames) * OUT_BEATS);
  b.received.clear();
}

static void identification(Bench& b) {
  b.expect("ID", b.read(ID), 0x424c4e45);
  b.expect("VERSION", b.read(VERSION), VERSION_WORD);
  b.expect("BUILD", b.read(BUILD), BUILD_WORD);
  b.expect("CONTROL after reset", b.read(CONTROL), 0);
  b.expect("STATUS after reset", b.read(STATUS), 0);
  b.expect("PACKET_FRAMES after reset", b.read(PACKET_FRAMES), 1);
  b.expect("an address without register", b.read(60), 0);
  b.write(ID, 0);
  b.write(60, 0xffffffff);
  b.expect("ID after a write", b.read(ID), 0x424c4e45);
}

// Pipelined random traffic on PACKET_FRAMES, byte strobes included; the last state is known.
static void randomLite(Bench& b) {
  uint32_t model = 1;
  for (int i = 0; i < 200; i++) {
    const uint32_t data = b.random() << 8 ^ b.random(), strobes = b.random() & 15;
    for (int byte = 0; byte < 2; byte++)
      if (strobes >> byte & 1) model = (model & ~(0xffu << 8 * byte)) | (data & 0xffu << 8 * byte);
    b.writes.push_back({PACKET_FRAMES + (b.random() & 3), data, strobes});
    if (i % 5 == 0) b.reads.push_back((b.random() & 1) ? ID : BUILD);
    if (i % 8 == 7) {
      b.until("writes", [&] { return b.writes.empty() && b.reads.empty(); });
      b.expect("PACKET_FRAMES", b.read(PACKET_FRAMES), model);
    }
  }
  b.write(PACKET_FRAMES, 1);
  b.steps(20);
  b.expect("AXI4-Lite requests without response", b.lite.open(), 0);
}

static void shutGate(Bench& b) {
  queue(b, 0, 1, 1);
  b.steps(40);
  b.expect("beats through a shut gate", b.accepted, 0);
  b.write(CONTROL, ENABLE);
  compare(b, 0, 1);
}

static void stream(Bench& b, int frames, int perPacket) {
  b.write(PACKET_FRAMES, perPacket);
  b.out.beats = long(perPacket) * OUT_BEATS;
  const long packets = b.out.packets;
  b.write(CONTROL, ENABLE | CLEAR);
  b.steps(4);
  const uint32_t stalled = b.stalled, cycles = b.read(CYCLES), before = b.cycle;
  queue(b, 1, frames, perPacket);
  compare(b, 1, frames);
  b.expect("packets received", b.out.packets - packets, frames / perPacket);
  b.expect("FRAMES_IN", b.read(FRAMES_IN), frames);
  b.expect("FRAMES_OUT", b.read(FRAMES_OUT), frames);
  b.expect("STALLED", b.read(STALLED), b.stalled - stalled);
  b.expect("STATUS when idle", b.read(STATUS), OPEN);
  const uint32_t busy = b.read(BUSY), starved = b.read(STARVED);
  if (busy > b.cycle - before || starved > busy || busy < uint32_t(frames)) b.faults.note("BUSY or STARVED out of range");
  // CYCLES counts what the bench counts, between two reads of the same latency.
  const uint32_t pause = b.litePause;
  b.litePause = 0;
  const uint32_t c0 = b.read(CYCLES), b0 = b.cycle;
  b.steps(100);
  const uint32_t c1 = b.read(CYCLES);
  b.expect("CYCLES", c1 - c0, b.cycle - b0);
  b.litePause = pause;
  if (c0 <= cycles) b.faults.note("CYCLES does not count");
}

// With nothing in the way, STARVED counts the pauses of the source exactly: one frame with a known hole in it.
static void starving(Bench& b) {
  b.write(CONTROL, ENABLE | CLEAR);
  b.steps(8);
  queue(b, 0, 1, 1);
  std::deque<Beat> rest;
  for (int i = 0; i < IN_BEATS - 1; i++) rest.push_front(b.send.back()), b.send.pop_back();
  b.until("first beat", [&] { return b.send.empty(); });
  b.steps(50);
  b.send = rest;
  compare(b, 0, 1);
  const uint32_t starved = b.read(STARVED), busy = b.read(BUSY);
  // 50 cycles before the second beat; after the last one the core takes no input either, until it has emptied.
  if (starved < 50 || starved > 50 + LATENCY || busy < 50 + IN_BEATS || busy > 50 + IN_BEATS + LATENCY)
    b.faults.note("STARVED or BUSY miscounts");
}

// The gate closes after the frame that has begun, and no later.
static void closing(Bench& b) {
  b.write(PACKET_FRAMES, 1);
  b.out.beats = OUT_BEATS;
  b.litePause = 0;
  b.inPause = 200;
  queue(b, 0, 3, 1);
  const long before = b.accepted;
  b.until("middle of a frame", [&] { return b.accepted == before + 2; });
  b.write(CONTROL, 0);
  b.steps(2 * LATENCY + 10 * IN_BEATS);
  const long taken = b.accepted - before;
  if (taken % IN_BEATS != 0 || taken > 2 * IN_BEATS) b.faults.note("the gate closed within a frame, or not at all");
  b.expect("STATUS with the gate shut", b.read(STATUS), 0);
  b.write(CONTROL, ENABLE);
  compare(b, 0, 3);
}

// A packet with a wrong TLAST is seen; the reset then ends what the receiver waits for, and all is well again.
static void frameError(Bench& b, int beats, bool last, uint32_t keep) {
  b.write(PACKET_FRAMES, 2);
  b.out.beats = 2 * OUT_BEATS;
  const long packets = b.out.packets;
  for (int i = 0; i < beats; i++) b.send.push_back({input[i], last && i == beats - 1, keep});
  b.until("broken packet", [&] { return b.send.empty(); });
  b.steps(100);
  b.expect("STATUS after a broken packet", b.read(STATUS) & FRAME_ERROR, FRAME_ERROR);
  b.write(CONTROL, ENABLE | RESET);
  b.until("end of the reset", [&] { return !(b.read(STATUS) & RESETTING); });
  b.steps(100);
  b.expect("STATUS after the reset", b.read(STATUS), OPEN);
  b.expect("packets after the reset", b.out.packets - packets, (beats + 2 * IN_BEATS - 1) / (2 * IN_BEATS));
  b.expect("beats of an unfinished packet", b.out.position(), 0);
  b.received.clear();
  stream(b, 4, 2);
}

// A reset while the output is offered and not taken: the offer stands, the packet ends.
static void resetWhileStalled(Bench& b) {
  b.write(PACKET_FRAMES, 1);
  b.out.beats = OUT_BEATS;
  const long packets = b.out.packets;
  b.outPause = 0;
  queue(b, 0, 1, 1);
  b.until("whole input frame", [&] { return b.send.empty(); });
  b.outPause = 256;
  b.until("offered output", [&] { return b.top.m_axis_tvalid; });
  b.steps(20);
  b.write(CONTROL, RESET);
  b.steps(50);
  // Two beats wait in the output register, and what is owed beyond them keeps the reset going.
  const bool owes = OUT_BEATS - b.out.position() > 2;
  b.expect("STATUS during the reset", b.read(STATUS) & RESETTING, owes ? RESETTING : 0);
  b.outPause = 0;
  b.until("whole frame", [&] { return b.out.packets > packets; });
  b.steps(100);
  b.expect("packets after the reset", b.out.packets - packets, 1);
  b.expect("CONTROL after the reset", b.read(CONTROL), 0);
  b.received.clear();
  b.write(CONTROL, ENABLE);
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  input = readHex("input.hex");
  expected = readHex("expected.hex");
  Bench b(uint32_t(atol(argv[1])), argc > 2 ? atoi(argv[2]) : 0);
  b.out.beats = OUT_BEATS;
  identification(b);
  shutGate(b);
  if (IN_BEATS > 2) starving(b);
  b.litePause = 100;
  randomLite(b);
  stream(b, 2 * FRAMES, 1);
  b.inPause = 128;
  stream(b, 2 * FRAMES, 2);
  if (IN_BEATS > 2) closing(b);
  b.litePause = 100;
  b.outPause = 192;
  b.inPause = 0;
  stream(b, 3 * FRAMES, 3);
  b.inPause = 100;
  stream(b, 2 * FRAMES, 1);
  const uint32_t all = (1u << IN_BYTES) - 1;
  frameError(b, 2 * IN_BEATS - 1, true, all);
  frameError(b, IN_BEATS, true, all);
  frameError(b, 2 * IN_BEATS, false, all);
  frameError(b, 2 * IN_BEATS, true, all >> 1);
  resetWhileStalled(b);
  stream(b, FRAMES, 1);
  printf("%s: %u cycles, %ld packets, %zu faults\n", b.faults.seen.empty() ? "PASS" : "FAIL", b.cycle, b.out.packets,
         b.faults.seen.size());
  return b.faults.seen.empty() ? 0 : 1;
}
