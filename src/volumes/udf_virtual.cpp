#include "volumes/udf_virtual.h"

#include <algorithm>
#include <optional>

#include "volumes/text.h"
#include "volumes/udf_extents.h"
#include "volumes/udf_file.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kMostTableBytes = 64U << 20;
constexpr std::string_view kVirtualTableName = "*UDF Virtual Alloc Tbl";

// The table in the content of a file, if that is one: behind a header of its own size (UDF 2.2.11),
// or before the name that revision 1.50 puts at its end (UDF 1.50 2.2.10).
std::optional<std::vector<std::uint32_t>> table_in(const UdfFile& file, Bytes content) {
  constexpr std::size_t kHeader = 152, kTrailer = 36;
  std::size_t from = 0, to = content.size();
  if (file.type == UdfFileType::virtual_table) {
    if (content.size() < kHeader) return std::nullopt;
    from = load_le16(content, 0);
    if (from < kHeader || from > content.size()) return std::nullopt;
  } else {
    if (content.size() < kTrailer) return std::nullopt;
    to = content.size() - kTrailer;
    if (udf_entity(content, to) != kVirtualTableName) return std::nullopt;
  }
  std::vector<std::uint32_t> table;
  table.reserve((to - from) / 4);
  for (std::size_t at = from; at + 4 <= to; at += 4) table.push_back(load_le32(content, at));
  return table;
}

// Where what was recorded ends: behind it are zeros.
std::uint64_t recorded_end(const ByteSource& source, std::uint64_t all) {
  constexpr std::uint64_t kPiece = 64 * 1024, kMost = 64U << 20;
  std::vector<std::uint8_t> b;
  for (std::uint64_t end = all; end > 0 && all - end < kMost; end -= std::min(end, kPiece)) {
    const std::uint64_t from = end - std::min(end, kPiece);
    b.resize(static_cast<std::size_t>(end - from));
    b.resize(source.read(from, b));
    if (!all_zero(b)) return end;
  }
  return all;
}

// A file entry in the block at `offset` that may be a table's.
std::optional<UdfFile> table_file_at(const UdfVolume& volume, std::uint16_t base,
                                     std::uint64_t offset) {
  std::vector<std::uint8_t> b(volume.block_size());
  if (volume.read(offset, b) < b.size()) return std::nullopt;
  auto file = parse_udf_file(b, {.block = load_le32(b, 12), .partition = base}, offset);
  const bool may_be =
      file && file->crc_good &&
      (file->type == UdfFileType::virtual_table || file->type == UdfFileType::unspecified);
  return may_be ? file : std::nullopt;
}

}  // namespace

UdfVirtualTable find_udf_virtual_table(const UdfVolume& volume, std::uint16_t base,
                                       std::uint64_t end) {
  constexpr std::uint64_t kMostBlocks = 1024;
  constexpr int kMostTried = 16;
  const std::uint64_t size = volume.source().size(), block = volume.block_size();
  const std::uint64_t last = recorded_end(volume.source(), std::min(end, size)) / block;
  int tried = 0;
  for (std::uint64_t n = 1; n <= std::min(last, kMostBlocks) && tried < kMostTried; ++n) {
    const std::uint64_t offset = (last - n) * block;
    const auto file = table_file_at(volume, base, offset);
    if (!file) continue;
    ++tried;
    const std::uint64_t own = file->location * block;
    const std::uint64_t start = own <= offset ? offset - own : 0;
    // Of a later session, whose partition is not this one: its extents can't be followed yet.
    if (file->type == UdfFileType::virtual_table && start > volume.partitions()[base].start) {
      return {.blocks = {}, .partition_start = start};
    }
    auto blocks = table_in(*file, read_udf_content(volume, *file, std::min(kMostTableBytes, size)));
    if (blocks) return {.blocks = std::move(*blocks), .partition_start = start};
  }
  return {};
}

}  // namespace pregap::volumes
