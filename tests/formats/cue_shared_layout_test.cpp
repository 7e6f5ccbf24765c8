// Where the tracks of others' sheets lie, over stand-in files of the length that cdrdao and libcdio
// were given: held against what those say, which truth.json keeps. Where pregap sees it otherwise,
// the row says why.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "formats/cue_builder.h"
#include "pregap/error.h"
#include "support/shared_data.h"
#include "support/stand_in.h"

namespace pregap::formats {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kFolders[] = {
    "flac-cuesheets",     "rcue",         "libcue",       "libcdio",
    "literal-rcheevos",   "whipper",      "deadbeef",     "megadev",
    "toolmade-mixed",     "toolmade-vcd", "homebrew-cue", "cue2ccd-onetrack-meta",
    "levolution-cuesheet"};

// INDEX 01 of each track by number.
using Starts = std::map<int, int>;

std::string shown(const Starts& starts) {
  std::string text;
  for (const auto& [number, lba] : starts) text += fmt::format("{}@{} ", number, lba);
  return text;
}

Disc build_over_stand_ins(const fs::path& sheet, std::uint64_t bytes_each) {
  const std::vector<std::uint8_t> text = test::read_file(sheet);
  const CueSheet parsed = parse_cue(std::string(text.begin(), text.end()), "S");
  return build_cue_disc_from(
      parsed, "S", [&](const std::string& name, const std::string&, Needed needed) -> DiscFile {
        if (needed == Needed::no) return {};
        const auto file = std::ranges::find(parsed.files, name, &CueFile::name);
        const bool sectors = file->type == "BINARY" || file->type == "MOTOROLA";
        return {.path = name, .bytes = test::stand_in(bytes_each, !sectors)};
      });
}

Starts starts_of(const Disc& disc) {
  Starts starts;
  for (const Track& track : disc.tracks) starts[track.number] = track.start_lba().value;
  return starts;
}

// "TRACK  2  Mode AUDIO:" and "START  04:17:52( 19327)" of show-toc.
Starts starts_of_cdrdao(const json& output) {
  static const std::regex track(R"(TRACK +(\d+) .*)"), start(R"( *START .*\( *(\d+)\))");
  Starts starts;
  int number = 0;
  for (const json& line : output) {
    const std::string text = line.get<std::string>();
    std::smatch match;
    if (std::regex_match(text, match, track)) number = std::stoi(match[1]);
    if (std::regex_match(text, match, start)) starts[number] = std::stoi(match[1]);
  }
  return starts;
}

// "  2: 04:19:52  019327 audio" of cd-info.
Starts starts_of_libcdio(const json& output) {
  static const std::regex track(R"( *(\d+): \d\d:\d\d:\d\d +(\d+) (audio|data|XA).*)");
  Starts starts;
  for (const json& line : output) {
    const std::string text = line.get<std::string>();
    std::smatch match;
    if (!std::regex_match(text, match, track)) continue;
    starts[std::stoi(match[1])] = static_cast<int>(std::stoull(match[2]));
  }
  return starts;
}

class CueSharedLayout : public testing::Test {
 protected:
  void SetUp() override {
    const auto place = test::shared_data();
    if (!place) GTEST_SKIP() << test::why_no_shared_data();
    root_ = *place;
  }
  fs::path root_;
};

const std::string kFlac = "flac-cuesheets/test/cuesheets/";
const std::string kHash = "literal-rcheevos/test_hash_disc_";
constexpr const char* kNoSessions = "cdrdao leaves no gap between sessions";
constexpr const char* kPieceOfASector =
    "the stand-in ends amid a sector of 2048 bytes, which cdrdao counts as one";

// Sheets that cdrdao lays out otherwise.
const std::map<std::string, const char*> kUnlikeCdrdao{
    {kFlac + "bad.069.nonzero_first_INDEX.cue",
     "cdrdao drops the audio before track 1, pregap keeps it as its pregap"},
    {"libcdio/cdda_4_5.cue", "cdrdao counts tracks from 1, the sheet begins with 4"},
    {"literal-rcheevos/test_cdreader_0430_cue.cue",
     "tracks 1 and 2 begin at 00:00:00: cdrdao puts the whole file before track 2"},
    {kHash + "0230_cue_file.cue", kNoSessions},
    {kHash + "0277_cue_file.cue", kNoSessions},
    {kHash + "0324_cue_file.cue", kNoSessions},
    {kHash + "0371_cue_file.cue", kNoSessions},
    {kHash + "0463_cue_file.cue", kNoSessions},
    {"whipper/track-separate.cue",
     "cdrdao takes the stand-in's header for samples, by the name's ending"},
    {"megadev/etc/example.cue", kPieceOfASector},
    {"homebrew-cue/sat-disasteroids/game.cue", kPieceOfASector},
    {"homebrew-cue/sat-oumf/sl_coff.cue", kPieceOfASector}};

// Sheets that libcdio lays out otherwise, beside those that it can't: it reads one file, whatever
// the sheet names, and gives PREGAP no addresses.
const std::map<std::string, const char*> kUnlikeLibcdio{
    {kFlac + "bad.131.TRACK_missing_INDEX_01_2.cue", "INDEX 00 alone is taken as INDEX 01"},
    {kFlac + "bad.133.TRACK_missing_INDEX_01_4.cue", "INDEX 00 alone is taken as INDEX 01"}};

// truth.json keeps the first lines of a long output.
const std::set<std::string> kCut{"libcue/t/99_tracks.cue"};

// The tracks of which both speak.
Starts as_far_as(const Starts& ours, const Starts& theirs) {
  Starts common;
  for (const auto& [number, lba] : ours) {
    if (theirs.contains(number)) common[number] = lba;
  }
  return common;
}

void expect_like(const std::string& name, Starts ours, const Starts& theirs,
                 const std::map<std::string, const char*>& unlike) {
  if (kCut.contains(name)) ours = as_far_as(ours, theirs);
  EXPECT_EQ(ours != theirs, unlike.contains(name)) << name << "\n"
                                                   << shown(ours) << "\n"
                                                   << shown(theirs);
}

TEST_F(CueSharedLayout, IsWhatOthersSay) {
  int with_cdrdao = 0, with_libcdio = 0;
  for (const char* folder : kFolders) {
    const json truth = test::read_truth(root_ / folder);
    for (const auto& [file, facts] : truth["files"].items()) {
      const json stub = facts.value("with_stub_files", json::object());
      if (!file.ends_with(".cue") || !stub.contains("stub_bytes_each")) continue;
      const std::string name = std::string(folder) + "/" + file;
      Disc disc;
      try {
        disc = build_over_stand_ins(root_ / name, stub["stub_bytes_each"].get<std::uint64_t>());
      } catch (const Error&) {
        continue;  // cue_shared_test.cpp lists what is refused
      }
      if (stub["cdrdao show-toc"].value("rc", 1) == 0) {
        ++with_cdrdao;
        expect_like(name, starts_of(disc), starts_of_cdrdao(stub["cdrdao show-toc"]["out"]),
                    kUnlikeCdrdao);
      }
      const bool has_pregap = std::ranges::any_of(
          disc.tracks, [](const Track& track) { return track.unstored_pregap > 0; });
      if (stub["libcdio cd-info"].value("rc", 1) == 0 && disc.files.size() == 1 && !has_pregap) {
        ++with_libcdio;
        expect_like(name, starts_of(disc), starts_of_libcdio(stub["libcdio cd-info"]["out"]),
                    kUnlikeLibcdio);
      }
    }
  }
  EXPECT_GE(with_cdrdao, 60);
  EXPECT_GE(with_libcdio, 40);
}

// What each dialect is told by, on sheets of those who write it.
TEST_F(CueSharedLayout, NamesTheDialect) {
  const std::map<std::string, std::string> dialects{
      {"whipper/surferrosa.eac.single.cue", "EAC single"},
      {"whipper/surferrosa.eac.corrected.cue", "EAC corrected"},
      {"whipper/surferrosa.eac.leftout.cue", "EAC gaps left out"},
      {"whipper/surferrosa.eac.noncompliant.cue", "EAC noncompliant"},
      {"whipper/surferrosa.eac.currentgap.cue", "EAC noncompliant"},
      {"libcue/literals/noncompliant_0.cue", "EAC noncompliant"},
      {"whipper/kings-single.cue", "EAC single"},
      {"toolmade-mixed/binmerge-split/redump.cue", "redump"},
      {"toolmade-mixed/chdman-single/mixed-single.cue", "CDRWIN"},
      {"literal-rcheevos/test_hash_disc_0230_cue_file.cue", "redump multi-session"},
      {"literal-rcheevos/test_hash_disc_0416_cue_file.cue", "redump"},
      {"homebrew-cue/sat-disasteroids/game.cue", "CDRWIN"},
      {"libcdio/vcd_demo.cue", "CDRWIN"}};
  for (const auto& [name, dialect] : dialects) {
    EXPECT_EQ(build_over_stand_ins(root_ / name, 105'840'000).dialect, dialect) << name;
  }
}

}  // namespace
}  // namespace pregap::formats
