// Out of an image: files, folders, whole partitions and tracks, unused blocks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "operations/open_files.h"
#include "pregap/convert.h"
#include "volumes/file_walk.h"

namespace pregap::operations {

struct ExtractOptions {
  WorkOptions work;
  // A folder if it is one, ends in "/", or more than one file is to go there; else the file's name.
  // Empty: the name that the file has, in the current folder; for all of a volume a folder named
  // after the image. "-" is standard output, which takes one file's bytes and nothing else.
  std::filesystem::path out;
  bool force = false;
  bool deleted = false;
  bool system = false;                // the file system's own files too
  bool allow_outside = false;         // make links that lead out of the tree
  bool unallocated = false;           // the blocks that no file has, one behind the other
  std::optional<volumes::FileId> id;  // this file
  Form2 form2 = Form2::whole;         // of files with sectors of form 2: whole, raw or cut
};

// A file that sectors hit which nothing corrects.
struct DamagedFile {
  std::string path;
  std::vector<Lba> lbas;
};

struct ExtractReport {
  std::vector<std::filesystem::path> outputs;  // the topmost ones
  std::uint64_t files = 0, folders = 0, links = 0, bytes = 0;
  std::uint64_t left_out = 0;  // links that lead outside, devices, sockets
  std::int64_t corrected = 0;  // sectors
  std::vector<DamagedFile> damaged;
  std::vector<Problem> problems;

  bool sound() const;  // nothing damaged, nothing left out, no problem that is a fault
};

// `paths` are further paths within the address's volume; empty: what the address names. A partition
// or track without a path ("card.img:p2") comes out as it lies there. Throws Error.
ExtractReport extract(const FileImage& image, const ImageAddress& address,
                      const std::vector<std::string>& paths, const ExtractOptions& options);

}  // namespace pregap::operations
