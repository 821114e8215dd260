// Runs dataflow processes side by side, as hardware does, so that streams can have their real depths: each process is
// a coroutine that gives way where a stream is empty or full. When nothing moves any more although a process has not
// ended, the design deadlocks. The vendor's C simulation, with its endless streams, cannot see that.
#ifndef BLNET_SIM_BLNET_TASKS_H
#define BLNET_SIM_BLNET_TASKS_H

#include <ucontext.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <vector>

#include "hls_stream.h"

namespace blnet_sim {

class Tasks {
 public:
  // `name` must outlive the run.
  void add(const char* name, std::function<void()> body) {
    tasks_.push_back(std::unique_ptr<Task>(new Task(name, body)));
  }

  // Until all processes ended; a deadlock stops the program and says who waits for what.
  void run() {
    running() = this;
    scheduler().wait = &Tasks::giveWay;
    for (auto& task : tasks_) {
      getcontext(&task->context);
      task->context.uc_stack.ss_sp = task->stack;
      task->context.uc_stack.ss_size = STACK_BYTES;
      task->context.uc_link = &main_;
      makecontext(&task->context, &Tasks::enter, 0);
    }
    bool deadlock = false;
    for (bool left = true; left && !deadlock;) {
      left = false;
      const size_t before = scheduler().moves;
      size_t ended = 0;
      for (auto& task : tasks_) {
        if (task->done) continue;
        current_ = task.get();
        swapcontext(&main_, &current_->context);
        if (current_->done) ended++;
        else left = true;
      }
      deadlock = left && ended == 0 && scheduler().moves == before;
    }
    scheduler().wait = nullptr;
    running() = nullptr;
    if (deadlock) report();
  }

 private:
  // Line buffers are local arrays; untouched pages cost nothing.
  static const size_t STACK_BYTES = size_t(16) << 20;

  struct Task {
    Task(const char* n, std::function<void()> b) : name(n), body(b), stack(malloc(STACK_BYTES)) {}
    ~Task() { free(stack); }
    const char* name;
    std::function<void()> body;
    void* stack;
    ucontext_t context;
    const char* stream = "";
    const char* why = "";
    bool done = false;
  };

  static Tasks*& running() {
    static Tasks* tasks = nullptr;
    return tasks;
  }
  static void enter() {
    Tasks& self = *running();
    Task* task = self.current_;
    task->body();
    task->done = true;
  }
  static void giveWay(const char* stream, const char* why) {
    Tasks& self = *running();
    Task* task = self.current_;
    task->stream = stream;
    task->why = why;
    swapcontext(&task->context, &self.main_);
  }
  [[noreturn]] void report() const {
    fprintf(stderr, "DEADLOCK: nothing moves any more\n");
    for (auto& task : tasks_) {
      if (!task->done) fprintf(stderr, "  %s waits: stream '%s' is %s\n", task->name, task->stream, task->why);
    }
    exit(3);
  }

  std::vector<std::unique_ptr<Task>> tasks_;
  ucontext_t main_;
  Task* current_ = nullptr;
};

}  // namespace blnet_sim

#endif
