// How much comes back: shares of wounded sectors that are restored, by number of random wounded
// bytes, by length of a burst, and by number of random bytes at known places, for four decoders.
// Prints the tables of docs/repair.md. Usage: recovery [SECTORS A ROW [SEED]].
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "kernels/parity.h"
#include "pregap/check.h"
#include "pregap/sector.h"
#include "sector/iterate.h"
#include "sector/plane.h"
#include "sector/region.h"

namespace {

using pregap::Plane;
using Sector = std::array<std::uint8_t, pregap::kSectorSize>;
using Random = std::mt19937_64;

constexpr std::size_t kFirst = 12;  // of the bytes that parity covers in mode 1

Sector sound_sector(Random& random) {
  std::vector<std::uint8_t> data(pregap::kUserDataSize);
  for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(random());
  Sector sector;
  pregap::build_sector(pregap::SectorKind::mode1, pregap::Lba(4711), data, sector);
  return sector;
}

std::uint8_t nonzero(Random& random) { return static_cast<std::uint8_t>(1 + random() % 255); }

struct Wounded {
  Sector sound, sector;
  std::bitset<pregap::kSectorSize> places;
};

void wound(Random& random, Wounded& w, std::size_t at) {
  w.sector[at] ^= nonzero(random);
  w.places.set(at);
}

Wounded scattered(Random& random, std::size_t count) {
  Wounded w{.sound = sound_sector(random), .sector = {}, .places = {}};
  w.sector = w.sound;
  while (w.places.count() < count) {
    const std::size_t at = kFirst + random() % (pregap::kSectorSize - kFirst);
    if (!w.places.test(at)) wound(random, w, at);
  }
  return w;
}

Wounded burst(Random& random, std::size_t length) {
  Wounded w{.sound = sound_sector(random), .sector = {}, .places = {}};
  w.sector = w.sound;
  const std::size_t start = kFirst + random() % (pregap::kSectorSize - kFirst - length + 1);
  for (std::size_t at = start; at < start + length; ++at) wound(random, w, at);
  return w;
}

// ---- the decoders ----

using Decoder = bool (*)(const Wounded&);

template <typename Decode>
bool by_planes(const Wounded& w, Decode decode) {
  const auto region = pregap::parity_region(pregap::RawSector(w.sector));
  const auto s = pregap::kernels::parity_syndromes(region, pregap::kernels::HeaderBytes::as_stored);
  Sector sector = w.sector;
  for (int n = 0; n < pregap::kPlanes; ++n) {
    Plane plane(s, n, pregap::kernels::HeaderBytes::as_stored);
    decode(plane);
    for (const pregap::CellError& e : plane.trail().all()) {
      sector[12 + pregap::region_offset(n, e.cell)] ^= e.error;
    }
  }
  return sector == w.sound;
}

bool single_pass(const Wounded& w) {
  return by_planes(w, [](Plane& plane) { pregap::single_pass(plane, pregap::FirstCode::p); });
}

// Words by themselves, again and again.
bool iterated(const Wounded& w) {
  return by_planes(w, [](Plane& plane) {
    for (int round = 0; round < 5 && !plane.agrees(); ++round) {
      pregap::single_pass(plane, pregap::FirstCode::p);
    }
  });
}

// Each fix asks the crossing word; two erasures a word where that stalls; either code first.
bool crossing(const Wounded& w) {
  for (const auto first : {pregap::FirstCode::p, pregap::FirstCode::q}) {
    if (by_planes(w, [first](Plane& plane) { pregap::iterate(plane, first); })) return true;
  }
  return false;
}

bool full(const Wounded& w) {
  Sector sector = w.sector;
  return pregap::correct_sector(pregap::SectorKind::mode1, std::nullopt, sector).sound &&
         sector == w.sound;
}

// With the places named. A word gives back two: P once; P and Q in turn until nothing changes.
bool by_words(const Wounded& w, int rounds) {
  auto left = w.places;
  const auto settle = [&left](int words, int length, auto offset_of) {
    for (int word = 0; word < words; ++word) {
      int n = 0;
      for (int i = 0; i < length; ++i) n += left.test(12 + offset_of(word, i));
      if (n > 2) continue;
      for (int i = 0; i < length; ++i) left.reset(12 + offset_of(word, i));
    }
  };
  for (int round = 0; round < rounds; ++round) {
    settle(pregap::kernels::kPCount, pregap::kernels::kPLength, pregap::kernels::p_offset);
    if (rounds > 1) {
      settle(pregap::kernels::kQCount, pregap::kernels::kQLength, pregap::kernels::q_offset);
    }
  }
  return left.none();
}
bool p_by_words(const Wounded& w) { return by_words(w, 1); }
bool both_by_words(const Wounded& w) { return by_words(w, 20); }

bool full_with_places(const Wounded& w) {
  Sector sector = w.sector;
  const pregap::CorrectionHints hints{.address = {}, .erasures = w.places};
  return pregap::correct_sector(pregap::SectorKind::mode1, hints, sector).sound &&
         sector == w.sound;
}

// ---- tables ----

struct Column {
  const char* name;
  Decoder decode;
};

template <typename Make>
void table(const char* what, std::span<const std::size_t> sizes, std::span<const Column> columns,
           int sectors, std::uint64_t seed, Make make) {
  std::printf("\n| %s |", what);
  for (const Column& column : columns) std::printf(" %s |", column.name);
  std::printf(" microseconds |\n|---|");
  for (std::size_t i = 0; i <= columns.size(); ++i) std::printf("---|");
  std::printf("\n");
  for (const std::size_t size : sizes) {
    std::vector<int> restored(columns.size());
    std::chrono::duration<double, std::micro> took{};
    for (int n = 0; n < sectors; ++n) {
      Random random(seed * 1000003 + size * 10007 + static_cast<std::uint64_t>(n) * 1000000007);
      const Wounded w = make(random, size);
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto start = std::chrono::steady_clock::now();
        restored[i] += columns[i].decode(w);
        if (i + 1 == columns.size()) took += std::chrono::steady_clock::now() - start;
      }
    }
    std::printf("| %zu |", size);
    for (const int n : restored) std::printf(" %.2f |", 100.0 * n / sectors);
    std::printf(" %.1f |\n", took.count() / sectors);
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int sectors = argc > 1 ? std::atoi(argv[1]) : 10000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const std::size_t counts[] = {1,  2,  3,  4,  5,  6,  8,  10, 12, 15, 20,  25,  30,
                                35, 40, 45, 50, 55, 60, 65, 70, 80, 90, 100, 150, 200};
  const std::size_t lengths[] = {1,   16,  32,  64,  86,  87,  100, 120, 140, 160, 166, 168,
                                 170, 172, 173, 180, 200, 220, 240, 244, 250, 300, 400};
  const Column unknown[] = {{"one pass of P, then Q", single_pass},
                            {"iterated", iterated},
                            {"with crossing words", crossing},
                            {"full", full}};
  std::printf("%d sectors a row, seed %llu\n", sectors, static_cast<unsigned long long>(seed));
  table("wounded bytes", counts, unknown, sectors, seed, scattered);
  table("burst", lengths, unknown, sectors, seed, burst);

  const std::size_t known_counts[] = {4,   8,   20,  40,  60,  80,  100, 120, 140, 160, 180,
                                      190, 200, 205, 210, 220, 230, 240, 250, 260, 276};
  const std::size_t known_lengths[] = {100, 172, 173, 200, 220, 240, 244,
                                       246, 250, 260, 262, 270, 276, 300};
  const Column known[] = {{"P, word by word", p_by_words},
                          {"P and Q, word by word", both_by_words},
                          {"full", full_with_places}};
  table("known bytes", known_counts, known, sectors, seed, scattered);
  table("known burst", known_lengths, known, sectors, seed, burst);
  return 0;
}
