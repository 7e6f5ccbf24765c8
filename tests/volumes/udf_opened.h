// UDF volumes laid block by block, opened: what their tests share.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/listed_files.h"
#include "support/udf_image.h"
#include "volumes/disk_images.h"
#include "volumes/udf_reader.h"

namespace pregap::volumes {

inline Bytes text(std::string_view s) { return {s.begin(), s.end()}; }

// Bytes that differ from block to block.
inline Bytes pattern(std::size_t size) {
  Bytes b(size);
  for (std::size_t i = 0; i < size; ++i) b[i] = static_cast<std::uint8_t>(i * 31 + i / 256 * 7);
  return b;
}

struct OpenedUdf {
  std::shared_ptr<const ByteSource> source;
  std::unique_ptr<FileReader> reader;

  std::string content(const std::string& path) const {
    return test::content_of(*reader, *source, path);
  }
  FileEntry entry(const std::string& path) const {
    std::vector<Problem> problems;
    const auto found = find_path(*reader, path, Deleted::leave_out, problems);
    return found ? found->entry : FileEntry{.name = "none"};
  }
};

inline OpenedUdf open_volume(Bytes bytes) {
  OpenedUdf opened;
  opened.source = memory_source(std::move(bytes), "u.img");
  std::string why;
  opened.reader = open_udf(opened.source, why);
  EXPECT_NE(opened.reader, nullptr) << why;
  return opened;
}

// A root folder in block 1 that names `names`, within its entry.
inline void put_root(test::UdfImage& image, const std::vector<test::UdfName>& names) {
  const Bytes folder = test::udf_folder(names);
  image.entry(1, {.type = 4, .size = folder.size(), .descriptors = folder});
}

}  // namespace pregap::volumes
