#include "sector/iterate.h"

#include <array>

namespace pregap {
namespace {

bool crossing_fails(const Plane& plane, Cell of_q) {
  return of_q.in_p() ? plane.p_is_dirty(of_q.c) : plane.p_agrees();
}

bool p_round(Plane& plane) {
  const std::size_t before = plane.trail().size();
  for_each_bit(plane.dirty_p(), [&](int c) {
    const auto e = plane.single_of_p(c);
    if (e && plane.q_is_dirty(e->cell.q)) plane.fix(e->cell, e->error);
  });
  return plane.trail().size() != before;
}

bool q_round(Plane& plane) {
  const std::size_t before = plane.trail().size();
  for_each_bit(plane.dirty_q(), [&](int d) {
    const auto e = plane.single_of_q(d);
    if (e && crossing_fails(plane, e->cell)) plane.fix(e->cell, e->error);
  });
  return plane.trail().size() != before;
}

// One suspect alone was for single_of_p or single_of_q to take.
bool fix_pair(Plane& plane, kernels::Syndrome s, Cell x, Cell y, std::uint8_t a, std::uint8_t b) {
  if (!plane.may_err(x) || !plane.may_err(y)) return false;
  const PairErrors pair = solve_pair(s, a, b);
  plane.fix(x, pair.e);
  plane.fix(y, pair.f);
  return true;
}

bool p_erasures(Plane& plane) {
  if (plane.bad_q() != 2) return false;
  bool changed = false;
  const int first = std::countr_zero(plane.dirty_q());
  const int second = std::countr_zero(plane.dirty_q() & (plane.dirty_q() - 1));
  for_each_bit(plane.dirty_p(), [&](int c) {
    const Cell x{static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(first)};
    const Cell y{static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(second)};
    changed |= fix_pair(plane, plane.p(c), x, y, Plane::weight_in_p(x), Plane::weight_in_p(y));
  });
  return changed;
}

// The parity bytes of Q stand in no P word, so that nothing points at them.
bool q_erasures(Plane& plane) {
  if (plane.bad_p() != 2) return false;
  bool changed = false;
  const int first = std::countr_zero(plane.dirty_p());
  const int second = std::countr_zero(plane.dirty_p() & (plane.dirty_p() - 1));
  for_each_bit(plane.dirty_q(), [&](int d) {
    const Cell x{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(d)};
    const Cell y{static_cast<std::uint8_t>(second), static_cast<std::uint8_t>(d)};
    changed |= fix_pair(plane, plane.q(d), x, y, Plane::weight_in_q(x), Plane::weight_in_q(y));
  });
  return changed;
}

}  // namespace

void iterate(Plane& plane, FirstCode first) {
  constexpr int kMaxRounds = 64;
  for (int round = 0; round < kMaxRounds && !plane.agrees(); ++round) {
    bool changed = first == FirstCode::p ? p_round(plane) : q_round(plane);
    changed |= first == FirstCode::p ? q_round(plane) : p_round(plane);
    if (plane.agrees()) return;
    if (!changed && !p_erasures(plane) && !q_erasures(plane)) return;
  }
}

void single_pass(Plane& plane, FirstCode first) {
  for (int pass = 0; pass < 2; ++pass) {
    const bool by_p = (first == FirstCode::p) == (pass == 0);
    const auto take = [&](const auto& e) {
      if (e) plane.fix(e->cell, e->error);
    };
    if (by_p) {
      for_each_bit(plane.dirty_p(), [&](int c) { take(plane.single_of_p(c)); });
    } else {
      for_each_bit(plane.dirty_q(), [&](int d) { take(plane.single_of_q(d)); });
    }
  }
}

}  // namespace pregap
