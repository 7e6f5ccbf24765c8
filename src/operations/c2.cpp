#include "operations/c2.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr std::size_t kPointerBytes = kSectorSize / 8;  // 294
constexpr std::size_t kWithBlockError = kPointerBytes + 2;

std::uint8_t any_of(std::span<const std::uint8_t> bytes) {
  return std::accumulate(bytes.begin(), bytes.end(), std::uint8_t{0}, std::bit_or<>());
}

// The standard has the Block Error Byte first; it is the OR of all pointers, which tells where it
// stands.
std::span<const std::uint8_t> pointers_in(std::span<const std::uint8_t> entry) {
  if (entry.size() == kPointerBytes) return entry;
  const auto behind = entry.last(kPointerBytes), before = entry.first(kPointerBytes);
  if (any_of(behind) != entry[0] && any_of(before) == entry[kPointerBytes]) return before;
  return behind;
}

class C2File final : public Pointers {
 public:
  C2File(const std::filesystem::path& path, const Disc& disc) : file_(open_file(path)) {
    std::int64_t sectors = 0;
    for (const Track& track : disc.tracks) {
      for (const Extent& extent : track.extents) {
        runs_.push_back({extent.first, extent.sectors, sectors});
        sectors += extent.sectors;
      }
    }
    const std::uint64_t n = static_cast<std::uint64_t>(sectors);
    entry_ = file_->size() == n * kWithBlockError ? kWithBlockError : kPointerBytes;
    if (n > 0 && file_->size() == n * entry_) return;
    throw Error(
        ErrorCode::malformed, path.string(),
        fmt::format("{} bytes for {}, expected {} (294 each) or {} (296 each)", file_->size(),
                    counted(sectors, "sector"), n * kPointerBytes, n * kWithBlockError));
  }

  NamedBytes at(Lba lba) const override {
    NamedBytes named;
    const auto run = std::ranges::find_if(
        runs_, [&](const Run& r) { return r.first <= lba && lba < r.first + r.sectors; });
    if (run == runs_.end()) return named;
    std::array<std::uint8_t, kWithBlockError> bytes;
    const std::span<std::uint8_t> entry = std::span(bytes).first(entry_);
    read_exactly(*file_, static_cast<std::uint64_t>(run->before + (lba - run->first)) * entry_,
                 entry);
    const std::span<const std::uint8_t> pointers = pointers_in(entry);
    for (std::size_t i = 0; i < kSectorSize; ++i) {
      if ((pointers[i / 8] >> (7 - i % 8) & 1) != 0) named.set(i);
    }
    return named;
  }

 private:
  struct Run {
    Lba first;
    std::int32_t sectors = 0;
    std::int64_t before = 0;  // sectors in the file
  };
  std::unique_ptr<ByteSource> file_;
  std::vector<Run> runs_;
  std::size_t entry_ = kPointerBytes;
};

}  // namespace

std::unique_ptr<Pointers> open_c2(const std::filesystem::path& path, const Disc& disc) {
  return std::make_unique<C2File>(path, disc);
}

}  // namespace pregap::operations
