#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "disc/cd_text.h"
#include "disc/cd_text_fields.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using test::problems_of;
using Lines = std::vector<std::string>;

const std::string kJapanese = "\xE7\x86\xB1\xE6\xB3\xA2";  // two characters of MS-JIS

CdTextBlock block_of(TextFields disc, std::map<int, TextFields> tracks = {}) {
  CdTextBlock block;
  block.disc = std::move(disc);
  block.tracks = std::move(tracks);
  return block;
}

// A pack but for its CRC: "80 00 00 00 'text'", zeros as dots.
std::string shown(const CdTextPack& pack) {
  std::string text =
      fmt::format("{:02X} {:02X} {:02X} {:02X} ", pack[0], pack[1], pack[2], pack[3]);
  for (std::size_t i = 4; i < 16; ++i) {
    const char c = static_cast<char>(pack[i]);
    text += c == 0                  ? "."
            : c >= 0x20 && c < 0x7F ? std::string(1, c)
                                    : fmt::format("<{:02X}>", pack[i]);
  }
  return text;
}

Lines shown(const std::vector<CdTextPack>& packs) {
  Lines lines;
  for (const CdTextPack& pack : packs) lines.push_back(shown(pack));
  return lines;
}

TEST(CdTextEncode, CutsTextsEveryTwelveBytes) {
  const CdTextBlock block = block_of({{"TITLE", "A title that is long"}, {"GENRE_CODE", "5"}},
                                     {{1, {{"TITLE", "One"}}}, {3, {{"TITLE", "Three"}}}});
  const CdTextPacks packs = encode_cd_text(std::span(&block, 1), 1, 3, "X");
  EXPECT_EQ(shown(packs.packs), (Lines{
                                    "80 00 00 00 A title that",
                                    "80 00 01 0C  is long.One",
                                    "80 01 02 03 ..Three.....",
                                    "87 00 03 00 .<05>..........",
                                    "8F 00 04 00 .<01><03>.<03>......<01>",
                                    "8F 01 05 00 .......<03><06>...",
                                    "8F 02 06 00 ....<09>.......",
                                }));
  EXPECT_EQ(problems_of(packs.problems), Lines{});
  for (const CdTextPack& pack : packs.packs) {
    EXPECT_EQ(pack[16] << 8 | pack[17], cd_text_crc(pack)) << shown(pack);
  }
}

TEST(CdTextEncode, EndsDoubleByteTextsWithTwoZeros) {
  CdTextBlock block = block_of({{"TITLE", kJapanese}, {"DISC_ID", "ID"}},
                               {{1, {{"TITLE", "abc"}}}, {2, {{"TITLE", kJapanese}}}});
  block.character_code = 0x80;
  block.language = 0x69;
  const CdTextPacks packs = encode_cd_text(std::span(&block, 1), 1, 2, "X");
  EXPECT_EQ(shown(packs.packs), (Lines{
                                    "80 00 00 80 <94>M<94>g..abc..<94>",
                                    "80 02 01 81 M<94>g.........",
                                    "86 00 02 00 ID..........",
                                    "8F 00 03 00 <80><01><02>.<02>.....<01>.",
                                    "8F 01 04 00 .......<03><05>...",
                                    "8F 02 05 00 ....i.......",
                                }));
}

struct CodeCase {
  const char* name;
  std::uint8_t code;
  std::string title;
  std::uint8_t written;
  Lines problems;
};

TEST(CdTextEncode, TakesACodeThatHoldsTheText) {
  for (const CodeCase& c : std::vector<CodeCase>{
           {"ASCII", 0x01, "plain", 0x01, {}},
           {"Latin in ASCII",
            0x01,
            "\xC3\xA4",
            0x00,
            {"cdtext.encoding: X: block 0 of CD-Text is not all in ASCII, written as ISO 8859-1"}},
           {"Japanese in Latin",
            0x00,
            kJapanese,
            0x80,
            {"cdtext.encoding: X: block 0 of CD-Text is not all in ISO 8859-1, written as MS-JIS"}},
           {"in neither",
            0x00,
            "\xC3\xA4" + kJapanese,
            0x00,
            {"cdtext.encoding: X: block 0 of CD-Text has characters that ISO 8859-1 has not, "
             "written as ?"}},
       }) {
    SCOPED_TRACE(c.name);
    CdTextBlock block = block_of({{"TITLE", c.title}});
    block.character_code = c.code;
    const CdTextPacks packs = encode_cd_text(std::span(&block, 1), 1, 1, "X");
    EXPECT_EQ(problems_of(packs.problems), c.problems);
    EXPECT_EQ(packs.packs.at(packs.packs.size() - 3)[4], c.written);
  }
}

TEST(CdTextEncode, LeavesOutWhatDoesNotFit) {
  const CdTextBlock block =
      block_of({{"TITLE", "T"}, {"MESSAGE", std::string(256 * 12, 'm')}, {"CLOSED_INFO", "c"}});
  const CdTextPacks packs = encode_cd_text(std::span(&block, 1), 1, 1, "X");
  EXPECT_EQ(packs.packs.size(), 4U);
  EXPECT_EQ(problems_of(packs.problems),
            (Lines{"cdtext.size: X: CLOSED_INFO does not fit into the 256 packs of block 0 and is "
                   "left out",
                   "cdtext.size: X: MESSAGE does not fit into the 256 packs of block 0 and is left "
                   "out"}));
}

TEST(CdTextEncode, LeavesOutWhatWouldRepeatTheTextBefore) {
  const CdTextBlock block =
      block_of({{"TITLE", "T"}, {"MESSAGE", "M"}}, {{1, {{"MESSAGE", "\t"}}}});
  const CdTextPacks packs = encode_cd_text(std::span(&block, 1), 1, 1, "X");
  EXPECT_EQ(problems_of(packs.problems),
            Lines{"cdtext.text: X: MESSAGE of block 0 of CD-Text has zeros or nothing but a "
                  "tabulator, left out"});
  EXPECT_TRUE(decode_cd_text(packs.packs, "X").blocks.at(0).tracks.empty());
}

TEST(CdTextPacksOfDisc, AreTheStoredOnesWhereTheySayWhatTheDiscSays) {
  Disc disc = test::disc_of(TrackType::audio, test::Sectors{});
  EXPECT_EQ(cd_text_packs_of(disc, "X").packs.size(), 0U);

  disc.text = {{"TITLE", "T"}, {"REM", "no CD-Text"}};
  const std::vector<CdTextPack> from_text = cd_text_packs_of(disc, "X").packs;
  EXPECT_EQ(shown(from_text).at(0), "80 00 00 00 T...........");
  EXPECT_EQ(from_text.size(), 4U);

  std::vector<CdTextPack> stored = from_text;
  stored[0][16] = stored[0][17] = 0;
  disc.cd_text_packs = stored;
  disc.cd_text = decode_cd_text(stored, "X").blocks;
  EXPECT_EQ(cd_text_packs_of(disc, "X").packs, from_text);  // its CRC mended

  CdTextPack broken = from_text[0];
  broken[4] = 'X';  // under the old CRC
  disc.cd_text_packs.push_back(broken);
  EXPECT_EQ(cd_text_packs_of(disc, "X").packs, from_text);

  disc.cd_text.at(0).disc.at(0).second = "Other";
  EXPECT_EQ(shown(cd_text_packs_of(disc, "X").packs).at(0), "80 00 00 00 Other.......");
}

// Two packs that differ in their CRCs alone are two, until the CRCs are mended.
TEST(CdTextPacksOfDisc, SayTheSameWhereMendingCrcsWouldChangeIt) {
  const auto pack = [](std::uint8_t type, std::uint8_t track, std::uint8_t sequence,
                       std::string_view text, std::uint16_t crc) {
    CdTextPack p{type, track, sequence, 0};
    std::ranges::copy(text, p.begin() + 4);
    p[16] = static_cast<std::uint8_t>(crc >> 8);
    p[17] = static_cast<std::uint8_t>(crc);
    return p;
  };
  Disc disc = test::disc_of(TrackType::audio, test::Sectors{});
  disc.cd_text_packs = {pack(0x8E, 0, 6, "012345678789", 0x3035),
                        pack(0x8E, 0, 6, "012345678789", 0x3031),
                        pack(0x8E, 2, 9, std::string_view("0:01\0XYBLG11", 12), 0x3030)};
  disc.cd_text = decode_cd_text(disc.cd_text_packs, "X").blocks;
  ASSERT_EQ(disc.cd_text.size(), 1U);
  EXPECT_FALSE(disc.cd_text[0].disc.empty());
  EXPECT_FALSE(disc.cd_text[0].tracks.empty());  // of a track that the disc doesn't have
  const std::vector<CdTextPack> packs = cd_text_packs_of(disc, "X").packs;
  const std::vector<CdTextBlock> again = decode_cd_text(packs, "X").blocks;
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].disc, disc.cd_text[0].disc);
  EXPECT_EQ(again[0].tracks, disc.cd_text[0].tracks);
}

TEST(CdTextPacksOfDisc, KeepTheTextsOfTracksThatAreNotThere) {
  Disc disc = test::disc_of(TrackType::audio, test::Sectors{});
  disc.tracks[0].number = 5;
  CdTextBlock block;
  block.language = 9;
  block.tracks[2] = {{"TITLE", "before"}};
  block.tracks[7] = {{"TITLE", "behind"}};
  disc.cd_text = {block};
  const CdText again = decode_cd_text(cd_text_packs_of(disc, "X").packs, "X");
  EXPECT_EQ(problems_of(again.problems), Lines{});
  EXPECT_TRUE(again.blocks == disc.cd_text);
}

Lines lines_of(const std::vector<CdTextBlock>& blocks) {
  Lines lines;
  const auto add = [&](int block, int track, const TextFields& fields) {
    for (const auto& [name, value] : fields) {
      lines.push_back(fmt::format("{}.{} {}={}", block, track, name, value));
    }
  };
  for (const CdTextBlock& block : blocks) {
    add(block.number, 0, block.disc);
    for (const auto& [track, fields] : block.tracks) add(block.number, track, fields);
  }
  return lines;
}

// Blocks of random texts, in the order of fields that reading gives.
class RandomText {
 public:
  explicit RandomText(unsigned seed) : random_(seed) {}

  int number(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }

  std::string text(std::uint8_t code) {
    std::string result;
    for (int i = number(1, chance(10) ? 60 : 14); i > 0; --i) {
      if (code == 0x80 && chance(60)) {  // hiragana
        const int c = number(0x3041, 0x3093);
        result += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
                   static_cast<char>(0x80 | (c & 0x3F))};
      } else if (code == 0x00 && chance(20)) {
        const int c = number(0xA0, 0xFF);
        result += {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
      } else {
        result += static_cast<char>(number('!', '['));
      }
    }
    return result;
  }

  std::vector<CdTextBlock> blocks(int first, int last) {
    std::vector<CdTextBlock> result;
    for (int number_of_block = 0; number_of_block < kCdTextBlocks; ++number_of_block) {
      if (!chance(number_of_block == 0 ? 90 : 25)) continue;
      CdTextBlock block{.number = number_of_block};
      block.language = static_cast<std::uint8_t>(number(1, 0x7F));
      const std::vector<std::uint8_t> codes = {0x00, 0x01, 0x80};
      block.character_code = codes[static_cast<std::size_t>(number(0, 2))];
      block.copyright = chance(50) ? 3 : 0;
      for (std::uint8_t type = 0x80; type < 0x8F; ++type) add_type(block, type, first, last);
      if (!block.disc.empty() || !block.tracks.empty()) result.push_back(block);
    }
    return result;
  }

 private:
  bool chance(int percent) { return number(1, 100) <= percent; }

  void add_type(CdTextBlock& block, std::uint8_t type, int first, int last) {
    const PackContent content = kind_of_pack(type).content;
    const std::uint8_t code = content == PackContent::text ? block.character_code : std::uint8_t{1};
    const std::string name(cd_text_field(type, 0));
    if (!chance(50)) return;
    if (content == PackContent::binary) {
      std::string bytes;
      for (int i = 12 * number(1, 3); i > 0; --i) {
        bytes += fmt::format("{}{:02X}", bytes.empty() ? "" : " ", number(0, 255));
      }
      block.disc.emplace_back(name, bytes);
      return;
    }
    if (type == 0x87 && chance(50)) {
      block.disc.emplace_back("GENRE_CODE", std::to_string(number(1, 0xFFFF)));
    }
    if (chance(70)) block.disc.emplace_back(name, text(code));
    if (!chance(60)) return;
    for (int track = first; track <= last; ++track) {
      if (chance(70)) block.tracks[track].emplace_back(cd_text_field(type, track), text(code));
    }
  }

  std::mt19937 random_;
};

TEST(CdTextRoundTrip, BlocksComeBackFromTheirPacks) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    RandomText random(seed);
    const int first = random.number(1, 5);
    const int last = first + random.number(0, 5);
    const std::vector<CdTextBlock> blocks = random.blocks(first, last);
    const CdTextPacks packs = encode_cd_text(blocks, first, last, "X");
    ASSERT_EQ(problems_of(packs.problems), Lines{});
    std::vector<Problem> problems;
    const auto cdt = write_cdt(packs.packs);
    if (blocks.empty()) {
      EXPECT_EQ(cdt.size(), 1U);
      continue;
    }
    const std::vector<CdTextPack> read = parse_cdt(cdt, "X", problems);
    ASSERT_EQ(read, packs.packs);
    const CdText text = decode_cd_text(read, "X");
    ASSERT_EQ(problems_of(text.problems), Lines{});
    ASSERT_EQ(lines_of(text.blocks), lines_of(blocks));
    ASSERT_TRUE(text.blocks == blocks);
    // What is encoded from that is the same, pack by pack.
    ASSERT_EQ(encode_cd_text(text.blocks, first, last, "X").packs, packs.packs);
  }
}

}  // namespace
}  // namespace pregap
