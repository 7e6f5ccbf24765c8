#include "sector/careful.h"

#include <algorithm>

namespace pregap {
namespace {

namespace gf = kernels::gf256;
using kernels::Syndrome;

Footing footing_of_rest_in_q(const Plane& plane, int d, Syndrome rest) {
  if (rest.is_zero()) return Footing::confirmed;
  const auto next = plane.single_of_q(d, rest);
  if (!next || !next->cell.in_p() || !plane.p_is_dirty(next->cell.c)) return Footing::weak;
  return plane.single_of_p(next->cell.c) == next ? Footing::confirmed : Footing::linked;
}

Footing footing_of_rest_in_p(const Plane& plane, int c, Syndrome rest) {
  if (rest.is_zero()) return Footing::confirmed;
  const auto next = plane.single_of_p(c, rest);
  if (!next || !plane.q_is_dirty(next->cell.q)) return Footing::weak;
  return plane.single_of_q(next->cell.q) == next ? Footing::confirmed : Footing::linked;
}

// Takes off the errors whose footing is at least `least`; `most` of them.
bool take(Plane& plane, const Distrust& distrust, Footing least, int most, int& looks) {
  int taken = 0;
  for_each_bit(plane.dirty_p() & ~distrust.p, [&](int c) {
    --looks;
    const auto claim = plane.single_of_p(c);
    if (taken == most || !claim || footing_of_p(plane, *claim) < least) return;
    plane.fix(claim->cell, claim->error);
    ++taken;
  });
  for_each_bit(plane.dirty_q() & ~distrust.q, [&](int d) {
    --looks;
    const auto claim = plane.single_of_q(d);
    if (taken == most || !claim || footing_of_q(plane, *claim) < least) return;
    plane.fix(claim->cell, claim->error);
    ++taken;
  });
  return taken != 0;
}

}  // namespace

Syndrome without(Syndrome s, std::uint8_t weight, std::uint8_t error) {
  return {static_cast<std::uint8_t>(s.s0 ^ error),
          static_cast<std::uint8_t>(s.s1 ^ gf::multiply(weight, error))};
}

bool q_rest_is_plausible(const Plane& plane, int d, Syndrome rest) {
  if (rest.is_zero()) return true;
  const auto next = plane.single_of_q(d, rest);
  return next && (!next->cell.in_p() || plane.p_is_dirty(next->cell.c));
}

bool p_rest_is_plausible(const Plane& plane, int c, Syndrome rest) {
  if (rest.is_zero()) return true;
  const auto next = plane.single_of_p(c, rest);
  return next && plane.q_is_dirty(next->cell.q);
}

Footing footing_of_p(const Plane& plane, const CellError& claim) {
  const int d = claim.cell.q;
  if (!plane.q_is_dirty(d)) return Footing::none;
  const Syndrome rest = without(plane.q(d), Plane::weight_in_q(claim.cell), claim.error);
  return footing_of_rest_in_q(plane, d, rest);
}

Footing footing_of_q(const Plane& plane, const CellError& claim) {
  if (!claim.cell.in_p()) return plane.p_agrees() ? Footing::confirmed : Footing::none;
  const int c = claim.cell.c;
  if (!plane.p_is_dirty(c)) return Footing::none;
  const Syndrome rest = without(plane.p(c), Plane::weight_in_p(claim.cell), claim.error);
  return footing_of_rest_in_p(plane, c, rest);
}

void iterate_carefully(Plane& plane, const Distrust& distrust, int& looks) {
  constexpr int kAll = kColumns + kDiagonals;
  while (looks > 0 && !plane.agrees()) {
    if (take(plane, distrust, Footing::confirmed, kAll, looks)) continue;
    if (take(plane, distrust, Footing::linked, kAll, looks)) continue;
    if (!take(plane, distrust, Footing::weak, 1, looks)) return;
  }
}

}  // namespace pregap
