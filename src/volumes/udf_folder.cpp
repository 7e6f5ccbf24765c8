#include "volumes/udf_folder.h"

#include <fmt/format.h>

#include <algorithm>

#include "volumes/udf_extents.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kMostBytes = 256U << 20;  // a million of long names
constexpr std::uint64_t kMostGap = 128 * 1024;    // bytes without a descriptor
constexpr std::size_t kHeader = 38;               // of a descriptor, before its two parts
constexpr std::size_t kLargest = kHeader + 65535 + 255 + 3;
constexpr std::size_t kPiece = 64 * 1024;

class NameWalk {
 public:
  NameWalk(const UdfVolume& volume, const std::function<bool(UdfName&&)>& take)
      : volume_(volume), take_(take) {}

  // False: it is over.
  bool add(const UdfPart& part) {
    if (!part.is_stored) return add_hole(part.size);
    for (std::uint64_t done = 0; done < part.size;) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, part.size - done));
      const std::size_t before = bytes_.size();
      bytes_.resize(before + n);
      bytes_.resize(before +
                    volume_.read(part.offset + done, MutableBytes(bytes_).subspan(before)));
      done += n;
      if (!use(kLargest)) return false;
    }
    return true;
  }

  UdfFolderEnd finish(std::string fault) {
    if (going_) use(1);
    if (end_.fault.empty() && going_) end_.fault = std::move(fault);
    return std::move(end_);
  }

 private:
  // Zeros that nobody stored hold no names.
  bool add_hole(std::uint64_t size) {
    if (!use(1)) return false;
    note_broken(position_);
    position_ += size;
    gap_ += size;
    return may_go_on();
  }

  // Takes what begins in all but the last `reserve` bytes but one, which may be cut.
  bool use(std::size_t reserve) {
    std::size_t at = 0;
    while (going_ && bytes_.size() - at >= reserve && at < bytes_.size()) {
      std::size_t size = 0;
      auto name = parse_udf_name(Bytes(bytes_).subspan(at), size);
      if (!name) {  // they stand at multiples of 4
        if (gap_ == 0) note_broken(position_ + at);
        at += std::min<std::size_t>(4, bytes_.size() - at);
        gap_ += 4;
        going_ = may_go_on();
        continue;
      }
      gap_ = 0;
      if (!name->crc_good) ++end_.bad_crc;
      at += size;
      going_ = take_(std::move(*name));
    }
    position_ += at;
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
    return going_ && may_go_on();
  }

  void note_broken(std::uint64_t position) {
    if (end_.broken++ == 0) end_.first_broken = position;
  }

  bool may_go_on() {
    if (gap_ > kMostGap) {
      end_.fault = fmt::format(
          "{} bytes without a file identifier before byte {}: the rest was "
          "not looked at",
          kMostGap, position_);
    } else if (position_ > kMostBytes) {
      end_.fault =
          fmt::format("more than {} bytes long: the first ones were looked at", kMostBytes);
    }
    return going_ = end_.fault.empty();
  }

  const UdfVolume& volume_;
  const std::function<bool(UdfName&&)>& take_;
  std::vector<std::uint8_t> bytes_;  // not used yet
  std::uint64_t position_ = 0;       // of the first of them in the folder
  std::uint64_t gap_ = 0;            // bytes since the last descriptor
  bool going_ = true;
  UdfFolderEnd end_;
};

}  // namespace

std::optional<UdfName> parse_udf_name(Bytes b, std::size_t& size) {
  if (b.size() < kHeader || udf_tag(b) != UdfTag::file_identifier || !udf_tag_is_sound(b)) {
    return std::nullopt;
  }
  const std::size_t use = load_le16(b, 36), length = b[19];
  size = (kHeader + use + length + 3) / 4 * 4;
  if (kHeader + use + length > b.size()) return std::nullopt;
  size = std::min(size, b.size());
  return UdfName{.flags = b[18],
                 .name = udf_text(b.subspan(kHeader + use, length)),
                 .icb = udf_long_ad(b, 20),
                 .crc_good = udf_crc_is_good(b.first(size))};
}

UdfFolderEnd for_each_udf_name(const UdfVolume& volume, const UdfFile& folder,
                               const std::function<bool(UdfName&&)>& take) {
  NameWalk walk(volume, take);
  const UdfContentEnd end =
      for_each_udf_part(volume, folder, [&](const UdfPart& part) { return walk.add(part); });
  return walk.finish(end.fault);
}

}  // namespace pregap::volumes
