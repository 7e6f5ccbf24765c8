// gzip as a seekable source: held against the content in memory, whatever the order of reads, and
// against the program gzip.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "bytes/inflate_index.h"
#include "bytes/inflate_source.h"
#include "bytes/open_containers.h"
#include "bytes/packed.h"
#include "pregap/error.h"
#include "support/program.h"
#include "support/shared_data.h"

namespace pregap {
namespace {

using test::deflated;
using test::joined;
using test::mixed_content;
using test::Octets;
using test::TempFolder;

Octets read_all(const ByteSource& source) {
  Octets bytes(source.size() + 1);
  bytes.resize(source.read(0, bytes));
  return bytes;
}

// Random parts of `source` are those of `content`.
void expect_same_parts(const ByteSource& source, const Octets& content, std::uint32_t seed,
                       int reads) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < reads; ++i) {
    const std::uint64_t at = random() % (content.size() + 10);
    Octets part(random() % (i % 8 == 0 ? 3'000'000 : 5'000));
    const std::size_t n = source.read(at, part);
    const std::uint64_t there = at < content.size() ? content.size() - at : 0;
    ASSERT_EQ(n, std::min<std::uint64_t>(part.size(), there)) << "at " << at;
    ASSERT_TRUE(std::equal(
        part.begin(), part.begin() + static_cast<std::ptrdiff_t>(n),
        content.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(at, content.size()))))
        << "seed " << seed << ", read " << i << " at " << at;
  }
}

std::unique_ptr<ByteSource> source_of(const Octets& packed, std::uint64_t spacing) {
  std::shared_ptr<const ByteSource> bytes = memory_source(packed, "x.gz");
  InflateIndex index =
      build_inflate_index({.source = *bytes, .begin = 0, .end = packed.size()}, {}, spacing);
  EXPECT_TRUE(index.problems.empty());
  return inflate_source(bytes, 0, packed.size(), Wrapping::gzip, std::move(index), "x.gz");
}

TEST(Gzip, ReadsAnyPartAsMemoryDoes) {
  const Octets content = mixed_content(12'000'000, 1);
  Octets members;
  for (std::size_t at = 0; at < content.size(); at += 1'700'000) {
    const std::size_t n = std::min<std::size_t>(1'700'000, content.size() - at);
    members = joined(members, deflated(std::span(content).subspan(at, n)));
  }
  for (const Octets& packed : {deflated(content), members}) {
    for (const std::uint64_t spacing : {100'000u, 1'000'000u, 100'000'000u}) {
      const auto source = source_of(packed, spacing);
      ASSERT_EQ(source->size(), content.size());
      expect_same_parts(*source, content, 7, 60);
    }
  }
}

TEST(Gzip, GivesSeveralThreadsTheSameBytes) {
  const Octets content = mixed_content(16'000'000, 2);
  const auto source = source_of(deflated(content, 31, 1), 1'000'000);
  std::atomic<std::size_t> next = 0;  // the threads' end is waited for before its own
  std::vector<std::jthread> threads;
  for (std::uint32_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] { expect_same_parts(*source, content, 100 + t, 40); });
  }
  // Chunk after chunk, as the pass over a disc's sectors reads.
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      constexpr std::size_t kChunk = 301'056;
      Octets part(kChunk);
      for (std::size_t at = next++ * kChunk; at < content.size(); at = next++ * kChunk) {
        const std::size_t n = source->read(at, part);
        ASSERT_TRUE(std::equal(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(n),
                               content.begin() + static_cast<std::ptrdiff_t>(at)));
      }
    });
  }
}

TEST(Gzip, KeepsAnIndexOfLessThan16MiBHoweverLongTheContent) {
  // 1.5 GiB at the usual spacing stands for any size at this one: it is doubled ten times.
  const Octets content = mixed_content(60'000'000, 3);
  const Octets packed = deflated(content, 31, 1);
  const auto bytes = memory_source(packed, "x.gz");
  const InflateIndex index =
      build_inflate_index({.source = *bytes, .begin = 0, .end = packed.size()}, {}, 1'000);
  EXPECT_LT(index.bytes(), 16u * 1024 * 1024);
  EXPECT_GT(index.checkpoints.size(), kMostCheckpoints / 4);
  EXPECT_EQ(index.size, content.size());
}

struct Damage {
  const char* name;
  Octets packed;
  std::size_t readable;  // bytes of content
  std::vector<std::string> problems;
};

// The first member holds 100,000 bytes, the second the rest.
std::vector<Damage> damages(const Octets& content) {
  const Octets first = deflated(std::span(content).first(100'000));
  const Octets whole = joined(first, deflated(std::span(content).subspan(100'000)));
  const auto cut = [&](std::size_t size) {
    return Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
  };
  Octets bad_crc = whole, bad_size = whole, no_block = whole;
  bad_crc[first.size() - 8] ^= 1;
  bad_size[whole.size() - 1] ^= 1;
  no_block[first.size() + 10] = 0x07;  // a block of type 3
  const std::string name = "x.gz:byte ";
  const auto at = [&](std::size_t byte) { return name + std::to_string(byte) + ": "; };
  return {
      {"whole", whole, content.size(), {}},
      {"cut in a trailer",
       cut(first.size() - 3),
       100'000,
       {at(first.size() - 3) + "the file ends within a member's checksum, expected CRC-32 and "
                               "length behind its data"}},
      {"cut at a header",
       cut(first.size() + 5),
       100'000,
       {at(first.size()) + "5 bytes behind the last member are no gzip data, passed over"}},
      {"zeros behind",
       joined(whole, Octets(512)),
       content.size(),
       {at(whole.size()) + "512 zero bytes behind the last member"}},
      {"garbage behind",
       joined(whole, Octets(9, 'x')),
       content.size(),
       {at(whole.size()) + "9 bytes behind the last member are no gzip data, passed over"}},
      {"bad CRC", bad_crc, content.size(), {"CRC-32"}},
      {"bad length", bad_size, content.size(), {"bytes unpacked (modulo 2^32), expected"}},
      {"corrupt",
       no_block,
       100'000,
       {"no deflate data from about here on, expected some; 100,000 bytes of content came before"}},
  };
}

TEST(Gzip, ReadsWhatCanBeReadOfADamagedFileAndTellsTheRest) {
  const Octets content = mixed_content(300'000, 4);
  const TempFolder folder;
  for (const Damage& damage : damages(content)) {
    SCOPED_TRACE(damage.name);
    folder.write("x.gz", damage.packed);
    const std::vector<Container> containers = open_containers(folder / "x.gz");
    ASSERT_EQ(containers.size(), 1u);
    EXPECT_EQ(
        read_all(*containers[0].content),
        Octets(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(damage.readable)));
    const std::vector<Problem> problems = containers[0].verify({});
    EXPECT_EQ(problems.size(), containers[0].problems.size());
    ASSERT_EQ(problems.size(), damage.problems.size());
    for (std::size_t i = 0; i < problems.size(); ++i) {
      EXPECT_NE(problems[i].message.find(damage.problems[i]), std::string::npos)
          << problems[i].message;
    }
  }
}

TEST(Gzip, ReadsAFileCutAnywhereUpToThere) {
  const Octets content = mixed_content(3'000, 5);
  const Octets packed = deflated(content);
  const TempFolder folder;
  for (std::size_t size = 18; size < packed.size(); ++size) {
    const std::shared_ptr<const ByteSource> bytes =
        memory_source({packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size)}, "x");
    InflateIndex index = build_inflate_index({.source = *bytes, .begin = 0, .end = size}, {}, 500);
    ASSERT_EQ(index.problems.size(), 1u) << size;
    EXPECT_EQ(index.problems[0].code, "container.cut");
    const auto source = inflate_source(bytes, 0, size, Wrapping::gzip, std::move(index), "x");
    const Octets got = read_all(*source);
    ASSERT_LE(got.size(), content.size());
    EXPECT_TRUE(std::equal(got.begin(), got.end(), content.begin()));
  }
}

TEST(Gzip, NeverFailsOtherwiseThanByTellingWhateverByteIsWrong) {
  const Octets content = mixed_content(40'000, 6);
  const Octets packed = deflated(content);
  for (std::size_t at = 10; at < packed.size(); at += 37) {
    Octets wrong = packed;
    wrong[at] ^= 0x10;
    const auto bytes = std::shared_ptr<const ByteSource>(memory_source(wrong, "x"));
    InflateIndex index =
        build_inflate_index({.source = *bytes, .begin = 0, .end = wrong.size()}, {}, 5'000);
    const bool told = !index.problems.empty();  // bits that fill up a byte mean nothing
    const std::uint64_t size = index.size;
    const auto source =
        inflate_source(bytes, 0, wrong.size(), Wrapping::gzip, std::move(index), "x");
    const Octets got = read_all(*source);
    EXPECT_EQ(got.size(), size) << at;
    EXPECT_TRUE(told || got == content) << at;
  }
}

TEST(Gzip, TellsWhatItsHeaderSays) {
  if (!test::is_installed("gzip")) GTEST_SKIP() << "gzip is not installed";
  const TempFolder folder;
  const Octets content = mixed_content(2'000'000, 8);
  folder.write("disk.img", content);
  ASSERT_EQ(
      test::run({"touch", "-d", "1999-12-31T23:59:58Z", "disk.img"}, {.folder = folder.path()})
          .status,
      0);
  ASSERT_EQ(test::run({"gzip", "disk.img"}, {.folder = folder.path()}).status, 0);
  std::filesystem::rename(folder / "disk.img.gz", folder / "x");
  const std::vector<Container> containers = open_containers(folder / "x");
  ASSERT_EQ(containers.size(), 1u);
  EXPECT_EQ(containers[0].kind, "gzip");
  EXPECT_EQ(containers[0].name, "disk.img");
  const Facts expected = {
      {"name", "disk.img"},
      {"modified", "1999-12-31T23:59:58Z"},
      {"members", "1"},
      {"packed_bytes", std::to_string(std::filesystem::file_size(folder / "x"))},
      {"bytes", "2000000"}};
  EXPECT_EQ(containers[0].facts, expected);
  EXPECT_EQ(read_all(*containers[0].content), content);
}

TEST(Gzip, IsPeeledTwiceWhereItIsPackedTwice) {
  const Octets content = mixed_content(50'000, 9);
  const TempFolder folder;
  folder.write("x.img.gz", deflated(deflated(content)));
  const std::vector<Container> containers = open_containers(folder / "x.img.gz");
  ASSERT_EQ(containers.size(), 2u);
  EXPECT_EQ(read_all(*containers[1].content), content);
  EXPECT_TRUE(containers[1].files.empty());
}

TEST(Gzip, IsNotSeenInSectorsThatBeginAlike) {
  const TempFolder folder;
  Octets sectors = mixed_content(23'520, 10);
  const Octets begin = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF};
  std::copy(begin.begin(), begin.end(), sectors.begin());
  folder.write("x.bin", sectors);
  EXPECT_TRUE(open_containers(folder / "x.bin").empty());
}

TEST(GzipShared, UnpacksWhatOthersPacked) {
  const auto root = test::shared_data();
  if (!root) GTEST_SKIP() << test::why_no_shared_data();
  const nlohmann::json truth = test::read_truth(*root / "libguestfs");
  const std::string name = "mbr-ext2-empty.img.gz";
  const std::vector<Container> containers = open_containers(*root / "libguestfs" / name);
  ASSERT_EQ(containers.size(), 1u);
  const Octets content = read_all(*containers[0].content);
  EXPECT_EQ(truth["files"][name]["decoded"],
            nlohmann::json::array({content.size(), test::sha256_of(content)}));
  EXPECT_TRUE(containers[0].verify({}).empty());
}

}  // namespace
}  // namespace pregap
