#include "volumes/udf_file.h"

#include <algorithm>

namespace pregap::volumes {
namespace {

constexpr std::uint16_t kStrategy4096 = 4096;
constexpr std::size_t kMostEntries = 256;  // of one chain
constexpr std::size_t kEntrySize = 176, kExtendedEntrySize = 216;

// The time of creation in a file times attribute (4/14.10.5), which plain entries have it in.
std::optional<std::int64_t> creation_time(Bytes attributes) {
  constexpr std::size_t kHeader = 24, kAttribute = 12;
  constexpr std::uint32_t kFileTimes = 5, kCreation = 1;
  std::size_t at = kHeader;
  while (at + kAttribute <= attributes.size()) {
    const std::size_t length = load_le32(attributes, at + 8);
    if (length < kAttribute || length > attributes.size() - at) break;
    if (load_le32(attributes, at) == kFileTimes && length >= 32 &&
        (load_le32(attributes, at + 16) & kCreation) != 0) {
      return udf_time(attributes, at + 20);
    }
    at += length;
  }
  return std::nullopt;
}

// The indirect entry (4/14.7) in `block` leads on.
std::optional<UdfAddress> indirect(Bytes block) {
  if (block.size() < 52 || !udf_tag_is_sound(block)) return std::nullopt;
  if (udf_tag(block) != UdfTag::indirect_entry) return std::nullopt;
  const UdfExtent next = udf_long_ad(block, 36);
  if (next.bytes == 0) return std::nullopt;
  return next.at;
}

std::optional<UdfFile> file_at(const UdfVolume& volume, UdfAddress at, UdfVolume::Copy copy) {
  const auto place = volume.place_of(at, 1, copy);
  if (!place) return std::nullopt;
  return parse_udf_file(volume.block(at, copy), at, place->offset);
}

bool has_mirror(const UdfVolume& volume, UdfAddress at) {
  return at.partition < volume.partitions().size() &&
         !volume.partitions()[at.partition].mirror.empty();
}

std::optional<UdfFile> sound_file_at(const UdfVolume& volume, UdfAddress at) {
  auto file = file_at(volume, at, UdfVolume::Copy::main);
  if ((file && file->crc_good) || !has_mirror(volume, at)) return file;
  auto other = file_at(volume, at, UdfVolume::Copy::mirror);
  return other && (!file || other->crc_good) ? other : file;
}

}  // namespace

std::optional<UdfFile> parse_udf_file(Bytes block, UdfAddress at, std::uint64_t offset) {
  if (block.size() < 512 || !udf_tag_is_sound(block)) return std::nullopt;
  const UdfTag tag = udf_tag(block);
  if (tag != UdfTag::file_entry && tag != UdfTag::extended_file_entry) return std::nullopt;
  const bool extended = tag == UdfTag::extended_file_entry;
  // The extended entry has the size of all streams before the blocks recorded, and the time of
  // creation before that of the last change of attributes.
  const std::size_t times_at = extended ? 80 : 72;
  const std::size_t changed_at = extended ? 116 : 96;
  const std::size_t header = extended ? kExtendedEntrySize : kEntrySize;
  UdfFile file{.at = at,
               .offset = offset,
               .location = load_le32(block, 12),
               .type = static_cast<UdfFileType>(block[27]),
               .extended = extended,
               .crc_good = udf_crc_is_good(block),
               .strategy = load_le16(block, 20),
               .flags = load_le16(block, 34),
               .uid = load_le32(block, 36),
               .gid = load_le32(block, 40),
               .permissions = load_le32(block, 44),
               .links = load_le16(block, 48),
               .size = load_le64(block, 56),
               .blocks_recorded = load_le64(block, extended ? 72 : 64),
               .accessed = udf_time(block, times_at),
               .modified = udf_time(block, times_at + 12),
               .changed = udf_time(block, changed_at),
               .created = {},
               .streams = {},
               .descriptors = {}};
  const std::size_t room = block.size() - header;
  const std::size_t attributes = std::min<std::size_t>(load_le32(block, header - 8), room);
  const std::size_t descriptors =
      std::min<std::size_t>(load_le32(block, header - 4), room - attributes);
  file.fits =
      attributes == load_le32(block, header - 8) && descriptors == load_le32(block, header - 4);
  if (extended) {
    file.created = udf_time(block, 104);
    file.streams = udf_long_ad(block, 152);
  } else {
    file.created = creation_time(block.subspan(header, attributes));
  }
  const Bytes found = block.subspan(header + attributes, descriptors);
  file.descriptors.assign(found.begin(), found.end());
  file.descriptors_at = offset + header + attributes;
  return file;
}

std::optional<UdfFile> read_udf_file(const UdfVolume& volume, UdfAddress icb) {
  std::optional<UdfFile> last;
  for (std::size_t n = 0; n < kMostEntries; ++n) {
    auto file = sound_file_at(volume, icb);
    std::optional<UdfAddress> next;
    if (!file) {
      next = indirect(volume.block(icb));
    } else {
      const bool leads_on = file->strategy == kStrategy4096;
      last = std::move(file);
      if (!leads_on || icb.block == 0xFFFFFFFF) break;
      next = indirect(volume.block({.block = icb.block + 1, .partition = icb.partition}));
    }
    if (!next) break;
    icb = *next;
  }
  return last;
}

}  // namespace pregap::volumes
