// An ordered parallel pipeline: `count` jobs are worked on by several threads, their results are
// consumed one after the other in the order of the jobs, by the calling thread.
//
// At most `threads * 2` results exist at a time: a worker that is ahead waits, so memory stays flat
// however slow the consumer is. The first exception, of a worker or the consumer, ends the whole
// and is thrown to the caller; a worker's comes in its job's turn, so that everything before it has
// been consumed whatever the number of threads.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace pregap {

inline unsigned worker_count(unsigned wanted, std::size_t jobs) {
  unsigned n = wanted != 0 ? wanted : std::thread::hardware_concurrency();
  if (n == 0) n = 1;
  return static_cast<unsigned>(std::min<std::size_t>(n, std::max<std::size_t>(jobs, 1)));
}

// Result must be default-constructible and is reused from job to job, so that its buffers are
// allocated once. `work(index, result)` fills it, `consume(index, result)` takes it.
template <typename Result, typename Work, typename Consume>
void run_ordered(std::size_t count, unsigned threads, Work work, Consume consume) {
  threads = worker_count(threads, count);
  if (threads == 1) {
    Result result;
    for (std::size_t i = 0; i < count; ++i) {
      work(i, result);
      consume(i, result);
    }
    return;
  }

  struct Slot {
    Result result;
    std::exception_ptr error;
    bool done = false;
  };
  std::vector<Slot> slots(std::size_t{threads} * 2);
  std::mutex mutex;
  std::condition_variable filled, freed;
  std::size_t next = 0, consumed = 0;
  bool stopping = false;

  const auto worker = [&] {
    for (;;) {
      std::size_t index = 0;
      {
        std::unique_lock lock(mutex);
        freed.wait(lock,
                   [&] { return stopping || next >= count || next < consumed + slots.size(); });
        if (stopping || next >= count) return;
        index = next++;
      }
      Slot& slot = slots[index % slots.size()];
      try {
        work(index, slot.result);
      } catch (...) {
        slot.error = std::current_exception();
      }
      const std::lock_guard lock(mutex);
      slot.done = true;
      filled.notify_one();
    }
  };

  std::vector<std::jthread> workers;
  const auto stop = [&] {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    freed.notify_all();
    workers.clear();  // joins
  };
  try {
    for (unsigned t = 0; t < threads; ++t) workers.emplace_back(worker);
    for (std::size_t i = 0; i < count; ++i) {
      Slot& slot = slots[i % slots.size()];
      {
        std::unique_lock lock(mutex);
        filled.wait(lock, [&] { return slot.done; });
      }
      if (slot.error) std::rethrow_exception(slot.error);
      consume(i, slot.result);
      {
        const std::lock_guard lock(mutex);
        slot.done = false;
        ++consumed;
      }
      freed.notify_all();
    }
  } catch (...) {
    stop();
    throw;
  }
}

}  // namespace pregap
