#include "volumes/udf_reader.h"

#ifdef PREGAP_UDFREAD

#include <fmt/format.h>
#include <udfread/blockinput.h>
#include <udfread/udfread.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "base/text.h"
#include "pregap/error.h"
#include "volumes/file_names.h"

namespace pregap::volumes {
namespace {

// libudfread's input, over our source. It must begin with udfread_block_input.
struct Input {
  udfread_block_input base{};
  const ByteSource* source = nullptr;
};

int read_blocks(udfread_block_input* base, std::uint32_t lba, void* buffer, std::uint32_t count,
                int) {
  const auto* input = reinterpret_cast<const Input*>(base);
  const std::span out(static_cast<std::uint8_t*>(buffer),
                      static_cast<std::size_t>(count) * UDF_BLOCK_SIZE);
  try {
    const std::size_t n =
        input->source->read(static_cast<std::uint64_t>(lba) * UDF_BLOCK_SIZE, out);
    return static_cast<int>(n / UDF_BLOCK_SIZE);
  } catch (const Error&) {
    return -1;
  }
}

std::uint32_t size_in_blocks(udfread_block_input* base) {
  const auto* input = reinterpret_cast<const Input*>(base);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(
      input->source->size() / UDF_BLOCK_SIZE, std::numeric_limits<std::uint32_t>::max()));
}

struct VolumeCloser {
  void operator()(udfread* udf) const { udfread_close(udf); }
};
struct DirCloser {
  void operator()(UDFDIR* dir) const { udfread_closedir(dir); }
};
struct FileCloser {
  void operator()(UDFFILE* file) const { udfread_file_close(file); }
};
using DirPtr = std::unique_ptr<UDFDIR, DirCloser>;
using FilePtr = std::unique_ptr<UDFFILE, FileCloser>;

class UdfReader final : public FileReader {
 public:
  explicit UdfReader(std::shared_ptr<const ByteSource> source) : source_(std::move(source)) {
    input_.base.read = &read_blocks;
    input_.base.size = &size_in_blocks;
    input_.source = source_.get();
    udf_.reset(udfread_init());
    if (udf_ == nullptr || udfread_open_input(udf_.get(), &input_.base) < 0) {
      udf_.reset();
      throw Error(ErrorCode::malformed, source_->name(),
                  "UDF whose descriptors can't be read, expected a volume with a root folder",
                  "files are read from UDF with sectors of 2048 bytes, as discs have them");
    }
    paths_.emplace_back();  // the root has the number 0
  }

  std::string_view kind() const noexcept override { return "UDF"; }

  FileEntry root() const override { return {.name = "", .id = {}, .kind = FileKind::folder}; }

  void list(const FileEntry& folder, Deleted, const Take& take,
            std::vector<Problem>& problems) override {
    const std::string path = path_of(folder.id);
    const DirPtr dir(udfread_opendir(udf_.get(), ('/' + path).c_str()));
    if (dir == nullptr) {
      tell(problems, path, "can't be listed, expected a folder");
      return;
    }
    udfread_dirent entry{};
    while (udfread_readdir(dir.get(), &entry) != nullptr) {
      const std::string name = entry.d_name != nullptr ? entry.d_name : "";
      if (name == "." || name == "..") continue;
      // By its stored name it is found again, whatever it is shown as.
      const std::uint64_t number = paths_.size();
      paths_.push_back(path.empty() ? name : path + '/' + name);
      FileEntry found{.name = safe_name(utf8_name(name)),
                      .id = {.number = number},
                      .kind = entry.d_type == UDF_DT_DIR   ? FileKind::folder
                              : entry.d_type == UDF_DT_REG ? FileKind::file
                                                           : FileKind::other,
                      .folder_key = number};
      if (found.kind == FileKind::file) {
        const FilePtr file(udfread_file_openat(dir.get(), entry.d_name));
        if (file != nullptr) {
          found.size =
              static_cast<std::uint64_t>(std::max<std::int64_t>(0, udfread_file_size(file.get())));
        } else {
          tell(problems, paths_.back(), "can't be opened, expected a file");
        }
      }
      if (!take(std::move(found))) return;
    }
  }

  void content(const FileEntry& entry, ContentSink& sink, std::vector<Problem>& problems) override {
    const std::string path = path_of(entry.id);
    const FilePtr file(udfread_file_open(udf_.get(), ('/' + path).c_str()));
    if (file == nullptr) {
      tell(problems, path, "can't be opened, expected a file");
      return;
    }
    const auto size =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, udfread_file_size(file.get())));
    const std::vector<Run> runs = runs_of(*file, size);
    if (!runs.empty()) {
      for (const Run& run : runs) sink.range(run.offset, run.size);
      return;
    }
    const std::uint64_t came = read_all(*file, size, sink);
    if (came < size) {
      tell(problems, path, fmt::format("{} of its {} bytes could be read", came, size));
    }
  }

  std::optional<FileEntry> find(const FileId&) override {
    throw Error(ErrorCode::unsupported, source_->name(), "UDF, whose files are found by path alone",
                "name the file by its path");
  }

  void unallocated(ContentSink&) override {
    throw Error(ErrorCode::unsupported, source_->name(),
                "UDF, whose map of unused blocks pregap does not read");
  }

 private:
  struct Run {
    std::uint64_t offset, size;
  };

  std::string path_of(const FileId& id) const {
    return id.number < paths_.size() ? paths_[static_cast<std::size_t>(id.number)] : std::string();
  }

  // Empty where some block of it lies nowhere: holes, or data within the file's own entry.
  std::vector<Run> runs_of(UDFFILE& file, std::uint64_t size) const {
    std::vector<Run> runs;
    const std::uint64_t blocks = (size + UDF_BLOCK_SIZE - 1) / UDF_BLOCK_SIZE;
    if (blocks > std::numeric_limits<std::uint32_t>::max()) return {};
    for (std::uint64_t n = 0; n < blocks; ++n) {
      const std::uint64_t at =
          static_cast<std::uint64_t>(udfread_file_lba(&file, static_cast<std::uint32_t>(n))) *
          UDF_BLOCK_SIZE;
      const std::uint64_t bytes =
          std::min<std::uint64_t>(UDF_BLOCK_SIZE, size - n * UDF_BLOCK_SIZE);
      if (at == 0 || at + bytes > source_->size()) return {};
      if (!runs.empty() && runs.back().offset + runs.back().size == at) {
        runs.back().size += bytes;
      } else {
        runs.push_back({at, bytes});
      }
    }
    return runs;
  }

  static std::uint64_t read_all(UDFFILE& file, std::uint64_t size, ContentSink& sink) {
    std::vector<std::uint8_t> buffer(256 * 1024);
    std::uint64_t done = 0;
    while (done < size) {
      const ssize_t n = udfread_file_read(
          &file, buffer.data(),
          static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - done)));
      if (n <= 0) break;
      sink.bytes(std::span(buffer).first(static_cast<std::size_t>(n)));
      done += static_cast<std::uint64_t>(n);
    }
    return done;
  }

  static void tell(std::vector<Problem>& problems, const std::string& path,
                   const std::string& message) {
    problems.push_back({.severity = Severity::fault,
                        .code = "files.unreadable",
                        .message = fmt::format("/{}: {}", printable(path), message)});
  }

  std::shared_ptr<const ByteSource> source_;
  Input input_;
  std::unique_ptr<udfread, VolumeCloser> udf_;
  std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<FileReader> open_udf(std::shared_ptr<const ByteSource> volume) {
  return std::make_unique<UdfReader>(std::move(volume));
}

}  // namespace pregap::volumes

#else

#include "pregap/error.h"

namespace pregap::volumes {

std::unique_ptr<FileReader> open_udf(std::shared_ptr<const ByteSource> volume) {
  throw Error(ErrorCode::unsupported, volume->name(),
              "UDF, which this pregap was built without (libudfread)");
}

}  // namespace pregap::volumes

#endif
