#include "sector/random_sectors.h"

#include <algorithm>
#include <string>

namespace pregap::test {

std::vector<std::uint8_t> Random::bytes(std::size_t n) {
  std::vector<std::uint8_t> result(n);
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < n; ++i) {
    word = i % 8 == 0 ? engine_() : word >> 8;
    result[i] = static_cast<std::uint8_t>(word);
  }
  return result;
}

Subheader random_subheader(Random& random, SectorKind kind) {
  Subheader subheader{random.byte(), random.byte(), random.byte(), random.byte()};
  subheader.submode &= static_cast<std::uint8_t>(~kSubmodeForm2);
  if (kind == SectorKind::mode2_form2) subheader.submode |= kSubmodeForm2;
  return subheader;
}

int random_lba(Random& random) {
  return static_cast<int>(random.below(404849 + 45150 + 1)) - 45150;
}

reference::Sector random_sector(Random& random, SectorKind kind, int lba) {
  std::vector<std::uint8_t> user_data = random.bytes(reference::user_data_size(kind));
  if (kind == SectorKind::mode0) std::fill(user_data.begin(), user_data.end(), std::uint8_t{0});
  return reference::build(kind, lba, user_data, random_subheader(random, kind));
}

std::string describe_difference(const reference::Sector& expected,
                                const reference::Sector& actual) {
  std::string text;
  int differences = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] == actual[i]) continue;
    if (++differences <= 8) {
      text += " [" + std::to_string(i) + "] expected " + std::to_string(expected[i]) + ", got " +
              std::to_string(actual[i]) + ";";
    }
  }
  return std::to_string(differences) + " bytes differ:" + text;
}

std::string describe(const Correction& correction) {
  std::string text = correction.sound ? "sound" : "not sound";
  if (correction.from_parity) text += ", from parity";
  if (correction.parity_rebuilt) text += ", parity rebuilt";
  if (correction.sync_rebuilt) text += ", sync rebuilt";
  if (correction.header_rebuilt) text += ", header rebuilt";
  return text;
}

Outcome correct_copy(SectorKind kind, std::optional<Lba> address,
                     const reference::Sector& damaged) {
  Outcome outcome{{}, damaged};
  outcome.correction = correct_sector(kind, address, outcome.sector);
  return outcome;
}

}  // namespace pregap::test
