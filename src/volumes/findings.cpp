#include "volumes/findings.h"

#include <fmt/format.h>

#include <algorithm>

namespace pregap::volumes {
namespace {

constexpr std::size_t kMostProblems = 1000;  // what hostile content may fill a report with

}  // namespace

Findings::Findings(const View& view, std::string_view what, Contents& out)
    : place_(fmt::format("{}: {}", view.place(), what)),
      partition_(view.partition()),
      offset_(view.offset()),
      out_(out) {}

void Findings::add(Severity severity, std::string_view code, std::string_view message, Mend mend) {
  if (out_.problems.size() >= kMostProblems) return;
  out_.problems.push_back({.severity = severity,
                           .code = std::string(code),
                           .message = fmt::format("{}: {}", place_, message),
                           .repairable = severity == Severity::fault && mend == Mend::from_copy});
}

void Findings::note(std::string_view code, std::string_view message) {
  add(Severity::note, code, message, Mend::no);
}
void Findings::warning(std::string_view code, std::string_view message) {
  add(Severity::warning, code, message, Mend::no);
}
void Findings::fault(std::string_view code, std::string_view message, Mend mend) {
  add(Severity::fault, code, message, mend);
}

bool Findings::check(std::string_view name, std::uint64_t at, bool good, std::string_view message,
                     Severity severity, Mend mend) {
  out_.checks.push_back(
      {.name = std::string(name), .partition = partition_, .offset = offset_ + at, .good = good});
  if (!good) add(severity, name, message, mend);
  return good;
}

}  // namespace pregap::volumes
