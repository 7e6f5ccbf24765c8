#include "sector/few_errors.h"

#include <array>

#include "sector/iterate.h"

namespace pregap {
namespace {

constexpr int kFew = 4;

bool too_many(const Plane& plane, int errors) {
  return plane.bad_p() > errors || plane.bad_q() > errors;
}

bool explain(Plane& plane, int errors);

bool try_single(Plane& plane, const std::optional<CellError>& e, int errors) {
  if (!e) return false;
  const std::size_t mark = plane.trail().size();
  plane.fix(e->cell, e->error);
  if (explain(plane, errors - 1)) return true;
  plane.undo_to(mark);
  return false;
}

struct Suspect {
  Cell cell;
  std::uint8_t weight;
};

// All pairs of places of a word. If two errors are all there are, the words that cross must fail,
// or the places lie in Q parity, where none crosses.
bool try_pairs(Plane& plane, kernels::Syndrome s, std::span<const Suspect> suspects, int errors) {
  const std::size_t mark = plane.trail().size();
  for (std::size_t i = 1; i < suspects.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const PairErrors pair = solve_pair(s, suspects[i].weight, suspects[k].weight);
      if (pair.e == 0 || pair.f == 0) continue;  // a single error
      plane.fix(suspects[i].cell, pair.e);
      plane.fix(suspects[k].cell, pair.f);
      if (explain(plane, errors - 2)) return true;
      plane.undo_to(mark);
    }
  }
  return false;
}

bool try_pairs_of_p(Plane& plane, int c, int errors) {
  std::array<Suspect, kRows> suspects;
  std::size_t n = 0;
  for (int row = 0; row < kRows; ++row) {
    const Cell cell = cell_in_row(c, row);
    if (!plane.may_err(cell) || (errors == 2 && !plane.q_is_dirty(cell.q))) continue;
    suspects[n++] = {cell, Plane::weight_in_p(cell)};
  }
  return try_pairs(plane, plane.p(c), std::span(suspects).first(n), errors);
}

bool try_pairs_of_q(Plane& plane, int d, int errors) {
  std::array<Suspect, kQSymbols> suspects;
  std::size_t n = 0;
  for (std::uint8_t c = 0; c < kQSymbols; ++c) {
    const Cell cell{c, static_cast<std::uint8_t>(d)};
    if (!plane.may_err(cell) || (errors == 2 && cell.in_p() && !plane.p_is_dirty(c))) continue;
    suspects[n++] = {cell, Plane::weight_in_q(cell)};
  }
  return try_pairs(plane, plane.q(d), std::span(suspects).first(n), errors);
}

bool explain(Plane& plane, int errors) {
  if (plane.agrees()) return true;
  if (errors == 0 || too_many(plane, errors)) return false;
  bool done = false;
  const auto at_each_word = [&](auto of_p, auto of_q) {
    for_each_bit(plane.dirty_p(), [&](int c) { done = done || of_p(c); });
    for_each_bit(plane.dirty_q(), [&](int d) { done = done || of_q(d); });
  };
  at_each_word([&](int c) { return try_single(plane, plane.single_of_p(c), errors); },
               [&](int d) { return try_single(plane, plane.single_of_q(d), errors); });
  if (done || errors < 2) return done;
  at_each_word([&](int c) { return try_pairs_of_p(plane, c, errors); },
               [&](int d) { return try_pairs_of_q(plane, d, errors); });
  return done;
}

}  // namespace

bool explain_by_few(Plane& plane) { return explain(plane, kFew); }

}  // namespace pregap
