#include "disc/doubts.h"

#include <algorithm>

namespace pregap {
namespace {

constexpr std::size_t kShortest = 8;
constexpr std::size_t kMostNamed = 244;  // leaves 32 of parity's 276 equations to contradict
constexpr std::size_t kMostRuns = 3;     // tried by themselves

struct Run {
  std::size_t at = 0, size = 0;
  std::uint8_t value = 0;
};

void name(NamedBytes& bytes, const Run& run) {
  for (std::size_t i = 0; i < run.size; ++i) bytes.set(run.at + i);
}

std::vector<Run> runs_of(RawSector sector) {
  std::vector<Run> runs;
  for (std::size_t at = kHeaderOffset; at < kSectorSize;) {
    std::size_t end = at + 1;
    while (end < kSectorSize && sector[end] == sector[at]) ++end;
    if (end - at >= kShortest) runs.push_back({at, end - at, sector[at]});
    at = end;
  }
  return runs;
}

}  // namespace

std::vector<NamedBytes> possible_fills(RawSector sector) {
  std::vector<Run> runs = runs_of(sector);
  std::erase_if(runs, [](const Run& run) { return run.size > kMostNamed; });
  std::ranges::stable_sort(runs, std::ranges::greater(), &Run::size);
  std::vector<NamedBytes> sets;
  for (std::size_t i = 0; i < std::min(runs.size(), kMostRuns); ++i)
    name(sets.emplace_back(), runs[i]);
  if (runs.size() < 2) return sets;
  NamedBytes together;
  for (const Run& run : runs) {
    if (run.value == runs[0].value) name(together, run);
  }
  if (together.count() <= kMostNamed && together != sets[0]) sets.push_back(together);
  return sets;
}

}  // namespace pregap
