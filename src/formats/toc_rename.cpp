// Other file names in a TOC of cdrdao: the strings behind FILE, AUDIOFILE, DATAFILE and the like.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "formats/find_file.h"
#include "formats/rename.h"
#include "formats/toc_lexer.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::array<std::string_view, 3> kFileWords = {"FILE", "AUDIOFILE", "DATAFILE"};

bool is_word_char(char c) {
  return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// The length of what stands at the start: a comment, a string with its quotes, a word, or one
// character of something else.
std::size_t length_of_piece(std::string_view text) {
  if (text.starts_with("//")) return std::min(text.find_first_of("\r\n"), text.size());
  if (text[0] == '"') {
    for (std::size_t at = 1; at < text.size(); ++at) {
      if (text[at] == '\\') {
        ++at;
      } else if (text[at] == '"') {
        return at + 1;
      }
    }
    return text.size();
  }
  std::size_t size = 0;
  while (size < text.size() && is_word_char(text[size])) ++size;
  return std::max<std::size_t>(size, 1);
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

}  // namespace

std::string renamed_toc(const Disc& disc, std::string_view bytes, const OpenOptions& options,
                        const NewName& new_name) {
  const std::string place = disc.path.string();
  std::string result;
  bool names_file = false;  // the word before says that the string is a file's name
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::string_view piece = rest.substr(0, length_of_piece(rest));
    rest.remove_prefix(piece.size());
    const bool blank = piece.starts_with("//") ||
                       std::string_view(" \t\r\n\v\f").find(piece[0]) != std::string_view::npos;
    if (names_file && piece[0] == '"') {
      const std::string name = TocLexer(piece, place).next().text;
      const auto found = find_named_file(disc.path.parent_path(), name, options, place);
      const std::optional<std::string> fresh = new_name(found);
      result += fresh ? quoted(*fresh) : std::string(piece);
    } else {
      result += piece;
    }
    if (!blank) {
      names_file = std::ranges::any_of(
          kFileWords, [&](std::string_view word) { return equal_ignoring_case(word, piece); });
    }
  }
  return result;
}

}  // namespace pregap::formats
