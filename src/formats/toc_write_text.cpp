// CD-Text in a TOC. Blocks of ISO 8859-1 and ASCII are written with octal escapes, which every
// version of cdrdao reads. Others need an ENCODING_ word and UTF-8, which 1.2.5 and later read.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <vector>

#include "disc/cd_text.h"
#include "disc/cd_text_characters.h"
#include "disc/cd_text_fields.h"
#include "formats/toc_write.h"

namespace pregap::formats {
namespace {

constexpr std::uint8_t kLatin1 = static_cast<std::uint8_t>(CdTextCharacters::iso_8859_1);
constexpr std::uint8_t kAscii = static_cast<std::uint8_t>(CdTextCharacters::ascii);

// Those that cdrdao wants everywhere where one of them is somewhere.
constexpr std::array<std::string_view, 6> kEverywhere{"TITLE",    "PERFORMER", "SONGWRITER",
                                                      "COMPOSER", "ARRANGER",  "MESSAGE"};

const std::string* find_field(const TextFields& fields, std::string_view name) {
  const auto at = std::ranges::find(fields, name, &TextFields::value_type::first);
  return at == fields.end() ? nullptr : &at->second;
}

std::vector<CdTextBlock> blocks_of(const Disc& layout) {
  if (!layout.cd_text.empty()) return layout.cd_text;
  CdTextBlock block;
  const auto plain = [](const TextFields& fields) {
    TextFields kept;
    std::ranges::copy_if(fields, std::back_inserter(kept), [](const auto& field) {
      return is_plain_cd_text_field(field.first) && !field.second.empty();
    });
    return kept;
  };
  block.disc = plain(layout.text);
  for (const Track& track : layout.tracks) {
    if (TextFields text = plain(track.text); !text.empty()) block.tracks[track.number] = text;
  }
  if (block.disc.empty() && block.tracks.empty()) return {};
  return {std::move(block)};
}

bool holds(const TextFields& fields, std::uint8_t code) {
  return std::ranges::all_of(fields, [code](const auto& field) {
    return cd_text_from_utf8(field.second, code).has_value();
  });
}

bool holds(const CdTextBlock& block, std::uint8_t code) {
  return holds(block.disc, code) && std::ranges::all_of(block.tracks, [code](const auto& track) {
           return holds(track.second, code);
         });
}

// Nothing: octal escapes of ISO 8859-1.
std::optional<std::string_view> encoding_word(const CdTextBlock& block) {
  const bool latin = block.character_code == kLatin1 || block.character_code == kAscii;
  if (latin && holds(block, kLatin1)) return std::nullopt;
  switch (static_cast<CdTextCharacters>(block.character_code)) {
    case CdTextCharacters::korean:
      return "ENCODING_KOREAN";
    case CdTextCharacters::mandarin:
      return "ENCODING_MANDARIN";
    default:
      return "ENCODING_MS_JIS";
  }
}

enum class BeyondAscii { escaped, kept };

std::string quoted(std::string_view text, BeyondAscii beyond) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool octal = byte < 0x20 || byte == 0x7F || c == '\\' ||
                       (byte >= 0x80 && beyond == BeyondAscii::escaped);
    if (c == '"') {
      out += "\\\"";
    } else if (octal) {
      if (byte != 0) out += fmt::format("\\{:03o}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string in_braces(std::string_view bytes) {
  std::string out = "{";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out += i == 0 ? " " : i % 12 == 0 ? ",\n                " : ", ";
    out += std::to_string(static_cast<unsigned char>(bytes[i]));
  }
  return out + " }";
}

// "0A 1B" as two bytes.
std::string from_hexadecimal(std::string_view text) {
  std::string bytes;
  for (; text.size() >= 2; text.remove_prefix(std::min<std::size_t>(3, text.size()))) {
    unsigned byte = 0;
    if (std::from_chars(text.data(), text.data() + 2, byte, 16).ptr != text.data() + 2) break;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

class BlockWriter {
 public:
  BlockWriter(const Disc& layout, const CdTextBlock& block)
      : block_(block), encoding_(encoding_word(block)) {
    for (const Track& track : layout.tracks) numbers_.push_back(track.number);
  }

  // Lines of a LANGUAGE block; empty where there is nothing to say.
  std::string of_disc() const { return wrapped(0, items(block_.disc, 0)); }
  std::string of_track(int number) const {
    static const TextFields kNone;
    const auto at = block_.tracks.find(number);
    return wrapped(number, items(at == block_.tracks.end() ? kNone : at->second, number));
  }

 private:
  std::string wrapped(int track, const std::string& items) const {
    if (items.empty()) return {};
    std::string out = fmt::format("  LANGUAGE {} {{\n", block_.number);
    if (track == 0 && encoding_) out += fmt::format("    {}\n", *encoding_);
    return out + items + "  }\n";
  }

  std::string items(const TextFields& fields, int track) const {
    std::string out;
    for (const PackKind& kind : kPackKinds) {
      const std::string_view name = track == 0 ? kind.disc : kind.track;
      const bool of_track = kind.content == PackContent::text || name == "ISRC";
      if (track != 0 && !of_track) continue;  // cdrdao refuses them
      if (name == "GENRE" && track == 0) {
        out += genre(fields);
        continue;
      }
      const std::string* value = find_field(fields, name);
      if (kind.content == PackContent::binary) {
        if (value == nullptr || track != 0) continue;
        out += fmt::format("    {} {}\n", name, in_braces(from_hexadecimal(*value)));
      } else if (value != nullptr && !name.empty()) {
        out += fmt::format("    {} {}\n", name == "CLOSED_INFO" ? "RESERVED4" : name,
                           text(*value, kind.content));
      } else if (wanted(name)) {
        out += fmt::format("    {} \"\"\n", name);
      }
    }
    return out;
  }

  std::string text(const std::string& value, PackContent content) const {
    const std::optional<std::string> latin = cd_text_from_utf8(value, kLatin1);
    if (!latin || (encoding_ && content != PackContent::plain_text)) return toc_quoted(value);
    return quoted(*latin, BeyondAscii::escaped);
  }

  static std::string genre(const TextFields& fields) {
    const std::string* name = find_field(fields, "GENRE");
    const std::string* code = find_field(fields, kGenreCode);
    if (name == nullptr && code == nullptr) return {};
    unsigned number = 0;
    if (code != nullptr) std::from_chars(code->data(), code->data() + code->size(), number);
    std::string bytes{static_cast<char>(number >> 8), static_cast<char>(number)};
    const std::optional<std::string> latin =
        name == nullptr ? std::string() : cd_text_from_utf8(*name, kLatin1);
    const std::string out =
        fmt::format("    GENRE {}\n", in_braces(bytes + latin.value_or("") + '\0'));
    return latin ? out : out + fmt::format("    GENRE {}\n", toc_quoted(*name));
  }

  bool wanted(std::string_view name) const {
    if (std::ranges::find(kEverywhere, name) == kEverywhere.end()) return false;
    return find_field(block_.disc, name) != nullptr ||
           std::ranges::any_of(block_.tracks, [&](const auto& track) {
             return std::ranges::find(numbers_, track.first) != numbers_.end() &&
                    find_field(track.second, name) != nullptr;
           });
  }

  const CdTextBlock& block_;
  const std::optional<std::string_view> encoding_;
  std::vector<int> numbers_;  // of the disc's tracks
};

std::string in_cd_text(const std::string& inside) {
  return inside.empty() ? std::string() : "CD_TEXT {\n" + inside + "}\n";
}

}  // namespace

std::string toc_quoted(std::string_view text) { return quoted(text, BeyondAscii::kept); }

std::string toc_cd_text_of_disc(const Disc& layout) {
  std::string map, blocks;
  for (const CdTextBlock& block : blocks_of(layout)) {
    map += fmt::format("    {}: {}\n", block.number, block.language);
    blocks += BlockWriter(layout, block).of_disc();
  }
  return map.empty() ? std::string() : in_cd_text("  LANGUAGE_MAP {\n" + map + "  }\n" + blocks);
}

std::string toc_cd_text_of_track(const Disc& layout, const Track& track) {
  std::string blocks;
  for (const CdTextBlock& block : blocks_of(layout)) {
    blocks += BlockWriter(layout, block).of_track(track.number);
  }
  return in_cd_text(blocks);
}

}  // namespace pregap::formats
