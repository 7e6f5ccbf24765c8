// An ordered parallel pipeline: `count` jobs are worked on by several threads, their results are
// consumed one after the other in the order of the jobs, by the calling thread. It is one of the
// workers too: where the next result isn't there yet, it takes a job instead of waiting. Further
// consumers see the same results in the same order, each in a thread of its own: digests, which
// can't be divided, run beside each other like this.
//
// At most `threads * 2` results exist at a time: a worker that is ahead waits until every consumer
// has taken the oldest, so memory stays flat however slow one is. The first exception, of a worker
// or a consumer, ends the whole and is thrown to the caller; a worker's comes in its job's turn, so
// that everything before it has been consumed whatever the number of threads. With one thread all
// of it happens in the calling thread. Jobs must not wait for one another.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace pregap {

// More would only cost memory: few files are read faster than by so many.
inline constexpr unsigned kMostWorkers = 64;

inline unsigned worker_count(unsigned wanted, std::size_t jobs) {
  unsigned n = wanted != 0 ? wanted : std::thread::hardware_concurrency();
  n = std::clamp(n, 1U, kMostWorkers);
  return static_cast<unsigned>(std::min<std::size_t>(n, std::max<std::size_t>(jobs, 1)));
}

template <typename Result>
using Consumer = std::function<void(std::size_t index, Result& result)>;

template <typename Result>
class OrderedPipeline {
 public:
  using Work = Consumer<Result>;  // fills the result instead

  OrderedPipeline(std::size_t count, unsigned threads, Work work,
                  std::vector<Consumer<Result>> consumers)
      : count_(count),
        threads_(threads),
        work_(std::move(work)),
        consumers_(std::move(consumers)),
        slots_(std::size_t{threads} * 2),
        end_(count) {}

  void run() {
    {
      std::vector<std::jthread> helpers;  // joined at the end of this scope, whatever happens
      try {
        start(helpers);
        consume_guarded(0);
      } catch (...) {  // a thread that could not be started
        fail(std::current_exception());
      }
    }
    if (error_) std::rethrow_exception(error_);
    if (end_ < count_) std::rethrow_exception(slot_of(end_).error);
  }

 private:
  struct Slot {
    Result result;
    std::exception_ptr error;
    bool done = false;
    std::size_t index = 0;   // whose result it is
    std::size_t takers = 0;  // consumers that have not taken it yet
  };

  Slot& slot_of(std::size_t index) { return slots_[index % slots_.size()]; }

  // Every consumer is needed; the calling thread is a worker, so that any others may be missing.
  void start(std::vector<std::jthread>& helpers) {
    for (std::size_t c = 1; c < consumers_.size(); ++c) {
      helpers.emplace_back([this, c] { consume_guarded(c); });
    }
    for (unsigned t = 1; t < threads_; ++t) {
      try {
        helpers.emplace_back([this] { worker(); });
      } catch (const std::system_error&) {
        break;
      }
    }
  }

  bool may_take_job() const { return next_ < end_ && next_ < consumed_ + slots_.size(); }

  void worker() {
    for (;;) {
      std::size_t index = 0;
      {
        std::unique_lock lock(mutex_);
        freed_.wait(lock, [this] { return stopping_ || next_ >= end_ || may_take_job(); });
        if (stopping_ || next_ >= end_) return;
        index = next_++;
      }
      do_job(index);
    }
  }

  void do_job(std::size_t index) {
    Slot& slot = slot_of(index);
    try {
      work_(index, slot.result);
    } catch (...) {
      slot.error = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex_);
      slot.done = true;
      slot.index = index;
      slot.takers = consumers_.size();
    }
    filled_.notify_all();
  }

  void consume_guarded(std::size_t consumer) {
    try {
      consume(consumer);
    } catch (...) {
      fail(std::current_exception());
    }
  }

  // Waits for the result of job `i`; the calling thread, consumer 0, works meanwhile. False: there
  // will be none.
  bool wait_for(std::size_t i, std::size_t consumer) {
    Slot& slot = slot_of(i);
    const auto is_there = [&] { return slot.done && slot.index == i; };
    std::unique_lock lock(mutex_);
    for (;;) {
      const bool helps = consumer == 0;
      filled_.wait(
          lock, [&] { return stopping_ || i >= end_ || is_there() || (helps && may_take_job()); });
      if (stopping_ || i >= end_) return false;
      if (is_there()) break;
      const std::size_t index = next_++;
      lock.unlock();
      do_job(index);
      lock.lock();
    }
    if (slot.error) end_ = i;  // every consumer goes on to here
    return true;
  }

  void consume(std::size_t consumer) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (!wait_for(i, consumer)) return;
      Slot& slot = slot_of(i);
      if (slot.error) {
        freed_.notify_all();
        filled_.notify_all();
        return;
      }
      consumers_[consumer](i, slot.result);
      {
        const std::lock_guard lock(mutex_);
        if (--slot.takers != 0) continue;
        slot.done = false;
        ++consumed_;
      }
      freed_.notify_all();
      if (consumer != 0) filled_.notify_all();  // there may be a job for the calling thread again
    }
  }

  void fail(std::exception_ptr error) {
    {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::move(error);
      stopping_ = true;
    }
    freed_.notify_all();
    filled_.notify_all();
  }

  const std::size_t count_;
  const unsigned threads_;
  const Work work_;
  const std::vector<Consumer<Result>> consumers_;
  std::vector<Slot> slots_;
  std::mutex mutex_;
  std::condition_variable filled_, freed_;
  std::size_t next_ = 0, consumed_ = 0;
  std::size_t end_;  // the first job that failed, or count_
  bool stopping_ = false;
  std::exception_ptr error_;
};

// Result must be default-constructible and is reused from job to job, so that its buffers are
// allocated once. `work(index, result)` fills it, `consume` and those `beside` it take it.
template <typename Result, typename Work>
void run_ordered(std::size_t count, unsigned threads, Work work, Consumer<Result> consume,
                 std::vector<Consumer<Result>> beside = {}) {
  threads = worker_count(threads, count);
  beside.insert(beside.begin(), std::move(consume));
  if (threads > 1) {
    OrderedPipeline<Result>(count, threads, std::move(work), std::move(beside)).run();
    return;
  }
  Result result;
  for (std::size_t i = 0; i < count; ++i) {
    work(i, result);
    for (const Consumer<Result>& take : beside) take(i, result);
  }
}

}  // namespace pregap
