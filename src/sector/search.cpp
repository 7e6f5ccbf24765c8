#include "sector/search.h"

#include <algorithm>

#include "sector/bursts.h"
#include "sector/few_errors.h"
#include "sector/iterate.h"

namespace pregap {
namespace {

// Beyond so many failing words of a plane's 69, random errors are too many for any of the steps.
constexpr int kMostBadWords = 58;
// Pairs are tried again and again where no more words than this are left failing.
constexpr int kSmallRest = 12;
// From here on P words fail as they do under a burst of more than a row.
constexpr int kBurstBadP = kColumns - 2;

}  // namespace

const std::array<PlaneSearch::Step, 8> PlaneSearch::kSteps = {
    &PlaneSearch::by_burst,
    &PlaneSearch::by_iteration_from_p,
    &PlaneSearch::by_iteration_from_q,
    &PlaneSearch::by_few_errors,
    &PlaneSearch::by_careful_iteration,
    &PlaneSearch::by_one_code_first,
    &PlaneSearch::by_pairs,
    &PlaneSearch::by_distrust,
};

bool PlaneSearch::find_another() {
  if (count_ == kMaxSolutions) return false;
  while (step_ < kSteps.size()) {
    plane_.undo_to(0);
    (this->*kSteps[step_++])();
    settle_cancelled();
    if (!plane_.p_agrees()) continue;
    if (is_likely()) {
      if (keep()) return true;
    } else if (unlikely_.size() == 0) {
      unlikely_ = plane_.trail();
    }
  }
  if (unlikely_.size() == 0) return false;
  plane_.undo_to(0);
  for (const CellError& e : unlikely_.all()) plane_.fix(e.cell, e.error);
  unlikely_.clear();
  return keep();
}

// Where all words of one code are good, errors that are left cancel out in each of them; those of
// one word, three or more, stand alone in words of the other code.
void PlaneSearch::settle_cancelled() {
  if ((plane_.dirty_p() == 0) == (plane_.dirty_q() == 0)) return;
  const std::size_t mark = plane_.trail().size();
  single_pass(plane_, plane_.p_agrees() ? FirstCode::q : FirstCode::p);
  if (!plane_.agrees()) plane_.undo_to(mark);
}

// Q words that are left failing must have lost both bytes of their parity. If one claims an error
// elsewhere instead, it is more likely that P words were led astray.
bool PlaneSearch::is_likely() const {
  if (plane_.agrees() || plane_.trail().size() == 0) return true;
  bool likely = true;
  for_each_bit(plane_.dirty_q(), [&](int d) {
    const auto claim = plane_.single_of_q(d);
    likely = likely && !(claim && claim->cell.in_p());
  });
  return likely;
}

bool PlaneSearch::keep() {
  if (is_known()) return false;
  PlaneSolution& solution = found_[count_++];
  for (const CellError& e : plane_.trail().all()) solution.errors.push(e);
  solution.q_agrees = plane_.agrees();
  return true;
}

bool PlaneSearch::is_known() const {
  if (count_ == 0) return false;
  const PlaneErrors errors(plane_.trail());
  return std::ranges::any_of(
      found(), [&](const PlaneSolution& s) { return PlaneErrors(s.errors) == errors; });
}

bool PlaneSearch::is_hopeless() const { return plane_.bad_p() + plane_.bad_q() > kMostBadWords; }

void PlaneSearch::by_iteration_from_p() { iterate(plane_, FirstCode::p); }

void PlaneSearch::by_iteration_from_q() { iterate(plane_, FirstCode::q); }

void PlaneSearch::by_few_errors() { explain_by_few(plane_); }

void PlaneSearch::by_careful_iteration() {
  if (is_hopeless()) return;
  iterate_carefully(plane_, {}, looks_);
  solve_crossings();
}

// Errors that cancel out in words of one code can be left to the other alone.
void PlaneSearch::by_one_code_first() {
  if (is_hopeless()) return;
  for (const FirstCode first : {FirstCode::p, FirstCode::q}) {
    plane_.undo_to(0);
    single_pass(plane_, first);
    iterate(plane_, first);
    if (plane_.agrees()) return;
  }
}

// Before all else, since iteration may lead to another codeword from here.
void PlaneSearch::by_burst() {
  if (plane_.bad_p() >= kBurstBadP) explain_by_burst(plane_);
}

// What is left lies where failing words cross, it is to be hoped: all of these as erasures.
bool PlaneSearch::solve_crossings() {
  if (plane_.agrees() || plane_.dirty_p() == 0 || plane_.dirty_q() == 0) return false;
  if (plane_.bad_p() > 2 && plane_.bad_q() > 2) return false;  // too many for the equations
  CellSet cells;
  for_each_bit(plane_.dirty_q(), [&](int d) {
    for_each_bit(plane_.dirty_p(), [&](int c) {
      const Cell cell{static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(d)};
      if (plane_.may_err(cell)) cells.add(cell);
    });
  });
  const ErasureSolver solver(plane_, cells);
  if (!solver.solved() || solver.freedom() != 0) return false;
  solver.solution().apply(plane_);
  return plane_.agrees();
}

// Where each word that is left holds two errors or more: supposes two in one word, where failing
// words cross it, and sees whether all the rest follows.
void PlaneSearch::by_pairs() {
  if (is_hopeless()) return;
  iterate_carefully(plane_, {}, looks_);
  if (!plane_.agrees() && !try_pairs(Rest::explained)) try_pairs(Rest::half_explained);
}

bool PlaneSearch::try_pairs(Rest rest) {
  bool done = false;
  for_each_bit(plane_.dirty_p(), [&](int c) { done = done || try_pairs_of_p(c, rest); });
  for_each_bit(plane_.dirty_q(), [&](int d) { done = done || try_pairs_of_q(d, rest); });
  return done;
}

bool PlaneSearch::try_pairs_of_p(int c, Rest rest) {
  std::array<Cell, kDiagonals> at;
  std::size_t n = 0;
  for_each_bit(plane_.dirty_q(), [&](int d) {
    const Cell cell{static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(d)};
    if (plane_.may_err(cell)) at[n++] = cell;
  });
  for (std::size_t i = 1; i < n; ++i) {
    for (std::size_t k = 0; k < i && looks_ > 0; ++k) {
      const Cell x = at[i], y = at[k];
      const PairErrors pair = solve_pair(plane_.p(c), Plane::weight_in_p(x), Plane::weight_in_p(y));
      looks_ -= 2;
      if (pair.e == 0 || pair.f == 0) continue;
      const int plausible =
          q_rest_is_plausible(plane_, x.q, without(plane_.q(x.q), Plane::weight_in_q(x), pair.e)) +
          q_rest_is_plausible(plane_, y.q, without(plane_.q(y.q), Plane::weight_in_q(y), pair.f));
      if (plausible == static_cast<int>(rest) && follow({x, pair.e}, {y, pair.f})) return true;
    }
  }
  return false;
}

bool PlaneSearch::try_pairs_of_q(int d, Rest rest) {
  std::array<Cell, kQSymbols> at;
  std::size_t n = 0;
  constexpr std::uint64_t kParity = std::uint64_t{3} << kColumns;
  for_each_bit(plane_.dirty_p() | kParity, [&](int c) {
    const Cell cell{static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(d)};
    if (plane_.may_err(cell)) at[n++] = cell;
  });
  const auto is_plausible = [&](Cell cell, std::uint8_t error) {
    if (!cell.in_p()) return true;
    const auto left = without(plane_.p(cell.c), Plane::weight_in_p(cell), error);
    return p_rest_is_plausible(plane_, cell.c, left);
  };
  for (std::size_t i = 1; i < n; ++i) {
    for (std::size_t k = 0; k < i && looks_ > 0; ++k) {
      const Cell x = at[i], y = at[k];
      if (!x.in_p() && !y.in_p()) continue;  // explains any word
      const PairErrors pair = solve_pair(plane_.q(d), Plane::weight_in_q(x), Plane::weight_in_q(y));
      looks_ -= 2;
      if (pair.e == 0 || pair.f == 0) continue;
      const int plausible = is_plausible(x, pair.e) + is_plausible(y, pair.f);
      if (plausible == static_cast<int>(rest) && follow({x, pair.e}, {y, pair.f})) return true;
    }
  }
  return false;
}

bool PlaneSearch::follow(CellError first, CellError second) {
  const std::size_t mark = plane_.trail().size();
  plane_.fix(first.cell, first.error);
  plane_.fix(second.cell, second.error);
  looks_ -= plane_.bad_p() + plane_.bad_q();
  iterate(plane_, FirstCode::p);
  if (plane_.agrees() || solve_crossings()) return true;
  plane_.undo_to(mark);
  return false;
}

// A word of two errors or three may have claimed one. Each word that did is left out in its turn.
void PlaneSearch::by_distrust() {
  if (is_hopeless()) return;
  Plane& plane = plane_;
  iterate_carefully(plane, {}, looks_);
  Trail claims = plane.trail();
  for (const CellError& claim : claims.all()) {
    for (const bool of_p : {true, false}) {
      if (looks_ <= 0 || (of_p && !claim.cell.in_p())) continue;
      plane.undo_to(0);
      Distrust distrust;
      if (of_p) distrust.p = std::uint64_t{1} << claim.cell.c;
      if (!of_p) distrust.q = std::uint32_t{1} << claim.cell.q;
      iterate_carefully(plane, distrust, looks_);
      if (plane.agrees() || solve_crossings()) return;
      if (plane.bad_p() + plane.bad_q() <= kSmallRest && try_pairs(Rest::explained)) return;
    }
  }
}

}  // namespace pregap
