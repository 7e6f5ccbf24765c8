// A file that is changed where it lies: what repair in place and its undoing write through.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace pregap {

class PatchFile {
 public:
  // Opens for reading and writing, and locks against another one of these: two repairs of one image
  // must not meet. Throws Error: not_found, unwritable (no permission, no regular file), refused
  // (in use by another repair).
  explicit PatchFile(std::filesystem::path path);
  ~PatchFile();
  PatchFile(const PatchFile&) = delete;
  PatchFile& operator=(const PatchFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::uint64_t size() const;  // now

  // Throw Error(unreadable), Error(unwritable) with the byte offset.
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const;
  void write(std::uint64_t offset, std::span<const std::uint8_t> bytes);
  void flush_to_disk();

 private:
  std::filesystem::path path_;
  int fd_ = -1;
};

// Names in the folder of `path`, added or removed, to the disk. File systems that can't do this are
// passed over. Throws Error(unwritable) on an I/O error.
void flush_folder_of(const std::filesystem::path& path);

}  // namespace pregap
