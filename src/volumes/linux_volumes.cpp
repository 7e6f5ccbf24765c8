// What is known by its magic alone: kind, label, UUID and size.
#include <fmt/format.h>

#include <array>
#include <bit>

#include "base/crc32c.h"
#include "base/endian.h"
#include "volumes/file_systems.h"
#include "volumes/findings.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

FileSystem found(const View& view, std::string kind) {
  FileSystem fs;
  fs.kind = std::move(kind);
  fs.offset = view.offset();
  fs.partition = view.partition();
  return fs;
}

std::uint64_t product(std::uint64_t blocks, std::uint64_t block_size) {
  return block_size != 0 && blocks > UINT64_MAX / block_size ? UINT64_MAX : blocks * block_size;
}

bool starts_with(std::span<const std::uint8_t> b, std::string_view magic) {
  return chars_of(b).starts_with(magic);
}

}  // namespace

std::optional<FileSystem> read_xfs(const View& view, Contents& out) {
  const auto b = view.read(0, 512);
  if (b.size() < 512 || !starts_with(b, "XFSB")) return std::nullopt;
  FileSystem fs = found(view, "XFS");
  fs.block_size = load_be32(b, 4);
  fs.blocks = load_be64(b, 8);
  fs.size = product(fs.blocks, fs.block_size);
  fs.id = uuid_text(std::span(b).subspan(32, 16));
  fs.label = plain_text(std::span(b).subspan(108, 12));
  fs.free_blocks = load_be64(b, 144);
  const unsigned version = load_be16(b, 100) & 15U;
  fs.facts.emplace_back("version", std::to_string(version));
  fs.facts.emplace_back("sector size", std::to_string(load_be16(b, 102)));
  fs.facts.emplace_back("inodes", std::to_string(load_be64(b, 128)));
  fs.facts.emplace_back("allocation groups", std::to_string(load_be32(b, 88)));
  constexpr std::size_t kChecksumAt = 224;
  if (version == 5) {
    auto sector = view.read(0, load_be16(b, 102));
    if (sector.size() >= 512) {
      const std::uint32_t stored = load_le32(sector, kChecksumAt);
      store_le32(sector, kChecksumAt, 0);
      Findings(view, fs.kind, out)
          .check("xfs.super_checksum", 0, crc32c(sector) == stored,
                 "the super block does not agree with its checksum");
    }
  }
  return fs;
}

std::optional<FileSystem> read_btrfs(const View& view, Contents& out) {
  constexpr std::uint64_t kAt = 65536;
  const auto b = view.read(kAt, 4096);
  if (b.size() < 4096 || chars_of(std::span(b).subspan(64, 8)) != "_BHRfS_M") return std::nullopt;
  FileSystem fs = found(view, "Btrfs");
  fs.id = uuid_text(std::span(b).subspan(32, 16));
  fs.size = load_le64(b, 112);
  fs.block_size = load_le32(b, 144);
  if (fs.block_size != 0) {
    fs.blocks = fs.size / fs.block_size;
    const std::uint64_t used = load_le64(b, 120);
    if (used <= fs.size) fs.free_blocks = (fs.size - used) / fs.block_size;
  }
  fs.label = plain_text(std::span(b).subspan(299, 256));
  fs.facts.emplace_back("node size", std::to_string(load_le32(b, 148)));
  fs.facts.emplace_back("devices", std::to_string(load_le64(b, 136)));
  fs.facts.emplace_back("generation", std::to_string(load_le64(b, 72)));
  constexpr std::uint16_t kCrc32c = 0;
  if (load_le16(b, 196) == kCrc32c) {
    Findings(view, fs.kind, out)
        .check("btrfs.super_checksum", kAt, crc32c(std::span(b).subspan(32)) == load_le32(b, 0),
               "the super block does not agree with its checksum");
  }
  return fs;
}

std::optional<FileSystem> read_f2fs(const View& view, Contents&) {
  const auto b = view.read(1024, 2048);
  if (b.size() < 2048 || load_le32(b, 0) != 0xF2F52010 || load_le32(b, 16) > 16) {
    return std::nullopt;
  }
  FileSystem fs = found(view, "F2FS");
  fs.block_size = 1U << load_le32(b, 16);
  fs.blocks = load_le64(b, 36);
  fs.size = product(fs.blocks, fs.block_size);
  fs.id = uuid_text(std::span(b).subspan(108, 16));
  fs.label = utf16_text(std::span(b).subspan(124, 1024), ByteOrder::little);
  fs.facts.emplace_back("version", fmt::format("{}.{}", load_le16(b, 4), load_le16(b, 6)));
  return fs;
}

std::optional<FileSystem> read_swap(const View& view, Contents&) {
  for (const std::uint32_t page : {4096U, 8192U, 16384U, 65536U}) {
    const auto magic = view.read(page - 10, 10);
    if (magic.size() < 10) return std::nullopt;
    if (!starts_with(magic, "SWAPSPACE2") && !starts_with(magic, "SWAP-SPACE")) continue;
    FileSystem fs = found(view, "swap");
    const auto b = view.read(1024, 64);
    fs.block_size = page;
    fs.blocks = std::uint64_t{load_le32(b, 4)} + 1;
    fs.size = fs.blocks * page;
    fs.id = uuid_text(std::span(b).subspan(12, 16));
    fs.label = plain_text(std::span(b).subspan(28, 16));
    fs.facts.emplace_back("version", std::to_string(load_le32(b, 0)));
    return fs;
  }
  return std::nullopt;
}

std::optional<FileSystem> read_squashfs(const View& view, Contents&) {
  const auto b = view.read(0, 96);
  if (b.size() < 96 || !starts_with(b, "hsqs") || load_le16(b, 28) > 4) return std::nullopt;
  FileSystem fs = found(view, "SquashFS");
  constexpr std::array<std::string_view, 7> compressors = {"",   "gzip", "lzma", "lzo",
                                                           "xz", "lz4",  "zstd"};
  fs.block_size = load_le32(b, 12);
  fs.size = load_le64(b, 40);
  fs.facts.emplace_back("version", fmt::format("{}.{}", load_le16(b, 28), load_le16(b, 30)));
  fs.facts.emplace_back("inodes", std::to_string(load_le32(b, 4)));
  const std::uint16_t compressor = load_le16(b, 20);
  fs.facts.emplace_back(
      "compression",
      std::string(compressor < compressors.size() ? compressors[compressor] : "unknown"));
  fs.facts.emplace_back("created", unix_time_text(load_le32(b, 8)));
  return fs;
}

std::optional<FileSystem> read_luks(const View& view, Contents&) {
  const auto b = view.read(0, 4096);
  if (b.size() < 512 || !starts_with(b, "LUKS\xBA\xBE")) return std::nullopt;
  const std::uint16_t version = load_be16(b, 6);
  FileSystem fs = found(view, fmt::format("LUKS{}", version));
  fs.size = view.claimed();
  fs.id = plain_text(std::span(b).subspan(168, 40));
  if (version >= 2) fs.label = plain_text(std::span(b).subspan(24, 48));
  if (version == 1) {
    fs.facts.emplace_back("cipher", fmt::format("{}-{}", plain_text(std::span(b).subspan(8, 32)),
                                                plain_text(std::span(b).subspan(40, 32))));
    fs.facts.emplace_back("key bytes", std::to_string(load_be32(b, 108)));
  }
  return fs;
}

std::optional<FileSystem> read_lvm(const View& view, Contents&) {
  for (std::uint64_t sector = 0; sector < 4; ++sector) {
    const auto b = view.read(sector * 512, 512);
    if (b.size() < 512 || !starts_with(b, "LABELONE") ||
        chars_of(std::span(b).subspan(24, 8)) != "LVM2 001") {
      continue;
    }
    FileSystem fs = found(view, "LVM2 physical volume");
    const std::size_t at = load_le32(b, 20);
    if (at <= 512 - 40) {
      fs.id = plain_text(std::span(b).subspan(at, 32));
      fs.size = load_le64(b, at + 32);
    }
    return fs;
  }
  return std::nullopt;
}

std::optional<FileSystem> read_apfs(const View& view, Contents&) {
  const auto b = view.read(0, 4096);
  if (b.size() < 4096 || chars_of(std::span(b).subspan(32, 4)) != "NXSB") return std::nullopt;
  FileSystem fs = found(view, "APFS container");
  fs.block_size = load_le32(b, 36);
  fs.blocks = load_le64(b, 40);
  fs.size = product(fs.blocks, fs.block_size);
  fs.id = uuid_text(std::span(b).subspan(72, 16));
  return fs;
}

// The boot block of an Amiga disk says "DOS" and a number; the root block lies in the middle.
std::optional<FileSystem> read_amiga(const View& view, Contents& out) {
  const auto boot = view.read(0, 4);
  if (boot.size() < 4 || !starts_with(boot, "DOS") || boot[3] > 7) return std::nullopt;
  constexpr std::uint64_t kBlock = 512;
  const std::uint64_t root_block = view.size() / kBlock / 2;
  const auto root = view.read(root_block * kBlock, kBlock);
  if (root.size() < kBlock) return std::nullopt;
  FileSystem fs = found(view, (boot[3] & 1) != 0 ? "Amiga FFS" : "Amiga OFS");
  fs.block_size = kBlock;
  fs.blocks = view.claimed() / kBlock;
  fs.size = fs.blocks * kBlock;
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < kBlock; at += 4) sum += load_be32(root, at);
  const bool is_root = load_be32(root, 0) == 2 && load_be32(root, kBlock - 4) == 1;
  Findings findings(view, fs.kind, out);
  if (findings.check("amiga.root_checksum", root_block * kBlock, is_root && sum == 0,
                     fmt::format("no sound root block in block {}", root_block),
                     Severity::warning)) {
    const std::size_t length = root[kBlock - 80];
    if (length <= 30) {
      fs.label = encoded_text(std::span(root).subspan(kBlock - 79, length), "ISO-8859-1");
    }
  }
  return fs;
}

}  // namespace pregap::volumes
