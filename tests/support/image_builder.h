// Small disc images built with the tests' reference alone, so that what the program says of them is
// held against something independent.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/reference_sector.h"

namespace pregap::test {

using Bytes = std::vector<std::uint8_t>;
using Sectors = std::vector<reference::Sector>;

inline constexpr Subheader kForm1{.submode = 0x08};
inline constexpr Subheader kForm2{.submode = 0x24};

// User data that says its LBA and looks random, the same in every run.
Bytes user_data(SectorKind kind, int lba);

// A sound sector with it. Audio carries samples, mode 0 zeros; XA a sub-header that fits.
reference::Sector sound_sector(SectorKind kind, int lba);

// `count` sound sectors from `first` on.
Sectors sound_sectors(SectorKind kind, int count, int first = 0);

Bytes bytes_of(const Sectors& sectors);
Bytes bytes_of(const Sectors& sectors, std::size_t first, std::size_t count);

// What an ISO image of the sectors holds: bytes 16-2063 of mode 1, 24-2071 of form 1 and 2.
Bytes iso_of(const Sectors& sectors, const std::vector<SectorKind>& kinds);

std::vector<SectorKind> times(std::size_t count, SectorKind kind);

reference::Sector scrambled(reference::Sector sector);

// FILE "NAME" BINARY with one track of the mode.
std::string sheet(std::string_view bin, std::string_view mode);

// "mm:ss:ff"
std::string time_text(int frames);

// One to `most` bytes, or a burst of as many, get other values.
void wound(reference::Sector& sector, std::mt19937& random, int most);

template <typename Container>
void append(Container& to, const Container& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace pregap::test
