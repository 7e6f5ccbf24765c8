// gzip of one member, and a ZIP of one file, as WinImage's .imz is. Neither has a time of its own,
// so that equal content gives equal files.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/endian.h"
#include "base/text.h"
#include "bytes/deflate_writer.h"
#include "operations/convert_disk.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

using Octets = std::vector<std::uint8_t>;

void put_le(Octets& to, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

Deflated pack(const DiskJob& job, OutputFile& file) {
  return write_deflated(job.content, file, job.options.work,
                        [&](std::span<const std::uint8_t> bytes) { job.digest.update(bytes); });
}

// RFC 1952: no name, no time, extra flags 0, of Unix.
void write_gzip(const DiskJob& job, OutputFile& file) {
  constexpr std::array<std::uint8_t, 10> kHeader = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3};
  file.write(kHeader);
  const Deflated packed = pack(job, file);
  Octets trailer;
  put_le(trailer, packed.crc, 4);
  put_le(trailer, job.content.size() & 0xFFFFFFFF, 4);
  file.write(trailer);
}

constexpr std::uint32_t kLocalMagic = 0x04034B50, kEntryMagic = 0x02014B50, kEndMagic = 0x06054B50;
constexpr std::uint16_t kVersion = 20, kUtf8Flag = 1 << 11, kDeflate = 8;
constexpr std::uint16_t kFirstDate = 1 << 5 | 1;  // 1980-01-01, where DOS time begins
constexpr std::uint64_t kMostInZip = std::numeric_limits<std::uint32_t>::max() - 64 * 1024;

// What local header and directory have in common.
void put_entry(Octets& to, const std::string& name, const Deflated& packed, std::uint64_t size) {
  put_le(to,
         is_utf8(name) && std::ranges::any_of(name, [](char c) { return c < 0; }) ? kUtf8Flag : 0,
         2);
  put_le(to, kDeflate, 2);
  put_le(to, 0, 2);
  put_le(to, kFirstDate, 2);
  put_le(to, packed.crc, 4);
  put_le(to, packed.packed_size, 4);
  put_le(to, size, 4);
  put_le(to, name.size(), 2);
  put_le(to, 0, 2);  // no extra field
}

Octets local_header(const std::string& name, const Deflated& packed, std::uint64_t size) {
  Octets bytes;
  put_le(bytes, kLocalMagic, 4);
  put_le(bytes, kVersion, 2);
  put_entry(bytes, name, packed, size);
  bytes.insert(bytes.end(), name.begin(), name.end());
  return bytes;
}

Octets directory(const std::string& name, const Deflated& packed, std::uint64_t size) {
  Octets bytes;
  put_le(bytes, kEntryMagic, 4);
  put_le(bytes, kVersion, 2);
  put_le(bytes, kVersion, 2);
  put_entry(bytes, name, packed, size);
  bytes.insert(bytes.end(), 2 + 2 + 2 + 4 + 4, 0);  // no comment, disk 0, attributes, header at 0
  bytes.insert(bytes.end(), name.begin(), name.end());
  return bytes;
}

// "x.imz" holds "x.ima"; "x.zip" the image under its own ending.
std::string entry_name(const DiskJob& job) {
  const std::string stem = job.out.stem().string();
  if (job.format == "imz") return stem + ".ima";
  if (!std::filesystem::path(stem).extension().empty()) return stem;  // x.img.zip
  const std::filesystem::path source =
      job.image.containers.empty() ? job.image.path
                                   : std::filesystem::path(job.image.containers.back().name);
  const std::string ending = source.extension().string();
  return stem + (ending.empty() ? ".img" : ending);
}

void write_zip(const DiskJob& job, OutputFile& file) {
  const std::uint64_t size = job.content.size();
  if (size > kMostInZip) {
    throw Error(ErrorCode::unsupported, job.out.string(),
                fmt::format("{} bytes, expected less than 4 GiB in a ZIP", size),
                ".gz has no such limit");
  }
  const std::string name = entry_name(job);
  file.write(local_header(name, {}, size));
  const std::uint64_t begin = file.size();
  const Deflated packed = pack(job, file);
  const std::uint64_t end = begin + packed.packed_size;
  if (end > kMostInZip) {
    throw Error(ErrorCode::unsupported, job.out.string(),
                fmt::format("{} bytes packed, expected less than 4 GiB in a ZIP", end),
                ".gz has no such limit");
  }
  const Octets entries = directory(name, packed, size);
  file.write(entries);
  Octets tail;
  put_le(tail, kEndMagic, 4);
  put_le(tail, 0, 4);  // this disk, and that of the directory
  put_le(tail, 1, 2);
  put_le(tail, 1, 2);
  put_le(tail, entries.size(), 4);
  put_le(tail, end, 4);
  put_le(tail, 0, 2);
  file.write(tail);
  file.overwrite(0, local_header(name, packed, size));
}

}  // namespace

DiskOutputs write_packed_disk(const DiskJob& job) {
  DiskOutputs outputs;
  outputs.files.push_back(std::make_unique<OutputFile>(job.out, job.overwrite()));
  if (job.format == "gz") {
    write_gzip(job, *outputs.files.front());
  } else {
    write_zip(job, *outputs.files.front());
  }
  return outputs;
}

}  // namespace pregap::operations
