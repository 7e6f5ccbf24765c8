// UDF (ECMA-167, OSTA UDF): the recognition sequence from byte 32768 on, the anchor in sector 256
// or at the end, and the volume descriptor sequence that it names. Every descriptor's tag has a sum
// of itself and a CRC of what follows.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/crc16.h"
#include "base/endian.h"
#include "volumes/file_systems.h"
#include "volumes/findings.h"
#include "volumes/tables.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

enum Tag : std::uint16_t {
  kPrimary = 1,
  kAnchor = 2,
  kPartition = 5,
  kLogical = 6,
  kEnd = 8,
  kIntegrity = 9
};

bool tag_sum_is_good(std::span<const std::uint8_t> b) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < 16; ++i) sum += i == 4 ? 0U : b[i];
  return (sum & 0xFF) == b[4];
}

bool tag_crc_is_good(std::span<const std::uint8_t> b) {
  const std::size_t length = load_le16(b, 10);
  if (16 + length > b.size()) return false;
  // crc16() gives the inverted remainder, UDF stores the plain one.
  return static_cast<std::uint16_t>(~crc16(b.subspan(16, length))) == load_le16(b, 8);
}

struct Recognition {
  std::string nsr;
  std::uint64_t step = 2048;  // from one of its descriptors to the next
};

// Whether the recognition sequence names UDF: descriptors stand every 2048 bytes, or every sector
// of a larger size.
std::optional<Recognition> recognise(const View& view) {
  constexpr std::uint64_t kFrom = 32768, kMost = 64;
  for (const std::uint64_t step : {2048U, 4096U}) {
    for (std::uint64_t n = 0; n < kMost; ++n) {
      const auto b = view.read(kFrom + n * step, 7);
      if (b.size() < 7) break;
      const std::string_view id = chars_of(std::span(b).subspan(1, 5));
      if (id == "NSR02" || id == "NSR03") return Recognition{std::string(id), step};
      if (id != "BEA01" && id != "CD001" && id != "BOOT2" && id != "CDW02" && id != "TEA01") break;
    }
  }
  return std::nullopt;
}

// A dstring: compression, text, its length in the last byte.
std::string dstring(std::span<const std::uint8_t> b) {
  const std::size_t length = std::min<std::size_t>(b.back(), b.size() - 1);
  if (length < 2) return {};
  const auto text = b.subspan(1, length - 1);
  if (b[0] == 16) return utf16_text(text, ByteOrder::big);
  return b[0] == 8 ? encoded_text(text, "ISO-8859-1") : std::string();
}

struct Anchor {
  std::uint32_t sector_size = 0;
  std::uint64_t at = 0;
  std::uint32_t main_bytes = 0, main_sector = 0;
};

std::optional<Anchor> find_anchor(const View& view, const Recognition& recognition) {
  for (const std::uint32_t size : {2048U, 512U, 4096U, 1024U}) {
    if ((size > 2048) != (recognition.step > 2048)) continue;
    const std::uint64_t sectors = view.size() / size;
    std::array<std::uint64_t, 4> places = {256, sectors - 1, sectors - 257, 512};
    for (const std::uint64_t sector : places) {
      if (sector >= sectors) continue;
      const auto b = view.read(sector * size, 512);
      if (b.size() < 512 || load_le16(b, 0) != kAnchor || !tag_sum_is_good(b)) continue;
      if (load_le32(b, 12) != (sector & 0xFFFFFFFF)) continue;  // another sector size's
      return Anchor{.sector_size = size,
                    .at = sector * size,
                    .main_bytes = load_le32(b, 16),
                    .main_sector = load_le32(b, 20)};
    }
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(const View& view, const Anchor& anchor, Contents& out)
      : view_(view), anchor_(anchor), findings_(view, "UDF", out) {
    fs_.kind = "UDF";
    fs_.offset = view.offset();
    fs_.partition = view.partition();
  }

  FileSystem read(const std::string& nsr) {
    fs_.facts.emplace_back("recognition", nsr);
    fs_.facts.emplace_back("sector size", std::to_string(anchor_.sector_size));
    check(view_.read(anchor_.at, 512), anchor_.at, "anchor");
    const std::uint64_t usual = std::uint64_t{256} * anchor_.sector_size;
    findings_.check("udf.anchor", usual, anchor_.at == usual,
                    fmt::format("no sound anchor in sector 256, there is one in sector {}",
                                anchor_.at / anchor_.sector_size),
                    Severity::warning);
    constexpr std::uint32_t kMost = 256;
    const std::uint32_t count = std::min(anchor_.main_bytes / anchor_.sector_size, kMost);
    for (std::uint32_t n = 0; n < count; ++n) {
      const std::uint64_t at = (std::uint64_t{anchor_.main_sector} + n) * anchor_.sector_size;
      const auto b = view_.read(at, std::max<std::uint32_t>(512, anchor_.sector_size));
      if (b.size() < 512) break;
      const std::uint16_t tag = load_le16(b, 0);
      if (tag == 0 || tag == kEnd) break;
      check(b, at, "volume descriptor");
      take(tag, b);
    }
    read_integrity();
    return std::move(fs_);
  }

 private:
  void check(std::span<const std::uint8_t> b, std::uint64_t at, std::string_view what) {
    findings_.check("udf.tag_checksum", at, tag_sum_is_good(b),
                    fmt::format("the tag of the {} in sector {} does not agree with its sum", what,
                                at / anchor_.sector_size));
    findings_.check("udf.descriptor_crc", at, tag_crc_is_good(b),
                    fmt::format("the {} in sector {} does not agree with its CRC", what,
                                at / anchor_.sector_size));
  }

  void take(std::uint16_t tag, std::span<const std::uint8_t> b) {
    const auto fact = [&](const char* name, const std::string& value) {
      if (!value.empty()) fs_.facts.emplace_back(name, value);
    };
    if (tag == kPrimary) {
      fact("volume", dstring(b.subspan(24, 32)));
      fact("volume set", dstring(b.subspan(72, 128)));
      fact("application", plain_text(b.subspan(345, 23)));
    } else if (tag == kPartition) {
      const std::uint64_t start = load_le32(b, 188), length = load_le32(b, 192);
      fact("partition", fmt::format("sectors {}-{}", start, plus(start, length) - 1));
      partition_sectors_ = plus(partition_sectors_, length);
      end_ = std::max(end_, plus(start, length));
    } else if (tag == kLogical) {
      fs_.label = dstring(b.subspan(84, 128));
      fs_.block_size = load_le32(b, 212);
      const std::uint16_t revision = load_le16(b, 240);
      fact("revision", fmt::format("{:x}.{:02x}", revision >> 8, revision & 0xFF));
      integrity_bytes_ = load_le32(b, 432);
      integrity_sector_ = load_le32(b, 436);
    }
  }

  void read_integrity() {
    fs_.blocks = partition_sectors_;
    fs_.size = times(end_, anchor_.sector_size);
    if (integrity_bytes_ < 512) return;
    const std::uint64_t at = std::uint64_t{integrity_sector_} * anchor_.sector_size;
    const auto b = view_.read(at, std::max<std::uint32_t>(512, anchor_.sector_size));
    if (b.size() < 512 || load_le16(b, 0) != kIntegrity) return;
    check(b, at, "integrity descriptor");
    fs_.facts.emplace_back("closed", yes_no(load_le32(b, 28) == 1));
    const std::uint32_t partitions = load_le32(b, 72);
    constexpr std::uint32_t kUnknown = 0xFFFFFFFF;
    std::uint64_t free = 0;
    for (std::uint32_t n = 0; n < partitions; ++n) {
      const std::size_t place = 80 + std::size_t{n} * 4;
      if (place + 4 > b.size() || load_le32(b, place) == kUnknown) return;
      free += load_le32(b, place);
    }
    if (partitions > 0) fs_.free_blocks = free;
  }

  const View& view_;
  Anchor anchor_;
  Findings findings_;
  FileSystem fs_;
  std::uint64_t partition_sectors_ = 0, end_ = 0;
  std::uint32_t integrity_bytes_ = 0, integrity_sector_ = 0;
};

}  // namespace

std::optional<FileSystem> read_udf(const View& view, Contents& out) {
  const auto recognition = recognise(view);
  if (!recognition) return std::nullopt;
  const auto anchor = find_anchor(view, *recognition);
  if (!anchor) {
    if (view.partition().empty()) {
      Findings(view, "UDF", out)
          .warning("udf.anchor", "recognised, but no anchor in sector 256 or at the end");
    }
    return std::nullopt;
  }
  return Reader(view, *anchor, out).read(recognition->nsr);
}

}  // namespace pregap::volumes
