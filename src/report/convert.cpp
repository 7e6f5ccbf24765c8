#include <fmt/format.h>

#include "base/text.h"
#include "report/json.h"
#include "report/json_parts.h"
#include "report/text.h"

namespace pregap::report {
namespace {

std::string bad_text(const ConvertReport& report) {
  const char* mendable = report.written && report.corrected > 0 ? "corrected" : "repairable";
  std::string text;
  for (const BadRange& range : report.bad) {
    text += fmt::format("  {}: {} - {}\n", lba_range(range.first, range.count),
                        list_of(range.faults), range.repairable ? mendable : "lost");
  }
  return text;
}

std::string fate_text(const ConvertReport& report) {
  std::string text;
  const auto add = [&](std::int64_t n, const char* what) {
    if (n > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_thousands(n), what);
  };
  add(report.corrected, "corrected");
  add(report.kept_damaged, "kept as found");
  add(report.filled, "filled");
  return text.empty() ? text : fmt::format(" ({})", text);
}

std::string not_written_text(const ConvertReport& report) {
  if (report.uncorrectable > 0) {
    return fmt::format(
        "  not written: {} can't be corrected; --keep-damaged keeps, --fill BYTE "
        "fills what is lost\n",
        counted(report.uncorrectable, "sector"));
  }
  return "  not written: the image is incomplete; --keep-damaged converts what is there\n";
}

}  // namespace

std::string losses_text(const std::vector<Loss>& losses) {
  std::string text;
  for (const Loss& loss : losses) text += fmt::format("  lost: {}\n", loss.message);
  return text;
}

std::string convert_text(const Disc& disc, const ConvertReport& report, const Style& style) {
  std::string text;
  if (!report.written) {
    text = fmt::format("{}: no output\n", shown(disc.path.string()));
  }
  for (const std::filesystem::path& out : report.outputs) {
    text +=
        out == report.outputs.front()
            ? fmt::format("{}: {}, {} bytes{}\n", shown(out.string()),
                          counted(report.sectors, "sector"),
                          with_thousands(static_cast<long long>(report.bytes)), fate_text(report))
            : fmt::format("{}: beside it\n", shown(out.string()));
  }
  text += bad_text(report);
  text += problem_lines(report.problems, style);
  if (report.verified) text += "  read back: equal\n";
  if (!report.written) text += not_written_text(report);
  return text;
}

std::string convert_json(const Disc& disc, const ConvertReport& report) {
  Json outputs = Json::array(), losses = Json::array();
  for (const std::filesystem::path& out : report.outputs) outputs.push_back(out.string());
  for (const Loss& loss : report.losses) {
    losses.push_back({{"what", loss.what}, {"message", loss.message}, {"rebuilds", loss.rebuilds}});
  }
  return line_of({{"schema", "pregap.convert/1"},
                  {"image", disc.path.string()},
                  {"written", report.written},
                  {"verified", report.verified},
                  {"outputs", outputs},
                  {"bytes", report.bytes},
                  {"sectors", report.sectors},
                  {"corrected", report.corrected},
                  {"uncorrectable", report.uncorrectable},
                  {"kept_damaged", report.kept_damaged},
                  {"filled", report.filled},
                  {"bad", bad_ranges_json(report.bad)},
                  {"losses", losses},
                  {"problems", problems_json(report.problems)}});
}

}  // namespace pregap::report
