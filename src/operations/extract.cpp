#include "operations/extract.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "operations/extract_file.h"
#include "operations/extract_output.h"
#include "operations/extract_single.h"
#include "operations/extract_tree.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

namespace fs = std::filesystem;
using volumes::Deleted;
using volumes::FileKind;
using volumes::FoundFile;

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

  void take_to_standard_output(const FoundFile& found) {
    StandardOutput out(options_.work.stop);
    writer_.write_to(out, found);
    report_.bytes += out.size();
    ++report_.files;
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
  if (is_standard_output(options.out)) {
    if (found.size() != 1 || found.front().entry.kind != FileKind::file) {
      throw Error(ErrorCode::usage, "-o -", "a folder or several files, expected one file");
    }
    extraction.take_to_standard_output(found.front());
    report.outputs = {options.out};
    if (image.checked() != nullptr) report.corrected = image.checked()->corrected();
    return report;
  }
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
