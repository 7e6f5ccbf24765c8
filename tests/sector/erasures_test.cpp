// The joint solution for known places, against elimination over all 138 equations of a plane as the
// standard's index formulae give them.
#include "sector/erasures.h"

#include <gtest/gtest.h>

#include <vector>

#include "sector/wounds.h"

namespace pregap {
namespace {

using test::Random;

// The rank of the parity-check matrix's columns at `places` of the region.
int rank_of(const std::vector<std::size_t>& places) {
  std::vector<std::vector<std::uint8_t>> columns;
  for (const std::size_t place : places) {
    std::vector<std::uint8_t> column;
    const auto enter = [&](const test::WordSymbols& word) {
      std::uint8_t weight = 0;
      for (std::size_t i = 0; i < word.at.size(); ++i) {
        if (word.at[i] == place + 12) weight = word.weight[i];
      }
      column.push_back(weight != 0);
      column.push_back(weight);
    };
    for (int n = 0; n < 86; ++n) enter(test::word_symbols(test::Code::p, n));
    for (int n = 0; n < 52; ++n) enter(test::word_symbols(test::Code::q, n));
    columns.push_back(column);
  }
  int rank = 0;
  for (std::size_t row = 0; row < 276; ++row) {
    std::size_t pivot = static_cast<std::size_t>(rank);
    while (pivot < columns.size() && columns[pivot][row] == 0) ++pivot;
    if (pivot == columns.size()) continue;
    std::swap(columns[pivot], columns[static_cast<std::size_t>(rank)]);
    const auto& by = columns[static_cast<std::size_t>(rank)];
    for (std::size_t k = static_cast<std::size_t>(rank) + 1; k < columns.size(); ++k) {
      if (columns[k][row] == 0) continue;
      // by[row] * column + column[row] * by
      const std::uint8_t a = by[row], b = columns[k][row];
      for (std::size_t i = 0; i < 276; ++i) {
        columns[k][i] = static_cast<std::uint8_t>(reference::multiply(a, columns[k][i]) ^
                                                  reference::multiply(b, by[i]));
      }
    }
    ++rank;
  }
  return rank;
}

std::vector<std::size_t> draw_places(Random& random, int plane) {
  std::vector<std::size_t> places;
  if (random.one_in(3)) {  // where words cross: much of it is open
    for (const std::size_t at :
         test::crossings(random, random.between(2, 6), random.between(2, 6))) {
      places.push_back((at - 12) / 2 * 2 + static_cast<std::size_t>(plane));
    }
  } else {
    const std::size_t count = random.between(1, 125);
    for (const auto& wound : scattered(random, 12, count)) {
      const std::size_t place = (wound.at - 12) / 2 * 2 + static_cast<std::size_t>(plane);
      if (std::ranges::find(places, place) == places.end()) places.push_back(place);
    }
  }
  return places;
}

Plane empty_plane(int plane) {
  return Plane(kernels::Syndromes{}, plane, kernels::HeaderBytes::as_stored);
}

TEST(Erasures, LeaveOpenWhatTheRankLeavesOpen) {
  int open = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const int n = static_cast<int>(seed % 2);
    const std::vector<std::size_t> places = draw_places(random, n);
    Plane plane = empty_plane(n);
    CellSet cells;
    for (const std::size_t place : places) {
      cells.add(cell_at(place));
      plane.fix(cell_at(place), random.nonzero_byte());
    }
    const ErasureSolver solver(plane, cells);
    const int freedom = static_cast<int>(places.size()) - rank_of(places);
    ASSERT_EQ(solver.solved(), freedom <= ErasureSolver::kMaxFreedom);
    if (!solver.solved()) continue;
    EXPECT_EQ(solver.freedom(), freedom);
    EXPECT_EQ(solver.equations_left(), 138 - (static_cast<int>(places.size()) - freedom));
    open += freedom > 0;
    Plane solved = plane;
    solver.solution().apply(solved);
    EXPECT_TRUE(solved.agrees());
    for (int k = 0; k < freedom; ++k) {
      const PlaneErrors unseen = solver.unseen(k);
      Plane touched = empty_plane(n);
      unseen.apply(touched);
      EXPECT_TRUE(touched.agrees());
      EXPECT_GE(touched.trail().size(), 9U);  // the distance of the code
      for (const CellError& e : touched.trail().all()) EXPECT_TRUE(cells.has(e.cell));
    }
  }
  EXPECT_GT(open, 10);
}

// A place is blind if naming it too would leave one more symbol open.
TEST(Erasures, AreBlindWhereOneMorePlaceAddsNothingToTheRank) {
  int blind_in_all = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::vector<std::size_t> places;
    for (const std::size_t at : test::crossings(random, 3, 3 + seed % 3)) {
      places.push_back((at - 12) / 2 * 2);
    }
    for (const auto& wound : scattered(random, 12, 20)) {
      const std::size_t place = (wound.at - 12) / 2 * 2;
      if (std::ranges::find(places, place) == places.end()) places.push_back(place);
    }
    places.erase(places.begin());  // one of the crossings, to which parity is blind now
    const Plane plane = empty_plane(0);
    CellSet cells;
    for (const std::size_t place : places) cells.add(cell_at(place));
    const ErasureSolver solver(plane, cells);
    ASSERT_TRUE(solver.solved());
    int blind = 0;
    for (int c = 0; c < kQSymbols; ++c) {
      for (int d = 0; d < kDiagonals; ++d) {
        const Cell cell{static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(d)};
        if (cells.has(cell)) continue;
        CellSet with = cells;
        with.add(cell);
        const ErasureSolver more(plane, with);
        blind += !more.solved() || more.freedom() > solver.freedom();
      }
    }
    EXPECT_EQ(solver.blind_cells(), blind);
    blind_in_all += blind;
  }
  EXPECT_GT(blind_in_all, 5);
}

// What contradicts the places is shown, and one error outside is found unless parity is blind to
// it.
TEST(Erasures, FindOneErrorOutside) {
  int found = 0, by_p = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Plane plane = empty_plane(0);
    CellSet cells;
    for (const auto& wound : scattered(random, 12, 110)) {
      const Cell cell = cell_at((wound.at - 12) / 2 * 2);
      cells.add(cell);
      plane.fix(cell, random.nonzero_byte());
    }
    Cell outside;
    do outside = cell_at(random.below(1170) * 2);
    while (cells.has(outside));
    const std::uint8_t error = random.nonzero_byte();
    plane.fix(outside, error);
    const ErasureSolver solver(plane, cells);
    if (solver.solved()) {
      EXPECT_GT(solver.blind_cells(), 0);
    } else if (solver.contradicting_p() != 0) {
      EXPECT_EQ(solver.contradicting_p(), std::uint64_t{1} << outside.c);
      ++by_p;
    } else if (const auto e = solver.error_outside()) {
      EXPECT_EQ(e->cell, outside);
      EXPECT_EQ(e->error, error);
      ++found;
    }
  }
  EXPECT_GT(found, 30);
  EXPECT_GT(by_p, 30);
}

}  // namespace
}  // namespace pregap
