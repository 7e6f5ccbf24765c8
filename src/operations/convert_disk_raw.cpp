// The content as it is: in one file, with holes if wanted, or in several.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "operations/convert_disk.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr std::size_t kHole = 64 * 1024;
constexpr std::uint64_t kMostParts = 999;

// x.001 counts on from there; any other name gets .001 behind.
std::filesystem::path part_name(const std::filesystem::path& out, std::uint64_t number) {
  std::filesystem::path base = out;
  if (out.extension() == ".001") base.replace_extension();
  base += fmt::format(".{:03}", number);
  return base;
}

class Writer {
 public:
  explicit Writer(const DiskJob& job) : job_(job) {}

  DiskOutputs run() {
    open_files();
    read_content(job_, [&](std::uint64_t, std::span<const std::uint8_t> bytes) {
      while (!bytes.empty()) {
        OutputFile& file = current();
        const std::size_t n = std::min<std::uint64_t>(bytes.size(), part_size_ - file.size());
        write(file, bytes.first(n));
        bytes = bytes.subspan(n);
      }
    });
    return std::move(outputs_);
  }

 private:
  void open_files() {
    const std::uint64_t size = job_.content.size();
    const bool split = job_.options.split_size > 0;
    part_size_ = split ? job_.options.split_size : std::max<std::uint64_t>(size, 1);
    const std::uint64_t parts = std::max<std::uint64_t>(1, (size + part_size_ - 1) / part_size_);
    if (parts > kMostParts) {
      throw Error(
          ErrorCode::usage, job_.out.string(),
          fmt::format("{} files of {} bytes, expected at most {}", parts, part_size_, kMostParts),
          "a larger --split-size");
    }
    for (std::uint64_t i = 1; i <= parts; ++i) {
      outputs_.files.push_back(std::make_unique<OutputFile>(
          split ? part_name(job_.out, i) : job_.out, job_.overwrite()));
    }
  }

  OutputFile& current() {
    while (outputs_.files[file_]->size() == part_size_) ++file_;
    return *outputs_.files[file_];
  }

  void write(OutputFile& file, std::span<const std::uint8_t> bytes) const {
    if (!job_.options.sparse) {
      file.write(bytes);
      return;
    }
    while (!bytes.empty()) {
      const std::size_t n = std::min(bytes.size(), kHole);
      if (is_zero(bytes.first(n))) {
        file.skip(n);
      } else {
        file.write(bytes.first(n));
      }
      bytes = bytes.subspan(n);
    }
  }

  const DiskJob& job_;
  DiskOutputs outputs_;
  std::uint64_t part_size_ = 0;
  std::size_t file_ = 0;
};

}  // namespace

DiskOutputs write_raw_disk(const DiskJob& job) { return Writer(job).run(); }

}  // namespace pregap::operations
