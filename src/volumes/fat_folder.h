// The records of a FAT folder: 32 bytes each, long names in records of their own before the file's.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "volumes/fat.h"

namespace pregap::volumes {

struct FatRecord {
  std::string name;  // the long one where there is one; UTF-8
  std::uint32_t first_cluster = 0, size = 0;
  bool folder = false;
};

// Takes a folder's bytes piece by piece, in whole records.
class FatFolder {
 public:
  explicit FatFolder(int bits) : bits_(bits) {}

  // Calls `take` for files and folders that are there: no deleted ones, labels, "." and "..". False
  // at the folder's end.
  bool read(std::span<const std::uint8_t> records,
            const std::function<void(const FatRecord&)>& take);

 private:
  void take_long_part(std::span<const std::uint8_t> record);
  std::string name_of(std::span<const std::uint8_t> record);

  static constexpr std::size_t kMostParts = 20, kPartBytes = 26;
  int bits_;
  std::array<std::uint8_t, kMostParts * kPartBytes> long_name_{};
  std::size_t parts_ = 0, expected_ = 0;  // `expected_`: the number that the next part must have
  std::uint8_t sum_ = 0;                  // of the short name that the long one belongs to
};

}  // namespace pregap::volumes
