#include "operations/regenerate.h"

#include <algorithm>
#include <array>

namespace pregap::operations {
namespace {

using Buffer = std::array<std::uint8_t, kSectorSize>;

constexpr std::size_t kHeaderSize = 4;

// Mode 1 has its parity in the same places, over the header as it stands.
std::bitset<kPWords> p_bad_over_header(RawSector sector) {
  return check_sector(sector, SectorKind::mode1).p_bad;
}

// The first words hold a byte of the header each.
int good_header_words(const std::bitset<kPWords>& p_bad) {
  int good = 0;
  for (std::size_t word = 0; word < kHeaderSize; ++word) good += !p_bad[word];
  return good;
}

void write_parity(SectorKind kind, EccHeader header, MutableRawSector sector) {
  const bool over_header = kind == SectorKind::mode2_form1 && header == EccHeader::as_stored;
  rebuild_parity(over_header ? SectorKind::mode1 : kind, sector);
}

}  // namespace

EccHeader ecc_header_of(RawSector sector) noexcept {
  Buffer zeroed;
  std::ranges::copy(sector, zeroed.begin());
  std::fill_n(zeroed.begin() + kHeaderOffset, kHeaderSize, std::uint8_t{0});
  const int real = good_header_words(p_bad_over_header(sector));
  const int zeros = good_header_words(p_bad_over_header(zeroed));
  return real > zeros ? EccHeader::as_stored : EccHeader::as_zeros;
}

void regenerate_codes(SectorKind kind, const Regenerate& what, EccHeader header,
                      MutableRawSector sector) noexcept {
  const SectorLayout& layout = layout_of(kind);
  if (layout.edc.size == 0) return;
  const auto stored = field(sector, layout.edc);
  const bool absent = kind == SectorKind::mode2_form2 &&
                      std::ranges::all_of(stored, [](std::uint8_t b) { return b == 0; });
  if (absent ? what.form2_edc : what.edc) {
    Buffer built;
    std::ranges::copy(sector, built.begin());
    rebuild_edc_and_parity(kind, built);
    std::ranges::copy(field(RawSector(built), layout.edc), stored.begin());
  }
  if (what.ecc && layout.p_parity.size != 0) write_parity(kind, header, sector);
}

}  // namespace pregap::operations
