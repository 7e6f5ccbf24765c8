// A track's pieces as bytes, cut into sectors.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pregap/disc.h"

namespace pregap::formats {

// Bytes of one file, or zeros.
struct TocRun {
  std::optional<std::size_t> file;  // index into Disc::files; nothing: zeros
  std::uint64_t offset = 0;
  std::uint64_t wanted = 0;  // bytes that the sheet asks for
  std::uint64_t stored = 0;  // bytes of them that the file has
  bool swapped = false;
};

struct TocStretch {
  enum class Kind : std::uint8_t { stored, blank, missing, joint };
  Kind kind = Kind::blank;
  std::int32_t sectors = 0;
  std::size_t file = 0;      // of stored ones
  std::uint64_t offset = 0;  // of stored ones; of joints: in `joints`
  bool swapped = false;
};

struct TocStretches {
  std::vector<TocStretch> stretches;  // neighbours of one kind are not joined
  std::vector<std::uint8_t> joints;   // whole sectors, audio with its low byte first
  std::uint64_t padding = 0;          // zeros that fill up the last sector
};

// Cuts runs into sectors of `stride` bytes. `files` are the disc's; `joint_offset` is where the
// first joint will lie. No run is longer than what addresses can count.
TocStretches cut_into_sectors(const std::vector<TocRun>& runs, std::uint32_t stride,
                              const std::vector<DiscFile>& files, std::uint64_t joint_offset);

}  // namespace pregap::formats
