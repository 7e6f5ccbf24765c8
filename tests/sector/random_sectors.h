// Random sectors and random damage for the tests of the sector model. Each trial has a seed of its
// own, which a failing test prints: `Random(seed)` then repeats that trial alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "pregap/check.h"
#include "pregap/sector.h"
#include "support/reference_sector.h"

namespace pregap::test {

inline constexpr SectorKind kAllKinds[] = {SectorKind::mode0,       SectorKind::mode1,
                                           SectorKind::mode2,       SectorKind::mode2_form1,
                                           SectorKind::mode2_form2, SectorKind::audio};

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return engine_() % n; }
  std::size_t between(std::size_t low, std::size_t high) { return low + below(high - low + 1); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(engine_()); }
  std::uint8_t nonzero_byte() { return static_cast<std::uint8_t>(1 + below(255)); }
  std::vector<std::uint8_t> bytes(std::size_t n);

 private:
  std::mt19937_64 engine_;
};

// A sub-header whose form bit fits `kind`.
Subheader random_subheader(Random& random, SectorKind kind);
int random_lba(Random& random);

// A sound sector: random user data (zeros for mode 0), address and sub-header.
reference::Sector random_sector(Random& random, SectorKind kind, int lba);

// Readable failures.
std::string describe_difference(const reference::Sector& expected, const reference::Sector& actual);
std::string describe(const Correction& correction);

// Corrects a copy; the sector afterwards, and what correct_sector said.
struct Outcome {
  Correction correction;
  reference::Sector sector;
};
Outcome correct_copy(SectorKind kind, std::optional<Lba> address, const reference::Sector& damaged);

}  // namespace pregap::test
