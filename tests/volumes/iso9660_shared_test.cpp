// Labels of real images against what isoinfo said of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "support/shared_data.h"
#include "volumes/iso9660.h"

namespace pregap::volumes {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// The lines "name: value" of isoinfo -d.
std::map<std::string, std::string> fields_of(const json& tool) {
  std::map<std::string, std::string> fields;
  for (const std::string& line : tool.value("out", std::vector<std::string>())) {
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) fields[line.substr(0, colon)] = line.substr(colon + 2);
  }
  return fields;
}

bool says(const json& tool, const std::string& start) {
  const auto lines = tool.value("out", std::vector<std::string>());
  return std::ranges::any_of(lines, [&](const std::string& l) { return l.starts_with(start); });
}

// isoinfo trims less, and ends at the first zero.
std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

void expect_agreement(const fs::path& path, const json& isoinfo) {
  const auto bytes = test::read_file(path);
  const std::vector<Volume> found = read_volumes(*memory_source(bytes, path.string()));
  const auto kind_at = [&](const char* kind) {
    return std::ranges::find(found, kind, &Volume::kind);
  };
  const auto primary = kind_at("ISO 9660");
  if (!says(isoinfo, "CD-ROM is in ISO 9660")) {
    return;  // isoinfo looks further than at the descriptors
  }
  ASSERT_NE(primary, found.end()) << path;
  std::map<std::string, std::string> fields = fields_of(isoinfo);
  EXPECT_EQ(primary->volume_id, trimmed(fields["Volume id"])) << path;
  EXPECT_EQ(primary->system_id, trimmed(fields["System id"])) << path;
  EXPECT_EQ(primary->volume_set_id, trimmed(fields["Volume set id"])) << path;
  EXPECT_EQ(primary->publisher_id, trimmed(fields["Publisher id"])) << path;
  EXPECT_EQ(primary->preparer_id, trimmed(fields["Data preparer id"])) << path;
  EXPECT_EQ(primary->application_id, trimmed(fields["Application id"])) << path;
  EXPECT_EQ(std::to_string(primary->blocks), fields["Volume size is"]) << path;
  EXPECT_EQ(std::to_string(primary->block_size), fields["Logical block size is"]) << path;
  EXPECT_EQ(kind_at("Joliet") != found.end(), says(isoinfo, "Joliet with UCS level")) << path;
  EXPECT_EQ(kind_at("El Torito") != found.end(), says(isoinfo, "El Torito VD")) << path;
}

TEST(Iso9660Shared, AgreesWithIsoinfo) {
  const auto place = test::shared_data();
  if (!place) GTEST_SKIP() << test::why_no_shared_data();
  int compared = 0;
  for (const char* source : {"exiftool", "isolyzer", "libcdio"}) {
    const json truth = test::read_truth(*place / source);
    for (const auto& [name, file] : truth.at("files").items()) {
      const fs::path path = *place / source / name;
      if (path.extension() != ".iso" || !file.contains("iso")) continue;
      if (!file["iso"].contains("isoinfo -d")) continue;
      expect_agreement(path, file["iso"]["isoinfo -d"]);
      ++compared;
    }
  }
  EXPECT_GE(compared, 20);
}

TEST(Iso9660Shared, FindsNoIsoVolumeInOtherFileSystems) {
  const auto place = test::shared_data();
  if (!place) GTEST_SKIP() << test::why_no_shared_data();
  for (const char* name : {"hfs.iso", "hfsplus.iso", "udf.iso"}) {
    const auto bytes = test::read_file(*place / "isolyzer/testFiles" / name);
    EXPECT_EQ(read_volumes(*memory_source(bytes, name)).size(), 0U) << name;
  }
}

}  // namespace
}  // namespace pregap::volumes
