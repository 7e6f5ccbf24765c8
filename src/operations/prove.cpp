#include "operations/prove.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "disc/compare.h"
#include "disc/pass.h"
#include "disc/read.h"
#include "operations/losses.h"
#include "pregap/error.h"
#include "pregap/open.h"

namespace pregap::operations {
namespace {

[[noreturn]] void throw_differs(const std::string& place, std::string message) {
  throw Error(ErrorCode::unwritable, place, std::move(message));
}

Disc opened(const Layout& layout) {
  if (layout.disc.format != "bin") return open_disc(layout.disc.path);
  Disc disc = layout.disc;  // no descriptor that could tell something else
  for (DiscFile& file : disc.files) file.bytes = open_file(file.path);
  return disc;
}

// What the sector at `lba` was written from.
class Expected {
 public:
  Expected(const Disc& source, const Disc& target) : source_(source), target_(target) {}

  bool equals(Lba lba, RawSector written) {
    if (source_.read_sectors(lba, 1, sector_) == 0) read_blank(lba);
    if (std::ranges::equal(written, sector_)) return true;
    scramble(sector_);  // scrambled ones are descrambled
    return std::ranges::equal(written, sector_);
  }

 private:
  void read_blank(Lba lba) {
    const Track* track = target_.track_at(lba);
    const Extent nowhere{.file = kNoFile, .storage = Storage::blank, .first = lba, .sectors = 1};
    read_extent(target_, *track, nowhere, 0, 1, sector_, scratch_);
  }

  const Disc& source_;
  const Disc& target_;
  std::array<std::uint8_t, kSectorSize> sector_{};
  std::vector<std::uint8_t> scratch_;
};

void prove_sectors(const Disc& source, const Layout& layout, const Disc& written,
                   const WorkOptions& work) {
  Expected expected(source, layout.disc);
  const std::vector<PassRange> ranges = whole_disc(written);
  if (work.progress != nullptr) work.progress->add_total(stored_bytes(ranges));
  run_pass(written, ranges, {.work = work, .join = true}, [&](const SectorVerdict& v) {
    for (std::int32_t i = 0; i < v.count; ++i) {
      const std::size_t at = static_cast<std::size_t>(i) * kSectorSize;
      if (expected.equals(v.lba + i, v.bytes.subspan(at).first<kSectorSize>())) continue;
      throw_differs(fmt::format("{}:LBA {}", layout.disc.path.string(), (v.lba + i).value),
                    "other bytes were read back, expected those of the source");
    }
  });
}

void prove_subchannel(const Disc& source, const Layout& layout, const Disc& written) {
  std::array<std::uint8_t, kSubchannelSize> ours, theirs;
  for (const SubchannelRun& run : layout.disc.subchannel) {
    for (std::int32_t i = 0; i < run.sectors; ++i) {
      const Lba lba = run.first + i;
      if (source.read_subchannel(lba, 1, ours) == 0) continue;
      if (written.read_subchannel(lba, 1, theirs) == 1 && ours == theirs) continue;
      throw_differs(fmt::format("{}:LBA {}", layout.disc.path.string(), lba.value),
                    "other sub-channel was read back, expected that of the source");
    }
  }
}

}  // namespace

void prove_equal(const Disc& source, const Layout& layout, const std::vector<Loss>& losses,
                 const WorkOptions& work) {
  const Disc written = opened(layout);
  for (const Difference& difference : differences(layout.disc, written)) {
    const auto named = [&](const Loss& loss) { return covers(loss, difference); };
    if (std::ranges::any_of(losses, named)) continue;
    throw_differs(layout.disc.path.string(),
                  fmt::format("read back differently, expected the same: {}", difference.message));
  }
  prove_sectors(source, layout, written, work);
  prove_subchannel(source, layout, written);
}

}  // namespace pregap::operations
