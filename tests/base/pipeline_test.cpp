#include "base/pipeline.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <numeric>
#include <semaphore>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace pregap {
namespace {

constexpr auto kGiveUp = std::chrono::seconds(30);  // a hang fails instead

class Pipeline : public testing::TestWithParam<unsigned> {
 protected:
  unsigned threads() const { return GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(Threads, Pipeline, testing::Values(1U, 2U, 7U));

std::vector<std::size_t> up_to(std::size_t n) {
  std::vector<std::size_t> numbers(n);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  return numbers;
}

TEST_P(Pipeline, ConsumesInTheOrderOfTheJobs) {
  std::vector<std::size_t> consumed;
  std::vector<std::size_t> results;
  run_ordered<std::size_t>(
      1000, threads(),
      [](std::size_t i, std::size_t& result) {
        for (std::size_t n = 0; n < i * 7 % 13; ++n) std::this_thread::yield();
        result = i * i;
      },
      [&](std::size_t i, std::size_t& result) {
        consumed.push_back(i);
        results.push_back(result);
      });
  EXPECT_EQ(consumed, up_to(1000));
  for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i], i * i);
}

TEST_P(Pipeline, DoesNothingWithoutJobs) {
  run_ordered<int>(
      0, threads(), [](std::size_t, int&) { FAIL() << "worked"; },
      [](std::size_t, int&) { FAIL() << "consumed"; });
}

TEST_P(Pipeline, ConsumesInTheCallingThread) {
  std::set<std::thread::id> ids;
  run_ordered<int>(
      50, threads(), [](std::size_t, int&) {},
      [&](std::size_t, int&) { ids.insert(std::this_thread::get_id()); });
  EXPECT_EQ(ids, std::set<std::thread::id>{std::this_thread::get_id()});
}

// The consumer holds on to the first job until the workers have run as far ahead as they may.
TEST_P(Pipeline, RunsAheadNoFurtherThanTwiceTheThreads) {
  const std::size_t most = threads() == 1 ? 1 : std::size_t{threads()} * 2;
  std::atomic<std::size_t> consumed = 0, furthest_ahead = 0;
  std::counting_semaphore<> started(0);
  run_ordered<int>(
      200, threads(),
      [&](std::size_t i, int&) {
        const std::size_t ahead = i + 1 - consumed;
        std::size_t known = furthest_ahead;
        while (ahead > known && !furthest_ahead.compare_exchange_weak(known, ahead)) {
        }
        started.release();
      },
      [&](std::size_t i, int&) {
        for (std::size_t n = 0; i == 0 && n < most; ++n) {
          ASSERT_TRUE(started.try_acquire_for(kGiveUp)) << "only " << n << " jobs were begun";
        }
        ++consumed;
      });
  EXPECT_EQ(furthest_ahead, most);
}

struct Counted {
  Counted() { ++made; }
  static inline std::atomic<int> made = 0;
  std::vector<int> buffer;
};

TEST_P(Pipeline, ReusesTheResultsAndTheirBuffers) {
  Counted::made = 0;
  std::set<const int*> buffers;
  run_ordered<Counted>(
      300, threads(), [](std::size_t, Counted& result) { result.buffer.resize(1000); },
      [&](std::size_t, Counted& result) { buffers.insert(result.buffer.data()); });
  EXPECT_LE(Counted::made, static_cast<int>(threads() * 2));
  EXPECT_LE(buffers.size(), threads() * 2);
}

std::string message_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "nothing thrown";
}

TEST_P(Pipeline, ThrowsAWorkersExceptionInItsJobsTurn) {
  std::vector<std::size_t> consumed;
  const auto work = [](std::size_t i, int&) {
    if (i == 17) throw std::runtime_error("job 17");
  };
  const auto consume = [&](std::size_t i, int&) { consumed.push_back(i); };
  EXPECT_EQ(message_of([&] { run_ordered<int>(100, threads(), work, consume); }), "job 17");
  EXPECT_EQ(consumed, up_to(17));
}

TEST_P(Pipeline, ThrowsTheFirstOfTwoExceptionsEvenIfTheSecondComesEarlier) {
  std::vector<std::size_t> consumed;
  std::atomic<bool> later = false;
  const auto work = [&](std::size_t i, int&) {
    if (i == 5) later = true;
    // Gives job 5 the time to fail first, but does not wait for it: jobs may not depend on others.
    for (int n = 0; i == 3 && !later && n < 10000; ++n) std::this_thread::yield();
    if (i == 3 || i == 5) throw std::runtime_error("job " + std::to_string(i));
  };
  const auto consume = [&](std::size_t i, int&) { consumed.push_back(i); };
  EXPECT_EQ(message_of([&] { run_ordered<int>(100, threads(), work, consume); }), "job 3");
  EXPECT_EQ(consumed, up_to(3));
}

TEST_P(Pipeline, EndsTheWorkersBeforeAConsumersExceptionIsThrown) {
  std::atomic<int> begun = 0, at_work = 0;
  const auto work = [&](std::size_t, int&) {
    ++begun;
    ++at_work;
    std::this_thread::yield();
    --at_work;
  };
  const auto consume = [](std::size_t i, int&) {
    if (i == 4) throw std::runtime_error("full disk");
  };
  EXPECT_EQ(message_of([&] { run_ordered<int>(100000, threads(), work, consume); }), "full disk");
  EXPECT_EQ(at_work, 0);
  EXPECT_LE(begun, static_cast<int>(5 + threads() * 2));
}

TEST_P(Pipeline, ThrowsFromTheLastJobToo) {
  std::size_t consumed = 0;
  const auto work = [](std::size_t i, int&) {
    if (i == 9) throw std::runtime_error("the last");
  };
  const auto consume = [&](std::size_t, int&) { ++consumed; };
  EXPECT_EQ(message_of([&] { run_ordered<int>(10, threads(), work, consume); }), "the last");
  EXPECT_EQ(consumed, 9U);
}

// However far ahead of the others one consumer is.
TEST_P(Pipeline, ThrowsAWorkersExceptionWhenEveryConsumerHasTakenWhatCameBefore) {
  std::array<std::vector<std::size_t>, 3> seen;
  const auto work = [](std::size_t i, int&) {
    if (i == 17) throw std::runtime_error("job 17");
  };
  const auto take = [&](std::size_t consumer) {
    return [&seen, consumer](std::size_t i, int&) {
      for (std::size_t n = 0; n < 50 * (2 - consumer); ++n) std::this_thread::yield();
      seen[consumer].push_back(i);
    };
  };
  EXPECT_EQ(message_of([&] {
              run_ordered<int>(100, threads(), work, take(0), {take(1), take(2)});
            }),
            "job 17");
  // With one thread the consumers take turns within a job, so all have seen the same.
  for (const auto& indexes : seen) EXPECT_EQ(indexes, up_to(17));
}

TEST_P(Pipeline, ShowsFurtherConsumersTheSameResultsInTheSameOrder) {
  std::array<std::vector<std::size_t>, 3> seen;
  const auto take = [&](std::size_t consumer) {
    return [&seen, consumer](std::size_t i, std::size_t& result) {
      EXPECT_EQ(result, i * 3);
      seen[consumer].push_back(i);
    };
  };
  run_ordered<std::size_t>(300, threads(),
                           [](std::size_t i, std::size_t& result) { result = i * 3; }, take(0),
                           {take(1), take(2)});
  for (const auto& numbers : seen) EXPECT_EQ(numbers, up_to(300));
}

TEST_P(Pipeline, ThrowsAFurtherConsumersExceptionToo) {
  const auto run = [&] {
    run_ordered<int>(
        100000, threads(), [](std::size_t, int&) {}, [](std::size_t, int&) {},
        {[](std::size_t i, int&) {
          if (i == 4) throw std::runtime_error("the digest failed");
        }});
  };
  EXPECT_EQ(message_of(run), "the digest failed");
}

TEST(WorkerCount, IsNoMoreThanTheJobsAndNeverZero) {
  EXPECT_EQ(worker_count(7, 3), 3U);
  EXPECT_EQ(worker_count(2, 100), 2U);
  EXPECT_EQ(worker_count(5, 0), 1U);
  EXPECT_EQ(worker_count(0, 1), 1U);
  EXPECT_GE(worker_count(0, 1000), 1U);
}

}  // namespace
}  // namespace pregap
