#include "formats/ccd_write.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "ccd_sheet.h"
#include "disc/cd_text.h"
#include "disc/complete.h"
#include "disc/toc.h"
#include "support/disc_builder.h"

namespace pregap::formats {
namespace {

using test::error_of;
using test::hollow_file;
using test::hollow_sub;
using test::layout_of;
using test::problems_of;
using Lines = std::vector<std::string>;

struct TrackPlan {
  int number = 1, session = 1;
  TrackType type = TrackType::mode1;
  int start = 0, sectors = 1, pregap = 0;
};

// Tracks one behind the other in one image.
Disc layout_with(const std::vector<TrackPlan>& plans) {
  Disc disc;
  disc.format = "ccd";
  disc.path = "X.ccd";
  std::uint64_t offset = 0;
  for (const TrackPlan& p : plans) {
    Track track;
    track.number = p.number;
    track.session = p.session;
    track.type = track.declared = p.type;
    if (p.pregap > 0) track.indexes.push_back({.number = 0, .lba = Lba(p.start - p.pregap)});
    track.indexes.push_back({.number = 1, .lba = Lba(p.start)});
    track.extents.push_back({.file = 0,
                             .offset = offset,
                             .first = Lba(p.start - p.pregap),
                             .sectors = p.sectors + p.pregap});
    offset += static_cast<std::uint64_t>(p.sectors + p.pregap) * 2352;
    disc.tracks.push_back(track);
  }
  disc.files.push_back(hollow_file(static_cast<std::int64_t>(offset / 2352)));
  complete_disc(disc);
  return disc;
}

TEST(CcdWrite, IsWhatCloneCdWrites) {
  Disc disc = layout_with({{.sectors = 316}});
  EXPECT_EQ(write_ccd(disc),
            "[CloneCD]\r\nVersion=3\r\n[Disc]\r\nTocEntries=4\r\nSessions=1\r\n"
            "DataTracksScrambled=0\r\nCDTextLength=0\r\n[Session 1]\r\nPreGapMode=1\r\n"
            "PreGapSubC=0\r\n"
            "[Entry 0]\r\nSession=1\r\nPoint=0xa0\r\nADR=0x01\r\nControl=0x04\r\nTrackNo=0\r\n"
            "AMin=0\r\nASec=0\r\nAFrame=0\r\nALBA=-150\r\nZero=0\r\nPMin=1\r\nPSec=0\r\n"
            "PFrame=0\r\nPLBA=4350\r\n"
            "[Entry 1]\r\nSession=1\r\nPoint=0xa1\r\nADR=0x01\r\nControl=0x04\r\nTrackNo=0\r\n"
            "AMin=0\r\nASec=0\r\nAFrame=0\r\nALBA=-150\r\nZero=0\r\nPMin=1\r\nPSec=0\r\n"
            "PFrame=0\r\nPLBA=4350\r\n"
            "[Entry 2]\r\nSession=1\r\nPoint=0xa2\r\nADR=0x01\r\nControl=0x04\r\nTrackNo=0\r\n"
            "AMin=0\r\nASec=0\r\nAFrame=0\r\nALBA=-150\r\nZero=0\r\nPMin=0\r\nPSec=6\r\n"
            "PFrame=16\r\nPLBA=316\r\n"
            "[Entry 3]\r\nSession=1\r\nPoint=0x01\r\nADR=0x01\r\nControl=0x04\r\nTrackNo=0\r\n"
            "AMin=0\r\nASec=0\r\nAFrame=0\r\nALBA=-150\r\nZero=0\r\nPMin=0\r\nPSec=2\r\n"
            "PFrame=0\r\nPLBA=0\r\n"
            "[TRACK 1]\r\nMODE=1\r\nINDEX 1=0\r\n");
}

// The text without its entries' sections, and the entries as "session.point=PLBA".
std::string without_entries(const std::string& text) {
  const std::size_t from = text.find("[Entry 0]"), to = text.find("[TRACK");
  return text.substr(0, from) + text.substr(to);
}

TEST(CcdWrite, HasAllThatTheDiscSays) {
  Disc disc = layout_with(
      {{.type = TrackType::audio, .sectors = 1000},
       {.number = 2, .type = TrackType::audio, .start = 1150, .sectors = 850, .pregap = 150},
       {.number = 3, .session = 2, .type = TrackType::mode2, .start = 13400, .sectors = 300}});
  disc.mcn = "0123456789012";
  disc.text = {{"TITLE", "T"}};
  disc.tracks[1].isrc = "XYBLG1101234";
  disc.tracks[1].indexes.push_back({.number = 2, .lba = Lba(1500)});
  disc.tracks[1].remarks = {"FLAGS= DCP"};
  disc.sessions[1].pregap_mode = 1;
  disc.sessions[1].pregap_subchannel = 1;
  disc.sessions[1].remarks = {"Speed=4"};
  disc.remarks = {"Mood=good", "[CloneCD]", "Build=7", "[Other]", "A=1"};
  EXPECT_EQ(without_entries(write_ccd(disc)),
            "[CloneCD]\r\nVersion=3\r\nBuild=7\r\n[Disc]\r\nTocEntries=11\r\nSessions=2\r\n"
            "DataTracksScrambled=0\r\nCDTextLength=72\r\nCATALOG=0123456789012\r\nMood=good\r\n"
            "[CDText]\r\nEntries=4\r\n"
            "Entry 0=80 00 00 00 54 00 00 00 00 00 00 00 00 00 00 00\r\n"
            "Entry 1=8f 00 01 00 00 01 03 00 01 00 00 00 00 00 00 00\r\n"
            "Entry 2=8f 01 02 00 00 00 00 00 00 00 00 03 03 00 00 00\r\n"
            "Entry 3=8f 02 03 00 00 00 00 00 09 00 00 00 00 00 00 00\r\n"
            "[Session 1]\r\nPreGapMode=0\r\nPreGapSubC=0\r\n"
            "[Session 2]\r\nPreGapMode=1\r\nPreGapSubC=1\r\nSpeed=4\r\n"
            "[TRACK 1]\r\nMODE=0\r\nINDEX 1=0\r\n"
            "[TRACK 2]\r\nMODE=0\r\nISRC=XYBLG1101234\r\nINDEX 0=1000\r\nINDEX 1=1150\r\n"
            "INDEX 2=1500\r\nFLAGS= DCP\r\n"
            "[TRACK 3]\r\nMODE=2\r\nINDEX 1=13400\r\n[Other]\r\nA=1\r\n");

  disc.format = "cue";  // its remarks are a sheet's lines
  const std::string text = write_ccd(disc);
  for (const char* remark : {"Mood", "Build", "Other", "Speed", "FLAGS"}) {
    EXPECT_EQ(text.find(remark), std::string::npos) << remark;
  }
}

TEST(CcdWrite, KeepsAStoredTocThatFitsTheLayout) {
  Disc disc = layout_with({{.sectors = 316}});
  disc.toc = make_full_toc(disc);
  disc.toc[3].control = 5;
  std::swap(disc.toc[0], disc.toc[3]);  // written in order
  disc.toc.push_back({.adr = 5, .point = 0xC1, .min = 4, .sec = 152, .frame = 96});
  const CcdSheet kept = parse_ccd(write_ccd(disc), "X");
  ASSERT_EQ(kept.entries.size(), 5U);
  EXPECT_EQ(kept.entries[0].toc.point, 0xA0);
  EXPECT_EQ(kept.entries[3].toc.control, 5);
  EXPECT_EQ(kept.entries[4].toc.point, 0xC1);

  disc.toc[0].pframe = 1;  // track 1 elsewhere
  const CcdSheet made = parse_ccd(write_ccd(disc), "X");
  ASSERT_EQ(made.entries.size(), 4U);
  EXPECT_EQ(made.entries[3].plba, 0);
}

TEST(CcdWrite, HasTheAddressesOfPointsAsCloneCdHas) {
  Disc disc = layout_with({{.sectors = 440000}});
  disc.toc = make_full_toc(disc);
  disc.toc.push_back(
      {.adr = 5, .point = 0xC0, .min = 160, .frame = 48, .pmin = 97, .psec = 26, .pframe = 66});
  const std::string text = write_ccd(disc);
  EXPECT_NE(text.find("ALBA=269898\r\nZero=0\r\nPMin=97\r\nPSec=26\r\nPFrame=66\r\nPLBA=-11634"),
            std::string::npos);
  EXPECT_NE(text.find("PMin=97\r\nPSec=48\r\nPFrame=50\r\nPLBA=440000"), std::string::npos);
}

TEST(CcdWrite, RefusesLayoutsThatAnImageCannotHave) {
  const auto fault = [](const std::function<void(Disc&)>& change) {
    Disc disc = layout_with(
        {{.type = TrackType::audio, .sectors = 1000},
         {.number = 2, .type = TrackType::audio, .start = 1150, .sectors = 850, .pregap = 150},
         {.number = 3, .session = 2, .start = 13400, .sectors = 300}});
    change(disc);
    return error_of([&] { write_ccd(disc); });
  };
  EXPECT_EQ(fault([](Disc&) {}), "nothing");
  EXPECT_EQ(fault([](Disc& d) { d.tracks.clear(); }),
            "unsupported: X.ccd: no tracks, expected one for a CloneCD image at least");
  EXPECT_EQ(fault([](Disc& d) {
              d.files.push_back(d.files[0]);
              d.tracks.back().extents.back().file = 1;
            }),
            "unsupported: X.ccd: 2 files, expected one image for all sectors of a CloneCD image");
  EXPECT_EQ(fault([](Disc& d) { d.tracks[1].extents[0].storage = Storage::raw2448; }),
            "unsupported: X.ccd: sectors of 2448 bytes at byte 2352000 from LBA 1000 in track 2, "
            "expected 2352-byte ones at byte 2352000 from LBA 1000");
  EXPECT_EQ(fault([](Disc& d) { d.tracks[2].extents[0].offset += 2352; }),
            "unsupported: X.ccd: sectors of 2352 bytes at byte 4706352 from LBA 13400 in track 3, "
            "expected 2352-byte ones at byte 4704000 from LBA 13400");
  EXPECT_EQ(fault([](Disc& d) {
              d.tracks[1].extents[0].first = Lba(1001);
              d.tracks[1].extents[0].sectors = 999;
            }),
            "unsupported: X.ccd: track 2 from LBA 1001 behind track 1 up to LBA 1000, expected a "
            "session's tracks by number, each right behind the other");
  EXPECT_EQ(fault([](Disc& d) { d.tracks[1].extents.clear(); }),
            "unsupported: X.ccd: track 2 from LBA 1150 behind track 1 up to LBA 1000, expected a "
            "session's tracks by number, each right behind the other");
  EXPECT_EQ(
      fault([](Disc& d) { d.tracks[2].extents.clear(); }),
      "unsupported: X.ccd: track 3 with 0 sectors, expected tracks 1 to 99 with one at least");
  EXPECT_EQ(fault([](Disc& d) { d.sessions[0].lead_out = Lba(2100); }),
            "unsupported: X.ccd: session 1 with its last sector before LBA 2000 and its lead-out "
            "at LBA 2100, expected no gap between them");
  EXPECT_EQ(fault([](Disc& d) { d.tracks[2].session = 0; }),
            "unsupported: X.ccd: session 0 behind session 1, expected rising sessions");
  EXPECT_EQ(fault([](Disc& d) { d.mcn = "12\n[Disc]"; }),
            "refused: X.ccd: a catalog number of '12\\x0A[Disc]', expected one without control "
            "characters");
  EXPECT_EQ(fault([](Disc& d) { d.tracks[0].isrc = "a\r"; }),
            "refused: X.ccd: an ISRC of 'a\\x0D', expected one without control characters");
}

class RandomDisc {
 public:
  explicit RandomDisc(unsigned seed) : random_(seed) {}

  int number(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
  bool chance(int percent) { return number(1, 100) <= percent; }

  Disc make() {
    std::vector<TrackPlan> plans;
    int at = 0, track = chance(80) ? 1 : number(1, 40);
    const int sessions = chance(60) ? 1 : number(2, 4);
    for (int session = 1; session <= sessions; ++session) {
      const bool first_session = session == 1;
      for (int n = number(1, session == 1 ? 8 : 3), t = 0; t < n; ++t) {
        TrackPlan plan{.number = track++, .session = session};
        plan.type = std::vector{TrackType::audio, TrackType::mode1,
                                TrackType::mode2}[static_cast<std::size_t>(number(0, 2))];
        if (chance(50) && (t > 0 || first_session)) plan.pregap = number(1, 300);
        plan.start = at + plan.pregap;
        plan.sectors = number(1, 2000);
        at = plan.start + plan.sectors;
        plans.push_back(plan);
      }
      at += first_session ? 11400 : 6900;
    }
    Disc disc = layout_with(plans);
    for (Track& t : disc.tracks) decorate(t);
    if (chance(50)) disc.mcn = "0123456789012";
    for (Session& s : disc.sessions) {
      s.pregap_mode = number(0, 2);
      s.pregap_subchannel = number(0, 1);
      s.type = std::vector{DiscType::cd_da_or_rom, DiscType::cd_i,
                           DiscType::cd_xa}[static_cast<std::size_t>(number(0, 2))];
      if (chance(20)) s.remarks = {"Speed=4"};
    }
    if (chance(30)) disc.remarks = {"Mood=good", "[Other]", "A=1"};
    if (chance(50)) add_text(disc);
    disc.toc = make_full_toc(disc);
    return disc;
  }

 private:
  void decorate(Track& track) {
    track.flags.copy_permitted = chance(30);
    if (!track.is_data()) {
      track.flags.pre_emphasis = chance(20);
      track.flags.four_channel = chance(10);
    }
    if (chance(30)) track.isrc = fmt::format("XYBLG11{:05}", number(0, 99999));
    for (int n = 2, lba = track.start_lba().value; n < 5 && chance(40); ++n) {
      lba += number(1, 200);
      if (lba >= track.end_lba().value) break;
      track.indexes.push_back({.number = n, .lba = Lba(lba)});
    }
    if (chance(10)) track.remarks = {"FLAGS= DCP"};
  }

  void add_text(Disc& disc) {
    CdTextBlock block;
    block.disc = {{"TITLE", "A title of the disc"}, {"PERFORMER", "Nobody"}};
    for (const Track& track : disc.tracks) {
      if (!chance(80)) continue;
      block.tracks[track.number] = {{"TITLE", fmt::format("Track {}", number(0, 1 << 20))}};
    }
    const int first = disc.tracks.front().number, last = disc.tracks.back().number;
    disc.cd_text = {block};
    disc.cd_text_packs = encode_cd_text(disc.cd_text, first, last, "X").packs;
    disc.text = block.disc;
    for (Track& track : disc.tracks) {
      if (block.tracks.contains(track.number)) track.text = block.tracks[track.number];
    }
  }

  std::mt19937 random_;
};

// All that a control file can say of a disc.
Lines model_of(const Disc& disc) {
  Lines lines = layout_of(disc);
  lines.push_back("mcn " + disc.mcn);
  const auto add_text = [&](const std::string& of, const TextFields& fields) {
    for (const auto& [name, value] : fields) lines.push_back(of + " " + name + "=" + value);
  };
  add_text("disc", disc.text);
  for (const Track& t : disc.tracks) {
    const std::string name = fmt::format("track {}", t.number);
    lines.push_back(fmt::format("{} declared {} {}{}{} isrc {} at {}", name, name_of(t.declared),
                                t.flags.copy_permitted, t.flags.pre_emphasis, t.flags.four_channel,
                                t.isrc, t.extents.at(0).offset));
    add_text(name, t.text);
    for (const std::string& remark : t.remarks) lines.push_back(name + " " + remark);
  }
  for (const Session& s : disc.sessions) {
    lines.push_back(fmt::format("session {} type {} lead-out {} pregap {} {}", s.number,
                                static_cast<int>(s.type), s.lead_out.value,
                                s.pregap_mode.value_or(-1), s.pregap_subchannel.value_or(-1)));
    lines.insert(lines.end(), s.remarks.begin(), s.remarks.end());
  }
  lines.insert(lines.end(), disc.remarks.begin(), disc.remarks.end());
  return lines;
}

TEST(CcdRoundTrip, ADiscComesBackFromItsControlFile) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Disc disc = RandomDisc(seed).make();
    const std::string text = write_ccd(disc);
    const std::int64_t sectors = disc.stored_sectors();
    Disc read =
        test::build_ccd(text, {.image = hollow_file(sectors), .subchannel = hollow_sub(sectors)});
    complete_disc(read);
    Lines problems = problems_of(read.problems);
    std::erase_if(problems, [](const std::string& p) { return p.starts_with("ccd.section"); });
    ASSERT_EQ(problems, Lines{}) << text;
    ASSERT_EQ(model_of(read), model_of(disc)) << text;
    ASSERT_EQ(read.toc, disc.toc) << text;
    ASSERT_EQ(read.cd_text_packs, disc.cd_text_packs) << text;
    ASSERT_TRUE(read.cd_text == disc.cd_text) << text;
    read.format = "ccd";
    read.files.resize(1);
    ASSERT_EQ(write_ccd(read), text);
  }
}

}  // namespace
}  // namespace pregap::formats
