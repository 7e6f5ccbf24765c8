// What an image is, disc or disk: its containers, and the tables and file systems that lie on it.
#pragma once

#include <filesystem>
#include <vector>

#include "pregap/image.h"
#include "volumes/contents.h"

namespace pregap::operations {

// A disc's data track with tables or file systems beside ISO 9660: a hybrid, UDF, HFS.
struct TrackContents {
  const Track* track = nullptr;
  volumes::Contents contents;  // offsets from the track's INDEX 01; no fault, only warnings
};

struct Look {
  Image image;
  volumes::Contents contents;         // of what is no disc
  std::vector<TrackContents> tracks;  // of a disc; they point into `image`

  bool is_unknown() const { return !image.disc && contents.empty(); }
};

// Opens as open_image() does. Where only a name and a length speak for a CD, what lies on the image
// comes first. Unknown content is a disk's if name and length are usual ones; otherwise throws
// Error(unrecognised).
Look look_at(const std::filesystem::path& path, const OpenOptions& options = {});

// As look_at(), without a look at a disc's tracks.
Look look_for_disk(const std::filesystem::path& path, const OpenOptions& options = {});

// Whether --recursive looks at it: an ending that a disc's or a disk's image may have.
bool may_be_image(const std::filesystem::path& path);

}  // namespace pregap::operations
