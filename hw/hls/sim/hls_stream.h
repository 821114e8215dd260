// Stands in for the vendor's hls_stream.h under an ordinary C++ compiler: a FIFO without limit, as in the vendor's
// C simulation. Reading an empty stream and leaving data in one both stop the program. With `bound` and blnet_tasks.h
// a stream has the depth that it will have in hardware, and a process waits where the hardware would.
#ifndef BLNET_SIM_HLS_STREAM_H
#define BLNET_SIM_HLS_STREAM_H

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <type_traits>

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

// A queue of equally long records that waits, or stops the program, where it is empty or full. No template: all
// streams share this code.
class Queue {
 public:
  Queue(const char* name, size_t bytes) : name_(name), bytes_(bytes) {}
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  ~Queue() {
    if (size() > 0) stop("holds data that nobody read");
    free(data_);
  }

  size_t depth = 0;
  size_t size() const { return end_ - first_; }
  bool full() const { return depth > 0 && size() >= depth; }

  void push(const void* record) {
    while (full()) wait("full");
    scheduler().moves++;
    if (end_ == room_) makeRoom();
    memcpy(data_ + end_++ * bytes_, record, bytes_);
  }
  void pop(void* record) {
    while (size() == 0) wait("empty");
    scheduler().moves++;
    memcpy(record, data_ + first_++ * bytes_, bytes_);
    if (first_ == end_) first_ = end_ = 0;
  }
  // Lets others run once; false when the queue is still empty.
  bool offers() {
    if (size() == 0) wait("empty");
    return size() > 0;
  }

 private:
  void wait(const char* why) {
    if (!scheduler().wait) stop(why[0] == 'e' ? "is read while empty" : "is full");
    scheduler().wait(name_, why);
  }
  [[noreturn]] void stop(const char* what) {
    fprintf(stderr, "hls::stream '%s' %s\n", name_, what);
    exit(3);
  }
  // Moves the records to the front when half of the room is free there, else doubles the room.
  void makeRoom() {
    if (first_ * 2 >= room_ && room_ > 0) {
      memmove(data_, data_ + first_ * bytes_, size() * bytes_);
      end_ -= first_;
      first_ = 0;
      return;
    }
    room_ = room_ > 0 ? 2 * room_ : 64;
    data_ = static_cast<char*>(realloc(data_, room_ * bytes_));
    if (!data_) stop("is too long for memory");
  }

  const char* name_;
  size_t bytes_;
  char* data_ = nullptr;
  size_t room_ = 0, first_ = 0, end_ = 0;
};
}  // namespace blnet_sim

namespace hls {

template <class T> class stream {
  static_assert(std::is_trivially_copyable<T>::value, "a stream moves plain data");

 public:
  stream() : queue_("stream", sizeof(T)) {}
  explicit stream(const char* name) : queue_(name, sizeof(T)) {}

  // Depth in hardware; 0 is without limit.
  void bound(size_t depth) { queue_.depth = depth; }
  bool empty() const { return queue_.size() == 0; }
  bool full() const { return queue_.full(); }
  size_t size() const { return queue_.size(); }

  T read() {
    T head;
    queue_.pop(&head);
    return head;
  }
  void read(T& head) { queue_.pop(&head); }
  // False only where another process may still write: without a scheduler nobody will, and the program stops.
  bool read_nb(T& head) {
    if (!queue_.offers()) return false;
    queue_.pop(&head);
    return true;
  }
  void write(const T& tail) { queue_.push(&tail); }

 private:
  blnet_sim::Queue queue_;
};

}  // namespace hls

#endif
