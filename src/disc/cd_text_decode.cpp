// Packs to text. What a text is told by its zero, whose it is by the pack's track number: each
// pack says it anew, so that a lost one costs no more than the texts in it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"
#include "disc/cd_text.h"
#include "disc/cd_text_characters.h"
#include "disc/cd_text_fields.h"

namespace pregap {
namespace {

constexpr std::size_t kTextAt = 4, kTextSize = 12;
constexpr std::size_t kSizeInfoPacks = 3;
constexpr std::uint8_t kExtension = 0x80, kDoubleBytes = 0x80;
constexpr int kLastTrack = 99;

std::span<const std::uint8_t> text_of(const CdTextPack& pack) {
  return std::span(pack).subspan(kTextAt, kTextSize);
}
int block_of(const CdTextPack& pack) { return pack[3] >> 4 & 7; }

// The size information of a block: 36 bytes over three packs.
class SizeInfo {
 public:
  void take(const CdTextPack& pack) {
    if (pack[1] >= kSizeInfoPacks) return;
    std::ranges::copy(text_of(pack), bytes_.begin() + pack[1] * kTextSize);
    there_ |= 1U << pack[1];
  }
  bool is_whole() const { return there_ == 7; }
  bool has_languages() const { return (there_ & 4) != 0; }
  std::uint8_t character_code() const { return bytes_[0]; }
  int first_track() const { return bytes_[1]; }
  std::uint8_t copyright() const { return bytes_[3]; }
  int packs_of(std::uint8_t type) const { return bytes_[4U + type - kFirstPackType]; }
  std::uint8_t language(int block) const { return bytes_[28 + static_cast<std::size_t>(block)]; }

 private:
  std::array<std::uint8_t, kSizeInfoPacks * kTextSize> bytes_{};
  unsigned there_ = 0;
};

// The texts of one pack type, as bytes by track; 0 is the disc.
class TextReader {
 public:
  TextReader(std::uint8_t type, int first_track) : type_(type), first_track_(first_track) {}

  void take(const CdTextPack& pack) {
    const int track = pack[1];
    const bool goes_on = (pack[3] & 0x0F) != 0;
    if (!goes_on) {
      if (!current_.empty()) end_text();
      track_ = track;
      lost_ = false;
      code_bytes_ = type_ == kGenrePack && track == 0 ? 2 : 0;
    } else if (track != track_ || (current_.empty() && !lost_)) {
      current_.clear();
      track_ = track;
      lost_ = true;
      code_bytes_ = 0;
    }
    const bool double_bytes = (pack[3] & kDoubleBytes) != 0;
    for (const std::uint8_t byte : text_of(pack)) take_byte(byte, double_bytes);
  }
  void finish() {
    if (!current_.empty()) end_text();
  }

  std::map<int, std::string> texts;
  unsigned genre_code = 0;
  int lost = 0;  // texts without their beginning, or of no track

 private:
  void take_byte(std::uint8_t byte, bool double_bytes) {
    if (code_bytes_ > 0) {
      genre_code = genre_code << 8 | byte;
      --code_bytes_;
      return;
    }
    if (byte != 0) {
      zero_before_ = false;
      current_ += static_cast<char>(byte);
      return;
    }
    if (double_bytes && zero_before_) {  // the second half of a zero
      zero_before_ = false;
      return;
    }
    zero_before_ = double_bytes;
    end_text();
  }

  void end_text() {
    const bool repeats = current_ == "\t" || current_ == "\t\t";
    if (lost_) {
      ++lost;
    } else if (!current_.empty()) {
      if (track_ > kLastTrack) {
        ++lost;
      } else {
        texts[track_] = repeats ? before_ : current_;
      }
    }
    if (!repeats) before_ = lost_ ? std::string() : current_;
    current_.clear();
    lost_ = false;
    track_ = track_ == 0 ? std::max(first_track_, 1) : track_ + 1;
  }

  std::uint8_t type_;
  int first_track_;
  int track_ = 0;
  std::string current_, before_;
  bool lost_ = false, zero_before_ = false;
  int code_bytes_ = 0;  // of the genre's number, still to come
};

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    fmt::format_to(std::back_inserter(text), "{}{:02X}", text.empty() ? "" : " ",
                   static_cast<unsigned char>(c));
  }
  return text;
}

class Decoder {
 public:
  explicit Decoder(const std::string& place) : place_(place) {}

  CdText decode(std::span<const CdTextPack> packs) {
    if (packs.size() > kMostCdTextPacks) {
      warn("cdtext.size", fmt::format("{} packs of CD-Text, those behind the {}th are passed over",
                                      packs.size(), kMostCdTextPacks));
      packs = packs.first(kMostCdTextPacks);
    }
    sort_out(packs);
    for (int number = 0; number < kCdTextBlocks; ++number) {
      if (!blocks_[static_cast<std::size_t>(number)].empty()) read_block(number);
    }
    return std::move(result_);
  }

 private:
  using Packs = std::vector<const CdTextPack*>;

  void problem(Severity severity, const char* code, const std::string& message) {
    result_.problems.push_back(
        {.severity = severity, .code = code, .message = fmt::format("{}: {}", place_, message)});
  }
  void warn(const char* code, const std::string& message) {
    problem(Severity::warning, code, message);
  }

  // A wrong CRC makes a pack worthless only if CRCs are right as a rule: some programs write none.
  void sort_out(std::span<const CdTextPack> packs) {
    int bad = 0, absent = 0, odd = 0;
    const bool believe = cd_text_crcs_count(packs);
    for (const CdTextPack& pack : packs) {
      if (has_wrong_cd_text_crc(pack)) {
        ++bad;
        if (believe) continue;
      } else if (pack[16] == 0 && pack[17] == 0 && cd_text_crc(pack) != 0) {
        ++absent;
      }
      if (pack[0] < kFirstPackType || pack[0] > kSizeInfoPack || (pack[1] & kExtension) != 0) {
        ++odd;
        continue;
      }
      blocks_[static_cast<std::size_t>(block_of(pack))].push_back(&pack);
    }
    if (bad > 0) {
      warn("cdtext.crc", fmt::format("{} of CD-Text with a wrong CRC, {}", counted(bad, "pack"),
                                     believe ? "passed over" : "read all the same"));
    }
    if (absent > 0) {
      problem(Severity::note, "cdtext.crc",
              fmt::format("{} of CD-Text with a CRC of zero", counted(absent, "pack")));
    }
    if (odd > 0) {
      warn("cdtext.pack", fmt::format("{} of CD-Text of unknown type or with the extension flag, "
                                      "passed over",
                                      counted(odd, "pack")));
    }
  }

  // In order, each of them once.
  Packs ordered(Packs packs, int number) {
    std::ranges::stable_sort(packs, {}, [](const CdTextPack* pack) { return (*pack)[2]; });
    const auto equal = [](const CdTextPack* a, const CdTextPack* b) { return *a == *b; };
    packs.erase(std::unique(packs.begin(), packs.end(), equal), packs.end());
    int missing = 0, next = 0;
    for (const CdTextPack* pack : packs) {
      if ((*pack)[2] > next) missing += (*pack)[2] - next;
      next = (*pack)[2] + 1;
    }
    if (missing > 0) {
      warn("cdtext.sequence",
           fmt::format("block {} of CD-Text lacks {}", number, counted(missing, "pack")));
    }
    return packs;
  }

  void read_block(int number) {
    const Packs packs = ordered(std::move(blocks_[static_cast<std::size_t>(number)]), number);
    SizeInfo sizes;
    for (const CdTextPack* pack : packs) {
      if ((*pack)[0] == kSizeInfoPack) sizes.take(*pack);
    }
    CdTextBlock block{.number = number};
    block.copyright = sizes.copyright();
    read_codes(block, sizes, packs);
    std::array<Packs, kPackKinds.size()> by_type;
    for (const CdTextPack* pack : packs) {
      by_type[static_cast<std::size_t>((*pack)[0] - kFirstPackType)].push_back(pack);
    }
    if (sizes.is_whole()) check_sizes(number, sizes, by_type);
    int lost = 0;
    bool lossy = false;
    for (std::uint8_t type = kFirstPackType; type < kSizeInfoPack; ++type) {
      const Packs& of_type = by_type[static_cast<std::size_t>(type - kFirstPackType)];
      if (of_type.empty()) continue;
      if (kind_of_pack(type).content == PackContent::binary) {
        read_binary(block, type, of_type);
      } else {
        lost += read_texts(block, type, of_type, sizes.first_track(), lossy);
      }
    }
    if (lost > 0) {
      warn("cdtext.text", fmt::format("block {} of CD-Text has {} without beginning or track, "
                                      "passed over",
                                      number, counted(lost, "text")));
    }
    if (lossy) {
      warn("cdtext.encoding", fmt::format("block {} of CD-Text has bytes that are not in {}",
                                          number, name_of_characters(block.character_code)));
    }
    if (!block.disc.empty() || !block.tracks.empty()) result_.blocks.push_back(std::move(block));
  }

  void read_codes(CdTextBlock& block, const SizeInfo& sizes, const Packs& packs) {
    if (sizes.has_languages()) languages_ = sizes;
    if (sizes.is_whole()) {
      block.character_code = sizes.character_code();
      block.language = sizes.language(block.number);
      if (!is_known_character_code(block.character_code)) {
        warn("cdtext.encoding",
             fmt::format("block {} of CD-Text has character {}, read as ISO 8859-1", block.number,
                         name_of_characters(block.character_code)));
      }
      return;
    }
    const bool double_bytes = std::ranges::any_of(
        packs, [](const CdTextPack* pack) { return ((*pack)[3] & kDoubleBytes) != 0; });
    if (double_bytes) block.character_code = static_cast<std::uint8_t>(CdTextCharacters::ms_jis);
    if (languages_.has_languages()) block.language = languages_.language(block.number);
    problem(Severity::note, "cdtext.size",
            fmt::format("block {} of CD-Text has no whole size information, taken as {}",
                        block.number, name_of_characters(block.character_code)));
  }

  void check_sizes(int number, const SizeInfo& sizes,
                   const std::array<Packs, kPackKinds.size()>& by_type) {
    for (std::uint8_t type = kFirstPackType; type <= kSizeInfoPack; ++type) {
      const std::size_t there = by_type[static_cast<std::size_t>(type - kFirstPackType)].size();
      if (there == static_cast<std::size_t>(sizes.packs_of(type))) continue;
      warn("cdtext.size",
           fmt::format("block {} of CD-Text has {} of type {:02X}h, its size information says {}",
                       number, counted(static_cast<long long>(there), "pack"), type,
                       sizes.packs_of(type)));
      return;  // one is enough
    }
  }

  int read_texts(CdTextBlock& block, std::uint8_t type, const Packs& packs, int first_track,
                 bool& lossy) {
    TextReader reader(type, first_track);
    for (const CdTextPack* pack : packs) reader.take(*pack);
    reader.finish();
    const bool plain = kind_of_pack(type).content == PackContent::plain_text;
    const std::uint8_t code = plain ? std::uint8_t{0} : block.character_code;
    if (reader.genre_code != 0) {
      block.disc.emplace_back(kGenreCode, std::to_string(reader.genre_code & 0xFFFFU));
    }
    for (const auto& [track, bytes] : reader.texts) {
      if (bytes.empty()) continue;
      TextFields& fields = track == 0 ? block.disc : block.tracks[track];
      fields.emplace_back(cd_text_field(type, track), cd_text_to_utf8(bytes, code, lossy));
    }
    return reader.lost;
  }

  static void read_binary(CdTextBlock& block, std::uint8_t type, const Packs& packs) {
    std::string bytes;
    for (const CdTextPack* pack : packs) {
      for (const std::uint8_t byte : text_of(*pack)) bytes += static_cast<char>(byte);
    }
    block.disc.emplace_back(cd_text_field(type, 0), hexadecimal(bytes));
  }

  const std::string& place_;
  CdText result_;
  std::array<Packs, kCdTextBlocks> blocks_;
  SizeInfo languages_;  // the last ones seen
};

}  // namespace

CdText decode_cd_text(std::span<const CdTextPack> packs, const std::string& place) {
  return Decoder(place).decode(packs);
}

}  // namespace pregap
