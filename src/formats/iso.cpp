// A plain .iso: the user data of one mode 1 track, 2048 bytes a sector.
#include <fmt/format.h>

#include <array>

#include "base/endian.h"
#include "formats/format.h"
#include "formats/storage.h"

namespace pregap::formats {
namespace {

constexpr std::array<std::string_view, 1> kEndings = {".iso"};

// An anchor volume descriptor pointer of UDF (ECMA-167 3/10.2) in sector 256 of that size.
bool has_udf_anchor(const ByteSource& file, std::uint64_t sector_size) {
  constexpr std::uint32_t kSector = 256;
  constexpr std::uint16_t kAnchorTag = 2;
  std::array<std::uint8_t, 16> tag;
  if (file.read(kSector * sector_size, tag) < tag.size()) return false;
  unsigned sum = 0;
  for (std::size_t i = 0; i < tag.size(); ++i) sum += i == 4 ? 0U : tag[i];
  return load_le16(tag, 0) == kAnchorTag && load_le32(tag, 12) == kSector && (sum & 0xFF) == tag[4];
}

// UDF of a hard disk or a memory card: no disc, whose sectors have 2048 bytes.
bool is_udf_of_other_sectors(const ByteSource& file) {
  return !has_udf_anchor(file, kUserDataSize) &&
         (has_udf_anchor(file, 512) || has_udf_anchor(file, 1024) || has_udf_anchor(file, 4096));
}

int probe(const Candidate& c) {
  const std::optional<Storage> storage = sniff_storage(*c.bytes);
  if (storage == Storage::user2048 && is_udf_of_other_sectors(*c.bytes)) return kNotMine;
  if (storage == Storage::user2048) return kByContent;
  if (storage || c.ending != ".iso" || c.bytes->size() < kUserDataSize) return kNotMine;
  return c.bytes->size() % kUserDataSize == 0 ? kByNameOnly : kNotMine;
}

Disc open(const Candidate& c, const OpenOptions&) {
  Disc disc;
  disc.files.push_back({.path = c.path, .bytes = c.bytes});
  Track track;
  track.type = track.declared = TrackType::mode1;
  track.declared_as = "MODE1/2048";
  track.indexes.push_back({.number = 1, .lba = Lba(0)});
  const std::int32_t sectors = whole_sectors(c.bytes->size(), Storage::user2048, c.path.string());
  track.extents.push_back(
      {.file = 0, .offset = 0, .storage = Storage::user2048, .first = Lba(0), .sectors = sectors});
  disc.tracks.push_back(std::move(track));
  const std::uint64_t used = static_cast<std::uint64_t>(sectors) * kUserDataSize;
  if (auto problem = leftover_problem(*c.bytes, used, Storage::user2048)) {
    problem->file = 0;
    disc.problems.push_back(*problem);
  }
  if (!has_volume_descriptor(*c.bytes)) {
    disc.problems.push_back({.severity = Severity::warning,
                             .code = "content.unknown",
                             .message = fmt::format("{}: no volume descriptor at sector 16, taken "
                                                    "as sectors of 2048 bytes by its name",
                                                    c.path.string())});
  }
  return disc;
}

}  // namespace

const Format kIsoFormat{.name = "iso", .endings = kEndings, .probe = probe, .open = open};

}  // namespace pregap::formats
