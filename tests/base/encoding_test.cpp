#include "base/encoding.h"

#include <gtest/gtest.h>
#include <iconv.h>

#include <string>
#include <vector>

namespace pregap {
namespace {

// UTF-8 in another encoding, through iconv itself.
std::string encoded(const std::string& text, const char* encoding) {
  const iconv_t handle = iconv_open(encoding, "UTF-8");
  std::string out(4 * text.size() + 16, '\0');
  char* in = const_cast<char*>(text.data());
  char* at = out.data();
  std::size_t left = text.size(), room = out.size();
  const std::size_t failed = iconv(handle, &in, &left, &at, &room);
  iconv_close(handle);
  EXPECT_NE(failed, static_cast<std::size_t>(-1)) << text << " in " << encoding;
  out.resize(out.size() - room);
  return out;
}

struct Text {
  const char *code_page, *text;
};

// Titles as people have them, with the ASCII that surrounds them in a sheet.
const std::vector<Text> kTexts{
    {"CP1252", "Björk"},
    {"CP1252", "Sigur Rós - Ágætis byrjun"},
    {"CP1252", "It’s a Long Way – Don’t Stop"},
    {"CP1252", "“Heroes” … Live"},
    {"CP1252", "Motörhead, Mötley Crüe, Queensrÿche"},
    {"CP1252", "Édith Piaf - Non, je ne regrette rien; À quoi ça sert l’amour"},
    {"CP1252", "Die Ärzte: Schrei nach Liebe; Für immer; Über alles"},
    {"CP1252", "ÆØÅ og æøå"},
    {"CP1252", "Ænima"},
    {"CP1252", "Håkan Hellström - Känn ingen sorg för mig Göteborg"},
    {"CP1252", "Céline Dion: D’eux, Où est le soleil, naïve"},
    {"CP1252", "Mañana será bonito ¿Qué pasa? ¡Olé!"},
    {"CP1252", "Rock & Roll ©1999 ®"},
    {"Shift-JIS", "宇多田ヒカル"},
    {"Shift-JIS", "あいみょん - マリーゴールド"},
    {"Shift-JIS", "椎名林檎 無罪モラトリアム"},
    {"Shift-JIS", "ドラゴンクエスト オリジナル・サウンドトラック Vol.2"},
    {"Shift-JIS", "君が代"},
    {"Shift-JIS", "東京事変 (Live)"},
    {"Shift-JIS", "サザンオールスターズ「真夏の果実」"},
    {"Shift-JIS", "ファイナルファンタジー VII"},
    {"CP1251", "Кино - Группа крови"},
    {"CP1251", "Аквариум"},
    {"CP1251", "Земфира: Прости меня, моя любовь"},
    {"CP1251", "ДДТ - Что такое осень"},
    {"CP1251", "Мумий Тролль (1997) Морская"},
    {"CP1251", "Сплин \"Гранатовый альбом\" CD 2"},
    {"CP1251", "Океан Ельзи - Без меж, Не йди"},
    {"CP1251", "Ёлка"},
};

TEST(CodePage, IsGuessedByHowLettersStandTogether) {
  for (const Text& row : kTexts) {
    const std::string name = row.code_page, text = row.text;
    const std::string bytes = encoded(text, name == "Shift-JIS" ? "CP932" : row.code_page);
    const std::string sheet = "PERFORMER \"" + bytes + "\"\nFILE \"x.wav\" WAVE\n";
    EXPECT_EQ(guess_code_page(sheet), name) << text;
    EXPECT_EQ(to_utf8(bytes, name)->text, text);
  }
}

TEST(CodePage, IsCp1252WhereNothingSpeaksForAnother) {
  for (const char* bytes : {"", "ascii", "\x80", "\xFF", "\x81\xFF", "\xC0\xAF x", "\x93\x94",
                            "\xE9", "a\xE9s", "\x82\xA0", "\xC1\xC2\xC3"}) {
    EXPECT_EQ(guess_code_page(bytes), "CP1252") << bytes;
  }
}

TEST(Encoding, ShowsWhatIsNoCharacter) {
  const auto bad = to_utf8("a\x81", "Shift-JIS");
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->text, "a\uFFFD");
  EXPECT_FALSE(bad->whole);
  EXPECT_EQ(to_utf8("\xC3(", "UTF-8")->text, "\uFFFD(");
}

TEST(Encoding, HoldsAnyAmount) {
  const std::string many(100'000, '\xE4');
  const auto text = to_utf8(many, "ISO-8859-1");
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->whole);
  EXPECT_EQ(text->text.size(), 200'000u);
}

TEST(Encoding, KnowsNamesOfItsOwn) {
  for (const char* name : {"CP1252", "windows-1252", "Shift-JIS", "shift_jis", "SJIS", "CP1251",
                           "KOI8-R", "EUC-JP", "UTF-16LE"}) {
    EXPECT_TRUE(is_known_encoding(name)) << name;
  }
  for (const char* name : {"", "klingon", "UTF-8//TRANSLIT", "/"}) {
    EXPECT_FALSE(is_known_encoding(name)) << name;
    EXPECT_FALSE(to_utf8("x", name)) << name;
  }
}

}  // namespace
}  // namespace pregap
