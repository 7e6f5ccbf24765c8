#include "report/convert_disk.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/json.h"
#include "report/json_parts.h"
#include "report/text.h"

namespace pregap::report {

std::string convert_disk_text(const Image& image, const ConvertReport& report, const Style& style) {
  std::string text;
  if (!report.written) {
    text = fmt::format("{}: no output\n", shown(image.path.string()));
  }
  for (const std::filesystem::path& out : report.outputs) {
    text += out == report.outputs.front()
                ? fmt::format("{}: {} of content in {} bytes\n", shown(out.string()),
                              counted(static_cast<long long>(report.content_bytes), "byte"),
                              with_thousands(static_cast<long long>(report.bytes)))
                : fmt::format("{}: beside it\n", shown(out.string()));
  }
  text += problem_lines(report.problems, style);
  if (!report.sha1.empty()) text += fmt::format("  content: SHA-1 {}\n", report.sha1);
  if (report.verified) text += "  read back: equal\n";
  if (!report.written) {
    text += "  not written: the image is incomplete; --keep-damaged converts what is there\n";
  }
  return text;
}

std::string convert_disk_json(const Image& image, const ConvertReport& report) {
  Json outputs = Json::array(), losses = Json::array();
  for (const std::filesystem::path& out : report.outputs) outputs.push_back(out.string());
  for (const Loss& loss : report.losses) {
    losses.push_back({{"what", loss.what}, {"message", loss.message}, {"rebuilds", loss.rebuilds}});
  }
  return line_of({{"schema", "pregap.convert/1"},
                  {"image", image.path.string()},
                  {"written", report.written},
                  {"verified", report.verified},
                  {"outputs", outputs},
                  {"bytes", report.bytes},
                  {"content_bytes", report.content_bytes},
                  {"sha1", report.sha1},
                  {"losses", losses},
                  {"problems", problems_json(report.problems)}});
}

}  // namespace pregap::report
