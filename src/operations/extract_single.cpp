#include "operations/extract_single.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "bytes/output_file.h"
#include "bytes/standard_output.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kInSystem = 16U << 20;  // bytes between two looks at whether to stop
constexpr std::uint64_t kPart = 128U << 10;     // bytes at once: stays in a near cache

// One output that is no file of a volume: it stands alone.
class SingleOutput {
 public:
  SingleOutput(const ExtractOptions& options, const std::string& default_name)
      : options_(options), standard_(options.work.stop) {
    if (is_standard_output(options.out)) return;
    file_.emplace(target(options.out, default_name),
                  options.force ? Overwrite::replace : Overwrite::refuse);
  }

  void write(std::span<const std::uint8_t> bytes) {
    if (options_.work.stop.stop_requested()) {
      throw Error(ErrorCode::stopped, options_.out.string(), "stopped");
    }
    file_ ? file_->write(bytes) : standard_.write(bytes);
    if (options_.work.progress != nullptr) options_.work.progress->advance(bytes.size());
  }
  std::uint64_t copy(ByteSource::InFile from, std::uint64_t size) {
    const std::uint64_t n = file_ ? file_->copy(from, size) : 0;
    write({});  // looks whether to stop
    if (options_.work.progress != nullptr) options_.work.progress->advance(n);
    return n;
  }
  ExtractReport finish() {
    ExtractReport report;
    report.files = 1;
    report.bytes = file_ ? file_->size() : standard_.size();
    if (file_) file_->commit();
    report.outputs = {file_ ? file_->target() : options_.out};
    return report;
  }

 private:
  static fs::path target(const fs::path& out, const std::string& default_name) {
    if (out.empty()) return default_name;
    return is_folder_name(out) ? out / default_name : out;
  }
  const ExtractOptions& options_;
  StandardOutput standard_;
  std::optional<OutputFile> file_;
};

void copy_range(const ByteSource& source, std::uint64_t offset, std::uint64_t size,
                SingleOutput& out) {
  std::vector<std::uint8_t> buffer(static_cast<std::size_t>(std::min(size, kPart)));
  std::uint64_t done = 0;
  while (done < size) {
    const std::uint64_t part = std::min(size - done, kInSystem);
    const auto stored = source.in_file(offset + done, part);
    const std::uint64_t n = stored ? out.copy(*stored, part) : 0;
    done += n;
    if (n < part) break;
  }
  while (done < size) {
    const auto part =
        std::span(buffer).first(static_cast<std::size_t>(std::min(kPart, size - done)));
    read_exactly(source, offset + done, part);
    out.write(part);
    done += part.size();
  }
}

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
    copy_range(*source, 0, source->size(), out);
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
  copy_range(*image.content(), volume.offset, volume.size, out);
  return out.finish();
}

ExtractReport extract_unallocated(const FileImage& image, const FileVolume& volume,
                                  volumes::FileReader& reader, const ExtractOptions& options) {
  struct Sink final : volumes::ContentSink {
    Sink(const ByteSource& s, SingleOutput& o) : source(s), out(o) {}
    void range(std::uint64_t offset, std::uint64_t size) override {
      const std::uint64_t end = source.size();
      if (offset < end) copy_range(source, offset, std::min(size, end - offset), out);
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
