// Wounds placed against the structure of the code, for the tests of correction.
#pragma once

#include <cstdint>
#include <vector>

#include "sector/random_sectors.h"
#include "support/reference_sector.h"

namespace pregap::test {

struct Wound {
  std::size_t at = 0;  // in the sector
  std::uint8_t error = 0;
};
using Wounds = std::vector<Wound>;

// The word of either code as byte positions, with each symbol's weight in the second syndrome.
enum class Code { p, q };
struct WordSymbols {
  std::vector<std::size_t> at;
  std::vector<std::uint8_t> weight;
};
WordSymbols word_symbols(Code code, int n);
int words_of(Code code);

// `count` different places below 2352 and not below `first`, with errors.
Wounds scattered(Random& random, std::size_t first, std::size_t count);

// Errors at three symbols i, j, k of a word that its syndromes don't show.
Wounds unseen_in_word(Random& random, const WordSymbols& word, std::size_t i, std::size_t j,
                      std::size_t k);
// Errors at three symbols that look like a single one at a fourth.
Wounds posing_as_single(Random& random, const WordSymbols& word);

// The bytes in which `p` P words and `q` Q words of one plane, drawn at random, cross.
std::vector<std::size_t> crossings(Random& random, std::size_t p, std::size_t q);

// A copy with the wounds added.
reference::Sector wounded(const reference::Sector& sound, const Wounds& wounds);
std::bitset<2352> places_of(const Wounds& wounds);
std::string describe(const Wounds& wounds);

// All places are in `first` and beyond.
bool all_covered(const Wounds& wounds, std::size_t first);

// Mode 1: from the header on; form 1: from the sub-header on.
std::size_t first_covered(SectorKind kind);

}  // namespace pregap::test
