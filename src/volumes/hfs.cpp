// HFS (Inside Macintosh: Files, "Master Directory Blocks") and HFS+ (Apple TN1150). Both have their
// header at byte 1024 and a copy in the last sector but one.
#include <fmt/format.h>

#include <algorithm>

#include "base/endian.h"
#include "volumes/file_systems.h"
#include "volumes/findings.h"
#include "volumes/tables.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kHeaderAt = 1024;

bool has_signature(std::span<const std::uint8_t> b, std::string_view signature) {
  return b.size() >= 512 && chars_of(b.first(2)) == signature;
}

// In the last sector but one of the volume, or of what it lies in; a hybrid's master may have left
// it out.
void check_copy(const View& view, std::span<const std::uint8_t> header, std::uint64_t volume_bytes,
                std::string_view signature, std::span<const std::size_t> fields,
                std::string_view kind, Contents& out) {
  for (const std::uint64_t end : {volume_bytes, volume_bytes + 1024, view.size()}) {
    if (end < 2048 || end > view.size()) continue;
    const std::uint64_t at = end - 1024;
    const auto copy = view.read(at, 512);
    if (!has_signature(copy, signature)) continue;
    const bool same = std::ranges::all_of(fields, [&](std::size_t field) {
      return load_be32(header, field) == load_be32(copy, field);
    });
    Findings(view, kind, out)
        .check(kind == "HFS" ? "hfs.alternate_header" : "hfsplus.alternate_header", at, same,
               fmt::format("the alternate header at byte {} says otherwise", at),
               Severity::warning);
    return;
  }
  Findings(view, kind, out).note("hfs.alternate_header", "no alternate header at the end");
}

// The name of the root folder, key of the first record of the catalog's first leaf.
std::string catalog_label(const View& view, std::span<const std::uint8_t> h,
                          std::uint32_t block_size) {
  constexpr std::size_t kCatalogAt = 272, kFirstExtent = kCatalogAt + 16;
  const std::uint64_t start = times(load_be32(h, kFirstExtent), block_size);
  const std::uint64_t length = times(load_be32(h, kFirstExtent + 4), block_size);
  const auto head = view.read(start, 512);
  if (head.size() < 512) return {};
  const std::uint32_t node = load_be16(head, 14 + 18), leaf = load_be32(head, 14 + 10);
  if (node < 512 || times(leaf, node) >= length) return {};
  const auto b = view.read(plus(start, times(leaf, node)), node);
  constexpr std::size_t kRecordAt = 14;
  if (b.size() < node || load_be32(b, kRecordAt + 2) != 1) return {};  // not of the root's parent
  const std::size_t name = std::size_t{load_be16(b, kRecordAt + 6)} * 2;
  if (kRecordAt + 8 + name > b.size()) return {};
  return utf16_text(std::span(b).subspan(kRecordAt + 8, name), ByteOrder::big);
}

std::optional<FileSystem> read_plus_at(const View& view, std::uint64_t base, Contents& out) {
  const auto h = view.read(base + kHeaderAt, 512);
  const bool plus_sign = has_signature(h, "H+");
  if (!plus_sign && !has_signature(h, "HX")) return std::nullopt;
  const std::uint32_t block_size = load_be32(h, 40);
  if (block_size < 512 || (block_size & (block_size - 1)) != 0) return std::nullopt;
  const View volume(view.bytes(), view.offset() + base, view.claimed() - base, view.partition());
  FileSystem fs;
  fs.kind = plus_sign ? "HFS+" : "HFSX";
  fs.offset = volume.offset();
  fs.partition = view.partition();
  fs.block_size = block_size;
  fs.blocks = load_be32(h, 44);
  fs.size = times(fs.blocks, block_size);
  fs.free_blocks = load_be32(h, 48);
  fs.id = fmt::format("{:016x}", load_be64(h, 104));
  fs.label = catalog_label(volume, h, block_size);
  const std::uint32_t attributes = load_be32(h, 4);
  const auto fact = [&](const char* name, const std::string& value) {
    if (!value.empty()) fs.facts.emplace_back(name, value);
  };
  fact("version", std::to_string(load_be16(h, 2)));
  fact("unmounted cleanly", yes_no((attributes & 0x100) != 0));
  fact("journaled", yes_no((attributes & 0x2000) != 0));
  fact("last mounted by", plain_text(std::span(h).subspan(8, 4)));
  fact("created", mac_time_text(load_be32(h, 16)));  // local time, as Apple wrote it
  fact("modified", mac_time_text(load_be32(h, 20)));
  fact("checked", mac_time_text(load_be32(h, 28)));
  fact("files", std::to_string(load_be32(h, 32)));
  fact("folders", std::to_string(load_be32(h, 36)));
  Findings findings(view, fs.kind, out);
  if (*fs.free_blocks > fs.blocks) {
    findings.fault("hfsplus.free_blocks",
                   fmt::format("{} free of {} blocks", *fs.free_blocks, fs.blocks));
  }
  constexpr std::size_t kFields[] = {16, 40, 44};
  check_copy(volume, h, fs.size, plus_sign ? "H+" : "HX", kFields, fs.kind, out);
  return fs;
}

}  // namespace

std::optional<FileSystem> read_hfs_plus(const View& view, Contents& out) {
  return read_plus_at(view, 0, out);
}

std::optional<FileSystem> read_hfs(const View& view, Contents& out) {
  const auto h = view.read(kHeaderAt, 512);
  if (!has_signature(h, "BD")) return std::nullopt;
  const std::uint32_t block_size = load_be32(h, 20);
  if (block_size < 512 || block_size % 512 != 0 || load_be16(h, 18) == 0) return std::nullopt;
  const std::uint64_t first_block_at = std::uint64_t{load_be16(h, 28)} * 512;
  // An HFS+ volume may lie inside, so that old systems find a file that tells of it.
  if (chars_of(std::span(h).subspan(124, 2)) == "H+") {
    return read_plus_at(view, plus(first_block_at, times(load_be16(h, 126), block_size)), out);
  }
  FileSystem fs;
  fs.kind = "HFS";
  fs.offset = view.offset();
  fs.partition = view.partition();
  fs.block_size = block_size;
  fs.blocks = load_be16(h, 18);
  fs.size = first_block_at + fs.blocks * block_size;
  fs.free_blocks = load_be16(h, 34);
  const std::size_t length = std::min<std::size_t>(h[36], 27);
  fs.label = encoded_text(std::span(h).subspan(37, length), "MACINTOSH");
  const auto fact = [&](const char* name, const std::string& value) {
    if (!value.empty()) fs.facts.emplace_back(name, value);
  };
  fact("created", mac_time_text(load_be32(h, 2)));
  fact("modified", mac_time_text(load_be32(h, 6)));
  fact("unmounted cleanly", yes_no((load_be16(h, 10) & 0x100) != 0));
  fact("files", std::to_string(load_be32(h, 84)));
  fact("folders", std::to_string(load_be32(h, 88)));
  Findings findings(view, fs.kind, out);
  if (*fs.free_blocks > fs.blocks) {
    findings.fault("hfs.free_blocks",
                   fmt::format("{} free of {} blocks", *fs.free_blocks, fs.blocks));
  }
  constexpr std::size_t kFields[] = {2, 20};
  check_copy(view, h, fs.size, "BD", kFields, fs.kind, out);
  return fs;
}

}  // namespace pregap::volumes
