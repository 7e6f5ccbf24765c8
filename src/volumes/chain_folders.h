// The folders of a volume that a look at its chains has yet to read, within bounds.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace pregap::volumes {

struct ChainFolder {
  std::string path;
  std::vector<std::uint32_t> clusters;
};

class ChainFolders {
 public:
  bool empty() const { return waiting_.empty(); }
  void put(ChainFolder folder) {
    bytes_ += folder.path.size() + sizeof(ChainFolder);
    given_up_ = given_up_ || bytes_ > kMostBytes;
    waiting_.push_back(std::move(folder));
  }
  ChainFolder take() {
    ChainFolder folder = std::move(waiting_.back());
    waiting_.pop_back();
    bytes_ -= folder.path.size() + sizeof(ChainFolder);
    return folder;
  }

  // A file or folder more was met. False: too many, it and the rest are left alone.
  bool count() {
    given_up_ = given_up_ || ++files_ > kMostFiles;
    return !given_up_;
  }
  bool given_up() const { return given_up_; }

 private:
  static constexpr std::uint64_t kMostBytes = 64U << 20;  // of paths
  static constexpr std::uint64_t kMostFiles = 10'000'000;

  std::vector<ChainFolder> waiting_;
  std::uint64_t bytes_ = 0, files_ = 0;
  bool given_up_ = false;
};

// The path of a file in a folder.
inline std::string path_in(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + '/' + name;
}

}  // namespace pregap::volumes
