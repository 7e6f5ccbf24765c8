#include "operations/extract_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr std::uint64_t kUserData = 2048;
constexpr std::uint64_t kSlack = 128U << 10;

}  // namespace

class FileWriter::Sink final : public volumes::ContentSink {
 public:
  Sink(FileWriter& writer, FileOutput& out, bool whole_sectors)
      : writer_(writer), out_(out), whole_sectors_(whole_sectors) {}

  void range(std::uint64_t offset, std::uint64_t size) override {
    // A file that takes in more than there is would fill the disk with one block over and over.
    stored_ += size;
    if (stored_ > writer_.source_->size() + kSlack) {
      too_large_ = true;
      return;
    }
    if (whole_sectors_) {
      const Lba first(static_cast<std::int32_t>((offset + writer_.base_) / kUserData));
      const auto sectors = static_cast<std::int32_t>((size + kUserData - 1) / kUserData);
      const bool raw = writer_.options_.form2 == Form2::raw;
      writer_.checked_->read_whole(first, sectors, raw,
                                   [&](std::span<const std::uint8_t> data) { put(data); });
      return;
    }
    const std::uint64_t came = writer_.copier_.copy(offset, size, out_);
    if (came == size) return;
    missing_ = true;
    out_.skip(size - came);
  }
  void hole(std::uint64_t size) override { out_.skip(size); }
  void bytes(std::span<const std::uint8_t> data) override { put(data); }

  bool too_large() const { return too_large_; }
  bool missing() const { return missing_; }

 private:
  void put(std::span<const std::uint8_t> data) {
    out_.write(data);
    advance(writer_.options_.work, data.size());
  }

  FileWriter& writer_;
  FileOutput& out_;
  bool whole_sectors_;
  std::uint64_t stored_ = 0;
  bool too_large_ = false, missing_ = false;
};

FileWriter::FileWriter(const FileImage& image, const FileVolume& volume,
                       volumes::FileReader& reader, const ExtractOptions& options,
                       ExtractReport& report)
    : checked_(image.checked()),
      source_(image.bytes_of(volume)),
      base_(volume.absolute ? 0 : volume.offset),
      reader_(reader),
      options_(options),
      report_(report),
      copier_(*source_, options.work) {}

std::string FileWriter::read(const volumes::FileEntry& entry, Sink& sink) {
  try {
    reader_.content(entry, sink, report_.problems);
    return {};
  } catch (const Error& error) {
    gave_up_ = error.code() == ErrorCode::malformed;
    if (!gave_up_ && error.code() != ErrorCode::unreadable) throw;
    return error.place() + ": " + error.message();
  }
}

void FileWriter::tell(const volumes::FoundFile& file, const std::string& message) {
  report_.problems.push_back({.severity = Severity::fault,
                              .code = "files.unreadable",
                              .message = fmt::format("/{}: {}", printable(file.path), message)});
}

void FileWriter::write_to(FileOutput& out, const volumes::FoundFile& file) {
  if (checked_ != nullptr) checked_->take_damaged();  // what reading folders met
  const bool whole_sectors =
      file.entry.form2 && checked_ != nullptr && options_.form2 != Form2::cut;
  Sink sink(*this, out, whole_sectors);
  if (const std::string end = read(file.entry, sink); !end.empty()) {
    tell(file, fmt::format("{} of its {} bytes came ({})", out.size(), file.entry.size, end));
  }
  if (sink.too_large()) tell(file, "larger than the volume that it lies in, and cut");
  if (sink.missing()) tell(file, "lies behind the image's end in part, where zeros stand now");
  if (checked_ == nullptr) return;
  if (std::vector<Lba> lbas = checked_->take_damaged(); !lbas.empty()) {
    report_.damaged.push_back({file.path, std::move(lbas)});
  }
}

bool FileWriter::write(const volumes::FoundFile& file, const std::filesystem::path& to) {
  TreeFile out(to);
  write_to(out, file);
  if (!out.finish(file.entry)) {
    tell(file, fmt::format("{} bytes, holes among them, are more than the target's file system "
                           "takes in a file, and left out",
                           out.size()));
    return false;
  }
  report_.bytes += out.size();
  return true;
}

}  // namespace pregap::operations
