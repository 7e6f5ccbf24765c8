#include "operations/rip_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "bytes/output_file.h"
#include "disc/cd_text.h"
#include "operations/layout.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

namespace fs = std::filesystem;
constexpr std::array<std::string_view, 4> kFormats = {"cue", "ccd", "toc", "iso"};
constexpr std::size_t kMostName = 120;  // bytes

// A file's name from a disc's: nothing that another system would refuse.
std::string file_name(const std::string& title) {
  std::string name;
  for (const char c : title) {
    const bool bad = static_cast<unsigned char>(c) < 0x20 ||
                     std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
    name += bad ? '_' : c;
  }
  while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.pop_back();
  const std::size_t start = name.find_first_not_of(" .");
  return start == std::string::npos || name.size() > kMostName ? "" : name.substr(start);
}

std::string title_of(const DiscToc& toc) {
  for (const CdTextBlock& block : decode_cd_text(toc.cd_text, "").blocks) {
    for (const auto& [key, text] : block.disc) {
      if (key == "TITLE") return text;
    }
  }
  return "";
}

}  // namespace

RipTarget target_of(const fs::path& out, const RipOptions& options, const DiscToc& toc,
                    const DiscIds& ids) {
  RipTarget target{.path = out};
  target.folder = fs::is_directory(out);
  const std::string ending = to_lower(out.extension().string());
  target.format = !options.to.empty() ? options.to
                  : target.folder     ? "cue"
                  : ending.empty()    ? ""
                                      : ending.substr(1);
  if (std::ranges::find(kFormats, target.format) == kFormats.end()) {
    throw Error(ErrorCode::unsupported, out.string(),
                fmt::format("output format \"{}\", expected cue, ccd, toc, iso or a folder that is "
                            "there",
                            printable(target.format, 40)));
  }
  if (target.folder) {
    std::string name = file_name(title_of(toc));
    if (name.empty()) name = "disc-" + ids.freedb;
    target.path = out / (name + '.' + target.format);
  }
  return target;
}

void require_free_target(const RipTarget& target, const Disc& planned, const RipOptions& options) {
  if (target.format == "iso") {
    const bool single = planned.tracks.size() == 1 && planned.tracks.front().is_data();
    if (!single) {
      throw Error(ErrorCode::usage, target.path.string(),
                  fmt::format("an .iso of a disc of {}, {} of them audio, expected one data track",
                              counted(static_cast<long long>(planned.tracks.size()), "track"),
                              std::ranges::count(planned.tracks, false, &Track::is_data)),
                  "OUT.cue or OUT.ccd holds all of it");
    }
  }
  const Overwrite overwrite =
      options.force || options.resume ? Overwrite::replace : Overwrite::refuse;
  require_writable_target(target.path, overwrite);
  if (target.format == "iso") return;
  const ConvertOptions convert{.split_tracks = options.split_tracks};
  for (const DiscFile& file :
       plan_layout(planned, target.format, target.path, convert).disc.files) {
    require_writable_target(file.path, overwrite);
  }
}

}  // namespace pregap::operations
