// The command line itself: what is asked wrongly, and what help says.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

struct UsageCase {
  std::vector<std::string> arguments;
  const char* error;
};

TEST(Usage, WhatIsAskedWronglyIsOneLineAndAHint) {
  const TempFolder folder;
  folder.write("a.bin", bytes_of(sound_sectors(SectorKind::mode1, 20)));
  const UsageCase cases[] = {
      {{}, "is required"},
      {{"frobnicate"}, "frobnicate"},
      {{"--frobnicate"}, "--frobnicate"},
      {{"verify"}, "IMAGE, --recursive DIR or --files-from FILE is required"},
      {{"verify", "--frobnicate", "a.bin"}, "--frobnicate"},
      {{"verify", "--threads", "0", "a.bin"}, "--threads: Value 0 not in range 1 to 1024"},
      {{"verify", "--threads", "many", "a.bin"}, "--threads"},
      {{"verify", "--threads"}, "--threads"},
      {{"verify", "--files-from"}, "--files-from"},
      {{"verify", "--recursive"}, "--recursive"},
      {{"info"}, "IMAGE is required"},
      {{"convert", "a.bin"}, "OUT is required"},
      {{"convert", "a.bin", "b.iso", "c.iso"}, "c.iso"},
      {{"convert", "a.bin", "b.iso", "--form2", "x"}, "--form2: x not in {cut,2324,raw}"},
      {{"convert", "a.bin", "b.iso", "--fill", "256"}, "--fill: Value 256 not in range 0 to 255"},
      {{"convert", "a.bin", "b.iso", "--fill", "0x155"}, "--fill"},
      {{"convert", "a.bin", "b.iso", "--fill", "-1"}, "--fill"},
      {{"convert", "a.bin", "b.iso", "--fill", "zero"}, "--fill"},
      {{"convert", "a.bin", "b.iso", "--fill", "0", "--keep-damaged"}, "excludes"},
      {{"convert", "a.bin", "b.iso", "--track", "one"}, "--track"},
      {{"sector", "a.bin"}, "LBA is required"},
      {{"sector", "a.bin", "--hex"}, "LBA is required"},
  };
  for (const UsageCase& c : cases) {
    SCOPED_TRACE(::testing::PrintToString(c.arguments));
    const RunResult r = run_pregap(c.arguments, {.folder = folder.path()});
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.out, "");
    EXPECT_TRUE(r.err.starts_with("pregap: command line: ")) << r.err;
    EXPECT_NE(r.err.find(c.error), std::string::npos) << r.err;
    EXPECT_NE(r.err.find("\nhint: pregap"), std::string::npos) << r.err;
    EXPECT_EQ(std::ranges::count(r.err, '\n'), 2) << r.err;
    EXPECT_EQ(folder.list(), std::vector<std::string>{"a.bin"});
  }
}

TEST(Usage, AnAddressThatIsNoneIsAnError) {
  const TempFolder folder;
  folder.write("a.bin", bytes_of(sound_sectors(SectorKind::mode1, 20)));
  for (const std::string address :
       {"x", "1x", "00:60:00", "00:02", "99999999999999999999", "1.5"}) {
    SCOPED_TRACE(address);
    const RunResult r = run_pregap({"sector", "a.bin", address}, {.folder = folder.path()});
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.err, "pregap: LBA: \"" + address +
                         "\", expected a number such as 16 or -150, or an address mm:ss:ff\n");
  }
}

TEST(Usage, HelpOfEachCommandSaysTheExitStatuses) {
  for (const std::string command : {"", "info", "verify", "convert", "sector"}) {
    for (const char* help : {"--help", "-h"}) {
      SCOPED_TRACE(command + ' ' + help);
      std::vector<std::string> arguments = {help};
      if (!command.empty()) arguments.insert(arguments.begin(), command);
      const RunResult r = run_pregap(arguments);
      EXPECT_EQ(r.status, 0);
      EXPECT_EQ(r.err, "");
      EXPECT_NE(r.out.find("Usage: pregap " + command), std::string::npos) << r.out;
      EXPECT_NE(r.out.find("Exit status: 0 sound, or nothing in it to check; 1 the image has "
                           "faults, which the report\nnames; 2 it could not be done. With several "
                           "images the worst counts.\n"),
                std::string::npos)
          << r.out;
    }
  }
}

TEST(Usage, HelpListsEveryCommand) {
  const std::string out = run_pregap({"--help"}).out;
  for (const char* command : {"\n  info ", "\n  verify ", "\n  convert ", "\n  sector "}) {
    EXPECT_NE(out.find(command), std::string::npos) << command;
  }
}

TEST(Usage, VersionIsOneLine) {
  const RunResult r = run_pregap({"--version"});
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.err, "");
  EXPECT_EQ(r.out, "pregap 0.1.0\n");
}

}  // namespace
}  // namespace pregap::test
