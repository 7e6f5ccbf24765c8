#include "pregap/repair.h"

#include <fmt/format.h>

#include <algorithm>

#include "disc/compare.h"
#include "operations/repair_output.h"
#include "operations/repair_pass.h"
#include "pregap/error.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;
using operations::OutputPlan;
using operations::RepairOutput;

// The output must open, and as the disc that the image is. Where it doesn't quite, sectors tell
// why: layouts and types are read from them too, and they have come right.
void compare_with_output(const Disc& disc, const OutputPlan& plan, const RepairOptions& options,
                         RepairReport& report) {
  if (!plan.has_descriptor) return;
  const fs::path& out = plan.copies.back().to;
  const Disc written = open_disc(out, options.open);
  for (const Difference& difference : differences(disc, written)) {
    report.problems.push_back(
        {.severity = Severity::warning,
         .code = "repair.layout",
         .message = fmt::format("{}: read with another layout than the image: {}", out.string(),
                                difference.message)});
  }
}

}  // namespace

std::string_view name_of(Deed deed) noexcept {
  constexpr std::array<std::string_view, kDeeds> names = {"corrected", "regenerated", "renumbered",
                                                          "left",      "lost",        "merged"};
  return names[static_cast<std::size_t>(deed)];
}

std::string_view name_of(Reason reason) noexcept {
  constexpr std::array<std::string_view, kReasons> names = {
      "none",        "not_chosen", "duplicate_addresses",
      "common_sync", "mode_flip",  "stored_twice",
      "encoded",     "header",     "filled",
      "dumps_differ"};
  return names[static_cast<std::size_t>(reason)];
}

std::string_view name_of(Basis basis) noexcept {
  constexpr std::array<std::string_view, kBases> names = {
      "parity", "edc",         "neighbours", "c2",          "fill",      "request",
      "dump",   "dump_parity", "pieces",     "differences", "only_dump", "vote"};
  return names[static_cast<std::size_t>(basis)];
}

std::string_view name_of(JournalState state) noexcept {
  switch (state) {
    case JournalState::none:
      return "none";
    case JournalState::fresh:
      return "fresh";
    case JournalState::completed:
      return "completed";
    case JournalState::kept:
      return "kept";
  }
  return "";
}

bool RepairReport::sound() const {
  return remaining == 0 && std::ranges::none_of(problems, [](const Problem& p) {
           return p.severity == Severity::fault;
         });
}

RepairReport repair(const Disc& disc, const fs::path& out, const RepairOptions& options) {
  if (options.dry_run && out.empty()) return operations::run_repair_pass(disc, options, nullptr);
  const OutputPlan plan = operations::plan_output(disc, out, options);
  RepairOutput output(plan, options);
  RepairReport report =
      operations::run_repair_pass(disc, options, options.dry_run ? nullptr : &output);
  if (report.was_sound || options.dry_run) return report;
  output.copy_all();
  output.commit();
  try {
    compare_with_output(disc, plan, options, report);
  } catch (...) {
    output.withdraw();
    throw;
  }
  report.written = true;
  if (plan.has_descriptor) report.outputs.push_back(out);
  for (const OutputPlan::Copy& copy : plan.copies) {
    if (!plan.has_descriptor || copy.to != out) report.outputs.push_back(copy.to);
  }
  report.bytes = output.bytes();
  return report;
}

}  // namespace pregap
