// The entries of an exFAT folder: 32 bytes each, those of a file in a set with a checksum.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace pregap::volumes {

enum class ExfatKind : std::uint8_t { file, folder, bitmap, upcase };

struct ExfatEntry {
  ExfatKind kind = ExfatKind::file;
  std::string name;  // UTF-8
  std::uint32_t first_cluster = 0;
  std::uint64_t size = 0;        // in bytes
  bool contiguous = false;       // its clusters follow each other, without the FAT
  bool checksum_is_good = true;  // of the set
};

// Takes a folder's bytes piece by piece, in whole entries.
class ExfatFolder {
 public:
  using Take = std::function<void(const ExfatEntry&)>;
  // What is in use, in order. False at the folder's end.
  bool read(std::span<const std::uint8_t> entries, const Take& take);

 private:
  void take_set(const Take& take);

  std::vector<std::uint8_t> set_;  // of the file whose entries are being gathered
  std::size_t missing_ = 0;        // entries of it
};

}  // namespace pregap::volumes
