// The cue sheet as a format of the registry.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "formats/cue.h"
#include "formats/cue_builder.h"
#include "formats/cue_write.h"
#include "formats/format.h"
#include "formats/storage.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::array<std::string_view, 1> kEndings = {".cue"};
constexpr std::uint64_t kMostSheetBytes = 4 * 1024 * 1024;

bool begins_with_command(std::span<const std::uint8_t> head) {
  std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  constexpr std::array<std::string_view, 6> commands = {"rem ",   "file ",      "catalog ",
                                                        "title ", "performer ", "cdtextfile "};
  return std::ranges::any_of(commands, [&](std::string_view command) {
    return equal_ignoring_case(text.substr(0, command.size()), command);
  });
}

int probe(const Candidate& c) {
  if (c.ending == ".cue") return kByContent + 10;  // even if its content is no sheet: say so
  return begins_with_command(c.head) ? kByName : kNotMine;
}

Disc open(const Candidate& c, const OpenOptions& options) {
  if (c.bytes->size() > kMostSheetBytes) {
    const bool raw = sniff_storage(*c.bytes).has_value();
    throw Error(ErrorCode::malformed, c.path.string(),
                fmt::format("{} bytes, expected a cue sheet of at most 4 MiB", c.bytes->size()),
                raw ? "the content looks like sectors; give the file a .bin or .iso ending" : "");
  }
  std::string text(c.bytes->size(), '\0');
  read_exactly(*c.bytes, 0, std::span(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
  return build_cue_disc(parse_cue(text, c.path.string(), options.encoding), c.path, options);
}

}  // namespace

const Format kCueFormat{
    .name = "cue", .endings = kEndings, .probe = probe, .open = open, .write = write_cue};

}  // namespace pregap::formats
