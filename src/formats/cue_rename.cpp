// Other file names in a cue sheet. Its lines are found as bytes: line ends, blanks and quotes are
// the same in every encoding that sheets come in, but for UTF-16, which is edited as UTF-8.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/encoding.h"
#include "base/text.h"
#include "formats/cue.h"
#include "formats/cue_text.h"
#include "formats/find_file.h"
#include "formats/rename.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::string_view kBlanks = " \t\v\f";

bool is_utf16(std::string_view bytes) {
  return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

std::string utf8_of_utf16(std::string_view bytes) {
  const bool little_endian = bytes.starts_with("\xFF\xFE");
  const auto text = to_utf8(bytes.substr(2), little_endian ? "UTF-16LE" : "UTF-16BE");
  return text ? text->text : std::string();
}

void append_unit(std::string& out, unsigned unit, bool little_endian) {
  const char low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8);
  out += little_endian ? low : high;
  out += little_endian ? high : low;
}

// `text` is UTF-8 without faults.
std::string utf16_of_utf8(std::string_view text, bool little_endian) {
  std::string out = little_endian ? "\xFF\xFE" : "\xFE\xFF";
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    unsigned c = length == 1 ? first : first & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k) {
      c = c << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    if (c >= 0x10000) {
      append_unit(out, 0xD800 + ((c - 0x10000) >> 10), little_endian);
      c = 0xDC00 + ((c - 0x10000) & 0x3FF);
    }
    append_unit(out, c, little_endian);
    i += length;
  }
  return out;
}

// The span of the name behind the command at the line's start: with its quotes, if it has any.
struct NamePlace {
  std::size_t at = 0, size = 0;
};
NamePlace find_name(std::string_view line, bool has_type) {
  const std::size_t command = line.find_first_not_of(kBlanks);
  const std::size_t behind = line.find_first_of(kBlanks, command);
  const std::size_t at = std::min(line.find_first_not_of(kBlanks, behind), line.size());
  std::size_t end = line.find_last_not_of(kBlanks) + 1;
  if (at < line.size() && line[at] == '"') {
    const std::size_t quote = line.rfind('"');
    if (quote > at) end = quote + 1;
  } else if (has_type) {
    const std::size_t blank = line.substr(0, end).find_last_of(kBlanks);
    const std::string_view last = line.substr(blank + 1, end - blank - 1);
    if (blank > at && last.find_first_of(".\"/\\") == last.npos) {
      end = line.find_last_not_of(kBlanks, blank) + 1;
    }
  }
  return {at, end - at};
}

class CueRenamer {
 public:
  CueRenamer(const Disc& disc, const OpenOptions& options, const NewName& new_name)
      : disc_(disc), options_(options), new_name_(new_name), place_(disc.path.string()) {}

  std::string rename(std::string_view bytes) {
    const CueSheet sheet = parse_cue(bytes, place_, options_.encoding);
    for (const CueFile& file : sheet.files) {
      const std::string at = fmt::format("{}:{}", place_, file.line);
      const auto found = find_named_file(disc_.path.parent_path(), file.name, options_, at);
      if (const auto name = new_name_(found)) by_line_[file.line] = checked(*name, at, bytes);
    }
    if (!sheet.cdtext_file.empty()) {
      const auto found =
          look_for_named_file(disc_.path.parent_path(), sheet.cdtext_file, options_, place_);
      if (found) cdtext_ = new_name_(*found);
      if (cdtext_) cdtext_ = checked(*cdtext_, place_, bytes);
    }
    if (by_line_.empty() && !cdtext_) return std::string(bytes);
    if (!is_utf16(bytes)) return edited(bytes);
    return utf16_of_utf8(edited(utf8_of_utf16(bytes)), bytes.starts_with("\xFF\xFE"));
  }

 private:
  static std::string checked(const std::string& name, const std::string& at,
                             std::string_view bytes) {
    if (name.find('"') != name.npos) {
      throw Error(ErrorCode::refused, at,
                  fmt::format("the file name {}, expected one without quotes", shown(name)));
    }
    const bool ascii = std::ranges::all_of(name, [](char c) { return (c & 0x80) == 0; });
    if (!ascii && !is_utf16(bytes) && !is_utf8(bytes)) {
      throw Error(
          ErrorCode::refused, at,
          fmt::format("the file name {} in a sheet that is no UTF-8, expected ASCII letters",
                      shown(name)),
          "give the output a name in ASCII letters, or the image's own name in another "
          "folder");
    }
    return name;
  }

  std::string edited(std::string_view text) const {
    std::string result;
    int number = 0;
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view before = rest;
      const std::string_view line = take_line(rest);
      const std::string_view end =
          before.substr(line.size(), before.size() - rest.size() - line.size());
      result += edited_line(line, ++number);
      result += end;
    }
    return result;
  }

  std::string edited_line(std::string_view line, int number) const {
    const std::size_t mark = number == 1 && line.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    const std::string_view plain = line.substr(mark);
    const auto at = by_line_.find(number);
    const std::string* name = at == by_line_.end() ? nullptr : &at->second;
    constexpr std::string_view kCdText = "CDTEXTFILE";
    const std::size_t first = std::min(plain.find_first_not_of(kBlanks), plain.size());
    const bool cdtext = equal_ignoring_case(plain.substr(first, kCdText.size()), kCdText);
    if (name == nullptr && cdtext && cdtext_) name = &*cdtext_;
    if (name == nullptr) return std::string(line);
    const NamePlace old = find_name(plain, !cdtext);
    return std::string(line.substr(0, mark + old.at)) + '"' + *name + '"' +
           std::string(plain.substr(old.at + old.size));
  }

  const Disc& disc_;
  const OpenOptions& options_;
  const NewName& new_name_;
  std::string place_;
  std::map<int, std::string> by_line_;
  std::optional<std::string> cdtext_;
};

}  // namespace

std::string renamed_cue(const Disc& disc, std::string_view bytes, const OpenOptions& options,
                        const NewName& new_name) {
  return CueRenamer(disc, options, new_name).rename(bytes);
}

}  // namespace pregap::formats
