// What one thread does with sectors: MiB/s of raw sectors and cycles a sector, for every kernel on
// every instruction set that this processor has, hot (192 sectors, which the second-level cache
// holds) and streaming (512 MiB, which no cache does); then what stands on the kernels, hot.
#include <benchmark/benchmark.h>
#include <sys/mman.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "kernels/codes.h"
#include "kernels/edc.h"
#include "kernels/parity.h"
#include "kernels/runs.h"
#include "kernels/scrambler.h"
#include "kernels/targets.h"
#include "pregap/check.h"
#include "pregap/sector.h"

namespace {

namespace kernels = pregap::kernels;
using pregap::kSectorSize;
using pregap::SectorKind;
using Whole = std::span<std::uint8_t, kSectorSize>;

constexpr std::size_t kHot = 192;
constexpr std::size_t kStreaming = (512 << 20) / kSectorSize;

// The clock as it really runs: each multiplication waits for the one before, for the 3 cycles that
// all of today's x86 and ARM cores take.
double cycles_a_second() {
  static const double measured = [] {
    double best = 0;
    for (int round = 0; round < 5; ++round) {
      constexpr int kSteps = 10000000;
      std::uint64_t x = 3;
      const auto start = std::chrono::steady_clock::now();
      for (int i = 0; i < kSteps; ++i) {
        x *= x;
        asm volatile("" : "+r"(x));
      }
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      best = std::max(best, 3.0 * kSteps / took.count());
    }
    return best;
  }();
  return measured;
}

// Sound sectors of one kind, one behind the other. Only one run of them is kept at a time.
class Run {
 public:
  Run(SectorKind kind, std::size_t count) : kind_(kind), count_(count) {
    size_ = (count * kSectorSize + kHugePage - 1) / kHugePage * kHugePage;
    void* map = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) throw std::bad_alloc();
    bytes_ = static_cast<std::uint8_t*>(map);
    ::madvise(map, size_, MADV_HUGEPAGE);
    std::vector<std::uint8_t> data(pregap::layout_of(kind).user_data.size);
    for (std::size_t i = 0; i < data.size(); ++i) {
      data[i] = static_cast<std::uint8_t>((i * 2654435761U) >> 13U);
    }
    if (kind == SectorKind::mode0) std::ranges::fill(data, std::uint8_t{0});
    pregap::Subheader subheader;
    if (kind == SectorKind::mode2_form2) subheader.submode = pregap::kSubmodeForm2;
    for (std::size_t i = 0; i < count; ++i) {
      const pregap::Lba lba(static_cast<std::int32_t>(i));
      pregap::build_sector(kind, lba, data, at(i), subheader);
    }
  }
  ~Run() { ::munmap(bytes_, size_); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  SectorKind kind() const { return kind_; }
  std::size_t count() const { return count_; }
  Whole at(std::size_t i) const { return Whole(bytes_ + i * kSectorSize, kSectorSize); }

 private:
  static constexpr std::size_t kHugePage = 2 << 20;
  SectorKind kind_;
  std::size_t count_, size_;
  std::uint8_t* bytes_;
};

const Run& run_of(SectorKind kind, std::size_t count) {
  static std::unique_ptr<Run> kept;
  if (!kept || kept->kind() != kind || kept->count() != count) {
    kept.reset();
    kept = std::make_unique<Run>(kind, count);
  }
  return *kept;
}

double thread_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// `work(sector)` over all sectors, again and again.
template <typename Work>
void measure(benchmark::State& state, const Run& run, Work work) {
  const double start = thread_seconds();
  for (auto _ : state) {
    for (std::size_t i = 0; i < run.count(); ++i) work(run.at(i));
    benchmark::ClobberMemory();
  }
  const double seconds = thread_seconds() - start;
  const double sectors = static_cast<double>(state.iterations()) * static_cast<double>(run.count());
  state.counters["MiB/s"] = sectors * kSectorSize / (1 << 20) / seconds;
  state.counters["cycles/sector"] = seconds * cycles_a_second() / sectors;
}

std::span<std::uint8_t, kernels::kParityRegion> region(Whole sector) {
  return sector.subspan<12, kernels::kParityRegion>();
}

struct Kernel {
  const char* name;
  SectorKind kind;
  void (*work)(Whole sector);
};
constexpr auto kAsStored = kernels::HeaderBytes::as_stored;
const Kernel kKernels[] = {
    {"check_mode1", SectorKind::mode1,
     [](Whole s) {
       benchmark::DoNotOptimize(kernels::codes_are_good(s, kernels::Protection::mode1));
     }},
    {"check_form1", SectorKind::mode2_form1,
     [](Whole s) {
       benchmark::DoNotOptimize(kernels::codes_are_good(s, kernels::Protection::form1));
     }},
    {"edc", SectorKind::mode1,
     [](Whole s) { benchmark::DoNotOptimize(kernels::edc(s.first(2064))); }},
    {"edc_form2", SectorKind::mode2_form2,
     [](Whole s) { benchmark::DoNotOptimize(kernels::edc(s.subspan(16, 2332))); }},
    {"parity_check", SectorKind::mode1,
     [](Whole s) { benchmark::DoNotOptimize(kernels::parity_is_good(region(s), kAsStored)); }},
    {"parity_syndromes", SectorKind::mode1,
     [](Whole s) { benchmark::DoNotOptimize(kernels::parity_syndromes(region(s), kAsStored)); }},
    {"parity_generate", SectorKind::mode1,
     [](Whole s) { kernels::generate_parity(region(s), kAsStored); }},
    {"scramble", SectorKind::mode1, [](Whole s) { kernels::scramble(region(s)); }},
    {"classify", SectorKind::mode1,
     [](Whole s) { benchmark::DoNotOptimize(kernels::classify(s)); }},
    {"sound_run_of_one", SectorKind::mode1,
     [](Whole s) {
       benchmark::DoNotOptimize(kernels::sound_run(kernels::SectorRun(s, kSectorSize, 1)));
     }},
};

void register_kernels() {
  for (const std::size_t count : {kHot, kStreaming}) {
    for (const Kernel& kernel : kKernels) {
      for (const std::string& target : kernels::available_targets()) {
        const std::string name =
            std::string(kernel.name) + '/' + target + (count == kHot ? "/hot" : "/streaming");
        benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
          kernels::use_target(target);
          measure(state, run_of(kernel.kind, count), kernel.work);
          kernels::use_target("");
        });
      }
    }
  }
}

// ---- what stands on the kernels ----

void register_operations() {
  for (int k = 0; k < pregap::kSectorKinds - 1; ++k) {  // all but audio, the last
    const auto kind = static_cast<SectorKind>(k);
    const std::string name(pregap::name_of(kind));
    benchmark::RegisterBenchmark(("check_sector/" + name).c_str(), [=](benchmark::State& state) {
      measure(state, run_of(kind, kHot),
              [&](Whole s) { benchmark::DoNotOptimize(pregap::check_sector(s, kind)); });
    });
    benchmark::RegisterBenchmark(("identify_sector/" + name).c_str(), [=](benchmark::State& state) {
      measure(state, run_of(kind, kHot),
              [&](Whole s) { benchmark::DoNotOptimize(pregap::identify_sector(s)); });
    });
    benchmark::RegisterBenchmark(("rebuild/" + name).c_str(), [=](benchmark::State& state) {
      measure(state, run_of(kind, kHot), [&](Whole s) { pregap::rebuild_edc_and_parity(kind, s); });
    });
  }
}

// Each sector is copied and corrected; the copy is a small part of it.
void correct(benchmark::State& state, SectorKind kind, int wounds) {
  Run run(kind, kHot);
  std::mt19937 random(1);
  for (std::size_t i = 0; i < run.count(); ++i) {
    for (int n = 0; n < wounds; ++n) {
      run.at(i)[random() % kSectorSize] ^= static_cast<std::uint8_t>(1 + random() % 255);
    }
  }
  std::size_t tried = 0, sound = 0;
  std::array<std::uint8_t, kSectorSize> copy;
  const double start = thread_seconds();
  measure(state, run, [&](Whole s) {
    std::memcpy(copy.data(), s.data(), copy.size());
    ++tried;
    sound += pregap::correct_sector(kind, std::nullopt, copy).sound;
  });
  state.counters["sectors/s"] = static_cast<double>(tried) / (thread_seconds() - start);
  state.counters["corrected"] = static_cast<double>(sound) / static_cast<double>(tried);
}

void register_correction() {
  for (const SectorKind kind : {SectorKind::mode1, SectorKind::mode2_form1}) {
    for (const int wounds : {1, 5, 10, 20, 40, 100}) {
      const std::string name =
          "correct_sector/" + std::string(pregap::name_of(kind)) + '/' + std::to_string(wounds);
      benchmark::RegisterBenchmark(name.c_str(), correct, kind, wounds);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  register_kernels();
  register_operations();
  register_correction();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("clock_mhz", std::to_string(cycles_a_second() / 1e6));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
