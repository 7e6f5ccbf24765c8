// Files that NTFS has compressed: what is stored is unpacked, what isn't is a hole.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/endian.h"
#include "files/made_volumes.h"
#include "pregap/error.h"
#include "support/listed_files.h"
#include "volumes/file_walk.h"
#include "volumes/tsk_reader.h"

namespace pregap::volumes {
namespace {

struct DataRun {
  std::uint64_t clusters;
  std::int64_t step;  // from the last run's first cluster; 0: sparse
};

Bytes number(std::uint64_t value, std::size_t size) {
  Bytes bytes(size);
  put_le(bytes, 0, value, size);
  return bytes;
}

Bytes mapping_pairs(const std::vector<DataRun>& runs) {
  Bytes pairs;
  const auto append = [&](const Bytes& bytes) {
    pairs.insert(pairs.end(), bytes.begin(), bytes.end());
  };
  for (const DataRun& run : runs) {
    pairs.push_back(run.step == 0 ? 0x07 : 0x47);
    append(number(run.clusters, 7));
    if (run.step != 0) append(number(static_cast<std::uint64_t>(run.step), 4));
  }
  pairs.push_back(0);
  return pairs;
}

// 4096 times the letter, as LZNT1 has them: itself, then 4095 bytes from one byte before.
Bytes packed(char letter) {
  return {0x03, 0xB0, 0x02, static_cast<std::uint8_t>(letter), 0xFC, 0x0F};
}

class TskCompressed : public testing::Test {
 protected:
  void SetUp() override {
    if (!tsk_reads("NTFS")) GTEST_SKIP() << "built without libtsk";
    if (!have_programs({"mkntfs", "ntfscp"})) GTEST_SKIP() << "no ntfs-3g";
    image_ = ntfs_volume();
    cluster_ = std::size_t{load_le16(image_, 11)} * image_[13];
    unit_ = 16 * cluster_;
    find_data();
  }

  // LARGE.BIN's record, and its attribute with the content.
  void find_data() {
    const std::string name("L\0A\0R\0G\0E\0.\0B\0I\0N\0", 18);
    for (std::size_t at = 0; at + 1024 <= image_.size(); at += 1024) {
      const auto record = image_.begin() + static_cast<std::ptrdiff_t>(at);
      if (!std::equal(record, record + 4, "FILE")) continue;
      if (std::search(record, record + 510, name.begin(), name.end()) == record + 510) continue;
      std::size_t attribute = at + load_le16(image_, at + 20);
      while (load_le32(image_, attribute) < 0x80) attribute += load_le32(image_, attribute + 4);
      if (load_le32(image_, attribute) != 0x80 || image_[attribute + 8] != 1) continue;
      record_ = at;
      data_ = attribute;
    }
    ASSERT_NE(record_, 0U);
    const std::size_t pairs = data_ + load_le16(image_, data_ + 32);
    const std::size_t length_bytes = image_[pairs] & 15, step_bytes = image_[pairs] >> 4;
    for (std::size_t i = 0; i < step_bytes; ++i) {
      first_ |= std::uint64_t{image_[pairs + 1 + length_bytes + i]} << (8 * i);
    }
  }

  // Clusters behind the file's own are free.
  void fill_first_unit() {
    const auto from = image_.begin() + static_cast<std::ptrdiff_t>(first_ * cluster_);
    std::fill(from, from + static_cast<std::ptrdiff_t>(unit_), std::uint8_t{'L'});
  }

  void make_compressed(std::uint64_t size, const std::vector<DataRun>& runs) {
    fill_first_unit();
    std::uint64_t clusters = 0;
    for (const DataRun& run : runs) clusters += run.clusters;
    Bytes attribute(72);
    put_le(attribute, 0, 0x80, 4);
    attribute[8] = 1;
    put_le(attribute, 10, 72, 2);
    attribute[12] = 1;  // compressed
    attribute[14] = image_[data_ + 14];
    put_le(attribute, 24, clusters - 1, 8);
    put_le(attribute, 32, 72, 2);
    attribute[34] = 4;  // 2^4 clusters a unit
    put_le(attribute, 40, clusters * cluster_, 8);
    put_le(attribute, 48, size, 8);
    put_le(attribute, 56, size, 8);
    put_le(attribute, 64, 17 * cluster_, 8);
    const Bytes pairs = mapping_pairs(runs);
    attribute.insert(attribute.end(), pairs.begin(), pairs.end());
    attribute.resize((attribute.size() + 7) / 8 * 8);
    put_le(attribute, 4, attribute.size(), 4);
    const std::size_t end = data_ - record_ + attribute.size();
    ASSERT_LT(end + 8, 510U);  // what stands at a sector's end is elsewhere
    std::copy(attribute.begin(), attribute.end(),
              image_.begin() + static_cast<std::ptrdiff_t>(data_));
    put_le(image_, record_ + end, 0xFFFFFFFF, 8);
    put_le(image_, record_ + 24, end + 8, 4);
  }

  struct Content {
    Bytes bytes;
    std::uint64_t holes = 0, unpacked = 0;
    std::vector<Problem> problems;
  };
  Content read(std::uint64_t most) const {
    struct Sink final : ContentSink {
      explicit Sink(const ByteSource& source, std::uint64_t most) : gathered(source, most) {}
      void range(std::uint64_t, std::uint64_t) override {
        ADD_FAILURE() << "lies nowhere as it is";
      }
      void hole(std::uint64_t size) override {
        holes += size;
        gathered.hole(size);
      }
      void bytes(std::span<const std::uint8_t> data) override {
        unpacked += data.size();
        gathered.bytes(data);
      }
      test::GatheredContent gathered;
      std::uint64_t holes = 0, unpacked = 0;
    };
    const std::shared_ptr<const ByteSource> source = memory_source(image_, "v.img");
    const auto reader = open_tsk(source, "NTFS");
    Content content;
    const auto found = find_path(*reader, "LARGE.BIN", Deleted::leave_out, content.problems);
    if (!found) throw Error(ErrorCode::not_found, "v.img", "no LARGE.BIN");
    Sink sink(*source, most);
    reader->content(found->entry, sink, content.problems);
    content.bytes = sink.gathered.got;
    content.holes = sink.holes;
    content.unpacked = sink.unpacked;
    return content;
  }

  Bytes image_;
  std::size_t cluster_ = 0, unit_ = 0, record_ = 0, data_ = 0;
  std::uint64_t first_ = 0;
};

// A unit as it is, one that is a hole, one that is packed, and a hole up to the end.
TEST_F(TskCompressed, UnitsAreUnpackedOrHoles) {
  const auto first = static_cast<std::int64_t>(first_);
  const std::uint64_t size = 3 * unit_ + unit_ / 2 + 7;
  make_compressed(size, {{16, first}, {16, 0}, {1, 16}, {31, 0}});
  Bytes stored;
  for (std::size_t n = 0; n < unit_ / 4096; ++n) {
    const Bytes chunk = packed('A');
    stored.insert(stored.end(), chunk.begin(), chunk.end());
  }
  stored.resize(cluster_);
  std::copy(stored.begin(), stored.end(),
            image_.begin() + static_cast<std::ptrdiff_t>((first_ + 16) * cluster_));
  Bytes expected(unit_, 'L');
  expected.resize(2 * unit_);
  expected.resize(3 * unit_, 'A');
  expected.resize(size);
  const Content content = read(size);
  EXPECT_EQ(content.bytes, expected);
  EXPECT_EQ(content.holes, unit_ + unit_ / 2 + 7);
  EXPECT_EQ(content.unpacked, 2 * unit_);
  for (const Problem& p : content.problems) ADD_FAILURE() << p.message;
}

// libtsk takes no hole that is longer than the volume: no empty file instead, without a word.
TEST_F(TskCompressed, AFileThatCanNotBeOpenedIsTold) {
  const std::uint64_t size = 1ULL << 50;
  make_compressed(size, {{16, static_cast<std::int64_t>(first_)}, {size / cluster_ - 16, 0}});
  const Content content = read(unit_);
  EXPECT_EQ(content.unpacked + content.holes, 0U);
  ASSERT_EQ(content.problems.size(), 1U);
  EXPECT_EQ(content.problems[0].code, "files.unreadable");
  EXPECT_EQ(content.problems[0].message,
            "LARGE.BIN: Error in metadata structure (ntfs_make_run: Run length is larger than file "
            "system) (  - proc_attrseq)");
}

}  // namespace
}  // namespace pregap::volumes
