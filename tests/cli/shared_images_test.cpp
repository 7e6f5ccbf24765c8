// Real images, and what other tools found in them.
#include <gtest/gtest.h>

#include "support/program.h"
#include "support/shared_data.h"

namespace pregap::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kFolders[] = {"libcdio", "toolmade-mixed", "toolmade-vcd"};

// The names in truth.json, those in JSON.
constexpr std::pair<const char*, const char*> kKinds[] = {{"mode1", "mode1"},
                                                          {"mode2form1", "mode2_form1"},
                                                          {"mode2form2", "mode2_form2"},
                                                          {"no-sync", "audio"}};

struct Image {
  fs::path path;
  json truth;
};

// Every file that truth.json scanned as raw sectors.
std::vector<Image> raw_images(const fs::path& data) {
  std::vector<Image> images;
  for (const char* folder : kFolders) {
    const json truth = read_truth(data / folder);
    for (const auto& [name, found] : truth.at("files").items()) {
      if (found.contains("scan")) images.push_back({data / folder / name, found});
    }
  }
  return images;
}

json verify(const fs::path& image, int status) {
  const RunResult r = run_pregap({"verify", "--json", image.string()});
  EXPECT_EQ(r.status, status) << r.err;
  return json_lines(r.out).at(0);
}

TEST(SharedImages, RawImagesHaveTheirSectorCountsAndNoBadSector) {
  const auto data = shared_data();
  if (!data) GTEST_SKIP() << why_no_shared_data();
  const std::vector<Image> images = raw_images(*data);
  EXPECT_EQ(images.size(), 18U);
  for (const Image& image : images) {
    SCOPED_TRACE(image.path);
    const json report = verify(image.path, 0);
    const json& scan = image.truth.at("scan");
    EXPECT_EQ(report.at("sectors").at("total"), scan.at("sectors"));
    for (const auto& [theirs, ours] : kKinds) {
      EXPECT_EQ(report.at("sectors").at(ours), scan.at("counts").value(theirs, 0)) << ours;
    }
    int bad = 0;
    for (const json& kind : scan.at("parity_check")) {
      bad += kind.value("n_edc_bad", 0) + kind.value("n_ecc_bad", 0);
    }
    EXPECT_EQ(report.at("bad").at("total"), bad);
  }
}

struct SheetCase {
  const char* path;
  int mode1, form1, form2, audio;
  const char* verdict;
};

TEST(SharedImages, SheetsLeadToTheSameCounts) {
  const auto data = shared_data();
  if (!data) GTEST_SKIP() << why_no_shared_data();
  constexpr SheetCase cases[] = {
      {"libcdio/isofs-m1.cue", 302, 0, 0, 0, "good"},
      {"libcdio/cdda.cue", 0, 0, 0, 302, "unchecked"},
      {"libcdio/cdda_4_5.cue", 0, 0, 0, 302, "unchecked"},
      {"toolmade-mixed/multibin/mixed-multibin.cue", 302, 0, 0, 302, "good"},
      {"toolmade-mixed/chdman-single/mixed-single.cue", 302, 0, 0, 302, "good"},
      {"toolmade-mixed/binmerge-split/redump.cue", 302, 0, 0, 302, "good"},
      {"toolmade-vcd/vcd20.cue", 0, 300, 523, 0, "good"},
      {"toolmade-vcd/vcd11.cue", 0, 300, 523, 0, "good"},
      {"toolmade-vcd/svcd.cue", 0, 300, 353, 0, "good"},
      {"toolmade-vcd/vcd2336.cue", 0, 300, 523, 0, "good"},
      {"toolmade-vcd/vcd2336.bin", 0, 300, 523, 0, "good"},
  };
  for (const SheetCase& c : cases) {
    SCOPED_TRACE(c.path);
    const json report = verify(*data / c.path, 0);
    EXPECT_EQ(report.at("verdict"), c.verdict);
    EXPECT_EQ(report.at("sectors").at("mode1"), c.mode1);
    EXPECT_EQ(report.at("sectors").at("mode2_form1"), c.form1);
    EXPECT_EQ(report.at("sectors").at("mode2_form2"), c.form2);
    EXPECT_EQ(report.at("sectors").at("audio"), c.audio);
    EXPECT_EQ(report.at("bad").at("total"), 0);
  }
}

std::string iso_hash(const fs::path& image, const std::vector<std::string>& options) {
  const TempFolder folder;
  std::vector<std::string> arguments = {"convert", image.string(), "out.iso"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const RunResult r = run_pregap(arguments, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.err;
  return r.status == 0 ? sha256_of(folder.read("out.iso")) : "";
}

TEST(SharedImages, UserDataIsWhatTheReferenceTookOut) {
  const auto data = shared_data();
  if (!data) GTEST_SKIP() << why_no_shared_data();
  for (const Image& image : raw_images(*data)) {
    SCOPED_TRACE(image.path);
    const json& user_data = image.truth.at("user_data_2048");
    if (user_data.at("sectors") == 0) continue;
    EXPECT_EQ(iso_hash(image.path, {"--form2", "cut"}), user_data.at("sha256"));
    // iat takes the audio of mixed images for data, and fails on form 2 alone.
    if (user_data.at("skipped") > 0 || !image.truth.contains("iat")) continue;
    if (image.truth.at("iat").at("rc") != 0) continue;
    EXPECT_EQ(iso_hash(image.path, {"--form2", "cut"}), image.truth.at("iat").at("sha256"));
  }
}

struct PeerCase {
  const char* folder;
  const char* image;
  std::vector<std::string> options;
  const char* tool;
  const char* output;  // bchunk's file
};

TEST(SharedImages, IsoImagesAreThoseOfIatAndBchunk) {
  const auto data = shared_data();
  if (!data) GTEST_SKIP() << why_no_shared_data();
  const PeerCase cases[] = {
      {"toolmade-vcd", "vcd20.cue", {"--track", "1"}, "bchunk", "01.iso"},
      {"toolmade-vcd", "vcd20.cue", {"--track", "2", "--form2", "cut"}, "bchunk", "02.iso"},
      {"toolmade-vcd", "vcd11.cue", {"--track", "1"}, "bchunk", "01.iso"},
      {"toolmade-vcd", "vcd11.cue", {"--track", "2", "--form2", "cut"}, "bchunk", "02.iso"},
      {"toolmade-vcd", "svcd.cue", {"--track", "1"}, "bchunk", "01.iso"},
      {"toolmade-vcd", "svcd.cue", {"--track", "2", "--form2", "cut"}, "bchunk", "02.iso"},
      {"toolmade-vcd", "vcd2336.bin", {"--form2", "cut"}, "iat", ""},
      {"toolmade-mixed", "chdman-single/mixed-single.cue", {}, "bchunk", "01.iso"},
      {"libcdio", "isofs-m1.bin", {}, "iat", ""},
  };
  for (const PeerCase& c : cases) {
    SCOPED_TRACE(std::string(c.image) + " as " + c.tool + " does");
    const json truth = read_truth(*data / c.folder).at("files").at(c.image).at(c.tool);
    const std::string expected =
        *c.output == '\0' ? truth.at("sha256") : truth.at("files").at(c.output).at(1);
    EXPECT_EQ(iso_hash(*data / c.folder / c.image, c.options), expected);
  }
}

}  // namespace
}  // namespace pregap::test
