// Where in an image: IMAGE[:PART...][/PATH], the one syntax of ls and extract.
//
//   card.img:p2/etc/fstab   partition 2, a file in it
//   card.img:gpt.p1         a partition of one of several tables
//   disc.cue:t1/README.TXT  track 1
//   disc.cue:s2             the volume of session 2
//   disc.iso:joliet/Notes   one view of several: iso, joliet, rockridge, udf, hfs
//   floppy.ima/DIR          the image's only file system
//   pack.zip:a.img:p1       a member of an archive
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace pregap::operations {

struct ImageAddress {
  std::filesystem::path image;
  std::string member;               // of an archive; empty: its only one
  std::vector<std::string> parts;   // "p2", "gpt.p1", "t1", "s2", "joliet"
  std::optional<std::string> path;  // behind the first "/", without it; nothing: none was given
};

// The longest beginning of `text` that is a file is the image, so names may hold colons; all of
// it where there is none, which opening will then tell. A "/" behind the image begins the path.
ImageAddress parse_address(const std::string& text);

}  // namespace pregap::operations
