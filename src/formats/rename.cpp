#include "formats/rename.h"

#include <fmt/format.h>

#include "base/text.h"
#include "formats/find_file.h"
#include "formats/gdi.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

// Takes the next line with its end.
std::string_view take_line_whole(std::string_view& text) {
  const std::size_t at = text.find_first_of("\r\n");
  std::size_t size = text.size();
  if (at != text.npos) size = at + (text.substr(at).starts_with("\r\n") ? 2 : 1);
  const std::string_view line = text.substr(0, size);
  text.remove_prefix(size);
  return line;
}

// A row's fifth word is the name: behind four numbers.
std::string with_name(std::string_view line, std::string_view old_name, const std::string& name) {
  constexpr std::string_view kBlanks = " \t";
  std::size_t at = 0;
  for (int word = 0; word < 4; ++word) {
    at = line.find_first_not_of(kBlanks, at);
    at = line.find_first_of(kBlanks, at);
  }
  at = line.find_first_not_of(kBlanks, at);
  const bool quoted = line[at] == '"';
  const std::size_t size = old_name.size() + (quoted ? 2 : 0);
  const bool quote = quoted || name.find_first_of(kBlanks) != name.npos;
  const std::string fresh = quote ? '"' + name + '"' : name;
  return std::string(line.substr(0, at)) + fresh + std::string(line.substr(at + size));
}

}  // namespace

std::string renamed_gdi(const Disc& disc, std::string_view bytes, const OpenOptions& options,
                        const NewName& new_name) {
  const std::string place = disc.path.string();
  const GdiSheet sheet = parse_gdi(bytes, place);
  std::string result;
  std::size_t row = 0;
  int number = 0;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::string_view line = take_line_whole(rest);
    ++number;
    std::optional<std::string> name;
    if (row < sheet.tracks.size() && sheet.tracks[row].line == number) {
      const GdiTrack& track = sheet.tracks[row++];
      const std::string at = fmt::format("{}:{}", place, number);
      name = new_name(find_named_file(disc.path.parent_path(), track.name, options, at));
      if (name && name->find('"') != name->npos) {
        throw Error(
            ErrorCode::refused, at,
            fmt::format("the file name \"{}\", expected one without quotes", printable(*name)));
      }
      if (name) {
        result += with_name(line, track.name, *name);
        continue;
      }
    }
    result += line;
  }
  return result;
}

std::string renamed_descriptor(const Disc& disc, std::string_view bytes, const OpenOptions& options,
                               const NewName& new_name) {
  if (disc.format == "cue") return renamed_cue(disc, bytes, options, new_name);
  if (disc.format == "toc") return renamed_toc(disc, bytes, options, new_name);
  if (disc.format == "gdi") return renamed_gdi(disc, bytes, options, new_name);
  return std::string(bytes);
}

}  // namespace pregap::formats
