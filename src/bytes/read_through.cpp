#include "bytes/read_through.h"

#include <algorithm>

#include "base/pipeline.h"
#include "pregap/error.h"

namespace pregap {
namespace {

constexpr std::uint64_t kPart = 1024 * 1024;

}  // namespace

void read_through(const ByteSource& source, std::uint64_t begin, std::uint64_t end,
                  const WorkOptions& work, const PartTaker& take,
                  const std::vector<PartTaker>& beside) {
  using Part = std::vector<std::uint8_t>;
  const std::uint64_t size = end - begin;
  if (work.progress != nullptr) work.progress->add_total(size);
  const auto begin_of = [&](std::size_t i) { return begin + i * kPart; };
  std::vector<Consumer<Part>> others;
  for (const PartTaker& taker : beside) {
    others.push_back([&](std::size_t i, Part& part) { taker(begin_of(i), part); });
  }
  run_ordered<Part>(
      static_cast<std::size_t>((size + kPart - 1) / kPart), work.threads,
      [&](std::size_t i, Part& part) {
        if (work.stop.stop_requested()) {
          throw Error(ErrorCode::stopped, source.name(), "stopped, expected to go on");
        }
        part.resize(std::min(kPart, end - begin_of(i)));
        read_exactly(source, begin_of(i), part);
      },
      [&](std::size_t i, Part& part) {
        take(begin_of(i), part);
        if (work.progress != nullptr) work.progress->advance(part.size());
      },
      std::move(others));
}

}  // namespace pregap
