#include "operations/extract_single.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "bytes/output_file.h"
#include "operations/extract_output.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

namespace fs = std::filesystem;

// A file that appears whole, under its name.
class NamedOutput final : public FileOutput {
 public:
  NamedOutput(const fs::path& target, Overwrite overwrite) : file_(target, overwrite) {}
  void write(std::span<const std::uint8_t> bytes) override { file_.write(bytes); }
  void skip(std::uint64_t size) override { file_.skip(size); }
  std::uint64_t copy(ByteSource::InFile from, std::uint64_t size) override {
    return file_.copy(from, size);
  }
  std::uint64_t size() const override { return file_.size(); }
  OutputFile& file() { return file_; }

 private:
  OutputFile file_;
};

// One output that is no file of a volume: it stands alone.
class SingleOutput {
 public:
  SingleOutput(const ExtractOptions& options, const std::string& default_name) : options_(options) {
    if (is_standard_output(options.out)) {
      out_ = std::make_unique<StandardOutput>(options.work.stop);
      return;
    }
    auto named = std::make_unique<NamedOutput>(
        target(options.out, default_name), options.force ? Overwrite::replace : Overwrite::refuse);
    file_ = &named->file();
    out_ = std::move(named);
  }

  void write(std::span<const std::uint8_t> bytes) {
    out_->write(bytes);
    advance(options_.work, bytes.size());
  }
  void copy(const ByteSource& source, std::uint64_t offset, std::uint64_t size) {
    const std::uint64_t came = RangeCopier(source, options_.work).copy(offset, size, *out_);
    if (came == size) return;
    throw Error(ErrorCode::unreadable, fmt::format("{}:byte {}", source.name(), offset + came),
                fmt::format("the file ends here, expected {} more bytes", size - came),
                "it had them when it was opened: is something still writing to it?");
  }
  ExtractReport finish() {
    ExtractReport report;
    report.files = 1;
    report.bytes = out_->size();
    if (file_ != nullptr) file_->commit();
    report.outputs = {file_ != nullptr ? file_->target() : options_.out};
    return report;
  }

 private:
  static fs::path target(const fs::path& out, const std::string& default_name) {
    if (out.empty()) return default_name;
    return is_folder_name(out) ? out / default_name : out;
  }
  const ExtractOptions& options_;
  std::unique_ptr<FileOutput> out_;
  OutputFile* file_ = nullptr;  // of out_; null: standard output
};

}  // namespace

std::string stem_of(const FileImage& image, const std::string& part) {
  const std::string stem = image.image().path.stem().string();
  return part.empty() ? stem : stem + '-' + part;
}

bool is_folder_name(const fs::path& path) {
  std::error_code ignored;
  return path.string().ends_with('/') || fs::is_directory(path, ignored);
}

bool is_standard_output(const fs::path& path) { return path == "-"; }

ExtractReport extract_track(const Disc& disc, const Track& track, const FileImage& image,
                            const ExtractOptions& options) {
  const bool user_data = !track.extents.empty() &&
                         has_user_data_only(track.extents.front().storage) && track.is_data();
  SingleOutput out(
      options, stem_of(image, fmt::format("t{}", track.number)) + (user_data ? ".iso" : ".bin"));
  if (options.work.progress != nullptr) {
    options.work.progress->add_total(static_cast<std::uint64_t>(track.sectors()) *
                                     (user_data ? 2048 : kSectorSize));
  }
  if (user_data) {
    const auto source = user_data_source(disc, track.start_lba(), track.sectors());
    out.copy(*source, 0, source->size());
    return out.finish();
  }
  constexpr std::int32_t kSectors = 256;
  std::vector<std::uint8_t> buffer(kSectors * kSectorSize);
  for (std::int32_t done = 0; done < track.sectors();) {
    const std::int32_t n = disc.read_sectors(track.start_lba() + done,
                                             std::min(kSectors, track.sectors() - done), buffer);
    if (n == 0) break;
    out.write(std::span(buffer).first(static_cast<std::size_t>(n) * kSectorSize));
    done += n;
  }
  return out.finish();
}

ExtractReport extract_partition(const FileImage& image, const FileVolume& volume,
                                const ExtractOptions& options) {
  if (options.work.progress != nullptr) options.work.progress->add_total(volume.size);
  SingleOutput out(options, stem_of(image, volume.address) + ".img");
  out.copy(*image.content(), volume.offset, volume.size);
  return out.finish();
}

ExtractReport extract_unallocated(const FileImage& image, const FileVolume& volume,
                                  volumes::FileReader& reader, const ExtractOptions& options) {
  struct Sink final : volumes::ContentSink {
    Sink(const ByteSource& s, SingleOutput& o) : source(s), out(o) {}
    void range(std::uint64_t offset, std::uint64_t size) override {
      const std::uint64_t end = source.size();
      if (offset < end) out.copy(source, offset, std::min(size, end - offset));
    }
    void hole(std::uint64_t) override {}
    void bytes(std::span<const std::uint8_t> data) override { out.write(data); }
    const ByteSource& source;
    SingleOutput& out;
  };
  SingleOutput out(options, stem_of(image, volume.address) + "-unallocated.bin");
  const auto source = image.bytes_of(volume);
  Sink sink(*source, out);
  reader.unallocated(sink);
  return out.finish();
}

}  // namespace pregap::operations
