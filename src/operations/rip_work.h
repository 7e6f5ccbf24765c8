// The files beside OUT that a rip in progress keeps: sectors, sub-channel and map. What the map
// calls read is on the disk before the map is.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "operations/rip_map.h"

namespace pregap::operations {

// A file that is read and written at any place. Throws Error(unwritable), Error(unreadable).
class PlacedFile {
 public:
  enum class Opening : bool { anew, as_it_is };
  PlacedFile(std::filesystem::path path, Opening opening);
  ~PlacedFile();
  PlacedFile(const PlacedFile&) = delete;
  PlacedFile& operator=(const PlacedFile&) = delete;

  void write(std::uint64_t offset, std::span<const std::uint8_t> bytes);
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const;  // zeros behind the end
  void resize(std::uint64_t size);
  void flush();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int fd_ = -1;
};

struct WorkPaths {
  std::filesystem::path sectors, subchannel, map;
};
WorkPaths work_paths(const std::filesystem::path& stem);  // X.rip, X.ripsub, X.map

// A file beside a rip, whole: a map, a table. Throws Error(malformed) for more than 16 MiB, and
// what open_file() does.
std::vector<std::uint8_t> read_small_file(const std::filesystem::path& path);

// Replaces `path` by a file with that text; with `flush`, it is on the disk when this returns.
void replace_file(const std::filesystem::path& path, const std::string& text, bool flush);

}  // namespace pregap::operations
