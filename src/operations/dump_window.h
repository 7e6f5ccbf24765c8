// Bytes of another dump of a disc, from wherever they begin: a dump with another offset has its
// sectors' borders elsewhere.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <span>

#include "pregap/disc.h"

namespace pregap::operations {

// A place in a disc's sectors, counted in bytes from LBA 0 on, 2352 a sector.
using StreamPosition = std::int64_t;
constexpr StreamPosition position_of(Lba lba) {
  return StreamPosition{lba.value} * static_cast<StreamPosition>(kSectorSize);
}

// As many bytes as a sector has.
struct DumpWindow {
  std::array<std::uint8_t, kSectorSize> bytes{};
  // Bytes that the dump does not store, or only as a sector of one value throughout: what programs
  // write in place of what could not be read, and what silence looks like.
  std::bitset<kSectorSize> absent, filled;

  bool is_there() const { return !absent.all(); }
  // What can be said of every byte.
  bool is_whole() const { return absent.none() && filled.none(); }
};

// Reads the bytes from `at` on. Throws Error(unreadable) if a file ends early.
DumpWindow read_window(const Disc& dump, StreamPosition at);

// Any number of bytes from `at` on, zeros where no sector is stored.
void read_stream(const Disc& dump, StreamPosition at, std::span<std::uint8_t> out);

}  // namespace pregap::operations
