// All errors of one plane: iteration first, and where it stalls a bounded search.
#pragma once

#include <array>
#include <span>

#include "sector/careful.h"
#include "sector/erasures.h"
#include "sector/plane.h"

namespace pregap {

// Errors that leave all P words of a plane good, and all Q words too unless it says otherwise: then
// Q parity is left to be built anew.
struct PlaneSolution {
  Trail errors;  // those of one cell add up
  bool q_agrees = false;
};

// Finds solutions for one plane, the likeliest first. What it may spend is bounded, and little is
// spent where nothing can be hoped for.
class PlaneSearch {
 public:
  static constexpr std::size_t kMaxSolutions = 3;

  // `looks` is how many words may still be looked at, at some 10 ns each; it goes down.
  PlaneSearch(const kernels::Syndromes& s, int plane, kernels::HeaderBytes header, int& looks)
      : plane_(s, plane, header), looks_(looks) {}

  std::span<const PlaneSolution> found() const { return {found_.data(), count_}; }
  // Adds one solution to found(), which is not there yet; false if it has no more.
  bool find_another();

 private:
  using Step = void (PlaneSearch::*)();
  static const std::array<Step, 8> kSteps;
  // Each leaves plane_ with what it took off.
  void by_iteration_from_p();
  void by_iteration_from_q();
  void by_few_errors();
  void by_careful_iteration();
  void by_pairs();
  void by_distrust();
  void by_one_code_first();
  void by_burst();

  bool is_hopeless() const;
  void settle_cancelled();
  bool is_likely() const;
  bool is_known() const;
  bool keep();
  bool solve_crossings();
  // How many of the two words that cross a supposed pair are explained with it.
  enum class Rest : std::uint8_t { half_explained = 1, explained = 2 };
  bool try_pairs(Rest rest);
  bool try_pairs_of_p(int c, Rest rest);
  bool try_pairs_of_q(int d, Rest rest);
  bool follow(CellError first, CellError second);

  Plane plane_;
  std::size_t step_ = 0, count_ = 0;
  int& looks_;
  std::array<PlaneSolution, kMaxSolutions> found_;
  Trail unlikely_;  // leaves the P words good, but better is hoped for; empty: none such
};

}  // namespace pregap
