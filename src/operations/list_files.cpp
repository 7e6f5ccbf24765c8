#include "operations/list_files.h"

#include <fmt/format.h>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

using volumes::Deleted;
using volumes::FileEntry;
using volumes::FileKind;
using volumes::FoundFile;
using Take = std::function<bool(const FoundFile&)>;

volumes::WalkOptions walk_options(const ListFilesOptions& options) {
  return {.deleted = options.deleted ? Deleted::take_in : Deleted::leave_out,
          .recursive = options.recursive,
          .system = options.system,
          .lists_only = true,
          // What a deleted name leads to is known by looking.
          .names_only = options.names_only && !options.deleted};
}

std::string place_of(const FileImage& image, const FileVolume& volume) {
  const std::string path = image.image().path.string();
  return volume.address.empty() ? path : path + ':' + volume.address;
}

// Each volume a folder; with `recursive` what is in them, one after the other.
void list_volumes(const FileImage& image, const ListFilesOptions& options, const Take& take,
                  FileListing& listing) {
  for (const FileVolume& volume : image.volumes()) {
    if (volume.address.empty()) continue;
    FileEntry entry{.name = volume.address,
                    .kind = volume.kind.empty() ? FileKind::other : FileKind::folder,
                    .size = volume.size};
    if (!take({volume.address, std::move(entry)})) return;
    if (!options.recursive || volume.kind.empty()) continue;
    try {
      const auto reader = image.open(volume, {});
      const auto inside = [&](const FoundFile& found) {
        return take({volume.address + '/' + found.path, found.entry});
      };
      if (!volumes::walk(*reader, {"", reader->root()}, walk_options(options), inside,
                         listing.problems)) {
        return;
      }
    } catch (const Error& error) {
      const bool of_volume = error.code() == ErrorCode::unsupported ||
                             error.code() == ErrorCode::malformed ||
                             error.code() == ErrorCode::unreadable;
      if (!of_volume) throw;
      listing.problems.push_back(
          {.severity = Severity::warning,
           .code = "files.unreadable",
           .message = fmt::format("{}: {}", volume.address, error.message())});
    }
  }
}

}  // namespace

FileListing list_files(const FileImage& image, const ImageAddress& address,
                       const ListFilesOptions& options, const Take& take) {
  FileListing listing;
  const FileVolume* volume = image.choose(address.parts);
  if (volume == nullptr) {
    if (!image.has_files()) {
      throw Error(ErrorCode::unrecognised, image.image().path.string(),
                  "no file system that is known, expected one", "info says what is known of it");
    }
    if (options.id || (address.path && !address.path->empty())) {
      throw Error(
          ErrorCode::not_found, image.image().path.string(),
          "several volumes, expected one of them to be named",
          fmt::format("{}:{}/... is a file of the first of them",
                      image.image().path.filename().string(), image.volumes().front().address));
    }
    list_volumes(image, options, take, listing);
    return listing;
  }
  const auto reader = image.open(*volume, address.parts);
  listing.kind = reader->kind();
  listing.label = volume->label;
  listing.address = volume->address;
  const Deleted deleted = options.deleted ? Deleted::take_in : Deleted::leave_out;
  if (options.id) {
    const auto entry = reader->find(*options.id);
    if (!entry) {
      throw Error(ErrorCode::not_found, place_of(image, *volume),
                  fmt::format("no file with the id {}", volumes::to_string(*options.id)));
    }
    take({entry->name, *entry});
    return listing;
  }
  const auto found =
      volumes::find_path(*reader, address.path.value_or(""), deleted, listing.problems);
  if (!found) {
    throw Error(
        ErrorCode::not_found, place_of(image, *volume),
        fmt::format("no \"{}\" in it, expected a path that ls lists", printable(*address.path)));
  }
  if (found->entry.kind != FileKind::folder) {
    take(*found);
    return listing;
  }
  volumes::walk(*reader, *found, walk_options(options), take, listing.problems);
  return listing;
}

}  // namespace pregap::operations
