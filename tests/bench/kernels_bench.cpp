// What one thread checks, identifies, builds and corrects, in MiB/s of raw sectors, for every kind.
// The sectors lie in a buffer that the second-level cache holds.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "pregap/check.h"
#include "pregap/sector.h"

namespace {

using pregap::kSectorSize;
using pregap::SectorKind;

constexpr std::size_t kSectors = 192;

struct Sectors {
  SectorKind kind;
  std::vector<std::uint8_t> user_data;
  std::vector<std::uint8_t> raw;

  explicit Sectors(SectorKind k)
      : kind(k), user_data(pregap::layout_of(k).user_data.size), raw(kSectors * kSectorSize) {
    for (std::size_t i = 0; i < user_data.size(); ++i) {
      user_data[i] = static_cast<std::uint8_t>((i * 2654435761U) >> 13U);
    }
    for (std::size_t i = 0; i < kSectors; ++i) build(i);
  }

  void build(std::size_t i) {
    pregap::build_sector(kind, pregap::Lba(static_cast<std::int32_t>(i)), user_data, at(i));
  }

  pregap::MutableRawSector at(std::size_t i) {
    return pregap::MutableRawSector(raw.data() + i * kSectorSize, kSectorSize);
  }
};

// Runs `work(i)` over all sectors, again and again.
template <typename Work>
void measure(benchmark::State& state, SectorKind kind, Work work) {
  state.SetLabel(std::string(pregap::name_of(kind)));
  for (auto _ : state) {
    for (std::size_t i = 0; i < kSectors; ++i) work(i);
    benchmark::ClobberMemory();
  }
  state.counters["MiB/s"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * kSectors * kSectorSize / (1 << 20),
      benchmark::Counter::kIsRate);
}

void check(benchmark::State& state) {
  Sectors sectors(static_cast<SectorKind>(state.range(0)));
  measure(state, sectors.kind, [&](std::size_t i) {
    benchmark::DoNotOptimize(pregap::check_sector(sectors.at(i), sectors.kind));
  });
}

void identify(benchmark::State& state) {
  Sectors sectors(static_cast<SectorKind>(state.range(0)));
  measure(state, sectors.kind,
          [&](std::size_t i) { benchmark::DoNotOptimize(pregap::identify_sector(sectors.at(i))); });
}

void build(benchmark::State& state) {
  Sectors sectors(static_cast<SectorKind>(state.range(0)));
  measure(state, sectors.kind, [&](std::size_t i) { sectors.build(i); });
}

// A burst of 100 bytes, which takes both codes.
void correct(benchmark::State& state) {
  Sectors sectors(static_cast<SectorKind>(state.range(0)));
  measure(state, sectors.kind, [&](std::size_t i) {
    for (std::uint8_t& b : sectors.at(i).subspan(900, 100)) b ^= 0x5A;
    const pregap::Correction done = pregap::correct_sector(
        sectors.kind, pregap::Lba(static_cast<std::int32_t>(i)), sectors.at(i));
    if (!done.sound) state.SkipWithError("the burst was not corrected");
  });
}

void all_kinds(benchmark::internal::Benchmark* benchmark) {
  benchmark->DenseRange(0, pregap::kSectorKinds - 2);  // all but audio, the last
}

void kinds_with_parity(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(static_cast<int>(SectorKind::mode1))
      ->Arg(static_cast<int>(SectorKind::mode2_form1));
}

BENCHMARK(check)->Apply(all_kinds);
BENCHMARK(identify)->Apply(all_kinds);
BENCHMARK(build)->Apply(all_kinds);
BENCHMARK(correct)->Apply(kinds_with_parity);

}  // namespace
