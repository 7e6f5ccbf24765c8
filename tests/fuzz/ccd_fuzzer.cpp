// Any bytes either are refused with an Error or give a disc that keeps what disc.h promises, and
// whose control file reads as the same layout again. The first two bytes are the image's size.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "disc/complete.h"
#include "formats/ccd_builder.h"
#include "formats/ccd_write.h"
#include "pregap/error.h"

namespace {

using namespace pregap;

void require(bool promise) {
  if (!promise) std::abort();
}

// Sectors of zeros, without memory.
class Zeros : public ByteSource {
 public:
  explicit Zeros(std::uint64_t size) : size_(size) {}
  std::uint64_t size() const noexcept override { return size_; }
  const std::string& name() const noexcept override { return name_; }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= size_) return 0;
    const std::size_t count =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset));
    std::fill_n(out.begin(), count, std::uint8_t{0});
    return count;
  }

 private:
  std::uint64_t size_;
  std::string name_ = "X.img";
};

void require_clean(std::string_view message) {
  require(message.size() < 800);
  for (const char c : message) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

void require_track(const Track& track, std::uint64_t image) {
  require(track.number >= 1 && track.number <= 99 && track.session >= 1 && track.session <= 99);
  require(track.missing >= 0 && track.unstored_pregap >= 0);
  require(!track.indexes.empty() && track.indexes.size() <= 100);
  for (std::size_t i = 1; i < track.indexes.size(); ++i) {
    require(track.indexes[i - 1].number < track.indexes[i].number);
    require(track.indexes[i - 1].lba < track.indexes[i].lba);
  }
  for (const Extent& e : track.extents) {
    require(e.file == 0 && e.sectors > 0 && e.first >= Lba(-150));
    require(e.offset + static_cast<std::uint64_t>(e.sectors) * stride_of(e.storage) <= image);
  }
}

void require_disc(const Disc& disc, std::uint64_t image, std::uint64_t sub) {
  require(!disc.tracks.empty() && !disc.sessions.empty());
  const Track* before = nullptr;
  for (const Track& track : disc.tracks) {
    require_track(track, image);
    if (before != nullptr) {
      require(before->start_lba() < track.first_lba() && before->end_lba() <= track.first_lba());
      require(before->session <= track.session);
    }
    before = &track;
  }
  for (const SubchannelRun& run : disc.subchannel) {
    require(run.sectors > 0 && run.file == 1);
    require(run.offset + static_cast<std::uint64_t>(run.sectors) * run.stride <= sub);
  }
  require(disc.problems.size() < 1000);
  for (const Problem& problem : disc.problems) require_clean(problem.message);
}

std::string layout_text(const Disc& disc) {
  std::string text;
  for (const Track& t : disc.tracks) {
    text += std::to_string(t.number) + '/' + std::to_string(t.session) + ':';
    for (const Index& i : t.indexes) text += ' ' + std::to_string(i.lba.value);
    for (const Extent& e : t.extents) {
      text += " +" + std::to_string(e.offset) + '@' + std::to_string(e.first.value);
    }
  }
  return text;
}

Disc build(std::string_view text, std::uint64_t image, std::uint64_t sub) {
  formats::CcdFiles files{
      .image = {.path = "X.img", .bytes = std::make_shared<Zeros>(image)},
      .subchannel = DiscFile{.path = "X.sub", .bytes = std::make_shared<Zeros>(sub)}};
  return formats::build_ccd_disc(formats::parse_ccd(text, "X"), "X", std::move(files));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::uint64_t sectors = 0;
  if (size >= 2) {
    sectors = (data[0] | data[1] << 8) * (data[1] < 0x80 ? 1U : 13U);
    data += 2;
    size -= 2;
  }
  const std::uint64_t image = sectors * 2352 + sectors % 3, sub = sectors * 96;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    Disc disc = build(text, image, sub);
    require_disc(disc, image, sub);
    complete_disc(disc);
    disc.files.resize(1);
    disc.subchannel.clear();
    disc.format = "ccd";
    const std::string written = formats::write_ccd(disc);
    const std::uint64_t stored = static_cast<std::uint64_t>(disc.stored_sectors());
    const Disc again = build(written, stored * 2352, stored * 96);
    require(layout_text(again) == layout_text(disc));
    require(again.cd_text == disc.cd_text);
    require(again.mcn == disc.mcn);
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed || error.code() == ErrorCode::unsupported ||
            error.code() == ErrorCode::refused);
    require_clean(error.what());
  }
  return 0;
}
