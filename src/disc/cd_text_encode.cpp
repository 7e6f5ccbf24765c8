// Text to packs: a type's texts one behind the other, cut every 12 bytes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "disc/cd_text.h"
#include "disc/cd_text_characters.h"
#include "disc/cd_text_fields.h"

namespace pregap {
namespace {

constexpr std::size_t kTextAt = 4, kTextSize = 12;
constexpr std::size_t kSizeInfoPacks = 3;
constexpr int kMostCounted = 15;

// What gives way first where a block has more than its 256 packs.
constexpr std::array<std::uint8_t, 15> kLeastWanted = {
    0x8C, 0x8B, 0x8A, 0x89, 0x88, 0x8D, 0x85, 0x84, 0x83, 0x82, 0x87, 0x86, 0x8E, 0x81, 0x80};

const std::string* find_field(const TextFields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (key == name) return &value;
  }
  return nullptr;
}

const std::string* find_field(const CdTextBlock& block, int track, std::string_view name) {
  if (track == 0) return find_field(block.disc, name);
  const auto at = block.tracks.find(track);
  return at == block.tracks.end() ? nullptr : find_field(at->second, name);
}

// "0A 1B" as two bytes; what is no hexadecimal byte ends it.
std::string from_hexadecimal(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    unsigned byte = 0;
    const char* end = text.data() + std::min<std::size_t>(2, text.size());
    if (std::from_chars(text.data(), end, byte, 16).ptr != end) break;
    bytes += static_cast<char>(byte);
    text.remove_prefix(std::min<std::size_t>(3, text.size()));
  }
  return bytes;
}

struct Encoded {
  int track = 0;
  std::string bytes;  // without the zero
};

// The packs of one type, but for their sequence numbers.
class PackWriter {
 public:
  PackWriter(std::uint8_t type, int block, std::uint8_t code, int first_track)
      : type_(type),
        block_(block),
        code_(code),
        double_bytes_(has_double_bytes(code)),
        first_track_(first_track) {}

  void add(const Encoded& text, std::string_view raw_before = {}) {
    for (const char c : raw_before) put(c, text.track, 0);
    int characters = 0;
    for (std::string_view rest = text.bytes; !rest.empty(); ++characters) {
      const std::size_t size = character_size(rest, code_);
      put(rest[0], text.track, characters);
      // Its second byte begins a pack only where its first ended the one before.
      if (size > 1) put(rest[1], text.track, characters + 1);
      rest.remove_prefix(size);
    }
    put('\0', text.track, characters);
    if (!double_bytes_) return;
    // The half of a zero that begins a pack belongs to no text: the pack is the next one's.
    if (at_ == kTextSize) {
      put('\0', text.track == 0 ? first_track_ : text.track + 1, 0);
    } else {
      put('\0', text.track, characters);
    }
  }
  void add_binary(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const std::size_t pack = i / kTextSize;
      put(bytes[i], pack == 0 ? 0 : static_cast<int>(4 * pack - 3) & 0x7F, 0);
    }
  }
  std::vector<CdTextPack> take() { return std::move(packs_); }

 private:
  void put(char c, int track, int characters_before) {
    if (at_ == kTextSize) {
      const unsigned flags = (double_bytes_ ? 0x80U : 0U) | static_cast<unsigned>(block_) << 4 |
                             static_cast<unsigned>(std::min(characters_before, kMostCounted));
      packs_.push_back(
          {type_, static_cast<std::uint8_t>(track), 0, static_cast<std::uint8_t>(flags)});
      at_ = 0;
    }
    packs_.back()[kTextAt + at_++] = static_cast<std::uint8_t>(c);
  }

  std::uint8_t type_;
  int block_;
  std::uint8_t code_;
  bool double_bytes_;
  int first_track_;
  std::vector<CdTextPack> packs_;
  std::size_t at_ = kTextSize;  // in the last pack
};

class BlockEncoder {
 public:
  BlockEncoder(const CdTextBlock& block, int first, int last, const std::string& place,
               std::vector<Problem>& problems)
      : block_(block),
        first_(first),
        last_(last),
        place_(place),
        problems_(problems),
        code_(choose_code()) {}

  // But for what the whole set alone knows: the last sequence numbers and languages of all blocks.
  std::vector<CdTextPack> encode() {
    std::array<std::vector<CdTextPack>, kPackKinds.size()> types;
    std::size_t total = kSizeInfoPacks;
    for (std::uint8_t type = kFirstPackType; type < kSizeInfoPack; ++type) {
      std::vector<CdTextPack>& packs = types[static_cast<std::size_t>(type - kFirstPackType)];
      packs = encode_type(type);
      total += packs.size();
    }
    for (const std::uint8_t type : kLeastWanted) {
      if (total <= kCdTextPacksInBlock) break;
      std::vector<CdTextPack>& packs = types[static_cast<std::size_t>(type - kFirstPackType)];
      if (packs.empty()) continue;
      total -= packs.size();
      packs.clear();
      warn("cdtext.size",
           fmt::format("{} does not fit into the {} packs of block {} and is left out",
                       kind_of_pack(type).disc, kCdTextPacksInBlock, block_.number));
    }
    if (total == kSizeInfoPacks) return {};
    std::vector<CdTextPack> result;
    std::array<std::uint8_t, kSizeInfoPacks * kTextSize> sizes{};
    sizes[0] = code_;
    sizes[1] = static_cast<std::uint8_t>(first_);
    sizes[2] = static_cast<std::uint8_t>(last_);
    sizes[3] = block_.copyright;
    for (std::size_t type = 0; type < types.size(); ++type) {
      sizes[4 + type] = static_cast<std::uint8_t>(types[type].size());
      result.insert(result.end(), types[type].begin(), types[type].end());
    }
    sizes[4 + kSizeInfoPack - kFirstPackType] = kSizeInfoPacks;
    add_sizes(result, sizes);
    return result;
  }

 private:
  void warn(const char* code, const std::string& message) {
    problems_.push_back({.severity = Severity::warning,
                         .code = code,
                         .message = fmt::format("{}: {}", place_, message)});
  }

  static PackContent content_of(std::uint8_t type) { return kind_of_pack(type).content; }

  bool fits(std::uint8_t code) const {
    for (std::uint8_t type = kFirstPackType; type < kSizeInfoPack; ++type) {
      if (content_of(type) != PackContent::text) continue;
      for (int track = 0; track <= last_; ++track) {
        const std::string* text = find_field(block_, track, cd_text_field(type, track));
        if (text != nullptr && !cd_text_from_utf8(*text, code)) return false;
      }
    }
    return true;
  }

  std::uint8_t choose_code() {
    const std::uint8_t wanted =
        is_known_character_code(block_.character_code) ? block_.character_code : std::uint8_t{0};
    if (fits(wanted)) return wanted;
    for (const CdTextCharacters other : {CdTextCharacters::iso_8859_1, CdTextCharacters::ms_jis}) {
      const std::uint8_t code = static_cast<std::uint8_t>(other);
      if (!fits(code)) continue;
      problems_.push_back(
          {.severity = Severity::note,
           .code = "cdtext.encoding",
           .message =
               fmt::format("{}: block {} of CD-Text is not all in {}, written as {}", place_,
                           block_.number, name_of_characters(wanted), name_of_characters(code))});
      return code;
    }
    warn("cdtext.encoding",
         fmt::format("block {} of CD-Text has characters that {} has not, written as ?",
                     block_.number, name_of_characters(wanted)));
    return wanted;
  }

  // Nothing where the field is not there, or can't be.
  std::string encode_field(std::uint8_t type, int track, std::uint8_t code) {
    const std::string_view name = cd_text_field(type, track);
    const std::string* text = find_field(block_, track, name);
    if (text == nullptr) return {};
    std::string bytes = cd_text_from_utf8_lossy(*text, code);
    if (content_of(type) == PackContent::plain_text && !cd_text_from_utf8(*text, code)) {
      warn("cdtext.encoding", fmt::format("{} of block {} of CD-Text has characters that {} has "
                                          "not, written as ?",
                                          name, block_.number, name_of_characters(code)));
    }
    const std::size_t before = bytes.size();
    std::erase(bytes, '\0');
    const bool is_tab = bytes == "\t" || bytes == "\t\t";  // it would repeat the text before
    if (is_tab) bytes.clear();
    if (bytes.size() != before) {
      warn("cdtext.text", fmt::format("{} of block {} of CD-Text has zeros or nothing but a "
                                      "tabulator, left out",
                                      name, block_.number));
    }
    return bytes;
  }

  std::string genre_code() const {
    const std::string* text = find_field(block_.disc, kGenreCode);
    unsigned code = 0;
    if (text != nullptr) std::from_chars(text->data(), text->data() + text->size(), code);
    return {static_cast<char>(code >> 8), static_cast<char>(code)};
  }

  std::vector<CdTextPack> encode_type(std::uint8_t type) {
    const bool block_code = content_of(type) == PackContent::text;
    const std::uint8_t code = block_code ? code_ : std::uint8_t{0};
    PackWriter writer(type, block_.number, code, first_);
    if (content_of(type) == PackContent::binary) {
      const std::string* text = find_field(block_.disc, cd_text_field(type, 0));
      if (text != nullptr) writer.add_binary(from_hexadecimal(*text));
      return writer.take();
    }
    const Encoded disc{.track = 0, .bytes = encode_field(type, 0, code)};
    std::vector<Encoded> tracks;
    bool any_track = false;
    for (int track = first_; track <= last_; ++track) {
      tracks.push_back({.track = track, .bytes = encode_field(type, track, code)});
      any_track = any_track || !tracks.back().bytes.empty();
    }
    const std::string genre = type == kGenrePack ? genre_code() : std::string();
    const bool has_genre = genre.find_first_not_of('\0') != std::string::npos;
    if (disc.bytes.empty() && !any_track && !has_genre) return {};
    writer.add(disc, genre);
    if (any_track) {
      for (const Encoded& track : tracks) writer.add(track);
    }
    return writer.take();
  }

  void add_sizes(std::vector<CdTextPack>& packs, std::span<const std::uint8_t> sizes) const {
    for (std::size_t i = 0; i < kSizeInfoPacks; ++i) {
      CdTextPack pack{kSizeInfoPack, static_cast<std::uint8_t>(i), 0,
                      static_cast<std::uint8_t>(block_.number << 4)};
      std::ranges::copy(sizes.subspan(i * kTextSize, kTextSize), pack.begin() + kTextAt);
      packs.push_back(pack);
    }
  }

  const CdTextBlock& block_;
  int first_, last_;
  const std::string& place_;
  std::vector<Problem>& problems_;
  std::uint8_t code_;
};

// The last pack of size information has every block's last sequence number and language.
void number_packs(std::vector<std::vector<CdTextPack>>& blocks,
                  std::span<const CdTextBlock* const> sources) {
  std::array<std::uint8_t, kCdTextBlocks> last_sequence{}, languages{};
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const std::size_t number = static_cast<std::size_t>(sources[i]->number);
    last_sequence[number] = static_cast<std::uint8_t>(blocks[i].size() - 1);
    languages[number] = sources[i]->language;
  }
  for (std::vector<CdTextPack>& packs : blocks) {
    CdTextPack& second = packs[packs.size() - 2];
    CdTextPack& third = packs.back();
    std::ranges::copy(std::span(last_sequence).first(4), second.begin() + kTextAt + 8);
    std::ranges::copy(std::span(last_sequence).last(4), third.begin() + kTextAt);
    std::ranges::copy(languages, third.begin() + kTextAt + 4);
    for (std::size_t sequence = 0; sequence < packs.size(); ++sequence) {
      packs[sequence][2] = static_cast<std::uint8_t>(sequence);
      write_cd_text_crc(packs[sequence]);
    }
  }
}

// Of the fields that CD-Text knows, where there is any.
std::optional<CdTextBlock> block_of_text(const Disc& disc) {
  CdTextBlock block;
  const auto known = [](const TextFields& fields) {
    TextFields result;
    for (const auto& field : fields) {
      const bool there = find_field(result, field.first) != nullptr;
      if (is_plain_cd_text_field(field.first) && !there) result.push_back(field);
    }
    return result;
  };
  block.disc = known(disc.text);
  for (const Track& track : disc.tracks) {
    TextFields fields = known(track.text);
    if (!fields.empty()) block.tracks[track.number] = std::move(fields);
  }
  if (block.disc.empty() && block.tracks.empty()) return std::nullopt;
  return block;
}

}  // namespace

CdTextPacks encode_cd_text(std::span<const CdTextBlock> blocks, int first, int last,
                           const std::string& place) {
  CdTextPacks result;
  first = std::clamp(first, 1, 99);
  last = std::clamp(last, first, 99);
  std::vector<std::vector<CdTextPack>> packs;
  std::vector<const CdTextBlock*> sources;
  for (const CdTextBlock& block : blocks) {
    if (block.number < 0 || block.number >= kCdTextBlocks) continue;
    if (std::ranges::find(sources, block.number, &CdTextBlock::number) != sources.end()) continue;
    std::vector<CdTextPack> encoded =
        BlockEncoder(block, first, last, place, result.problems).encode();
    if (encoded.empty()) continue;
    packs.push_back(std::move(encoded));
    sources.push_back(&block);
  }
  number_packs(packs, sources);
  for (const auto& of_block : packs) {
    result.packs.insert(result.packs.end(), of_block.begin(), of_block.end());
  }
  return result;
}

CdTextPacks cd_text_packs_of(const Disc& disc, const std::string& place) {
  if (!disc.cd_text_packs.empty()) {
    const CdText said = decode_cd_text(disc.cd_text_packs, place);
    CdTextPacks mended{.packs = disc.cd_text_packs, .problems = {}};
    if (cd_text_crcs_count(mended.packs)) std::erase_if(mended.packs, has_wrong_cd_text_crc);
    for (CdTextPack& pack : mended.packs) write_cd_text_crc(pack);
    // Packs that differed in their CRCs alone count once now, which may take a text's end away.
    const bool says_the_same = decode_cd_text(mended.packs, place).blocks == said.blocks;
    if (says_the_same && (said.blocks == disc.cd_text || disc.cd_text.empty())) return mended;
  }
  int first = 99, last = 1;
  for (const Track& track : disc.tracks) {
    first = std::min(first, track.number);
    last = std::max(last, track.number);
  }
  for (const CdTextBlock& block : disc.cd_text) {  // texts of tracks that are not there stay too
    if (block.tracks.empty()) continue;
    first = std::min(first, block.tracks.begin()->first);
    last = std::max(last, block.tracks.rbegin()->first);
  }
  if (!disc.cd_text.empty()) return encode_cd_text(disc.cd_text, first, last, place);
  const std::optional<CdTextBlock> block = block_of_text(disc);
  if (!block) return {};
  return encode_cd_text(std::span(&*block, 1), first, last, place);
}

}  // namespace pregap
