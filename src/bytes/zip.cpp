// One file of a ZIP archive, stored or deflated, as a container; WinImage's .imz among them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/text.h"
#include "bytes/container_kind.h"
#include "bytes/inflate_index.h"
#include "bytes/inflate_source.h"
#include "bytes/padded.h"
#include "bytes/zip_directory.h"
#include "pregap/error.h"

namespace pregap {
namespace {

constexpr std::uint16_t kStored = 0, kDeflated = 8;
constexpr std::size_t kMostListed = 10;

// What an archive of several files is searched for.
constexpr std::array<std::string_view, 26> kImageEndings = {
    ".img", ".ima", ".iso",   ".bin",  ".raw", ".dd",  ".vfd",  ".flp", ".dsk",
    ".st",  ".msa", ".cue",   ".ccd",  ".toc", ".gdi", ".mdf",  ".nrg", ".cdi",
    ".e01", ".vhd", ".qcow2", ".vmdk", ".vdi", ".gz",  ".vhdx", ".imz"};

bool probe(const Packed& packed) {
  return begins_with(packed.head, "PK\3\4") || begins_with(packed.head, "PK\5\6");
}

bool is_image(const ZipEntry* entry) {
  const std::string name = to_lower(entry->name);
  return std::ranges::any_of(kImageEndings,
                             [&](std::string_view ending) { return name.ends_with(ending); });
}

// macOS keeps a shadow of every file in a folder of its own.
bool is_file(const ZipEntry& entry) {
  return !entry.is_folder() && !entry.name.starts_with("__MACOSX/");
}

std::string list_of(const std::vector<const ZipEntry*>& entries) {
  std::string text;
  for (std::size_t i = 0; i < entries.size() && i < kMostListed; ++i) {
    text += (i == 0 ? "" : ", ") + printable(entries[i]->name, 80);
  }
  return entries.size() > kMostListed ? text + ", ..." : text;
}

const ZipEntry& named(const Packed& packed, const std::vector<const ZipEntry*>& files,
                      const std::string& name) {
  for (const ZipEntry* file : files) {
    if (file->name == name) return *file;
  }
  for (const ZipEntry* file : files) {
    if (equal_ignoring_case(file->name, name)) return *file;
  }
  throw Error(ErrorCode::not_found, packed.path.string(),
              fmt::format("no \"{}\" in the archive, expected one of: {}", printable(name),
                          list_of(files)));
}

const ZipEntry& choose(const Packed& packed, const std::vector<ZipEntry>& entries,
                       const ContainerOptions& options) {
  std::vector<const ZipEntry*> files, images;
  for (const ZipEntry& entry : entries) {
    if (!is_file(entry)) continue;
    files.push_back(&entry);
    if (is_image(&entry)) images.push_back(&entry);
  }
  if (!options.member.empty()) return named(packed, files, options.member);
  if (files.size() == 1) return *files.front();
  if (images.size() == 1) return *images.front();
  const std::string hint = fmt::format("{}:NAME names one", packed.path.string());
  if (files.empty()) {
    throw Error(ErrorCode::unrecognised, packed.path.string(),
                "a ZIP archive without files, expected an image in it");
  }
  if (images.empty()) {
    throw Error(ErrorCode::unrecognised, packed.path.string(),
                fmt::format("a ZIP archive of {} files, expected an image among them: {}",
                            files.size(), list_of(files)),
                hint);
  }
  throw Error(
      ErrorCode::usage, packed.path.string(),
      fmt::format("{} images in the archive, expected one: {}", images.size(), list_of(images)),
      hint);
}

std::string dos_time(const ZipEntry& entry) {
  const unsigned date = entry.dos_date, time = entry.dos_time;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", 1980 + (date >> 9), date >> 5 & 15,
                     date & 31, time >> 11, time >> 5 & 63, (time & 31) * 2);
}

Problem crc_problem(const ByteSource& source, std::uint64_t at, const ZipEntry& entry,
                    std::uint32_t crc) {
  return {.severity = Severity::fault,
          .code = "container.crc",
          .message = fmt::format("{}:byte {}: CRC-32 {:08x} of \"{}\", expected {:08x}",
                                 source.name(), at, crc, printable(entry.name), entry.crc)};
}

Problem size_problem(const ByteSource& source, std::uint64_t at, const ZipEntry& entry,
                     std::uint64_t size) {
  return {.severity = Severity::fault,
          .code = "container.size",
          .message = fmt::format("{}:byte {}: {} bytes of \"{}\", expected {}", source.name(), at,
                                 size, printable(entry.name), entry.size)};
}

void open_deflated(const Packed& packed, const ZipEntry& entry, std::uint64_t begin,
                   const ContainerOptions& options, Container& container) {
  const std::uint64_t end = begin + entry.packed_size;
  const DeflateData data{.source = *packed.bytes,
                         .begin = begin,
                         .end = end,
                         .wrapping = Wrapping::none,
                         .keep = kKeepContent};
  InflateIndex index = build_inflate_index(data, options.stop);
  container.problems = index.problems;
  const bool whole = index.problems.empty();
  if (whole && index.size != entry.size) {
    container.problems.push_back(size_problem(*packed.bytes, begin, entry, index.size));
  }
  if (whole && index.crc != entry.crc) {
    container.problems.push_back(crc_problem(*packed.bytes, begin, entry, index.crc));
  }
  container.verify = [problems = container.problems](const WorkOptions&) { return problems; };
  container.content = inflate_source(packed.bytes, begin, end, Wrapping::none, std::move(index),
                                     packed.bytes->name());
}

std::vector<Problem> verify_stored(const ByteSource& archive, std::uint64_t begin,
                                   const ZipEntry& entry, const WorkOptions& work) {
  std::vector<std::uint8_t> bytes(std::size_t{1} << 20);
  std::uint32_t crc = 0;
  if (work.progress != nullptr) work.progress->add_total(entry.packed_size);
  for (std::uint64_t at = 0; at < entry.packed_size;) {
    if (work.stop.stop_requested()) {
      throw Error(ErrorCode::stopped, archive.name(), "stopped, expected to go on");
    }
    const auto part =
        std::span(bytes).first(std::min<std::uint64_t>(bytes.size(), entry.packed_size - at));
    read_exactly(archive, begin + at, part);
    crc = crc32_of(part, crc);
    at += part.size();
    if (work.progress != nullptr) work.progress->advance(part.size());
  }
  if (crc == entry.crc) return {};
  return {crc_problem(archive, begin, entry, crc)};
}

void open_stored(const Packed& packed, const ZipEntry& entry, std::uint64_t begin,
                 Container& container) {
  if (entry.size != entry.packed_size) {
    container.problems.push_back(size_problem(*packed.bytes, begin, entry, entry.packed_size));
  }
  container.verify = [archive = packed.bytes, begin, entry,
                      problems = container.problems](const WorkOptions& work) {
    std::vector<Problem> all = problems;
    const std::vector<Problem> found = verify_stored(*archive, begin, entry, work);
    all.insert(all.end(), found.begin(), found.end());
    return all;
  };
  container.content = padded_source(packed.bytes, begin, entry.packed_size, entry.packed_size);
}

Container open(const Packed& packed, const ContainerOptions& options) {
  const std::vector<ZipEntry> entries = read_zip_directory(*packed.bytes);
  const ZipEntry& entry = choose(packed, entries, options);
  const std::string place = packed.path.string();
  if (entry.is_encrypted()) {
    throw Error(ErrorCode::unsupported, place,
                fmt::format("\"{}\" is encrypted, expected a file that can be read without a "
                            "password",
                            printable(entry.name)),
                "unpack it first");
  }
  if (entry.method != kStored && entry.method != kDeflated) {
    throw Error(ErrorCode::unsupported, place,
                fmt::format("\"{}\" is packed by method {}, expected stored (0) or deflated (8)",
                            printable(entry.name), entry.method),
                "unpack it first");
  }
  const std::uint64_t begin = zip_data_offset(*packed.bytes, entry);
  Container container{.kind = "zip", .facts = {}, .files = {}, .name = {}, .content = nullptr};
  if (packed.on_disk) container.files = {packed.path};
  container.name = entry.name.substr(entry.name.find_last_of("/\\") + 1);
  if (entry.method == kDeflated) {
    open_deflated(packed, entry, begin, options, container);
  } else {
    open_stored(packed, entry, begin, container);
  }
  container.facts = {{"member", printable(entry.name)},
                     {"modified", dos_time(entry)},
                     {"members", fmt::format("{}", std::ranges::count_if(entries, is_file))},
                     {"method", entry.method == kStored ? "stored" : "deflate"},
                     {"packed_bytes", fmt::format("{}", entry.packed_size)},
                     {"bytes", fmt::format("{}", container.content->size())},
                     {"crc32", fmt::format("{:08x}", entry.crc)}};
  return container;
}

}  // namespace

const ContainerKind kZipKind{.probe = probe, .open = open};

}  // namespace pregap
