#include "sector/wounds.h"

#include <algorithm>

namespace pregap::test {
namespace {

std::uint8_t inverse(std::uint8_t a) {
  for (int b = 1; b < 256; ++b) {
    if (reference::multiply(a, static_cast<std::uint8_t>(b)) == 1) {
      return static_cast<std::uint8_t>(b);
    }
  }
  return 0;
}

// x and y with x + y = s0 and a x + b y = s1.
struct Pair {
  std::uint8_t x, y;
};
Pair solve(std::uint8_t a, std::uint8_t b, std::uint8_t s0, std::uint8_t s1) {
  const auto y = reference::multiply(static_cast<std::uint8_t>(s1 ^ reference::multiply(a, s0)),
                                     inverse(static_cast<std::uint8_t>(a ^ b)));
  return {static_cast<std::uint8_t>(s0 ^ y), y};
}

template <std::size_t N>
WordSymbols symbols_of(const std::array<std::uint16_t, N>& word) {
  WordSymbols symbols;
  symbols.at.assign(word.begin(), word.end());
  symbols.weight.resize(N);
  std::uint8_t weight = 1;
  for (std::size_t i = N; i-- > 0; weight = reference::multiply(weight, 2)) {
    symbols.weight[i] = weight;
  }
  return symbols;
}

std::vector<int> draw(Random& random, std::size_t count, std::size_t of) {
  std::vector<int> drawn;
  while (drawn.size() < count) {
    const int n = static_cast<int>(random.below(of));
    if (std::ranges::find(drawn, n) == drawn.end()) drawn.push_back(n);
  }
  return drawn;
}

}  // namespace

WordSymbols word_symbols(Code code, int n) {
  return code == Code::p ? symbols_of(reference::p_word(n)) : symbols_of(reference::q_word(n));
}

int words_of(Code code) { return code == Code::p ? 86 : 52; }

Wounds scattered(Random& random, std::size_t first, std::size_t count) {
  Wounds wounds;
  while (wounds.size() < count) {
    const std::size_t at = random.between(first, 2351);
    if (std::ranges::find(wounds, at, &Wound::at) != wounds.end()) continue;
    wounds.push_back({at, random.nonzero_byte()});
  }
  return wounds;
}

Wounds unseen_in_word(Random& random, const WordSymbols& word, std::size_t i, std::size_t j,
                      std::size_t k) {
  const std::uint8_t error = random.nonzero_byte();
  const Pair pair =
      solve(word.weight[i], word.weight[j], error, reference::multiply(word.weight[k], error));
  return {{word.at[i], pair.x}, {word.at[j], pair.y}, {word.at[k], error}};
}

Wounds posing_as_single(Random& random, const WordSymbols& word) {
  while (true) {
    const std::vector<int> drawn = draw(random, 4, word.at.size());
    const auto at = [&](std::size_t n) { return static_cast<std::size_t>(drawn[n]); };
    const std::uint8_t posed = random.nonzero_byte(), third = random.nonzero_byte();
    const auto s0 = static_cast<std::uint8_t>(posed ^ third);
    const auto s1 = static_cast<std::uint8_t>(reference::multiply(word.weight[at(3)], posed) ^
                                              reference::multiply(word.weight[at(2)], third));
    const Pair pair = solve(word.weight[at(0)], word.weight[at(1)], s0, s1);
    if (pair.x == 0 || pair.y == 0) continue;
    return {{word.at[at(0)], pair.x}, {word.at[at(1)], pair.y}, {word.at[at(2)], third}};
  }
}

std::vector<std::size_t> crossings(Random& random, std::size_t p, std::size_t q) {
  const int plane = static_cast<int>(random.below(2));
  const std::vector<int> columns = draw(random, p, 43), diagonals = draw(random, q, 26);
  std::vector<std::size_t> places;
  for (const int c : columns) {
    for (const std::size_t at : reference::p_word(2 * c + plane)) {
      for (const int d : diagonals) {
        const auto word = reference::q_word(2 * d + plane);
        if (std::ranges::find(word, at) != word.end()) places.push_back(at);
      }
    }
  }
  return places;
}

reference::Sector wounded(const reference::Sector& sound, const Wounds& wounds) {
  reference::Sector sector = sound;
  for (const Wound& wound : wounds) sector[wound.at] ^= wound.error;
  return sector;
}

std::bitset<2352> places_of(const Wounds& wounds) {
  std::bitset<2352> places;
  for (const Wound& wound : wounds) places.set(wound.at);
  return places;
}

std::string describe(const Wounds& wounds) {
  std::string text = "wounds at";
  for (const Wound& wound : wounds) {
    text += " " + std::to_string(wound.at) + "^" + std::to_string(wound.error);
  }
  return text;
}

bool all_covered(const Wounds& wounds, std::size_t first) {
  return std::ranges::all_of(wounds, [&](const Wound& wound) { return wound.at >= first; });
}

std::size_t first_covered(SectorKind kind) { return kind == SectorKind::mode1 ? 12 : 16; }

}  // namespace pregap::test
