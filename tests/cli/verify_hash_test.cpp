// verify --hash: what other people's tools say of the same bytes.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;

// Bit by bit, after ISO 3309.
std::string crc32_of(const Bytes& bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
  }
  return fmt::format("{:08x}", ~crc);
}

std::string digest_of(const Bytes& bytes, const EVP_MD* algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr) != 1) {
    return "EVP_Digest failed";
  }
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

json usual_hashes(const Bytes& bytes) {
  return {{"crc32", crc32_of(bytes)},
          {"md5", digest_of(bytes, EVP_md5())},
          {"sha1", digest_of(bytes, EVP_sha1())}};
}

json file_hashes(const std::string& name, const Bytes& bytes) {
  json result = usual_hashes(bytes);
  result["file"] = name;
  result["bytes"] = bytes.size();
  return result;
}

Bytes slice(const Bytes& bytes, std::size_t from, std::size_t to) {
  return {bytes.begin() + static_cast<std::ptrdiff_t>(from),
          bytes.begin() + static_cast<std::ptrdiff_t>(to)};
}

Bytes audio(int sectors, int first) {
  return bytes_of(sound_sectors(SectorKind::audio, sectors, first));
}

Bytes wave(const Bytes& samples) {
  Bytes bytes;
  const auto put = [&](const char* text) { bytes.insert(bytes.end(), text, text + 4); };
  const auto number = [&](std::size_t value, int size) {
    for (int i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  };
  put("RIFF"), number(36 + samples.size() + 12, 4), put("WAVE");
  put("fmt "), number(16, 4), number(1, 2), number(2, 2), number(44100, 4);
  number(176400, 4), number(4, 2), number(16, 2);
  put("data"), number(samples.size(), 4);
  append(bytes, samples);
  put("LIST"), number(4, 4), put("tail");
  return bytes;
}

struct Expected {
  std::string image;
  std::vector<std::pair<std::string, Bytes>> files;
  std::vector<Bytes> tracks;
};

void expect_hashes(const TempFolder& folder, const Expected& expected, int status = 0) {
  std::string first;
  for (const char* threads : {"1", "2", "7"}) {
    const RunResult r =
        run_pregap({"verify", "--hash", "--json", "--threads", threads, expected.image},
                   {.folder = folder.path()});
    ASSERT_EQ(r.status, status) << r.out << r.err;
    EXPECT_EQ(r.err, "");
    if (first.empty()) first = r.out;
    EXPECT_EQ(r.out, first) << threads << " threads";
  }
  const json report = json_lines(first).at(0);
  json files = json::array(), tracks = json::array(), found = json::array();
  for (const auto& [name, bytes] : expected.files) files.push_back(file_hashes(name, bytes));
  for (const Bytes& bytes : expected.tracks) tracks.push_back(usual_hashes(bytes));
  for (const json& track : report.at("tracks")) found.push_back(track.at("hashes"));
  EXPECT_EQ(report.at("hashes"), files);
  EXPECT_EQ(found, tracks);
}

TEST(VerifyHash, OfOneTrackIsTheFileAndTheTrackAlike) {
  const TempFolder folder;
  const Bytes bytes = bytes_of(sound_sectors(SectorKind::mode1, 300));
  folder.write("a.bin", bytes);
  folder.write("a.cue", sheet("a.bin", "MODE1/2352"));
  folder.write("a.iso",
               iso_of(sound_sectors(SectorKind::mode1, 300), times(300, SectorKind::mode1)));
  for (const char* image : {"a.bin", "a.cue"}) {
    expect_hashes(folder, {image, {{"a.bin", bytes}}, {bytes}});
  }
  const Bytes iso = folder.read("a.iso");
  expect_hashes(folder, {"a.iso", {{"a.iso", iso}}, {iso}});
}

TEST(VerifyHash, OfSeveralTracksInAFileIsOfEachWithItsPregap) {
  const TempFolder folder;
  Bytes bytes = bytes_of(sound_sectors(SectorKind::mode1, 150));
  append(bytes, audio(250, 150));
  folder.write("a.bin", bytes);
  folder.write("a.cue", sheet("a.bin", "MODE1/2352") +
                            "  TRACK 02 AUDIO\n    INDEX 00 00:02:00\n    INDEX 01 00:02:30\n"
                            "  TRACK 03 AUDIO\n    INDEX 01 00:04:00\n");
  expect_hashes(folder, {"a.cue",
                         {{"a.bin", bytes}},
                         {slice(bytes, 0, 150 * 2352), slice(bytes, 150 * 2352, 300 * 2352),
                          slice(bytes, 300 * 2352, 400 * 2352)}});
}

TEST(VerifyHash, OfOneTrackAFileIsThatOfEachFile) {
  const TempFolder folder;
  const Bytes data = bytes_of(sound_sectors(SectorKind::mode2_form2, 200));
  const Bytes samples = audio(120, 200);
  folder.write("1.bin", data);
  folder.write("2.bin", samples);
  folder.write("a.cue", sheet("1.bin", "MODE2/2352") +
                            "FILE \"2.bin\" BINARY\n  TRACK 02 AUDIO\n    INDEX 01 00:00:00\n");
  expect_hashes(folder, {"a.cue", {{"1.bin", data}, {"2.bin", samples}}, {data, samples}});
}

// EAC's way: a pregap at the end of the file before.
TEST(VerifyHash, OfATrackOverTwoFilesIsOfBothParts) {
  const TempFolder folder;
  const Bytes first = audio(200, 0), second = audio(130, 200);
  folder.write("1.bin", first);
  folder.write("2.bin", second);
  folder.write("a.cue", sheet("1.bin", "AUDIO") +
                            "  TRACK 02 AUDIO\n    INDEX 00 00:02:00\nFILE \"2.bin\" BINARY\n"
                            "    INDEX 01 00:00:00\n");
  Bytes track = slice(first, 150 * 2352, first.size());
  append(track, second);
  expect_hashes(
      folder,
      {"a.cue", {{"1.bin", first}, {"2.bin", second}}, {slice(first, 0, 150 * 2352), track}});
}

TEST(VerifyHash, OfAFileHoldsTheBytesBehindTheLastSector) {
  const TempFolder folder;
  Bytes bytes = bytes_of(sound_sectors(SectorKind::mode1, 120));
  bytes.insert(bytes.end(), 1000, 0x33);
  folder.write("a.bin", bytes);
  folder.write("a.cue", sheet("a.bin", "MODE1/2352"));
  expect_hashes(folder, {"a.cue", {{"a.bin", bytes}}, {slice(bytes, 0, 120 * 2352)}}, 1);
}

TEST(VerifyHash, OfAWaveFileHoldsItsHeaderAndOfItsTrackTheSamples) {
  const TempFolder folder;
  const Bytes samples = audio(120, 0);
  const Bytes file = wave(samples);
  folder.write("a.wav", file);
  folder.write("a.cue", "FILE \"a.wav\" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n");
  expect_hashes(folder, {"a.cue", {{"a.wav", file}}, {samples}});
}

// Hidden track one audio: stored before INDEX 01 of track 1, with or without an INDEX 00.
TEST(VerifyHash, OfTrackOneHoldsWhatIsHiddenBeforeIt) {
  const TempFolder folder;
  const Bytes bytes = audio(300, 0);
  folder.write("a.bin", bytes);
  for (const char* index : {"", "    INDEX 00 00:00:00\n"}) {
    folder.write("a.cue", std::string("FILE \"a.bin\" BINARY\n  TRACK 01 AUDIO\n") + index +
                              "    INDEX 01 00:02:00\n");
    expect_hashes(folder, {"a.cue", {{"a.bin", bytes}}, {bytes}});
  }
}

TEST(VerifyHash, OfADamagedImageIsOfWhatIsStored) {
  const TempFolder folder;
  Sectors sectors = sound_sectors(SectorKind::mode1, 250);
  for (std::size_t i = 0; i < 250; i += 7) sectors[i][500 + i] ^= 0x10;
  const Bytes bytes = bytes_of(sectors);
  folder.write("a.bin", bytes);
  expect_hashes(folder, {"a.bin", {{"a.bin", bytes}}, {bytes}}, 1);
}

TEST(VerifyHash, AddsWhatIsNamedAndCountsDuplicatesOnce) {
  const TempFolder folder;
  const Bytes bytes = bytes_of(sound_sectors(SectorKind::mode1, 20));
  folder.write("a.bin", bytes);
  const auto hashes = [&](const std::string& option) {
    const RunResult r =
        run_pregap({"verify", option, "--json", "a.bin"}, {.folder = folder.path()});
    EXPECT_EQ(r.status, 0) << r.err;
    return json_lines(r.out).at(0).at("tracks").at(0).at("hashes");
  };
  json expected = usual_hashes(bytes);
  EXPECT_EQ(hashes("--hash"), expected);
  EXPECT_EQ(hashes("--hash=md5"), expected);
  expected["sha256"] = digest_of(bytes, EVP_sha256());
  EXPECT_EQ(hashes("--hash=sha256"), expected);
  EXPECT_EQ(hashes("--hash=SHA256,sha1,sha256"), expected);
  expected["sha384"] = digest_of(bytes, EVP_sha384());
  expected["sha512"] = digest_of(bytes, EVP_sha512());
  EXPECT_EQ(hashes("--hash=sha512,sha256,sha384"), expected);
}

TEST(VerifyHash, IsLeftOutUnasked) {
  const TempFolder folder;
  folder.write("a.bin", bytes_of(sound_sectors(SectorKind::mode1, 20)));
  const RunResult r = run_pregap({"verify", "--json", "a.bin"}, {.folder = folder.path()});
  EXPECT_EQ(r.out.find("hashes"), std::string::npos) << r.out;
}

TEST(VerifyHash, OfAnUnknownNameIsAnErrorOfOneLine) {
  const TempFolder folder;
  folder.write("a.bin", bytes_of(sound_sectors(SectorKind::mode1, 20)));
  for (const std::string name : {"sha3", "sha256,whirlpool", "sha256,", "md6"}) {
    const RunResult r =
        run_pregap({"verify", "--hash=" + name, "a.bin"}, {.folder = folder.path()});
    EXPECT_EQ(r.status, 2) << name;
    EXPECT_EQ(r.out, "") << name;
    EXPECT_EQ(std::ranges::count(r.err, '\n'), 1) << r.err;
    EXPECT_TRUE(r.err.starts_with("pregap: --hash: \"")) << r.err;
    EXPECT_TRUE(r.err.ends_with("expected crc32, md5, sha1, sha256, sha384 or sha512\n")) << r.err;
  }
}

TEST(VerifyHash, IsWhatTheUsualToolsPrint) {
  const TempFolder folder;
  folder.write("a.bin", bytes_of(sound_sectors(SectorKind::mode1, 200)));
  const RunOptions here{.folder = folder.path()};
  const RunResult r = run_pregap({"verify", "--hash=sha256", "a.bin"}, here);
  int compared = 0;
  for (const char* tool : {"md5sum", "sha1sum", "sha256sum"}) {
    if (!is_installed(tool)) continue;
    const std::string value = run({tool, "a.bin"}, here).out.substr(0, 32);
    EXPECT_NE(r.out.find("  " + value), std::string::npos) << tool << " " << value << "\n" << r.out;
    ++compared;
  }
  if (compared == 0) GTEST_SKIP() << "none of the tools is installed";
}

}  // namespace
}  // namespace pregap::test
