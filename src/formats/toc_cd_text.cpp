// CD-Text as a TOC has it: a block a language, for the disc before the first TRACK, for a track in
// it. Which code page a block's bytes are in may be said behind them, so texts are decoded last.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "disc/cd_text.h"
#include "disc/cd_text_characters.h"
#include "disc/cd_text_fields.h"
#include "formats/toc_parser.h"

namespace pregap::formats {
namespace {

constexpr std::size_t kMostBinary = 256 * 12;  // a block's packs
constexpr int kHighestByte = 255;

struct Encoding {
  std::string_view word;
  CdTextCharacters code;
};
constexpr std::array kEncodings{
    Encoding{"ENCODING_ISO_8859_1", CdTextCharacters::iso_8859_1},
    Encoding{"ENCODING_ASCII", CdTextCharacters::ascii},
    Encoding{"ENCODING_MS_JIS", CdTextCharacters::ms_jis},
    Encoding{"ENCODING_KOREAN", CdTextCharacters::korean},
    Encoding{"ENCODING_MANDARIN", CdTextCharacters::mandarin},
};

// What stands before a value: cdrdao's words, and the names that pregap has for them.
struct ItemKind {
  std::string_view word;
  std::string_view disc, track;  // empty: not there
};
constexpr std::array kItems{
    ItemKind{"TITLE", "TITLE", "TITLE"},
    ItemKind{"PERFORMER", "PERFORMER", "PERFORMER"},
    ItemKind{"SONGWRITER", "SONGWRITER", "SONGWRITER"},
    ItemKind{"COMPOSER", "COMPOSER", "COMPOSER"},
    ItemKind{"ARRANGER", "ARRANGER", "ARRANGER"},
    ItemKind{"MESSAGE", "MESSAGE", "MESSAGE"},
    ItemKind{"DISC_ID", "DISC_ID", ""},
    ItemKind{"GENRE", "GENRE", ""},
    ItemKind{"TOC_INFO1", "TOC_INFO1", ""},
    ItemKind{"TOC_INFO2", "TOC_INFO2", ""},
    ItemKind{"RESERVED1", "RESERVED1", ""},
    ItemKind{"RESERVED2", "RESERVED2", ""},
    ItemKind{"RESERVED3", "RESERVED3", ""},
    ItemKind{"RESERVED4", "CLOSED_INFO", "CLOSED_INFO"},
    ItemKind{"CLOSED", "CLOSED_INFO", "CLOSED_INFO"},
    ItemKind{"UPC_EAN", "UPC_EAN", "ISRC"},
    ItemKind{"ISRC", "UPC_EAN", "ISRC"},
    ItemKind{"SIZE_INFO", "SIZE_INFO", ""},
};

const ItemKind* find_item(const TocToken& token) {
  if (token.kind != TocToken::Kind::word) return nullptr;
  const auto* found = std::ranges::find(kItems, std::string_view(token.text), &ItemKind::word);
  return found == kItems.end() ? nullptr : found;
}

PackContent content_of(std::string_view name) {
  const auto at = std::ranges::find_if(
      kPackKinds, [name](const PackKind& kind) { return kind.disc == name || kind.track == name; });
  return at == kPackKinds.end() ? PackContent::sizes : at->content;
}

void set_field(TextFields& fields, std::string_view name, std::string value) {
  const auto at = std::ranges::find(fields, name, &TextFields::value_type::first);
  if (at != fields.end()) {
    at->second = std::move(value);
  } else {
    fields.emplace_back(name, std::move(value));
  }
}

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    fmt::format_to(std::back_inserter(text), "{}{:02X}", text.empty() ? "" : " ",
                   static_cast<unsigned char>(c));
  }
  return text;
}

std::string_view up_to_zero(std::string_view bytes) { return bytes.substr(0, bytes.find('\0')); }

}  // namespace

void TocParser::read_cd_text() {
  take_sign('{');
  while (!token_.is_sign('}')) {
    if (token_.is_word("LANGUAGE_MAP")) {
      read_language_map();
    } else if (token_.is_word("LANGUAGE")) {
      read_language();
    } else {
      fail(token_, fmt::format("{}, expected LANGUAGE_MAP, LANGUAGE or '}}'", shown(token_)));
    }
  }
  take();
}

void TocParser::read_language_map() {
  take();
  take_sign('{');
  while (!token_.is_sign('}')) {
    const TocToken at = token_;
    const std::int64_t block = take_number("a language number, 0 to 7, or '}'");
    if (block >= kCdTextBlocks) fail(at, fmt::format("language number {}, expected 0 to 7", block));
    take_sign(':');
    const TocToken code_at = token_;
    constexpr std::uint8_t kEnglish = 0x09;
    std::int64_t code = kEnglish;
    if (token_.is_word("EN")) {
      take();
    } else {
      code = take_number("a language code, 0 to 255, or EN");
    }
    if (code > kHighestByte) {
      fail(code_at, fmt::format("language code {}, expected 0 to 255", code));
    }
    blocks_[static_cast<int>(block)].language = static_cast<std::uint8_t>(code);
  }
  take();
}

void TocParser::read_language() {
  const TocToken word = take();
  const TocToken at = token_;
  const std::int64_t number = take_number("a language number, 0 to 7");
  if (number >= kCdTextBlocks) fail(at, fmt::format("language number {}, expected 0 to 7", number));
  Block& block = blocks_[static_cast<int>(number)];
  if (block.at.kind == TocToken::Kind::end) block.at = word;
  take_sign('{');
  while (!token_.is_sign('}')) {
    if (!read_encoding(block)) read_item(block);
  }
  take();
}

bool TocParser::read_encoding(Block& block) {
  const auto* found = std::ranges::find(kEncodings, std::string_view(token_.text), &Encoding::word);
  if (found == kEncodings.end() || token_.kind != TocToken::Kind::word) return false;
  take();
  block.character_code = static_cast<std::uint8_t>(found->code);
  return true;
}

void TocParser::read_item(Block& block) {
  const ItemKind* kind = find_item(token_);
  if (kind == nullptr) {
    fail(token_, fmt::format("{}, expected an item of CD-Text (TITLE, PERFORMER, ...) or '}}'",
                             shown(token_)));
  }
  Item item{.name = take(), .value = {}, .binary = {}};
  if (token_.is_sign('{')) {
    item.binary = take_binary();
  } else {
    item.value = take(TocToken::Kind::string, "a text in quotes or bytes in braces");
  }
  const bool of_disc = sheet_.tracks.empty();
  const std::string_view name = of_disc ? kind->disc : kind->track;
  if (name.empty()) {
    return warn(item.name, "sheet.syntax",
                fmt::format("{} in a track passed over, it is the disc's", item.name.text));
  }
  item.name.text = name;
  const int number = sheet_.first_track + static_cast<int>(sheet_.tracks.size()) - 1;
  (of_disc ? block.disc : block.tracks[number]).push_back(std::move(item));
}

std::string TocParser::take_binary() {
  const TocToken open = take();
  std::string bytes;
  while (!token_.is_sign('}')) {
    if (!bytes.empty()) take_sign(',');
    const TocToken at = token_;
    const std::int64_t value = take_number("a byte, 0 to 255, or '}'");
    if (value > kHighestByte) fail(at, fmt::format("byte {}, expected 0 to 255", value));
    if (bytes.size() == kMostBinary) {
      fail(open, fmt::format("more than {} bytes in braces, expected at most those", kMostBinary));
    }
    bytes += static_cast<char>(value);
  }
  take();
  return bytes;
}

// The bytes of a code page, or UTF-8, as newer versions of cdrdao read what stands there as it is.
std::string TocParser::text_of(const Item& item, std::uint8_t code) {
  const std::string_view bytes = up_to_zero(item.binary ? *item.binary : item.value.text);
  const bool as_is = !item.binary && !item.value.octal;
  if (as_is && is_utf8(bytes)) return std::string(bytes);
  if (!item.binary && item.value.octal && item.value.literal) {
    warn(item.value, "sheet.encoding",
         fmt::format("{} has escapes and other characters beyond ASCII, all taken as bytes in {}",
                     item.name.text, name_of_characters(code)));
  }
  // Discs that call themselves ASCII often aren't.
  const bool ascii = code == static_cast<std::uint8_t>(CdTextCharacters::ascii);
  bool lossy = false;
  std::string text = cd_text_to_utf8(bytes, ascii ? std::uint8_t{0} : code, lossy);
  if (lossy) {
    warn(item.name, "sheet.encoding",
         fmt::format("{} has bytes that are no {}, shown as U+FFFD", item.name.text,
                     name_of_characters(code)));
  }
  return text;
}

// A number of two bytes, then the genre's name.
void TocParser::add_genre(TextFields& fields, const Item& item) {
  if (!item.binary) {
    if (std::string text = text_of(item, 0); !text.empty()) set_field(fields, "GENRE", text);
    return;
  }
  const std::string& bytes = *item.binary;
  if (bytes.size() < 2) return;
  const int code = static_cast<unsigned char>(bytes[0]) << 8 | static_cast<unsigned char>(bytes[1]);
  if (code != 0) set_field(fields, kGenreCode, std::to_string(code));
  Item name = item;
  name.binary = bytes.substr(2);
  if (std::string text = text_of(name, 0); !text.empty()) {
    set_field(fields, "GENRE", std::move(text));
  }
}

TextFields TocParser::fields_of(const std::vector<Item>& items, std::uint8_t code) {
  TextFields fields;
  for (const Item& item : items) {
    const std::string& name = item.name.text;
    if (name == "SIZE_INFO") continue;  // it follows from all the rest
    if (name == "GENRE") {
      add_genre(fields, item);
      continue;
    }
    const PackContent content = content_of(name);
    if (content == PackContent::binary) {
      const std::string bytes = item.binary.value_or(item.value.text);
      if (!bytes.empty()) set_field(fields, name, hexadecimal(bytes));
      continue;
    }
    const bool plain = content == PackContent::plain_text;
    std::string text = text_of(item, plain ? std::uint8_t{0} : code);
    if (!text.empty()) set_field(fields, name, std::move(text));
  }
  return fields;
}

void TocParser::finish_cd_text() {
  for (auto& [number, block] : blocks_) {
    if (block.at.kind == TocToken::Kind::end) continue;  // mapped only
    for (const Item& item : block.disc) {
      if (item.name.text != "SIZE_INFO" || !item.binary || item.binary->empty()) continue;
      const auto code = static_cast<std::uint8_t>(item.binary->front());
      if (!block.character_code && is_known_character_code(code)) block.character_code = code;
    }
    const std::uint8_t code = block.character_code.value_or(0);
    CdTextBlock result{.number = number, .character_code = code, .disc = {}, .tracks = {}};
    result.disc = fields_of(block.disc, code);
    for (const auto& [track, items] : block.tracks) {
      TextFields fields = fields_of(items, code);
      if (!fields.empty()) result.tracks.emplace(track, std::move(fields));
    }
    if (result.disc.empty() && result.tracks.empty()) continue;
    if (block.language) {
      result.language = *block.language;
    } else {
      warn(block.at, "sheet.syntax",
           fmt::format("LANGUAGE {} is not in a LANGUAGE_MAP, taken as English", number));
    }
    sheet_.text.push_back(std::move(result));
  }
}

}  // namespace pregap::formats
