#include "formats/sbi.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::array<std::uint8_t, 4> kMagic = {'S', 'B', 'I', 0};
constexpr std::size_t kPlaceSize = 3;  // of the time before each record
constexpr std::size_t kLsdRecordSize = kPlaceSize + kChannelSize;
constexpr std::size_t kRelativeOffset = 3, kAbsoluteOffset = 7;  // in Q

[[noreturn]] void fail(const std::string& place, std::size_t at, std::string message) {
  throw Error(ErrorCode::malformed, fmt::format("{}:byte {}", place, at), std::move(message));
}

std::string counted_bytes(std::size_t n) { return counted(static_cast<long long>(n), "byte"); }

Lba read_place(std::span<const std::uint8_t> bytes, std::size_t at, const std::string& place) {
  const auto three = bytes.subspan(at, kPlaceSize);
  const std::optional<Msf> msf = msf_from_bcd(three.data());
  if (!msf) {
    fail(place, at,
         fmt::format("time {:02x}, expected minute, second and frame in BCD",
                     fmt::join(three, ":")));
  }
  return to_lba(*msf);
}

std::size_t size_of(SbiContent content) { return content == SbiContent::q ? 10 : 3; }

void append_place(std::vector<std::uint8_t>& bytes, Lba lba) {
  const std::optional<Msf> msf = to_msf(lba);
  if (!msf) {
    throw Error(ErrorCode::usage, fmt::format("LBA {}", lba.value),
                "an altered Q frame whose address no time expresses, expected one up to 89:59:74");
  }
  const std::array<std::uint8_t, 3> bcd = to_bcd(*msf);
  bytes.insert(bytes.end(), bcd.begin(), bcd.end());
}

void require_patches(const Disc& disc) {
  if (!disc.q_patches.empty()) return;
  throw Error(ErrorCode::usage, disc.path.string(),
              "no altered Q frames, expected some to write to an .sbi or .lsd file");
}

}  // namespace

std::vector<SbiRecord> parse_sbi(std::span<const std::uint8_t> bytes, const std::string& place) {
  if (bytes.size() < kMagic.size() || !std::ranges::equal(bytes.first<4>(), kMagic)) {
    fail(place, 0, "no .sbi file, expected it to begin with SBI and a zero");
  }
  std::vector<SbiRecord> records;
  for (std::size_t at = kMagic.size(); at < bytes.size();) {
    constexpr std::size_t kHead = kPlaceSize + 1;
    if (bytes.size() - at < kHead) {
      fail(place, at, counted_bytes(bytes.size() - at) + ", expected a record");
    }
    SbiRecord record{.lba = read_place(bytes, at, place)};
    const std::uint8_t content = bytes[at + kPlaceSize];
    if (content < 1 || content > 3) {
      fail(place, at + kPlaceSize,
           fmt::format("record of kind {:02x}, expected 01, 02 or 03", content));
    }
    record.content = static_cast<SbiContent>(content);
    const std::size_t size = size_of(record.content);
    if (bytes.size() - at - kHead < size) {
      fail(place, at + kHead,
           fmt::format("{}, expected {} of Q", counted_bytes(bytes.size() - at - kHead), size));
    }
    std::ranges::copy(bytes.subspan(at + kHead, size), record.bytes.begin());
    records.push_back(record);
    at += kHead + size;
  }
  return records;
}

std::vector<QPatch> parse_lsd(std::span<const std::uint8_t> bytes, const std::string& place) {
  std::vector<QPatch> patches;
  for (std::size_t at = 0; at < bytes.size(); at += kLsdRecordSize) {
    if (bytes.size() - at < kLsdRecordSize) {
      fail(place, at,
           fmt::format("{}, expected a record of {}", counted_bytes(bytes.size() - at),
                       kLsdRecordSize));
    }
    QPatch patch{.lba = read_place(bytes, at, place)};
    std::ranges::copy(bytes.subspan(at + kPlaceSize, kChannelSize), patch.q.begin());
    patches.push_back(patch);
  }
  return patches;
}

std::vector<QPatch> patches_of(const std::vector<SbiRecord>& records,
                               const SubchannelMaker& layout) {
  std::vector<QPatch> patches;
  for (const SbiRecord& record : records) {
    QPatch patch{.lba = record.lba, .q = layout.position(record.lba)};
    const std::size_t to = record.content == SbiContent::q          ? 0
                           : record.content == SbiContent::relative ? kRelativeOffset
                                                                    : kAbsoluteOffset;
    std::copy_n(record.bytes.begin(), size_of(record.content), patch.q.begin() + to);
    put_q_crc(patch.q, static_cast<std::uint16_t>(~q_crc(patch.q)));
    patches.push_back(patch);
  }
  return patches;
}

std::vector<std::uint8_t> write_sbi(const Disc& disc) {
  require_patches(disc);
  std::vector<std::uint8_t> bytes(kMagic.begin(), kMagic.end());
  for (const QPatch& patch : disc.q_patches) {
    append_place(bytes, patch.lba);
    bytes.push_back(static_cast<std::uint8_t>(SbiContent::q));
    bytes.insert(bytes.end(), patch.q.begin(), patch.q.begin() + 10);
  }
  return bytes;
}

std::vector<std::uint8_t> write_lsd(const Disc& disc) {
  require_patches(disc);
  std::vector<std::uint8_t> bytes;
  for (const QPatch& patch : disc.q_patches) {
    append_place(bytes, patch.lba);
    bytes.insert(bytes.end(), patch.q.begin(), patch.q.end());
  }
  return bytes;
}

}  // namespace pregap::formats
