#include "disc/cd_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/crc16.h"
#include "base/endian.h"
#include "base/text.h"
#include "disc/cd_text_fields.h"
#include "pregap/error.h"

namespace pregap {
namespace {

constexpr std::size_t kCrcAt = 16;
constexpr std::size_t kTocHeaderSize = 4;

constexpr std::array<std::string_view, 10> kPlainFields = {
    "TITLE",   "PERFORMER", "SONGWRITER", "COMPOSER", "ARRANGER",
    "MESSAGE", "DISC_ID",   "GENRE",      "UPC_EAN",  "ISRC"};

constexpr std::array<const char*, 0x2C> kLanguages = {
    "unknown", "Albanian", "Breton",    "Catalan",   "Croatian",      "Welsh",      "Czech",
    "Danish",  "German",   "English",   "Spanish",   "Esperanto",     "Estonian",   "Basque",
    "Faroese", "French",   "Frisian",   "Irish",     "Gaelic",        "Galician",   "Icelandic",
    "Italian", "Lappish",  "Latin",     "Latvian",   "Luxembourgian", "Lithuanian", "Hungarian",
    "Maltese", "Dutch",    "Norwegian", "Occitan",   "Polish",        "Portuguese", "Romanian",
    "Romansh", "Serbian",  "Slovak",    "Slovenian", "Finnish",       "Swedish",    "Turkish",
    "Flemish", "Walloon"};
constexpr std::uint8_t kFirstFarLanguage = 0x45;
constexpr std::array<const char*, 0x3B> kFarLanguages = {
    "Zulu",        "Vietnamese", "Uzbek",     "Urdu",        "Ukrainian",   "Thai",
    "Telugu",      "Tatar",      "Tamil",     "Tadzhik",     "Swahili",     "Sranan Tongo",
    "Somali",      "Sinhalese",  "Shona",     "Serbo-Croat", "Ruthenian",   "Russian",
    "Quechua",     "Pushtu",     "Punjabi",   "Persian",     "Papiamento",  "Oriya",
    "Nepali",      "Ndebele",    "Marathi",   "Moldavian",   "Malaysian",   "Malagasy",
    "Macedonian",  "Laotian",    "Korean",    "Khmer",       "Kazakh",      "Kannada",
    "Japanese",    "Indonesian", "Hindi",     "Hebrew",      "Hausa",       "Gurani",
    "Gujarati",    "Greek",      "Georgian",  "Fulani",      "Dari",        "Chuvash",
    "Chinese",     "Burmese",    "Bulgarian", "Bengali",     "Belorussian", "Bambara",
    "Azerbaijani", "Assamese",   "Armenian",  "Arabic",      "Amharic"};

bool is_pack_type(std::uint8_t byte) { return byte >= kFirstPackType && byte <= kSizeInfoPack; }

// Fills in what is not there; true if something there says otherwise.
bool fill_in(TextFields& fields, const TextFields& found) {
  bool differs = false;
  for (const auto& [name, value] : found) {
    if (!is_plain_cd_text_field(name)) continue;
    const std::string& key = name;
    const auto at = std::ranges::find(fields, key, &TextFields::value_type::first);
    if (at == fields.end()) {
      fields.emplace_back(name, value);
    } else if (at->second != value) {
      differs = true;
    }
  }
  return differs;
}

}  // namespace

std::string name_of_language(std::uint8_t code) {
  if (code < kLanguages.size()) return kLanguages[code];
  const std::size_t far = static_cast<std::size_t>(code) - kFirstFarLanguage;
  if (code >= kFirstFarLanguage && far < kFarLanguages.size()) return kFarLanguages[far];
  return fmt::format("language {:02X}h", code);
}

std::string_view cd_text_field(std::uint8_t type, int track) noexcept {
  if (!is_pack_type(type)) return {};
  return track == 0 ? kind_of_pack(type).disc : kind_of_pack(type).track;
}

bool is_plain_cd_text_field(std::string_view name) noexcept {
  return std::ranges::find(kPlainFields, name) != kPlainFields.end();
}

std::uint16_t cd_text_crc(const CdTextPack& pack) noexcept {
  return crc16(std::span(pack).first(kCrcAt));
}

bool has_wrong_cd_text_crc(const CdTextPack& pack) noexcept {
  const std::uint16_t stored = load_be16(pack, kCrcAt);
  return stored != 0 && stored != cd_text_crc(pack);
}

bool cd_text_crcs_count(std::span<const CdTextPack> packs) noexcept {
  std::ptrdiff_t good = 0, wrong = 0;
  for (const CdTextPack& pack : packs) {
    if (has_wrong_cd_text_crc(pack)) ++wrong;
    if (load_be16(pack, kCrcAt) == cd_text_crc(pack)) ++good;
  }
  return good >= wrong;
}

void write_cd_text_crc(CdTextPack& pack) noexcept {
  const std::uint16_t crc = cd_text_crc(pack);
  pack[kCrcAt] = static_cast<std::uint8_t>(crc >> 8);
  pack[kCrcAt + 1] = static_cast<std::uint8_t>(crc);
}

bool take_text_of_first_block(Disc& disc) {
  if (disc.cd_text.empty()) return false;
  const CdTextBlock& first = disc.cd_text.front();
  bool differs = fill_in(disc.text, first.disc);
  for (Track& track : disc.tracks) {
    const auto at = first.tracks.find(track.number);
    if (at != first.tracks.end() && fill_in(track.text, at->second)) differs = true;
  }
  return differs;
}

void apply_cd_text(Disc& disc, std::span<const CdTextPack> packs, const std::string& place) {
  CdText text = decode_cd_text(packs, place);
  std::ranges::move(text.problems, std::back_inserter(disc.problems));
  disc.cd_text_packs.assign(packs.begin(), packs.end());
  disc.cd_text = std::move(text.blocks);
  if (!take_text_of_first_block(disc)) return;
  disc.problems.push_back(
      {.severity = Severity::warning,
       .code = "cdtext.differs",
       .message = fmt::format("{}: the CD-Text packs say something else than the descriptor's own "
                              "lines, which are kept",
                              place)});
}

std::vector<CdTextPack> parse_cdt(std::span<const std::uint8_t> bytes, const std::string& place,
                                  std::vector<Problem>& problems) {
  const auto begins_pack = [&](std::size_t at) {
    return bytes.size() >= at + kCdTextPackSize && is_pack_type(bytes[at]);
  };
  if (!begins_pack(0) && !begins_pack(kTocHeaderSize)) {
    const std::string found = bytes.size() < kCdTextPackSize
                                  ? counted(static_cast<long long>(bytes.size()), "byte")
                                  : fmt::format("a first byte of {:02X}h", bytes[0]);
    throw Error(
        ErrorCode::malformed, place,
        fmt::format("{}, expected CD-Text packs of 18 bytes with a type of 80h to 8Fh", found));
  }
  std::span<const std::uint8_t> rest = bytes.subspan(begins_pack(0) ? 0 : kTocHeaderSize);
  std::vector<CdTextPack> packs;
  while (rest.size() >= kCdTextPackSize && packs.size() < kMostCdTextPacks) {
    std::ranges::copy(rest.first(kCdTextPackSize), packs.emplace_back().begin());
    rest = rest.subspan(kCdTextPackSize);
  }
  const bool zero_behind = rest.size() == 1 && rest[0] == 0;
  if (!rest.empty() && !zero_behind) {
    problems.push_back(
        {.severity = Severity::warning,
         .code = "cdtext.size",
         .message = fmt::format("{}: {} left over behind {}", place,
                                counted(static_cast<long long>(rest.size()), "byte"),
                                counted(static_cast<long long>(packs.size()), "pack"))});
  }
  return packs;
}

std::vector<std::uint8_t> write_cdt(std::span<const CdTextPack> packs) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(packs.size() * kCdTextPackSize + 1);
  for (const CdTextPack& pack : packs) bytes.insert(bytes.end(), pack.begin(), pack.end());
  bytes.push_back(0);
  return bytes;
}

}  // namespace pregap
