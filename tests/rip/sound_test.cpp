// Sound discs of every kind come out as they are, through a cue sheet and through CloneCD's files.
#include <gtest/gtest.h>

#include "disc/compare.h"
#include "pregap/open.h"
#include "rip/rip_fixture.h"
#include "support/shared_data.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;
using test::differing;
using test::rip_disc;
using test::Ripped;
using test::TempFolder;

std::vector<std::string> shown(const std::vector<Difference>& differences) {
  std::vector<std::string> lines;
  for (const Difference& d : differences) lines.push_back(d.what + ": " + d.message);
  return lines;
}
const std::vector<std::string> kNone;

// As CloneCD's files, with sub-channel: what a drive is given that has it all.
Disc as_ccd(const Disc& disc, const TempFolder& folder) {
  ConvertOptions options;
  options.make_subchannel = true;
  options.keep_damaged = true;
  convert(disc, folder / "source.ccd", options);
  return open_disc(folder / "source.ccd");
}

TEST(SoundRip, EveryKindOfDiscComesOutThroughACueSheet) {
  for (const std::string& kind : test::all_kinds()) {
    SCOPED_TRACE(kind);
    const TempFolder folder;
    const Disc source = test::source_disc(kind);
    const Ripped rip = rip_disc(source, folder);
    EXPECT_TRUE(rip.report.sound());
    EXPECT_EQ(differing(source, rip.disc), "");
    EXPECT_EQ(test::layout_of(rip.disc), test::layout_of(source));
    EXPECT_EQ(rip.disc.mcn, source.mcn);
    EXPECT_EQ(rip.disc.text, source.text);
    for (std::size_t t = 0; t < source.tracks.size(); ++t) {
      EXPECT_EQ(rip.disc.tracks[t].isrc, source.tracks[t].isrc);
      EXPECT_EQ(rip.disc.tracks[t].text, source.tracks[t].text);
      EXPECT_EQ(rip.disc.tracks[t].flags.pre_emphasis, source.tracks[t].flags.pre_emphasis);
      EXPECT_EQ(rip.disc.tracks[t].flags.copy_permitted, source.tracks[t].flags.copy_permitted);
    }
  }
}

TEST(SoundRip, EveryKindOfDiscComesOutThroughCloneCdsFilesWithItsSubchannel) {
  for (const std::string& kind : test::all_kinds()) {
    SCOPED_TRACE(kind);
    const TempFolder folder, out;
    const Disc source = as_ccd(test::source_disc(kind), folder);
    const Ripped rip = rip_disc(source, out, {.out = "source.ccd"});
    EXPECT_TRUE(rip.report.sound());
    EXPECT_EQ(shown(differences(source, rip.disc)), kNone);
    for (const char* file : {"source.img", "source.sub", "source.ccd"}) {
      EXPECT_EQ(out.read(file), folder.read(file)) << file;
    }
  }
}

TEST(SoundRip, TheSamplesComeOutByteForByte) {
  for (const char* sheet : {"mixed/mixed.cue", "xa/xa.cue", "mixed-tracks/mixed.cue"}) {
    SCOPED_TRACE(sheet);
    const TempFolder folder;
    const Disc source = open_disc(fs::path(PREGAP_SAMPLES) / sheet);
    const Ripped rip = rip_disc(source, folder);
    EXPECT_TRUE(rip.report.sound());
    EXPECT_EQ(differing(source, rip.disc), "");
    EXPECT_EQ(test::layout_of(rip.disc), test::layout_of(source));
  }
}

// Sectors that the disc itself has with faults are read as they are, and said to be in doubt.
TEST(SoundRip, DamageOnTheDiscIsKeptAndReported) {
  const TempFolder folder;
  const Disc source = open_disc(fs::path(PREGAP_SAMPLES) / "damaged/xa.cue");
  const Ripped rip = rip_disc(source, folder);
  EXPECT_FALSE(rip.report.sound());
  EXPECT_TRUE(rip.report.unread.empty());
  EXPECT_FALSE(rip.report.in_doubt.empty());
  EXPECT_EQ(rip.report.same_in_every_read, rip.report.in_doubt);
  EXPECT_EQ(differing(source, rip.disc), "");
}

TEST(SoundRip, SharedImagesComeOutByteForByte) {
  const std::optional<fs::path> shared = test::shared_data();
  if (!shared) GTEST_SKIP() << test::why_no_shared_data();
  for (const char* sheet :
       {"libcdio/cdda.cue", "libcdio/cdda_4_5.cue", "libcdio/isofs-m1.cue", "libcdio/cdda.toc",
        "toolmade-mixed/binmerge-split/redump.cue", "toolmade-mixed/chdman-single/mixed-single.cue",
        "toolmade-mixed/chdman-toc/mixed.toc", "toolmade-mixed/multibin/mixed-multibin.cue",
        "toolmade-vcd/vcd20.cue", "toolmade-vcd/svcd.cue", "toolmade-vcd/videocd.toc"}) {
    SCOPED_TRACE(sheet);
    const TempFolder folder;
    const Disc source = open_disc(*shared / sheet);
    const Ripped rip = rip_disc(source, folder);
    EXPECT_TRUE(rip.report.unread.empty());
    EXPECT_EQ(differing(source, rip.disc), "");
    EXPECT_EQ(rip.disc.tracks.size(), source.tracks.size());
    for (std::size_t t = 0; t < source.tracks.size(); ++t) {
      EXPECT_EQ(rip.disc.tracks[t].start_lba(), source.tracks[t].start_lba());
      EXPECT_EQ(rip.disc.tracks[t].end_lba(), source.tracks[t].end_lba());
    }
  }
}

TEST(SoundRip, AnIsoHoldsTheUserData) {
  const TempFolder folder;
  const Disc source = test::source_disc("mode1");
  const Ripped rip = rip_disc(source, folder, {.out = "out.iso"});
  EXPECT_TRUE(rip.report.sound());
  EXPECT_FALSE(rip.report.unchecked);
  convert(source, folder / "expected.iso");
  EXPECT_EQ(folder.read("out.iso"), folder.read("expected.iso"));
}

TEST(SoundRip, ADriveWithoutWholeSectorsGivesAnIsoThatIsCalledUnchecked) {
  for (const char* query : {"lacks=read-cd", "raw=bare"}) {
    SCOPED_TRACE(query);
    const TempFolder folder;
    const Disc source = test::source_disc("mode1");
    const Ripped rip = rip_disc(source, folder, {.query = query, .out = "out.iso"});
    EXPECT_TRUE(rip.report.sound());
    EXPECT_TRUE(rip.report.unchecked);
    convert(source, folder / "expected.iso");
    EXPECT_EQ(folder.read("out.iso"), folder.read("expected.iso"));
  }
}

TEST(SoundRip, AFolderGetsANameFromTheDisc) {
  const TempFolder folder;
  const Ripped rip = rip_disc(test::source_disc("text"), folder, {.out = ""});
  EXPECT_EQ(rip.report.outputs.front().filename(), "A Disc.cue");
  const TempFolder other;
  const Ripped nameless = rip_disc(test::source_disc("audio"), other, {.out = ""});
  EXPECT_EQ(nameless.report.outputs.front().filename(),
            "disc-" + nameless.report.ids.freedb + ".cue");
}

TEST(SoundRip, LeavesNoWorkFilesBehind) {
  const TempFolder folder;
  rip_disc(test::source_disc("mixed"), folder, {.out = "out.ccd"});
  EXPECT_EQ(folder.list(), (std::vector<std::string>{"out.ccd", "out.img", "out.map", "out.sub"}));
}

TEST(SoundRip, DrivesThatLackSomethingStillReadTheSectors) {
  const Disc source = test::source_disc("mixed");
  for (const char* query : {"order=sub-c2", "lacks=c2", "lacks=raw-sub", "lacks=c2,raw-sub",
                            "lacks=full-toc", "lacks=cd-text", "order=sub-c2&lacks=raw-sub"}) {
    SCOPED_TRACE(query);
    const TempFolder folder, out;
    const Disc with_sub = as_ccd(source, folder);
    const Ripped rip = rip_disc(with_sub, out, {.query = query, .out = "source.ccd"});
    EXPECT_TRUE(rip.report.sound());
    EXPECT_EQ(out.read("source.img"), folder.read("source.img"));
    EXPECT_EQ(test::layout_of(rip.disc), test::layout_of(with_sub));
    EXPECT_EQ(rip.report.abilities.c2 == drive::C2::none,
              std::string(query).find("lacks=c2") != std::string::npos);
  }
}

TEST(SoundRip, WithoutSubchannelPregapsAreNotKnownAndThatIsSaid) {
  const TempFolder folder;
  const Disc source = test::source_disc("mixed");
  const Ripped rip = rip_disc(source, folder, {.query = "lacks=sub"});
  EXPECT_FALSE(rip.report.gaps_known);
  EXPECT_TRUE(rip.report.unread.empty());
  EXPECT_EQ(rip.disc.tracks[1].indexes.size(), 1U);
}

}  // namespace
}  // namespace pregap
