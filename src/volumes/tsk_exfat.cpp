#include "volumes/tsk_exfat.h"

#include <array>
#include <span>

#include "base/endian.h"
#include "volumes/exfat.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kEntryBytes = 32, kFirstEntry = 3;  // what libtsk counts from

using Entry = std::array<std::uint8_t, kEntryBytes>;

std::optional<ExfatLayout> layout_of(const ByteSource& source) {
  std::array<std::uint8_t, 512> boot{};
  if (source.read(0, boot) < boot.size()) return std::nullopt;
  return parse_exfat_boot(boot);
}

// The file's stream extension, by what libtsk says of it: it follows the file's own entry.
std::optional<Entry> stream_at(const ByteSource& source, std::uint64_t at, std::uint64_t size) {
  constexpr std::uint8_t kStream = 0x40, kNotDeleted = 0x80;
  Entry entry{};
  if (source.read(at, entry) < entry.size()) return std::nullopt;
  const bool fits = (entry[0] & ~kNotDeleted) == kStream && load_le64(entry, 24) == size;
  return fits ? std::optional(entry) : std::nullopt;
}

// Behind the last entry of a cluster: the folder's next cluster by the FAT, or the next one.
std::optional<Entry> find_stream(const ByteSource& source, const ExfatLayout& layout,
                                 std::uint64_t file_at, std::uint64_t size) {
  const std::uint64_t next = file_at + kEntryBytes;
  if ((next - layout.heap_at) % layout.cluster_bytes == 0) {
    const std::uint64_t cluster = (file_at - layout.heap_at) / layout.cluster_bytes + 2;
    std::array<std::uint8_t, 4> link{};
    if (source.read(layout.fat_at + cluster * 4, link) == link.size() &&
        layout.is_cluster(load_le32(link, 0))) {
      const std::uint64_t at = layout.cluster_at(load_le32(link, 0));
      if (const auto entry = stream_at(source, at, size)) return entry;
    }
  }
  return stream_at(source, next, size);
}

}  // namespace

std::optional<std::uint64_t> exfat_valid_length(const TskVolume& volume, const TSK_FS_FILE& file) {
  const bool is_file = volume.kind().name == "exFAT" && file.meta != nullptr &&
                       file.meta->type == TSK_FS_META_TYPE_REG && file.meta->addr >= kFirstEntry &&
                       file.meta->size > 0;
  if (!is_file) return std::nullopt;
  const auto layout = layout_of(volume.source());
  if (!layout) return std::nullopt;
  // libtsk numbers the entries of all clusters.
  const std::uint64_t entries = file.meta->addr - kFirstEntry;
  if (entries > volume.source().size() / kEntryBytes) return std::nullopt;
  const auto entry = find_stream(volume.source(), *layout, layout->heap_at + entries * kEntryBytes,
                                 static_cast<std::uint64_t>(file.meta->size));
  if (!entry) return std::nullopt;
  return load_le64(*entry, 8);
}

}  // namespace pregap::volumes
