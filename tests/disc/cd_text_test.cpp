#include "disc/cd_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/crc16.h"
#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/shared_data.h"

namespace pregap {
namespace {

using test::problems_of;
using Lines = std::vector<std::string>;

CdTextPack pack_of(std::uint8_t type, std::uint8_t track, std::uint8_t sequence,
                   std::uint8_t position, const std::string& text) {
  CdTextPack pack{type, track, sequence, position};
  for (std::size_t i = 0; i < text.size(); ++i) pack[4 + i] = static_cast<std::uint8_t>(text[i]);
  write_cd_text_crc(pack);
  return pack;
}

// "0 lang 09 code 00: disc TITLE=A | 1 TITLE=B PERFORMER=C"
Lines lines_of(const std::vector<CdTextBlock>& blocks) {
  Lines lines;
  for (const CdTextBlock& block : blocks) {
    std::string line = fmt::format("{} lang {:02X} code {:02X}:", block.number, block.language,
                                   block.character_code);
    const auto add = [&](const std::string& name, const TextFields& fields) {
      line += " | " + name;
      for (const auto& [key, value] : fields) line += " " + key + "=" + value;
    };
    if (!block.disc.empty()) add("disc", block.disc);
    for (const auto& [track, fields] : block.tracks) add(std::to_string(track), fields);
    lines.push_back(line);
  }
  return lines;
}

std::string zeros(const std::string& text) {  // '.' stands for a zero
  std::string result = text;
  for (char& c : result) {
    if (c == '.') c = '\0';
  }
  return result;
}

TEST(Crc16, IsTheOneOfQFramesAndPacks) {
  const std::string check = "123456789";
  const std::vector<std::uint8_t> bytes(check.begin(), check.end());
  EXPECT_EQ(crc16(bytes), 0xCE3C);
}

struct DecodeCase {
  const char* name;
  std::vector<CdTextPack> packs;
  Lines blocks, problems;
};

const std::string kNoSizes =
    "cdtext.size: X: block 0 of CD-Text has no whole size information, taken as ISO 8859-1";

std::vector<DecodeCase> decode_cases() {
  CdTextPack no_crc = pack_of(0x80, 0, 0, 0, zeros("A."));
  no_crc[16] = no_crc[17] = 0;
  CdTextPack wrong_crc = pack_of(0x80, 1, 1, 0, zeros("B."));
  wrong_crc[16] ^= 0x40;
  return {
      {"nothing", {}, {}, {}},
      {"texts that run on over packs",
       {pack_of(0x80, 0, 0, 0, "A long title"), pack_of(0x80, 0, 1, 12, zeros(" it is.Track")),
        pack_of(0x80, 1, 2, 5, zeros(" one.Two....")), pack_of(0x81, 0, 3, 0, zeros("P...."))},
       {"0 lang 09 code 00: | disc TITLE=A long title it is PERFORMER=P | 1 TITLE=Track one | 2 "
        "TITLE=Two"},
       {kNoSizes}},
      {"a tabulator repeats the text before",
       {pack_of(0x81, 0, 0, 0, zeros("Band.\t.\t.B.\t")), pack_of(0x81, 4, 1, 1, zeros("."))},
       {"0 lang 09 code 00: | disc PERFORMER=Band | 1 PERFORMER=Band | 2 PERFORMER=Band | 3 "
        "PERFORMER=B | 4 PERFORMER=B"},
       {kNoSizes}},
      {"packs out of order, one of them twice",
       {pack_of(0x80, 0, 1, 12, zeros("CDE.")), pack_of(0x80, 0, 0, 0, "0123456789AB"),
        pack_of(0x80, 0, 1, 12, zeros("CDE."))},
       {"0 lang 09 code 00: | disc TITLE=0123456789ABCDE"},
       {kNoSizes}},
      {"a lost pack costs the texts in it only",
       {pack_of(0x80, 0, 0, 0, zeros("Disc.First t")), pack_of(0x80, 2, 2, 3, zeros("ond.Third.")),
        pack_of(0x80, 4, 3, 0, zeros("Fourth."))},
       {"0 lang 09 code 00: | disc TITLE=Disc | 3 TITLE=Third | 4 TITLE=Fourth"},
       {"cdtext.sequence: X: block 0 of CD-Text lacks 1 pack", kNoSizes,
        "cdtext.text: X: block 0 of CD-Text has 1 text without beginning or track, passed over"}},
      {"a CRC of zero",
       {no_crc},
       {"0 lang 09 code 00: | disc TITLE=A"},
       {"cdtext.crc: X: 1 pack of CD-Text with a CRC of zero", kNoSizes}},
      {"a wrong CRC among right ones",
       {pack_of(0x80, 0, 0, 0, zeros("A.")), wrong_crc},
       {"0 lang 09 code 00: | disc TITLE=A"},
       {"cdtext.crc: X: 1 pack of CD-Text with a wrong CRC, passed over", kNoSizes}},
      {"wrong CRCs alone",
       {wrong_crc},
       {"0 lang 09 code 00: | 1 TITLE=B"},
       {"cdtext.crc: X: 1 pack of CD-Text with a wrong CRC, read all the same",
        "cdtext.sequence: X: block 0 of CD-Text lacks 1 pack", kNoSizes}},
      {"the extension flag and unknown types",
       {pack_of(0x80, 0x81, 0, 0, zeros("A.")), pack_of(0x12, 0, 0, 0, zeros("B.")), CdTextPack{}},
       {},
       {"cdtext.crc: X: 1 pack of CD-Text with a CRC of zero",
        "cdtext.pack: X: 3 packs of CD-Text of unknown type or with the extension flag, passed "
        "over"}},
      {"bytes that ASCII has not",
       {pack_of(0x80, 0, 0, 0, zeros("\xE4.")),
        pack_of(0x8F, 0, 1, 0, std::string("\1\1\1\0\1", 5)),
        pack_of(0x8F, 1, 2, 0, std::string("\0\0\0\0\0\0\0\3\3\0\0\0", 12)),
        pack_of(0x8F, 2, 3, 0, std::string("\0\0\0\0\x0F\0\0\0\0\0\0\0", 12))},
       {"0 lang 0F code 01: | disc TITLE=\xC3\xA4"},
       {"cdtext.encoding: X: block 0 of CD-Text has bytes that are not in ASCII"}},
      {"a code that nobody knows",
       {pack_of(0x80, 0, 0, 0, zeros("A.")), pack_of(0x8F, 0, 1, 0, std::string("\x42\1\1\0\2", 5)),
        pack_of(0x8F, 1, 2, 0, std::string("\0\0\0\0\0\0\0\3\3\0\0\0", 12)),
        pack_of(0x8F, 2, 3, 0, std::string("\0\0\0\0\x09\0\0\0\0\0\0\0", 12))},
       {"0 lang 09 code 42: | disc TITLE=A"},
       {"cdtext.encoding: X: block 0 of CD-Text has character code 42h, read as ISO 8859-1",
        "cdtext.size: X: block 0 of CD-Text has 1 pack of type 80h, its size information says 2"}},
      {"MS-JIS without size information",
       {pack_of(0x80, 0, 0, 0x80,
                zeros("\x94\x4D\x94\x67..\x82\xA0\x82\xA2"
                      ".."))},
       {"0 lang 09 code 80: | disc TITLE=\xE7\x86\xB1\xE6\xB3\xA2 | 1 "
        "TITLE=\xE3\x81\x82\xE3\x81\x84"},
       {"cdtext.size: X: block 0 of CD-Text has no whole size information, taken as MS-JIS"}},
      {"a genre's number, and binary packs",
       {pack_of(0x87, 0, 0, 0, std::string("\0\5Feline c", 10)),
        pack_of(0x88, 0, 1, 0, std::string("\1\3\0\4\5\6", 6))},
       {"0 lang 09 code 00: | disc GENRE_CODE=5 GENRE=Feline c TOC_INFO1=01 03 00 04 05 06 00 00 "
        "00 00 00 00"},
       {kNoSizes}},
      {"a text of track 100",
       {pack_of(0x80, 99, 0, 0, zeros("Last.Hundred"))},
       {"0 lang 09 code 00: | 99 TITLE=Last"},
       {kNoSizes,
        "cdtext.text: X: block 0 of CD-Text has 1 text without beginning or track, passed over"}},
  };
}

TEST(CdTextDecode, ReadsWhatPacksHold) {
  for (const DecodeCase& c : decode_cases()) {
    SCOPED_TRACE(c.name);
    const CdText text = decode_cd_text(c.packs, "X");
    EXPECT_EQ(lines_of(text.blocks), c.blocks);
    EXPECT_EQ(problems_of(text.problems), c.problems);
  }
}

TEST(CdTextDecode, LooksAtNoMorePacksThanASetCanHave) {
  const std::vector<CdTextPack> packs(5000, pack_of(0x80, 0, 0, 0, "never ending"));
  const CdText text = decode_cd_text(packs, "X");
  EXPECT_EQ(problems_of(text.problems),
            (Lines{"cdtext.size: X: 5000 packs of CD-Text, those behind the 2048th are passed over",
                   kNoSizes}));
  EXPECT_EQ(lines_of(text.blocks), Lines{"0 lang 09 code 00: | disc TITLE=never ending"});
}

struct CdtCase {
  const char* name;
  std::vector<std::uint8_t> before, behind;
  Lines problems;
};

TEST(CdtFile, TakesAHeaderAndATrailingZero) {
  const CdTextPack pack = pack_of(0x80, 0, 0, 0, zeros("A."));
  for (const CdtCase& c : std::vector<CdtCase>{
           {"bare", {}, {}, {}},
           {"header", {0, 20, 0, 0}, {}, {}},
           {"zero behind", {}, {0}, {}},
           {"both", {0, 20, 0, 0}, {0}, {}},
           {"more behind", {}, {1, 2}, {"cdtext.size: X: 2 bytes left over behind 1 pack"}},
       }) {
    SCOPED_TRACE(c.name);
    std::vector<std::uint8_t> bytes = c.before;
    bytes.insert(bytes.end(), pack.begin(), pack.end());
    bytes.insert(bytes.end(), c.behind.begin(), c.behind.end());
    std::vector<Problem> problems;
    EXPECT_EQ(parse_cdt(bytes, "X", problems), std::vector<CdTextPack>{pack});
    EXPECT_EQ(problems_of(problems), c.problems);
  }
}

TEST(CdtFile, IsRefusedWhereItHoldsNoPacks) {
  const auto fault = [](const std::vector<std::uint8_t>& bytes) {
    std::vector<Problem> problems;
    try {
      parse_cdt(bytes, "X", problems);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(fault({}), "X: 0 bytes, expected CD-Text packs of 18 bytes with a type of 80h to 8Fh");
  EXPECT_EQ(fault(std::vector<std::uint8_t>(40, 0x41)),
            "X: a first byte of 41h, expected CD-Text packs of 18 bytes with a type of 80h to 8Fh");
}

TEST(ApplyCdText, KeepsTheDescriptorsOwnLines) {
  Disc disc = test::disc_of(TrackType::audio, test::Sectors{});
  disc.text = {{"TITLE", "Mine"}};
  const std::vector<CdTextPack> packs = {pack_of(0x80, 0, 0, 0, zeros("Theirs.One.")),
                                         pack_of(0x81, 0, 1, 0, zeros("P."))};
  apply_cd_text(disc, packs, "X");
  EXPECT_EQ(disc.text, (TextFields{{"TITLE", "Mine"}, {"PERFORMER", "P"}}));
  EXPECT_EQ(disc.tracks.at(0).text, (TextFields{{"TITLE", "One"}}));
  EXPECT_EQ(disc.cd_text_packs, packs);
  EXPECT_EQ(lines_of(disc.cd_text),
            Lines{"0 lang 09 code 00: | disc TITLE=Theirs PERFORMER=P | 1 TITLE=One"});
  EXPECT_EQ(problems_of(disc.problems),
            (Lines{kNoSizes,
                   "cdtext.differs: X: the CD-Text packs say something else than the descriptor's "
                   "own lines, which are kept"}));
}

// What libcdio's own tests expect of its packs: language, then by track the fields it prints.
using Printed = std::map<std::string, std::map<int, std::map<std::string, std::string>>>;

Printed read_expected(const std::filesystem::path& path) {
  Printed result;
  std::ifstream in(path);
  std::string language;
  int track = 0;
  for (std::string line; std::getline(in, line);) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos) continue;
    line.erase(0, begin);
    if (line.starts_with("Language ")) {
      language = line.substr(9, line.size() - 10);
    } else if (line.starts_with("CD-TEXT for Disc")) {
      track = 0;
    } else if (line.starts_with("CD-TEXT for Track")) {
      track = std::stoi(line.substr(17));
    } else {
      const std::size_t colon = line.find(": ");
      std::string value = line.substr(colon + 2);
      if (line.starts_with("GENRE_CODE")) value = value.substr(0, value.find(' '));
      result[language][track][line.substr(0, colon)] = value;
    }
  }
  return result;
}

Printed as_printed(const std::vector<CdTextBlock>& blocks) {
  Printed result;
  for (const CdTextBlock& block : blocks) {
    auto& language = result[fmt::format("{} '{}'", block.number, name_of_language(block.language))];
    const auto add = [&](int track, const TextFields& fields) {
      for (const auto& [name, value] : fields) {
        if (name != "CLOSED_INFO") language[track][name] = value;  // libcdio doesn't print it
      }
    };
    add(0, block.disc);
    for (const auto& [track, fields] : block.tracks) add(track, fields);
  }
  return result;
}

class CdTextShared : public testing::TestWithParam<const char*> {};

TEST_P(CdTextShared, SaysWhatItsOriginExpects) {
  const auto root = test::shared_data();
  if (!root) GTEST_SKIP() << test::why_no_shared_data();
  const std::filesystem::path folder = *root / "libcdio";
  const std::vector<std::uint8_t> bytes =
      test::read_file(folder / (std::string(GetParam()) + ".cdt"));
  std::vector<Problem> problems;
  const std::vector<CdTextPack> packs = parse_cdt(bytes, "X", problems);
  EXPECT_EQ(problems_of(problems), Lines{});
  const CdText text = decode_cd_text(packs, "X");
  EXPECT_EQ(problems_of(text.problems), Lines{});
  const Printed expected = read_expected(folder / (std::string(GetParam()) + ".right"));
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(as_printed(text.blocks), expected);
}

TEST_P(CdTextShared, ComesBackFromItsOwnPacks) {
  const auto root = test::shared_data();
  if (!root) GTEST_SKIP() << test::why_no_shared_data();
  std::vector<Problem> problems;
  const std::vector<CdTextPack> packs = parse_cdt(
      test::read_file(*root / "libcdio" / (std::string(GetParam()) + ".cdt")), "X", problems);
  const CdText text = decode_cd_text(packs, "X");
  const int last = text.blocks.at(0).tracks.rbegin()->first;
  const CdTextPacks again = encode_cd_text(text.blocks, 1, last, "X");
  EXPECT_EQ(problems_of(again.problems), Lines{});
  const CdText read_again = decode_cd_text(again.packs, "X");
  EXPECT_EQ(problems_of(read_again.problems), Lines{});
  EXPECT_EQ(lines_of(read_again.blocks), lines_of(text.blocks));
  EXPECT_TRUE(read_again.blocks == text.blocks);
  for (const CdTextPack& pack : again.packs) {
    EXPECT_EQ(pack[16] << 8 | pack[17], cd_text_crc(pack));
  }
}

INSTANTIATE_TEST_SUITE_P(libcdio, CdTextShared,
                         testing::Values("cdtext", "cdtext-libburnia", "cdtext-krosis"));

}  // namespace
}  // namespace pregap
