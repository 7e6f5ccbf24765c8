// The TOC of cdrdao as a format of the registry.
#include <fmt/format.h>

#include <array>

#include "formats/format.h"
#include "formats/storage.h"
#include "formats/toc.h"
#include "formats/toc_builder.h"
#include "formats/toc_lexer.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::array<std::string_view, 1> kEndings = {".toc"};
constexpr std::uint64_t kMostSheetBytes = 4 * 1024 * 1024;

// The first words of a TOC, such as no cue sheet begins with.
bool begins_with_statement(std::span<const std::uint8_t> head) {
  std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::string nowhere;
  TocLexer lexer(text, nowhere);
  try {
    TocToken word = lexer.next();
    if (word.is_word("CATALOG") && lexer.next().kind == TocToken::Kind::string) word = lexer.next();
    if (word.is_word("TRACK")) return toc_mode(lexer.next().text).has_value();
    if (word.is_word("CD_TEXT")) return lexer.next().is_sign('{');
    return word.is_word("CD_DA") || word.is_word("CD_ROM") || word.is_word("CD_ROM_XA") ||
           word.is_word("CD_I") || word.is_word("FIRST_TRACK_NO");
  } catch (const Error&) {
    return false;
  }
}

int probe(const Candidate& c) {
  if (c.ending == ".toc") return kByContent + 10;  // even if its content is no TOC: say so
  return begins_with_statement(c.head) ? kByName : kNotMine;
}

Disc open(const Candidate& c, const OpenOptions& options) {
  if (c.bytes->size() > kMostSheetBytes) {
    const bool raw = sniff_storage(*c.bytes).has_value();
    throw Error(ErrorCode::malformed, c.path.string(),
                fmt::format("{} bytes, expected a TOC of at most 4 MiB", c.bytes->size()),
                raw ? "the content looks like sectors; give the file a .bin or .iso ending" : "");
  }
  std::string text(c.bytes->size(), '\0');
  read_exactly(*c.bytes, 0, std::span(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
  return build_toc_disc(parse_toc(text, c.path.string()), c.path, options);
}

}  // namespace

const Format kTocFormat{
    .name = "toc", .endings = kEndings, .probe = probe, .open = open, .write = write_toc};

}  // namespace pregap::formats
