#include "volumes/udf_entry.h"

#include <algorithm>
#include <utility>

#include "volumes/udf_extents.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kMostLinkBytes = 64 * 1024;
constexpr std::uint32_t kNobody = 0xFFFFFFFF;  // UDF 2.3.6.1: no owner is told

FileKind kind_of(UdfFileType type) {
  switch (type) {
    case UdfFileType::folder:
      return FileKind::folder;
    case UdfFileType::unspecified:
    case UdfFileType::file:
    case UdfFileType::real_time:
      return FileKind::file;
    case UdfFileType::link:
      return FileKind::link;
    case UdfFileType::fifo:
      return FileKind::fifo;
    case UdfFileType::socket:
      return FileKind::socket;
    case UdfFileType::block_device:
      return FileKind::block;
    case UdfFileType::character_device:
      return FileKind::character;
    default:
      return FileKind::other;
  }
}

// Five bits each for others, group and owner, of which the lowest three are execute, write and
// read (4/14.9.5); setuid, setgid and sticky are flags (4/14.6.8).
std::uint32_t mode_of(const UdfFile& file) {
  const std::uint32_t p = file.permissions;
  return (p & 7) | (p >> 5 & 7) << 3 | (p >> 10 & 7) << 6 | (file.flags >> 6 & 1U) << 11 |
         (file.flags >> 7 & 1U) << 10 | (file.flags >> 8 & 1U) << 9;
}

}  // namespace

std::optional<UdfAddress> udf_address(std::uint64_t number) {
  if (number >> 48 != 0) return std::nullopt;
  return UdfAddress{.block = static_cast<std::uint32_t>(number),
                    .partition = static_cast<std::uint16_t>(number >> 32)};
}

FileEntry udf_entry(const UdfVolume& volume, const UdfFile& file, UdfAddress icb,
                    std::string name) {
  FileEntry entry{.name = std::move(name),
                  .id = {.number = udf_number(icb)},
                  .kind = kind_of(file.type),
                  .size = file.size,
                  .folder_key = file.offset,
                  .times = {.modified = file.modified,
                            .accessed = file.accessed,
                            .changed = file.changed,
                            .created = file.created},
                  .mode = mode_of(file)};
  if (file.uid != kNobody) entry.uid = file.uid;
  if (file.gid != kNobody) entry.gid = file.gid;
  if (entry.kind == FileKind::link) {
    entry.link_target = udf_link_target(read_udf_content(volume, file, kMostLinkBytes));
  }
  return entry;
}

std::string udf_link_target(Bytes content) {
  constexpr std::uint8_t kOtherRoot = 1, kRoot = 2, kParent = 3, kCurrent = 4, kName = 5;
  std::string target;
  bool first = true;
  for (std::size_t at = 0; at + 4 <= content.size();) {
    const std::uint8_t type = content[at];
    const std::size_t length = std::min<std::size_t>(content[at + 1], content.size() - at - 4);
    std::string part;
    if (type == kRoot || type == kOtherRoot) {
      target = "/";
      first = true;
    } else {
      if (type == kParent) part = "..";
      if (type == kCurrent) part = ".";
      if (type == kName) part = udf_text(content.subspan(at + 4, length));
      std::ranges::replace(part, '/', '_');
      std::ranges::replace(part, '\0', '_');
      if (!first) target += '/';
      target += part;
      first = false;
    }
    at += 4 + length;
  }
  return target;
}

}  // namespace pregap::volumes
