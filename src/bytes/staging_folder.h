// Hidden names beside a target, under which an output grows.
#pragma once

#include <filesystem>

namespace pregap {

inline constexpr int kStagingTries = 100;

// The folder that `target` is to lie in.
std::filesystem::path folder_of(const std::filesystem::path& target);

// A name beside the target that no other process uses.
std::filesystem::path staging_name(const std::filesystem::path& target, int attempt);

// A hidden folder beside `target`, for programs that write files by name; gone with the object. It
// is locked (flock) as long as its process lives: those for the same target that were left by a
// process that was killed are taken away first. Throws Error(unwritable).
class StagingFolder {
 public:
  explicit StagingFolder(const std::filesystem::path& target);
  ~StagingFolder();
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  bool make(const std::filesystem::path& path);

  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace pregap
