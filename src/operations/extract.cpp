#include "operations/extract.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "bytes/output_file.h"
#include "operations/extract_file.h"
#include "operations/extract_tree.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

namespace fs = std::filesystem;
using volumes::Deleted;
using volumes::FileKind;
using volumes::FoundFile;

constexpr std::uint64_t kInSystem = 16U << 20;  // bytes between two looks at whether to stop
constexpr std::uint64_t kPart = 128U << 10;     // bytes at once: stays in a near cache

std::string stem_of(const FileImage& image, const std::string& part) {
  const std::string stem = image.image().path.stem().string();
  return part.empty() ? stem : stem + '-' + part;
}

bool is_folder_name(const fs::path& path) {
  std::error_code ignored;
  return path.string().ends_with('/') || fs::is_directory(path, ignored);
}

// One output that is no file of a volume: it stands alone.
class SingleOutput {
 public:
  SingleOutput(const ExtractOptions& options, const std::string& default_name)
      : options_(options),
        file_(target(options.out, default_name),
              options.force ? Overwrite::replace : Overwrite::refuse) {}

  void write(std::span<const std::uint8_t> bytes) {
    if (options_.work.stop.stop_requested()) {
      throw Error(ErrorCode::stopped, file_.target().string(), "stopped");
    }
    file_.write(bytes);
    if (options_.work.progress != nullptr) options_.work.progress->advance(bytes.size());
  }
  std::uint64_t copy(ByteSource::InFile from, std::uint64_t size) {
    const std::uint64_t n = file_.copy(from, size);
    write({});  // looks whether to stop
    if (options_.work.progress != nullptr) options_.work.progress->advance(n);
    return n;
  }
  ExtractReport finish() {
    ExtractReport report;
    report.files = 1;
    report.bytes = file_.size();
    file_.commit();
    report.outputs = {file_.target()};
    return report;
  }

 private:
  static fs::path target(const fs::path& out, const std::string& default_name) {
    if (out.empty()) return default_name;
    return is_folder_name(out) ? out / default_name : out;
  }
  const ExtractOptions& options_;
  OutputFile file_;
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

// Files and folders of one volume, into one folder.
class FileExtraction {
 public:
  FileExtraction(const FileImage& image, const FileVolume& volume, volumes::FileReader& reader,
                 const ExtractOptions& options, ExtractReport& report)
      : reader_(reader),
        options_(options),
        report_(report),
        writer_(image, volume, reader, options, report) {}

  // `as` is the name in the folder; empty: all that is in the folder `found`, without itself.
  void take(ExtractTree& tree, const FoundFile& found, const std::string& as) {
    if (found.entry.kind != FileKind::folder) {
      put(tree, "", found, as);
      return;
    }
    fs::path top;
    if (!as.empty()) {
      top = tree.place("", as);
      tree.make_folder(top, found.entry);
      ++report_.folders;
    }
    places_[found.path] = top;
    const volumes::WalkOptions walk{.deleted = deleted(), .system = options_.system};
    volumes::walk(
        reader_, found, walk,
        [&](const FoundFile& file) {
          stop_if_asked();
          const std::size_t slash = file.path.rfind('/');
          const std::string parent = slash == std::string::npos ? "" : file.path.substr(0, slash);
          put(tree, places_[parent], file, file.entry.name);
          return !gave_up();
        },
        report_.problems);
  }

  bool gave_up() const { return writer_.gave_up(); }
  Deleted deleted() const { return options_.deleted ? Deleted::take_in : Deleted::leave_out; }

 private:
  void put(ExtractTree& tree, const fs::path& parent, const FoundFile& file,
           const std::string& name) {
    switch (file.entry.kind) {
      case FileKind::folder: {
        const fs::path place = tree.place(parent, name);
        tree.make_folder(place, file.entry);
        places_[file.path] = place;
        ++report_.folders;
        return;
      }
      case FileKind::file: {
        const fs::path place = tree.place(parent, name);
        ++(writer_.write(file, tree.path_of(place)) ? report_.files : report_.left_out);
        return;
      }
      case FileKind::link:
        put_link(tree, tree.place(parent, name), file);
        return;
      default:
        leave_out(file, fmt::format("a {}, which is left out", name_of(file.entry.kind)),
                  "files.special");
    }
  }

  void put_link(ExtractTree& tree, const fs::path& place, const FoundFile& file) {
    if (tree.make_link(place, file.entry, options_.allow_outside)) {
      ++report_.links;
      return;
    }
    leave_out(file,
              fmt::format("a link to {}, which may lead outside and is left out",
                          printable(file.entry.link_target)),
              "files.link_outside");
  }

  void leave_out(const FoundFile& file, const std::string& message, const std::string& code) {
    ++report_.left_out;
    report_.problems.push_back({.severity = Severity::warning,
                                .code = code,
                                .message = fmt::format("/{}: {}", printable(file.path), message)});
  }

  void stop_if_asked() const {
    if (options_.work.stop.stop_requested()) {
      throw Error(ErrorCode::stopped, options_.out.string(), "stopped");
    }
  }

  volumes::FileReader& reader_;
  const ExtractOptions& options_;
  ExtractReport& report_;
  FileWriter writer_;
  std::map<std::string, fs::path> places_;  // of the folders that were made
};

// Where things go: the folder, and for one thing alone its name there.
struct Destination {
  fs::path folder;
  std::string name;  // empty: each keeps its own
};
Destination destination_of(const std::vector<FoundFile>& found, const FileImage& image,
                           const FileVolume& volume, const ExtractOptions& options) {
  const bool one_file = found.size() == 1 && found.front().entry.kind != FileKind::folder;
  const bool all = found.size() == 1 && found.front().path.empty();
  if (options.out.empty()) {
    return {all ? fs::path(stem_of(image, volume.address)) : fs::path("."), ""};
  }
  if (!one_file || is_folder_name(options.out)) return {options.out, ""};
  const fs::path parent = options.out.parent_path();
  return {parent.empty() ? fs::path(".") : parent, options.out.filename().string()};
}

const Track* track_of(const FileImage& image, const std::vector<std::string>& parts) {
  if (!image.image().disc || parts.size() != 1 || parts[0][0] != 't') return nullptr;
  const Disc& disc = *image.image().disc;
  const auto at = std::ranges::find_if(
      disc.tracks, [&](const Track& t) { return parts[0] == fmt::format("t{}", t.number); });
  return at == disc.tracks.end() ? nullptr : &*at;
}

std::vector<FoundFile> find_all(volumes::FileReader& reader, const FileExtraction& extraction,
                                const ImageAddress& address, const std::vector<std::string>& paths,
                                const ExtractOptions& options, ExtractReport& report) {
  std::vector<FoundFile> found;
  if (options.id) {
    const auto entry = reader.find(*options.id);
    if (!entry) {
      throw Error(ErrorCode::not_found, address.image.string(),
                  fmt::format("no file with the id {}", volumes::to_string(*options.id)));
    }
    found.push_back({entry->name, *entry});
    return found;
  }
  const auto add = [&](const std::string& path) {
    auto file = volumes::find_path(reader, path, extraction.deleted(), report.problems);
    if (!file) {
      throw Error(ErrorCode::not_found, address.image.string(),
                  fmt::format("no \"{}\" in it, expected a path that ls lists", printable(path)));
    }
    found.push_back(std::move(*file));
  };
  if (paths.empty()) add(address.path.value_or(""));
  for (const std::string& path : paths) {
    add(address.path && !address.path->empty() ? *address.path + '/' + path : path);
  }
  return found;
}

}  // namespace

bool ExtractReport::sound() const {
  return damaged.empty() && left_out == 0 && std::ranges::none_of(problems, [](const Problem& p) {
           return p.severity == Severity::fault;
         });
}

ExtractReport extract(const FileImage& image, const ImageAddress& address,
                      const std::vector<std::string>& paths, const ExtractOptions& options) {
  const bool as_it_lies = !address.path && paths.empty() && !options.id && !options.unallocated;
  if (as_it_lies) {
    if (const Track* track = track_of(image, address.parts)) {
      return extract_track(*image.image().disc, *track, image, options);
    }
  }
  const FileVolume* volume = image.choose(address.parts);
  if (volume == nullptr) {
    throw Error(ErrorCode::usage, address.image.string(),
                !image.has_files() ? "no file system that is known, expected one"
                                   : "several volumes, expected one of them to be named",
                !image.has_files()
                    ? "info says what is known of it"
                    : fmt::format("{}:{}/ are the files of one", address.image.filename().string(),
                                  image.volumes().front().address));
  }
  if (as_it_lies && !address.parts.empty() && !volume->table.empty()) {
    return extract_partition(image, *volume, options);
  }
  const auto reader = image.open(*volume, address.parts);
  if (options.unallocated) return extract_unallocated(image, *volume, *reader, options);

  ExtractReport report;
  FileExtraction extraction(image, *volume, *reader, options, report);
  const std::vector<FoundFile> found =
      find_all(*reader, extraction, address, paths, options, report);
  const Destination to = destination_of(found, image, *volume, options);
  ExtractTree tree(to.folder, options.force ? Overwrite::replace : Overwrite::refuse);
  for (const FoundFile& file : found) {
    const std::string name = to.name.empty() ? file.entry.name : to.name;
    extraction.take(tree, file, name);
    report.outputs.push_back(name.empty() ? to.folder : to.folder / name);
    if (extraction.gave_up()) break;
  }
  tree.commit();
  if (image.checked() != nullptr) report.corrected = image.checked()->corrected();
  return report;
}

}  // namespace pregap::operations
