#include "report/verify_disk.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/disk.h"
#include "report/disk_json.h"

namespace pregap::report {
namespace {

std::string contents_summary(const volumes::Contents& contents) {
  std::string text;
  const auto add = [&](const std::string& piece) { text += (text.empty() ? "" : ", ") + piece; };
  for (const volumes::PartitionTable& table : contents.tables) {
    add(fmt::format("{} with {}", to_upper(table.kind),
                    counted(static_cast<long long>(table.partitions.size()), "partition")));
  }
  std::vector<std::string> kinds;
  for (const volumes::FileSystem& fs : contents.file_systems) {
    if (std::ranges::find(kinds, fs.kind) == kinds.end()) kinds.push_back(fs.kind);
  }
  for (const std::string& kind : kinds) add(shown(kind));
  return text.empty() ? "unknown content" : text;
}

std::string hashes_lines(const std::string& what, const Hashes& hashes) {
  std::string text;
  for (const auto& [name, value] : hashes) text += fmt::format("  {} {} {}\n", what, name, value);
  return text;
}

Json hashes_json(const Hashes& hashes) {
  Json json = Json::object();
  for (const auto& [name, value] : hashes) json[name] = value;
  return json;
}

}  // namespace

std::string verify_disk_text(const operations::Look& look, const operations::DiskReport& report,
                             const Style& style) {
  const auto failed =
      std::ranges::count_if(report.checks, [](const volumes::Check& c) { return !c.good; });
  std::string text =
      fmt::format("{}  {}: {}, {}{}\n",
                  coloured(report.verdict, fmt::format("{:<10}", name_of(report.verdict)), style),
                  shown(look.image.path.string()), contents_summary(look.contents),
                  counted(static_cast<long long>(report.checks.size()), "check"),
                  failed == 0 ? std::string() : fmt::format(", {} failed", failed));
  if (style.verbose) {
    for (const volumes::Check& check : report.checks) {
      text += fmt::format("  {}{}{} at byte {}: {}\n", check.partition,
                          check.partition.empty() ? "" : ": ", check.name, check.offset,
                          check.good ? "good" : "failed");
    }
  }
  text += hashes_lines("content", report.hashes);
  for (const auto& p : report.partitions) text += hashes_lines(p.address, p.hashes);
  for (const Problem& problem : report.problems) {
    if (problem.severity == Severity::note && !style.verbose) continue;
    text += fmt::format("  {}: {}{}\n", name_of(problem.severity), shown(problem.message),
                        problem.repairable ? " (repairable)" : "");
  }
  return text;
}

std::string verify_disk_json(const operations::Look& look, const operations::DiskReport& report) {
  Json checks = Json::array();
  for (const volumes::Check& c : report.checks) {
    checks.push_back(
        {{"check", c.name}, {"partition", c.partition}, {"offset", c.offset}, {"good", c.good}});
  }
  Json problems = problems_json(report.problems);
  for (std::size_t i = 0; i < report.problems.size(); ++i) {
    if (report.problems[i].severity == Severity::fault) {
      problems[i]["repairable"] = report.problems[i].repairable;
    }
  }
  Json json = {{"schema", "pregap.verify/1"},
               {"image", look.image.path.string()},
               {"format", "disk"},
               {"verdict", name_of(report.verdict)},
               {"bytes", look.image.bytes->size()},
               {"containers", containers_json(look.image.containers)},
               {"checks", checks},
               {"problems", problems}};
  if (!report.hashes.empty()) {
    Json content = {{"file", look.image.path.string()}, {"bytes", look.image.bytes->size()}};
    content.update(hashes_json(report.hashes));
    json["hashes"] = Json::array({content});
    Json partitions = Json::array();
    for (const auto& p : report.partitions) {
      partitions.push_back(
          {{"address", p.address}, {"bytes", p.bytes}, {"hashes", hashes_json(p.hashes)}});
    }
    json["partitions"] = partitions;
  }
  return line_of(json);
}

}  // namespace pregap::report
