// Disk images for the tests: made by other people's programs, or laid byte by byte.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/image_builder.h"
#include "support/program.h"
#include "volumes/contents.h"

namespace pregap::volumes {

using test::Bytes;

inline Contents look_into(const Bytes& bytes) { return look_into(*memory_source(bytes, "d.img")); }

inline Contents check_all(const Bytes& bytes) {
  const auto source = memory_source(bytes, "d.img");
  Contents contents = look_into(*source);
  check_thoroughly(*source, contents, {});
  return contents;
}

// mkfs.fat and the like live where a user's PATH may not lead.
inline test::RunOptions with_sbin(const test::TempFolder& folder, std::string input = {}) {
  const char* path = std::getenv("PATH");
  return {.folder = folder.path(),
          .input = std::move(input),
          .environment = {{"PATH", std::string(path != nullptr ? path : "") + ":/usr/sbin:/sbin"},
                          {"LC_ALL", "C"},
                          {"TZ", "UTC"}}};
}

// A program by its full name, or nothing where it is not installed.
inline std::string program(const std::string& name) {
  for (const char* folder : {"/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/"}) {
    if (std::filesystem::exists(folder + name)) return folder + name;
  }
  return {};
}

// An empty image of `size` bytes, worked on by `command` ("{}" is its name) that reads `input`.
inline Bytes made_by(const test::TempFolder& folder, std::uint64_t size,
                     std::vector<std::string> command, const std::string& input = {}) {
  folder.write("d.img", Bytes());
  std::filesystem::resize_file(folder / "d.img", size);
  command.front() = program(command.front());
  const auto r = test::run(command, with_sbin(folder, input));
  EXPECT_EQ(r.status, 0) << command.front() << ": " << r.err << r.out;
  return folder.read("d.img");
}

inline void put_le(Bytes& bytes, std::size_t at, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    bytes.at(at + i) = static_cast<std::uint8_t>(value >> (8 * i));
  }
}
inline void put_text(Bytes& bytes, std::size_t at, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    bytes.at(at + i) = static_cast<std::uint8_t>(text[i]);
  }
}

// An entry of an MBR or an EBR in the sector at byte `sector_at`.
inline void put_mbr_entry(Bytes& bytes, std::size_t sector_at, std::size_t n, std::uint8_t type,
                          std::uint32_t start, std::uint32_t sectors) {
  const std::size_t at = sector_at + 446 + n * 16;
  bytes.at(at + 4) = type;
  put_le(bytes, at + 8, start, 4);
  put_le(bytes, at + 12, sectors, 4);
  put_le(bytes, sector_at + 510, 0xAA55, 2);
}

// "fault mbr.range", one a problem that is more than a note.
inline std::vector<std::string> codes_of(const Contents& contents) {
  std::vector<std::string> codes;
  for (const Problem& p : contents.problems) {
    if (p.severity == Severity::note) continue;
    codes.push_back(std::string(name_of(p.severity)) + ' ' + p.code +
                    (p.repairable ? " repairable" : ""));
  }
  return codes;
}

}  // namespace pregap::volumes
