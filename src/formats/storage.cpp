#include "formats/storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "pregap/check.h"
#include "pregap/error.h"
#include "sector/subchannel.h"

namespace pregap::formats {
namespace {

constexpr int kLookAt = 32;  // sectors
constexpr int kVolumeSector = 16;

int count_syncs(const ByteSource& file, std::uint64_t offset, Storage storage) {
  int found = 0;
  std::array<std::uint8_t, kSyncSize> bytes;
  for (int n = 0; n < kLookAt; ++n) {
    const std::uint64_t at = offset + static_cast<std::uint64_t>(n) * stride_of(storage);
    if (file.read(at, bytes) < bytes.size()) break;
    found += bytes == kSync;
  }
  return found;
}

int count_good_2336(const ByteSource& file, std::uint64_t offset) {
  int found = 0;
  std::array<std::uint8_t, kSectorSize> sector{};
  write_sync_and_header(SectorKind::mode2, Lba(0), sector);
  const std::span<std::uint8_t> body = std::span(sector).subspan(kSubheaderOffset);
  for (int n = 0; n < kLookAt; ++n) {
    const std::uint64_t at = offset + static_cast<std::uint64_t>(n) * kMode2UserDataSize;
    if (file.read(at, body) < body.size()) break;
    const SectorIdentity id = identify_sector(sector);
    // Over zeros the EDC is zero: blocks of any disk image would do.
    found += id.check.edc == EdcState::good && id.check.edc_stored != 0;
  }
  return found;
}

}  // namespace

bool has_volume_descriptor(const ByteSource& file, std::uint64_t offset) {
  std::array<std::uint8_t, 16> head{};
  const std::uint64_t at = offset + kVolumeSector * kUserDataSize;
  if (file.read(at, head) < head.size()) return false;
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  constexpr std::array<std::string_view, 4> standard = {"CD001", "BEA01", "NSR02", "NSR03"};
  const auto at_one = [&](std::string_view id) { return text.substr(1, 5) == id; };
  return std::ranges::any_of(standard, at_one) || text.substr(9, 5) == "CDROM";
}

std::optional<Storage> sniff_storage(const ByteSource& file, std::uint64_t offset) {
  const int raw = count_syncs(file, offset, Storage::raw2352);
  for (const Storage longer : {Storage::raw2448, Storage::raw2368}) {
    const int with_subchannel = count_syncs(file, offset, longer);
    if (with_subchannel > raw && with_subchannel > 1) return longer;
  }
  if (raw > 0) return Storage::raw2352;
  if (has_volume_descriptor(file, offset)) return Storage::user2048;
  if (count_good_2336(file, offset) > 1) return Storage::xa2336;
  return std::nullopt;
}

bool has_q_behind_sectors(const ByteSource& file, std::uint64_t offset) {
  int looked_at = 0;
  OrderVotes votes;
  for (; looked_at < kLookAt; ++looked_at) {
    std::array<std::uint8_t, kSubchannelSize> behind;
    const std::uint64_t at =
        offset + static_cast<std::uint64_t>(looked_at) * stride_of(Storage::raw2448);
    if (file.read(at + kSectorSize, behind) < behind.size()) break;
    votes.add(behind);
  }
  const int good = std::max(votes.linear, votes.interleaved);
  return good > 0 && 2 * good >= looked_at;
}

std::optional<Lba> stored_address(const ByteSource& file, std::uint64_t offset, Storage storage) {
  if (!has_whole_sectors(storage)) return std::nullopt;
  std::array<std::uint8_t, kSubheaderOffset> head;
  if (file.read(offset, head) < head.size()) return std::nullopt;
  if (!std::ranges::equal(std::span(head).first(kSyncSize), kSync)) return std::nullopt;
  constexpr unsigned kModeBits = 0x1F, kHighestMode = 2;  // a scrambled header has any
  const std::optional<Msf> msf = msf_from_bcd(head.data() + kHeaderOffset);
  if (!msf || (head[kSubheaderOffset - 1] & kModeBits) > kHighestMode) return std::nullopt;
  return to_lba(*msf);
}

std::int32_t whole_sectors(std::uint64_t bytes, Storage storage, const std::string& place) {
  const std::uint64_t count = bytes / stride_of(storage);
  if (count == 0) {
    throw Error(
        ErrorCode::malformed, place,
        fmt::format("{} bytes, expected at least one sector of {}", bytes, stride_of(storage)));
  }
  if (count > kMostSectors) {
    throw Error(ErrorCode::unsupported, place,
                fmt::format("{} sectors, expected at most {}", count, kMostSectors));
  }
  return static_cast<std::int32_t>(count);
}

std::optional<Problem> leftover_problem(const ByteSource& file, std::uint64_t used_until,
                                        Storage storage) {
  if (used_until >= file.size()) return std::nullopt;
  const std::uint64_t leftover = file.size() - used_until;
  const std::uint32_t stride = stride_of(storage);
  const std::uint64_t missing = stride - leftover % stride;
  return Problem{
      .severity = Severity::fault,
      .code = "file.size",
      .message = fmt::format("{}: {} left over behind the last whole sector, {} missing to one of "
                             "{} bytes",
                             file.name(),
                             leftover == 1 ? "1 byte is" : fmt::format("{} bytes are", leftover),
                             missing == 1 ? "1 is" : fmt::format("{} are", missing), stride)};
}

}  // namespace pregap::formats
