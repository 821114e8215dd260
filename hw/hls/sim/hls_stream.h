// Stands in for the vendor's hls_stream.h under an ordinary C++ compiler: a FIFO without limit, as in the vendor's
// C simulation. Reading an empty stream and leaving data in one both stop the program. With `bound` and blnet_tasks.h
// a stream has the depth that it will have in hardware, and a process waits where the hardware would.
#ifndef BLNET_SIM_HLS_STREAM_H
#define BLNET_SIM_HLS_STREAM_H

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace blnet_sim {
// The scheduler of blnet_tasks.h; `wait` returns once something has moved, and is null while functions run in turn.
struct Scheduler {
  void (*wait)(const char* stream, const char* why);
  size_t moves;
};
inline Scheduler& scheduler() {
  static Scheduler s = {nullptr, 0};
  return s;
}
}  // namespace blnet_sim

namespace hls {

template <class T> class stream {
 public:
  stream() : name_("stream") {}
  explicit stream(const char* name) : name_(name) {}
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;
  ~stream() {
    if (!empty()) stop("holds data that nobody read");
  }

  // Depth in hardware; 0 is without limit.
  void bound(size_t depth) { depth_ = depth; }
  bool empty() const { return first_ == data_.size(); }
  bool full() const { return depth_ > 0 && size() >= depth_; }
  size_t size() const { return data_.size() - first_; }

  T read() {
    while (empty()) wait("empty");
    blnet_sim::scheduler().moves++;
    const T head = data_[first_++];
    if (first_ == data_.size() || (first_ > 1024 && 2 * first_ > data_.size())) {
      data_.erase(data_.begin(), data_.begin() + std::ptrdiff_t(first_));
      first_ = 0;
    }
    return head;
  }
  void read(T& head) { head = read(); }
  // False only where another process may still write: without a scheduler nobody will.
  bool read_nb(T& head) {
    if (empty()) {
      wait("empty");
      if (empty()) return false;
    }
    head = read();
    return true;
  }
  void write(const T& tail) {
    while (full()) wait("full");
    blnet_sim::scheduler().moves++;
    data_.push_back(tail);
  }

 private:
  void wait(const char* why) {
    if (!blnet_sim::scheduler().wait) stop(why[0] == 'e' ? "is read while empty" : "is full");
    blnet_sim::scheduler().wait(name_, why);
  }
  void stop(const char* what) {
    fprintf(stderr, "hls::stream '%s' %s\n", name_, what);
    exit(3);
  }

  const char* name_;
  std::vector<T> data_;
  size_t first_ = 0;
  size_t depth_ = 0;
};

}  // namespace hls

#endif
