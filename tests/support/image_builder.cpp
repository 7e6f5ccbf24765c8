#include "support/image_builder.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace pregap::test {
namespace {

using reference::Sector;

std::size_t data_offset(SectorKind kind) {
  const bool xa = kind == SectorKind::mode2_form1 || kind == SectorKind::mode2_form2;
  return kind == SectorKind::audio ? 0 : xa ? 24 : 16;
}

}  // namespace

Bytes user_data(SectorKind kind, int lba) {
  Bytes data(reference::user_data_size(kind));
  if (kind == SectorKind::mode0) return data;
  std::mt19937 random(static_cast<std::uint32_t>(lba) * 8 + static_cast<std::uint32_t>(kind));
  std::ranges::generate(data, [&] { return static_cast<std::uint8_t>(random() >> 24); });
  return data;
}

Sector sound_sector(SectorKind kind, int lba) {
  const Subheader subheader = kind == SectorKind::mode2_form2 ? kForm2 : kForm1;
  return reference::build(kind, lba, user_data(kind, lba), subheader);
}

Sectors sound_sectors(SectorKind kind, int count, int first) {
  Sectors result;
  for (int i = 0; i < count; ++i) result.push_back(sound_sector(kind, first + i));
  return result;
}

Bytes bytes_of(const Sectors& sectors) { return bytes_of(sectors, 0, sectors.size()); }

Bytes bytes_of(const Sectors& sectors, std::size_t first, std::size_t count) {
  Bytes result;
  for (std::size_t i = first; i < first + count; ++i) {
    result.insert(result.end(), sectors[i].begin(), sectors[i].end());
  }
  return result;
}

Bytes iso_of(const Sectors& sectors, const std::vector<SectorKind>& kinds) {
  Bytes result;
  for (std::size_t i = 0; i < sectors.size(); ++i) {
    const auto from = sectors[i].begin() + static_cast<std::ptrdiff_t>(data_offset(kinds[i]));
    result.insert(result.end(), from, from + 2048);
  }
  return result;
}

std::vector<SectorKind> times(std::size_t count, SectorKind kind) {
  return std::vector<SectorKind>(count, kind);
}

Sector scrambled(Sector sector) {
  static const std::array<std::uint8_t, 2340> sequence = reference::scrambler_sequence();
  for (std::size_t i = 0; i < sequence.size(); ++i) sector[12 + i] ^= sequence[i];
  return sector;
}

std::string sheet(std::string_view bin, std::string_view mode) {
  return "FILE \"" + std::string(bin) + "\" BINARY\n  TRACK 01 " + std::string(mode) +
         "\n    INDEX 01 00:00:00\n";
}

std::string time_text(int frames) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", frames / 4500 % 100, frames / 75 % 60,
                frames % 75);
  return text.data();
}

void wound(Sector& sector, std::mt19937& random, int most) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const auto change = [&](std::size_t at) {
    sector[at] = static_cast<std::uint8_t>(sector[at] ^ (1 + below(255)));
  };
  const std::size_t count = 1 + below(static_cast<std::size_t>(most));
  if (below(2) == 0) {
    for (std::size_t i = 0; i < count; ++i) change(below(sector.size()));
  } else {
    const std::size_t first = below(sector.size() - count);
    for (std::size_t i = 0; i < count; ++i) change(first + i);
  }
}

}  // namespace pregap::test
