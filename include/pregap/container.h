// What an image is packed in: compressed, split, sparse, or in a disk format of its own.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pregap/bytes.h"
#include "pregap/problem.h"
#include "pregap/work.h"

namespace pregap {

struct Container {
  std::string
      kind;     // "split", "sparse", "gzip", "zip", "ewf", "qcow2", "vmdk", "vdi", "vhd", "vhdx"
  Facts facts;  // what it says of itself: members, stored hashes, case number, ...
  std::vector<std::filesystem::path> files;  // on the disk; empty where it lies in another one
  std::string name;  // what the content would be called unpacked: "disk.img"; its ending may tell
  std::shared_ptr<const ByteSource> content;  // unpacked, seekable
  std::vector<Problem> problems{};            // what opening it showed already
  // Holds the content against what the container keeps to check itself with; empty where it keeps
  // nothing. Throws Error for what can't be read at all; damage comes back as problems, those of
  // opening among them.
  std::function<std::vector<Problem>(const WorkOptions&)> verify{};
};

}  // namespace pregap
