#include "formats/ccd_builder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ccd_sheet.h"
#include "disc/toc.h"
#include "support/disc_builder.h"

namespace pregap::formats {
namespace {

using test::ccd_text;
using test::EntryPlan;
using test::error_of;
using test::hollow_file;
using test::hollow_sub;
using test::HollowImage;
using test::layout_of;
using test::problems_of;
using Lines = std::vector<std::string>;

constexpr int kA0 = 0xA0, kA1 = 0xA1, kA2 = 0xA2;

// A0, A1 and A2 of a session.
std::vector<EntryPlan> frame_of(int session, int first, int last, int lead_out, int type = 0) {
  return {{.session = session, .point = kA0, .pmin = first, .psec = type},
          {.session = session, .point = kA1, .pmin = last},
          {.session = session, .point = kA2, .lba = lead_out}};
}

std::vector<EntryPlan> joined(std::vector<std::vector<EntryPlan>> parts) {
  std::vector<EntryPlan> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

struct LayoutCase {
  const char* name;
  std::string text;
  std::int64_t sectors;  // of the image
  Lines layout;
  Lines problems;
};

// An enhanced CD: two audio tracks, then data in a second session.
std::vector<EntryPlan> enhanced() {
  return joined({frame_of(1, 1, 2, 20000),
                 {{.point = 1, .lba = 0}, {.point = 2, .lba = 10000}},
                 {{.point = 0xB0,
                   .adr = 5,
                   .pmin = 79,
                   .psec = 59,
                   .pframe = 74,
                   .min = 6,
                   .sec = 58,
                   .frame = 50,
                   .zero = 2},
                  {.point = 0xC0, .adr = 5, .pmin = 97, .psec = 26, .pframe = 66, .min = 160}},
                 frame_of(2, 3, 3, 32400, 0x20),
                 {{.session = 2, .point = 3, .control = 4, .lba = 31400}}});
}
const std::string kEnhancedTracks =
    "[TRACK 1]\nMODE=0\nINDEX 1=0\n[TRACK 2]\nMODE=0\nINDEX 0=9850\nINDEX 1=10000\n"
    "[TRACK 3]\nMODE=2\nINDEX 1=0\n";
const Lines kEnhancedLayout = {
    "1 audio session 1 index 01=0 stored 0+9850",
    "2 audio session 1 index 00=9850 01=10000 stored 9850+10150",
    "3 mode2 session 2 index 01=31400 stored 31400+1000",
};

std::vector<LayoutCase> layout_cases() {
  std::vector<LayoutCase> cases;
  cases.push_back({"mixed mode, entries out of order",
                   ccd_text(1,
                            joined({{{.point = 2, .lba = 1150}, {.point = 1, .control = 4}},
                                    frame_of(1, 1, 2, 2000)}),
                            "[TRACK 1]\nMODE=1\nINDEX 1=0\n"
                            "[TRACK 2]\nMODE=0\nINDEX 0=1000\nINDEX 1=1150\nINDEX 2=1300\n"),
                   2000,
                   {"1 mode1 session 1 index 01=0 stored 0+1000",
                    "2 audio session 1 index 00=1000 01=1150 02=1300 stored 1000+1000"},
                   {}});
  cases.push_back(
      {"two sessions", ccd_text(2, enhanced(), kEnhancedTracks), 21000, kEnhancedLayout, {}});
  cases.push_back({"INDEX lines that count from the session's start",
                   ccd_text(2,
                            joined({frame_of(1, 1, 1, 1000),
                                    {{.point = 1}},
                                    frame_of(2, 2, 3, 14400),
                                    {{.session = 2, .point = 2, .lba = 12400},
                                     {.session = 2, .point = 3, .lba = 13400}}}),
                            "[TRACK 1]\nMODE=0\nINDEX 1=0\n[TRACK 2]\nMODE=0\nINDEX 1=0\n"
                            "[TRACK 3]\nMODE=0\nINDEX 0=850\nINDEX 1=1000\nINDEX 2=1100\n"),
                   3000,
                   {"1 audio session 1 index 01=0 stored 0+1000",
                    "2 audio session 2 index 01=12400 stored 12400+850",
                    "3 audio session 2 index 00=13250 01=13400 02=13500 stored 13250+1150"},
                   {}});
  cases.push_back({"the pause before a later session is stored",
                   ccd_text(2, enhanced(), kEnhancedTracks),
                   21150,
                   {kEnhancedLayout[0], kEnhancedLayout[1],
                    "3 mode2 session 2 index 00=31250 01=31400 stored 31250+1150"},
                   {"ccd.layout: X.img: by its size and addresses the pregaps of later sessions "
                    "are stored otherwise than the INDEX lines say"}});
  cases.push_back({"the gaps between sessions are stored",
                   ccd_text(2, enhanced(), kEnhancedTracks),
                   32400,
                   kEnhancedLayout,
                   {"ccd.layout: X.img: by its size and addresses the gaps between the sessions "
                    "are in the image"}});
  const std::vector<EntryPlan> late =
      joined({frame_of(1, 1, 1, 5000), {{.point = 1, .lba = 1000}}});
  cases.push_back({"audio hidden before track 1",
                   ccd_text(1, late, "[TRACK 1]\nMODE=0\nINDEX 0=0\nINDEX 1=1000\n"),
                   5000,
                   {"1 audio session 1 index 00=0 01=1000 stored 0+5000"},
                   {}});
  cases.push_back({"audio hidden before track 1, told by the size alone",
                   ccd_text(1, late, "[TRACK 1]\nMODE=0\nINDEX 1=1000\n"),
                   5000,
                   {"1 audio session 1 index 00=0 01=1000 stored 0+5000"},
                   {"ccd.layout: X.img: by its size and addresses the sectors before the first "
                    "track are in the image"}});
  cases.push_back({"a first pregap that is not stored",
                   ccd_text(1, late, "[TRACK 1]\nMODE=0\nINDEX 1=1000\n"),
                   4000,
                   {"1 audio session 1 pregap 1000 index 01=1000 stored 1000+4000"},
                   {}});
  cases.push_back({"a first pregap that INDEX 0 claims and the size denies",
                   ccd_text(1, late, "[TRACK 1]\nMODE=0\nINDEX 0=0\nINDEX 1=1000\n"),
                   4000,
                   {"1 audio session 1 pregap 1000 index 01=1000 stored 1000+4000"},
                   {"ccd.layout: X.img: by its size and addresses the pregap of the first track "
                    "is not in the image"}});
  cases.push_back(
      {"an image cut short",
       ccd_text(2, enhanced(), kEnhancedTracks),
       19000,
       {kEnhancedLayout[0],
        "2 audio session 1 index 00=9850 01=10000 stored 9850+9150 missing 1000",
        "3 mode2 session 2 index 01=31400 stored missing 1000"},
       {"file.size: X.img: the file ends after 44688000 bytes, track 2 is short of 1,000 "
        "sectors",
        "file.size: X.img: the file ends after 44688000 bytes, track 3 is short of 1,000 "
        "sectors"}});
  cases.push_back({"an image that is too long",
                   ccd_text(1, joined({frame_of(1, 1, 1, 100), {{.point = 1}}}), ""),
                   120,
                   {"1 audio session 1 index 01=0 stored 0+100"},
                   {"file.extra: X.img: 20 sectors behind the lead-out at LBA 100, passed over"}});
  cases.push_back(
      {"no lead-out",
       ccd_text(1, {{.point = 1}, {.point = 2, .lba = 50}}, ""),
       120,
       {"1 audio session 1 index 01=0 stored 0+50", "2 audio session 1 index 01=50 stored 50+70"},
       {"toc.lead_out: X.ccd:11: session 1 has no lead-out, expected one behind its "
        "last track at LBA 50; the image's end is taken"}});
  cases.push_back({"no lead-out of the first of two sessions",
                   ccd_text(2,
                            joined({{{.point = 1}},
                                    frame_of(2, 2, 2, 12500),
                                    {{.session = 2, .point = 2, .lba = 12400}}}),
                            ""),
                   1100,
                   {"1 audio session 1 index 01=0 stored 0+1000",
                    "2 audio session 2 index 01=12400 stored 12400+100"},
                   {"toc.lead_out: X.ccd:14: session 1 has no lead-out, expected one behind its "
                    "last track at LBA 0; LBA 1000 is taken"}});
  cases.push_back({"a pretended lead-out",
                   ccd_text(1, joined({frame_of(1, 1, 1, 368849), {{.point = 1}}}), ""),
                   120,
                   {"1 audio session 1 index 01=0 stored 0+120"},
                   {"toc.lead_out: X.ccd: the lead-out at LBA 368849 is one that protected discs "
                    "pretend to, the image's end is taken"}});
  cases.push_back({"a lead-out before the last track",
                   ccd_text(1, joined({frame_of(1, 1, 1, 50), {{.point = 1, .lba = 60}}}),
                            "[TRACK 1]\nMODE=0\nINDEX 0=0\nINDEX 1=60\n"),
                   100,
                   {"1 audio session 1 index 00=0 01=60 stored 0+100"},
                   {"toc.lead_out: X.ccd:11: session 1 has its lead-out at LBA 50, expected one "
                    "behind its last track at LBA 60; the image's end is taken"}});
  cases.push_back(
      {"a pregap without room",
       ccd_text(1, joined({frame_of(1, 1, 2, 200), {{.point = 1}, {.point = 2, .lba = 100}}}),
                "[TRACK 2]\nMODE=0\nINDEX 0=0\nINDEX 1=100\nINDEX 5=300\nINDEX 3=120\n"),
       200,
       {"1 audio session 1 index 01=0 stored 0+100",
        "2 audio session 1 index 01=100 03=120 stored 100+100"},
       {"ccd.index: X.ccd:86: track 2 has INDEX 0=0 and INDEX 1=100, which leaves no "
        "room for a pregap; taken as without one",
        "ccd.index: X.ccd:86: INDEX 5=300 of track 2 lies outside it, passed over"}});
  cases.push_back(
      {"a track twice, the later one counts",
       ccd_text(1,
                joined({frame_of(1, 1, 2, 200),
                        {{.point = 1}, {.point = 2, .lba = 50}, {.point = 2, .lba = 100}}}),
                ""),
       200,
       {"1 audio session 1 index 01=0 stored 0+100",
        "2 audio session 1 index 01=100 stored 100+100"},
       {"toc.duplicate: X.ccd:86: point 02h of session 1 is there twice, the later one "
        "is taken"}});
  cases.push_back(
      {"99 as the only track, and no [TRACK] section",
       ccd_text(1, joined({frame_of(1, 99, 99, 200), {{.point = 99, .control = 4}}}), ""),
       200,
       {"99 mode1 session 1 index 01=0 stored 0+200"},
       {}});
  cases.push_back({"track numbers that begin again",
                   ccd_text(2,
                            joined({frame_of(1, 1, 1, 1000),
                                    {{.point = 1}},
                                    frame_of(2, 1, 1, 12500),
                                    {{.session = 2, .point = 1, .control = 4, .lba = 12400}}}),
                            "[TRACK 1]\nMODE=0\nINDEX 1=0\n[TRACK 1]\nMODE=2\nINDEX 1=12400\n"),
                   1100,
                   {"1 audio session 1 index 01=0 stored 0+1000",
                    "1 mode2 session 2 index 01=12400 stored 12400+100"},
                   {}});
  cases.push_back({"no entries at all",
                   "[CloneCD]\n[Session 1]\nPreGapMode=2\n[TRACK 1]\nMODE=2\nINDEX 1=0\n"
                   "[TRACK 2]\nMODE=0\nINDEX 0=225\nINDEX 1=375\n",
                   600,
                   {"1 mode2 session 1 index 01=0 stored 0+225",
                    "2 audio session 1 index 00=225 01=375 stored 225+375"},
                   {"ccd.entries: X.ccd:4: no [Entry] sections, the tracks' INDEX lines are taken "
                    "as addresses"}});
  cases.push_back({"address and time that differ",
                   "[CloneCD]\n[Entry 0]\nPoint=1\nPMin=0\nPSec=2\nPFrame=0\nPLBA=10\n"
                   "[Entry 1]\nPoint=0xa2\nPLBA=100\n",
                   90,
                   {"1 audio session 1 pregap 10 index 01=10 stored 10+90"},
                   {"ccd.address: X.ccd:2: PLBA=10 is not what PMin, PSec and PFrame say (LBA 0), "
                    "PLBA is taken"}});
  cases.push_back({"a disc of 99 minutes",
                   ccd_text(1, joined({frame_of(1, 1, 1, 440000), {{.point = 1}}}), ""),
                   440000,
                   {"1 audio session 1 index 01=0 stored 0+440000"},
                   {}});
  cases.push_back({"an odd disc type and catalog number",
                   "[CloneCD]\n[Disc]\nCATALOG=12\n[Entry 0]\nPoint=0xA0\nPSec=7\n"
                   "[Entry 1]\nPoint=1\nPLBA=0\n[Entry 2]\nPoint=0xa2\nPLBA=9\n",
                   9,
                   {"1 audio session 1 index 01=0 stored 0+9"},
                   {"toc.disc_type: X.ccd:4: disc type 07h, expected 00h, 10h or 20h, taken as 00h",
                    "ccd.catalog: X.ccd: CATALOG '12', expected 13 digits, kept as found"}});
  return cases;
}

TEST(CcdBuilder, LaysOutWhatTheEntriesSay) {
  for (const LayoutCase& c : layout_cases()) {
    SCOPED_TRACE(c.name);
    const Disc disc = test::build_ccd(
        c.text, {.image = hollow_file(c.sectors), .subchannel = hollow_sub(c.sectors)});
    EXPECT_EQ(layout_of(disc), c.layout);
    EXPECT_EQ(problems_of(disc.problems), c.problems);
  }
}

TEST(CcdBuilder, PutsTheSessionsOfTheImageBehindEachOther) {
  const Disc disc = test::build_ccd(ccd_text(2, enhanced(), kEnhancedTracks),
                                    {.image = hollow_file(21000), .subchannel = hollow_sub(21000)});
  ASSERT_EQ(disc.tracks.size(), 3U);
  EXPECT_EQ(disc.tracks[1].extents.at(0).offset, 9850U * 2352);
  EXPECT_EQ(disc.tracks[2].extents.at(0).offset, 20000U * 2352);
  ASSERT_EQ(disc.subchannel.size(), 2U);
  EXPECT_EQ(disc.subchannel[1].offset, 20000U * 96);
  EXPECT_EQ(disc.subchannel[1].first, Lba(31400));
  EXPECT_EQ(disc.subchannel[1].sectors, 1000);
  EXPECT_EQ(disc.subchannel[1].order, SubchannelOrder::linear);
  ASSERT_EQ(disc.sessions.size(), 2U);
  EXPECT_EQ(disc.sessions[0].lead_out, Lba(20000));
  EXPECT_EQ(disc.sessions[1].type, DiscType::cd_xa);
  EXPECT_EQ(disc.sessions[1].pregap_mode, 1);
  EXPECT_EQ(disc.toc.size(), 11U);
  Lines differences;
  for (const TocDifference& d : compare_toc(disc, disc.toc)) differences.push_back(d.message);
  EXPECT_EQ(differences, Lines{});
}

// Where sizes leave a choice, the sectors' own addresses make it.
TEST(CcdBuilder, BelievesTheAddressesInTheImage) {
  auto image = std::make_shared<HollowImage>(21150U * 2352, "X.img");
  image->put(20150, test::sound_sector(SectorKind::mode2_form1, 31400));
  std::vector<EntryPlan> entries = enhanced();
  entries[9].lba = 32600;  // a lead-out that fits neither way
  const Disc disc = test::build_ccd(ccd_text(2, entries, kEnhancedTracks),
                                    {.image = {.path = "X.img", .bytes = image}, .subchannel = {}});
  EXPECT_EQ(layout_of(disc).at(2),
            "3 mode2 session 2 index 00=31250 01=31400 stored 31250+1150 missing 200");
}

struct ControlCase {
  int control;
  TrackType type;
  bool copy, pre, four;
};

TEST(CcdBuilder, TakesFlagsFromControl) {
  for (const ControlCase& c : std::vector<ControlCase>{
           {0x0, TrackType::audio, false, false, false},
           {0x3, TrackType::audio, true, true, false},
           {0x8, TrackType::audio, false, false, true},
           {0x4, TrackType::mode1, false, false, false},
           {0x7, TrackType::mode1, true, false, false},
       }) {
    const Disc disc = test::build_ccd(
        ccd_text(1, joined({frame_of(1, 1, 1, 9), {{.point = 1, .control = c.control}}}), ""),
        {.image = hollow_file(9), .subchannel = {}});
    const Track& track = disc.tracks.at(0);
    EXPECT_EQ(track.declared, c.type) << c.control;
    EXPECT_EQ(track.flags.copy_permitted, c.copy) << c.control;
    EXPECT_EQ(track.flags.pre_emphasis, c.pre) << c.control;
    EXPECT_EQ(track.flags.four_channel, c.four) << c.control;
  }
}

struct SubCase {
  const char* name;
  std::optional<std::int64_t> frames;
  std::int32_t taken;
  Lines problems;
};

TEST(CcdBuilder, TakesAsMuchSubchannelAsThereIs) {
  for (const SubCase& c : std::vector<SubCase>{
           {"whole", 100, 100, {}},
           {"none",
            std::nullopt,
            0,
            {"subchannel.missing: X.ccd: no .sub file beside it, read without sub-channel"}},
           {"short",
            60,
            60,
            {"subchannel.size: X.sub: 5760 bytes of sub-channel, expected 9600 for 100 sectors"}},
           {"long",
            101,
            100,
            {"subchannel.size: X.sub: 9696 bytes of sub-channel, expected 9600 for 100 sectors"}},
           {"empty",
            0,
            0,
            {"subchannel.size: X.sub: 0 bytes of sub-channel, expected 9600 for 100 sectors"}},
       }) {
    SCOPED_TRACE(c.name);
    CcdFiles files{.image = hollow_file(100), .subchannel = {}};
    if (c.frames) files.subchannel = hollow_sub(*c.frames);
    const Disc disc = test::build_ccd(
        ccd_text(1, joined({frame_of(1, 1, 1, 100), {{.point = 1}}}), ""), std::move(files));
    EXPECT_EQ(disc.subchannel.empty() ? 0 : disc.subchannel[0].sectors, c.taken);
    EXPECT_EQ(problems_of(disc.problems), c.problems);
  }
}

TEST(CcdBuilder, RefusesWhatHasNoMeaning) {
  const auto fault = [](const std::vector<EntryPlan>& entries, const std::string& tracks = "") {
    return error_of([&] {
      test::build_ccd(ccd_text(1, entries, tracks), {.image = hollow_file(9), .subchannel = {}});
    });
  };
  EXPECT_EQ(fault(frame_of(1, 1, 1, 9)),
            "malformed: X.ccd: no [Entry] of a track, expected at least one with Point 1 to 99");
  EXPECT_EQ(fault({{.point = 1, .lba = 100}, {.point = 2, .lba = 100}}),
            "malformed: X.ccd:26: track 2 begins at LBA 100, track 1 before it at LBA 100, "
            "expected rising "
            "addresses");
  EXPECT_EQ(fault({{.point = 1, .lba = -1}}),
            "malformed: X.ccd:11: track 1 begins at LBA -1, expected 0 or more");
}

TEST(CcdBuilder, ReadsCdTextAndRemarks) {
  const Disc disc = test::build_ccd(
      "[CloneCD]\nVersion=2\n[Disc]\nDataTracksScrambled=1\nMood=good\nCATALOG=0123456789012\n"
      "[CDText]\nEntries=1\nEntry 0=80 00 00 00 41 00 42 00 00 00 00 00 00 00 00 00\n"
      "[Session 1]\nSpeed=4\n[Entry 0]\nPoint=1\nPLBA=0\n[Entry 1]\nPoint=0xa2\nPLBA=9\n"
      "[TRACK 1]\nMODE=0\nISRC=XYBLG1101234\nFLAGS= DCP\n",
      {.image = hollow_file(9), .subchannel = hollow_sub(9)});
  EXPECT_EQ(disc.dialect, "version 2");
  EXPECT_EQ(disc.mcn, "0123456789012");
  EXPECT_EQ(disc.text, (TextFields{{"TITLE", "A"}}));
  EXPECT_EQ(disc.tracks.at(0).text, (TextFields{{"TITLE", "B"}}));
  EXPECT_EQ(disc.cd_text_packs.size(), 1U);
  EXPECT_EQ(disc.cd_text.size(), 1U);
  EXPECT_EQ(disc.tracks.at(0).isrc, "XYBLG1101234");
  EXPECT_EQ(disc.tracks.at(0).declared_as, "MODE=0");
  EXPECT_EQ(disc.remarks, Lines{"Mood=good"});
  EXPECT_EQ(disc.sessions.at(0).remarks, Lines{"Speed=4"});
  EXPECT_EQ(disc.tracks.at(0).remarks, Lines{"FLAGS= DCP"});
  EXPECT_EQ(problems_of(disc.problems),
            (Lines{"ccd.scrambled: X.ccd: DataTracksScrambled=1: data sectors are descrambled "
                   "where they need it",
                   "cdtext.size: X.ccd: block 0 of CD-Text has no whole size information, taken as "
                   "ISO 8859-1"}));
}

}  // namespace
}  // namespace pregap::formats
