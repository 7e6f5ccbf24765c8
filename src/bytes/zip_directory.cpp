#include "bytes/zip_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/encoding.h"
#include "base/endian.h"
#include "base/text.h"
#include "pregap/error.h"

namespace pregap {
namespace {

constexpr std::uint32_t kLocalMagic = 0x04034B50, kEntryMagic = 0x02014B50, kEndMagic = 0x06054B50,
                        kEnd64Magic = 0x06064B50, kLocator64Magic = 0x07064B50;
constexpr std::size_t kLocalSize = 30, kEntrySize = 46, kEndSize = 22, kEnd64Size = 56,
                      kLocator64Size = 20;
constexpr std::size_t kLongestComment = 65535;
constexpr std::uint64_t kMostEntries = 100'000;
constexpr std::uint32_t kIn64 = 0xFFFFFFFF;  // the number stands in the zip64 extra field
constexpr std::uint16_t kExtra64 = 1, kUtf8Flag = 1 << 11;

[[noreturn]] void throw_malformed(const ByteSource& source, std::uint64_t at,
                                  const std::string& message) {
  throw Error(ErrorCode::malformed, fmt::format("{}:byte {}", source.name(), at), message);
}

template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> read_record(const ByteSource& source, std::uint64_t at,
                                                       std::uint32_t magic) {
  std::array<std::uint8_t, N> bytes;
  if (source.read(at, bytes) < N || load_le32(bytes, 0) != magic) return std::nullopt;
  return bytes;
}

struct Directory {
  std::uint64_t at = 0;    // of the first entry
  std::uint64_t size = 0;  // in bytes
  std::uint64_t entries = 0;
  std::uint64_t base = 0;  // what lies before the archive in its file
};

// The end record is the last thing but a comment of unknown length.
std::optional<std::uint64_t> find_end(const ByteSource& source) {
  if (source.size() < kEndSize) return std::nullopt;
  std::vector<std::uint8_t> tail(
      std::min<std::uint64_t>(source.size(), kEndSize + kLongestComment));
  const std::uint64_t begin = source.size() - tail.size();
  read_exactly(source, begin, tail);
  for (std::size_t at = tail.size() - kEndSize + 1; at-- > 0;) {
    if (load_le32(tail, at) == kEndMagic &&
        at + kEndSize + load_le16(tail, at + 20) <= tail.size()) {
      return begin + at;
    }
  }
  return std::nullopt;
}

Directory find_directory(const ByteSource& source) {
  const std::optional<std::uint64_t> end = find_end(source);
  if (!end) {
    throw Error(ErrorCode::malformed, source.name(),
                "no directory at the archive's end, expected one: it may be cut short");
  }
  std::array<std::uint8_t, kEndSize> record;
  read_exactly(source, *end, record);
  Directory found{
      .at = load_le32(record, 16), .size = load_le32(record, 12), .entries = load_le16(record, 10)};
  std::uint64_t directory_end = *end;
  bool several = load_le16(record, 4) != 0 && load_le16(record, 4) != 0xFFFF;
  if (*end >= kLocator64Size) {
    const std::uint64_t locator_at = *end - kLocator64Size;
    if (const auto locator = read_record<kLocator64Size>(source, locator_at, kLocator64Magic)) {
      const std::uint64_t at = load_le64(*locator, 8);
      const auto end64 = read_record<kEnd64Size>(source, at, kEnd64Magic);
      if (!end64) throw_malformed(source, at, "no zip64 end record, expected one here");
      found = {.at = load_le64(*end64, 48),
               .size = load_le64(*end64, 40),
               .entries = load_le64(*end64, 32)};
      directory_end = at;
      several = load_le32(*end64, 16) != 0;
    }
  }
  if (several) {
    throw Error(ErrorCode::unsupported, source.name(),
                "the last part of an archive of several files, expected one in one file");
  }
  if (found.size > directory_end || found.at > directory_end - found.size) {
    throw_malformed(source, *end,
                    fmt::format("a directory of {} bytes at byte {}, expected it before this end "
                                "record",
                                found.size, found.at));
  }
  found.base = directory_end - found.size - found.at;
  found.at += found.base;
  if (found.entries > kMostEntries) {
    throw Error(ErrorCode::unsupported, source.name(),
                fmt::format("{} entries, expected at most {}", found.entries, kMostEntries));
  }
  return found;
}

// Those numbers that didn't fit stand in the extra field, in this order.
void apply_zip64(Bytes extra, ZipEntry& entry, std::uint32_t header) {
  for (std::size_t at = 0; at + 4 <= extra.size();) {
    const std::size_t size = load_le16(extra, at + 2);
    Bytes field = extra.subspan(at + 4, std::min(size, extra.size() - at - 4));
    if (load_le16(extra, at) == kExtra64) {
      const auto take = [&](std::uint64_t& number, std::uint32_t small) {
        if (small != kIn64 || field.size() < 8) return;
        number = load_le64(field, 0);
        field = field.subspan(8);
      };
      take(entry.size, static_cast<std::uint32_t>(entry.size));
      take(entry.packed_size, static_cast<std::uint32_t>(entry.packed_size));
      take(entry.header, header);
      return;
    }
    at += 4 + size;
  }
}

std::string name_of_entry(Bytes bytes, std::uint16_t flags) {
  const std::string name(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if ((flags & kUtf8Flag) != 0 || is_utf8(name)) return name;
  const auto converted = to_utf8(name, "CP437");
  return converted ? converted->text : name;
}

}  // namespace

std::vector<ZipEntry> read_zip_directory(const ByteSource& source) {
  const Directory directory = find_directory(source);
  std::vector<ZipEntry> entries;
  std::uint64_t at = directory.at;
  const std::uint64_t end = directory.at + directory.size;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    const auto fixed = read_record<kEntrySize>(source, at, kEntryMagic);
    if (!fixed || end - at < kEntrySize) {
      throw_malformed(
          source, at,
          fmt::format("no directory entry, expected entry {} of {}", i + 1, directory.entries));
    }
    const std::size_t name = load_le16(*fixed, 28), extra = load_le16(*fixed, 30),
                      comment = load_le16(*fixed, 32);
    const std::uint64_t whole = kEntrySize + name + extra + comment;
    if (whole > end - at) {
      throw_malformed(source, at,
                      fmt::format("an entry of {} bytes, expected at most {}", whole, end - at));
    }
    std::vector<std::uint8_t> texts(name + extra);
    read_exactly(source, at + kEntrySize, texts);
    const std::uint32_t header = load_le32(*fixed, 42);
    ZipEntry entry{.name = {},
                   .flags = load_le16(*fixed, 8),
                   .method = load_le16(*fixed, 10),
                   .dos_time = load_le16(*fixed, 12),
                   .dos_date = load_le16(*fixed, 14),
                   .crc = load_le32(*fixed, 16),
                   .packed_size = load_le32(*fixed, 20),
                   .size = load_le32(*fixed, 24),
                   .header = header};
    entry.name = name_of_entry(Bytes(texts).first(name), entry.flags);
    apply_zip64(Bytes(texts).subspan(name), entry, header);
    entry.header += directory.base;
    entries.push_back(std::move(entry));
    at += whole;
  }
  return entries;
}

std::uint64_t zip_data_offset(const ByteSource& source, const ZipEntry& entry) {
  const auto fixed = entry.header < source.size()
                         ? read_record<kLocalSize>(source, entry.header, kLocalMagic)
                         : std::nullopt;
  if (!fixed) {
    throw_malformed(source, entry.header,
                    fmt::format("no local header, expected that of \"{}\"", printable(entry.name)));
  }
  const std::uint64_t begin =
      entry.header + kLocalSize + load_le16(*fixed, 26) + load_le16(*fixed, 28);
  if (begin > source.size() || entry.packed_size > source.size() - begin) {
    throw_malformed(source, begin,
                    fmt::format("{} bytes up to the archive's end, expected {} of \"{}\"",
                                begin > source.size() ? 0 : source.size() - begin,
                                entry.packed_size, printable(entry.name)));
  }
  return begin;
}

}  // namespace pregap
