// A second, independent model of the CD sector, which the tests hold the library's against. It is
// written from ECMA-130 (clause 14, annexes A and B) as literally as code allows: polynomials bit
// by bit, field arithmetic without tables, codewords gathered by the standard's index formulae,
// parity by solving its two equations. It borrows types from the public headers and no code.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "pregap/check.h"
#include "pregap/sector.h"

namespace pregap::reference {

using Sector = std::array<std::uint8_t, 2352>;
using Bytes = std::span<const std::uint8_t>;

// GF(2): the product of two polynomials given as bit masks.
constexpr std::uint64_t multiply_polynomials(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  for (int bit = 0; bit < 32; ++bit) {
    if (((b >> bit) & 1) != 0) product ^= a << bit;
  }
  return product;
}

// Clause 14.3: P(x) = (x^16 + x^15 + x^2 + 1)(x^16 + x^2 + x + 1).
inline constexpr std::uint64_t kEdcPolynomial = multiply_polynomials(0x18005, 0x10007);

// The EDC as the little-endian number that its four bytes hold.
std::uint32_t edc(Bytes message);

// GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1, by shift and reduce.
constexpr std::uint8_t multiply(std::uint8_t a, std::uint8_t b) {
  unsigned product = 0, shifted = a;
  for (int bit = 0; bit < 8; ++bit) {
    product ^= shifted & (0U - ((b >> bit) & 1U));
    shifted <<= 1;
    shifted ^= 0x11DU & (0U - (shifted >> 8));
  }
  return static_cast<std::uint8_t>(product);
}

// The byte positions in the sector of one codeword's symbols, data first and then its two parities.
// P: n = 2 * Np + plane (Np 0-42), Q: n = 2 * Nq + plane (Nq 0-25), plane 0 the LSBs, 1 the MSBs.
std::array<std::uint16_t, 26> p_word(int n);
std::array<std::uint16_t, 45> q_word(int n);

// What parity is computed over in the header's place.
enum class ParityHeader { real, zeroed };
ParityHeader parity_header_of(SectorKind kind);  // mode 1: real, form 1: zeroed

struct BadWords {
  std::bitset<86> p;
  std::bitset<52> q;
  bool none() const { return p.none() && q.none(); }
};

// The words for which H * V is not zero.
BadWords bad_words(const Sector& sector, ParityHeader header);

// The steps of building; each leaves the other bytes as they are.
void write_sync(Sector& sector);
void write_header(Sector& sector, int lba, std::uint8_t mode_byte);
void write_edc(Sector& sector, SectorKind kind);
void write_parity(Sector& sector, ParityHeader header);
void write_codes(Sector& sector, SectorKind kind);  // EDC and parity, where the kind has them

Sector build(SectorKind kind, int lba, Bytes user_data, Subheader subheader = {});

// How many bytes of user data a kind takes.
std::size_t user_data_size(SectorKind kind);

// Byte n of the sequence of annex B is XORed to byte 12 + n of the sector.
std::array<std::uint8_t, 2340> scrambler_sequence();

// What check.h promises of every field, worked out anew.
struct Verdict {
  bool sync_good = false;
  std::optional<Msf> address;
  std::uint8_t mode_byte = 0;
  bool mode_good = false;
  std::uint8_t block_indicator = 0;
  bool intermediate_zero = true;
  bool subheader_copies_equal = true;
  bool body_zero = false;
  EdcState edc = EdcState::none;
  std::uint32_t edc_stored = 0, edc_computed = 0;
  BadWords bad;
  bool parity_over_header = false;
  bool content_sound = false;
  FaultSet faults;
  NoteSet notes;
};
Verdict judge(const Sector& sector, SectorKind kind);

}  // namespace pregap::reference
