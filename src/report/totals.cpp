#include "report/totals.h"

#include <fmt/format.h>

#include <numeric>

#include "base/text.h"

namespace pregap::report {

std::int64_t Totals::images() const {
  return std::accumulate(by_verdict.begin(), by_verdict.end(), failed);
}

void Totals::add(const Disc& disc, const VerifyReport& report) {
  ++by_verdict[static_cast<std::size_t>(report.verdict)];
  bytes += disc.stored_bytes();
  tally += report.tally;
  if (report.verdict == Verdict::repairable || report.verdict == Verdict::damaged) {
    not_good.push_back({.image = disc.path.string(),
                        .verdict = std::string(name_of(report.verdict)),
                        .bad = report.tally.bad()});
  }
}

void Totals::add(const std::string& image, Verdict verdict, std::uint64_t size) {
  ++by_verdict[static_cast<std::size_t>(verdict)];
  bytes += size;
  if (verdict == Verdict::repairable || verdict == Verdict::damaged) {
    not_good.push_back({.image = image, .verdict = std::string(name_of(verdict)), .bad = 0});
  }
}

void Totals::add_failure(const std::string& image) {
  ++failed;
  not_good.push_back({.image = image, .verdict = "failed", .bad = 0});
}

std::string totals_text(const Totals& totals, const Style& style) {
  const auto row = [](std::string_view name, long long count) {
    return fmt::format("  {:<12}{:>15}\n", name, with_thousands(count));
  };
  std::string text = "\ntotals\n" + row("images", totals.images());
  for (Verdict v : {Verdict::good, Verdict::repairable, Verdict::damaged, Verdict::unchecked}) {
    text += row(name_of(v), totals.by_verdict[static_cast<std::size_t>(v)]);
  }
  text += row("failed", totals.failed);
  if (totals.skipped > 0) text += row("skipped", totals.skipped);
  text += row("sectors", totals.tally.sectors);
  text += row("bad sectors", totals.tally.bad());
  text += row("repairable", totals.tally.repairable);
  text += row("lost", totals.tally.unrepairable);
  text += row("MiB", static_cast<long long>(totals.bytes >> 20));
  if (totals.not_good.empty()) return text;
  text += "to look at\n";
  for (const Totals::NotGood& item : totals.not_good) {
    const Verdict verdict = item.verdict == "repairable" ? Verdict::repairable : Verdict::damaged;
    text += fmt::format(
        "  {}  {}{}\n", coloured(verdict, fmt::format("{:<10}", item.verdict), style),
        shown(item.image), item.bad > 0 ? fmt::format(" ({} bad)", with_thousands(item.bad)) : "");
  }
  return text;
}

}  // namespace pregap::report
