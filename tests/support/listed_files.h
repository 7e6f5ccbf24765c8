// What a reader of files says of a whole volume, as text, so that a failing test shows all of it.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "pregap/bytes.h"
#include "support/shared_data.h"
#include "volumes/file_walk.h"

namespace pregap::test {

// A file's bytes, cut at `most` of them, and how many there would have been.
struct GatheredContent final : volumes::ContentSink {
  explicit GatheredContent(const ByteSource& s,
                           std::uint64_t m = std::numeric_limits<std::uint64_t>::max())
      : source(s), most(m) {}
  void range(std::uint64_t offset, std::uint64_t size) override {
    total += size;
    const std::uint64_t there = offset < source.size() ? source.size() - offset : 0;
    outside += size - std::min(size, there);
    const std::size_t n = room(size);
    std::vector<std::uint8_t> data(n);
    data.resize(source.read(offset, data));
    got.insert(got.end(), data.begin(), data.end());
  }
  void hole(std::uint64_t size) override {
    total += size;
    got.resize(got.size() + room(size));
  }
  void bytes(std::span<const std::uint8_t> data) override {
    total += data.size();
    got.insert(got.end(), data.begin(),
               data.begin() + static_cast<std::ptrdiff_t>(room(data.size())));
  }
  std::size_t room(std::uint64_t size) const {
    return static_cast<std::size_t>(std::min(size, most - got.size()));
  }

  const ByteSource& source;
  std::uint64_t most;
  std::uint64_t total = 0;
  std::uint64_t outside = 0;  // of what was said to lie in the image
  std::vector<std::uint8_t> got;
};

struct ListedFiles {
  std::vector<std::string> lines;     // "folder/name file 12", sorted
  std::vector<std::string> problems;  // "code: message"
};

inline void add_problems(ListedFiles& listed, const std::vector<Problem>& problems) {
  for (const Problem& p : problems) listed.problems.push_back(p.code + ": " + p.message);
}

// Everything in a volume.
inline ListedFiles list_all(volumes::FileReader& reader, const volumes::WalkLimits& limits = {}) {
  ListedFiles listed;
  std::vector<Problem> problems;
  volumes::walk(
      reader, {"", reader.root()}, {.limits = limits},
      [&](const volumes::FoundFile& found) {
        listed.lines.push_back(
            found.entry.kind == volumes::FileKind::file
                ? fmt::format("{} file {}", found.path, found.entry.size)
                : fmt::format("{} {}", found.path, volumes::name_of(found.entry.kind)));
        return true;
      },
      problems);
  add_problems(listed, problems);
  return listed;
}

// The file's bytes as text; what is wrong with it behind.
inline std::string content_of(volumes::FileReader& reader, const ByteSource& source,
                              const std::string& path) {
  std::vector<Problem> problems;
  const auto found = volumes::find_path(reader, path, volumes::Deleted::leave_out, problems);
  if (!found) return "not found";
  GatheredContent content(source, 64U << 20);
  reader.content(found->entry, content, problems);
  std::string text(content.got.begin(), content.got.end());
  for (const Problem& p : problems) text += "[" + p.message + "]";
  return text;
}

}  // namespace pregap::test
