// The undo journal: what changed files held before and hold after a repair. docs/formats/undo.md.
//
//   "PREGAPUN", u32 version (1), u32 number of files
//   for each file:    u64 size, u32 length of the name, the name relative to the journal's folder
//   for each change:  u32 length (not 0), u32 file, u64 offset, u32 CRC-32 of the old bytes, u32 of
//                     the new ones, the old bytes, the new bytes
//   the end:          u32 0, u64 number of changes, SHA-256 of all before as 64 hexadecimal digits
//
// Numbers have their low byte first. A journal is whole or it isn't there: it gets its name when it
// is complete and on the disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/digest.h"
#include "bytes/output_file.h"
#include "pregap/bytes.h"

namespace pregap {

inline constexpr std::uint32_t kUndoVersion = 1;
inline constexpr std::size_t kLongestUndoName = 4096;       // bytes
inline constexpr std::uint32_t kMostUndoFiles = 2000;       // of a journal
inline constexpr std::uint32_t kLongestUndoChange = 65536;  // bytes

struct UndoFile {
  std::string name;  // relative, with /
  std::uint64_t size = 0;
};

class UndoJournalWriter {
 public:
  // Nothing is visible before finish(). Throws Error(exists) where a journal must not be replaced.
  UndoJournalWriter(const std::filesystem::path& path, const std::vector<UndoFile>& files,
                    Overwrite overwrite);

  // Both of one size, from 1 to kLongestUndoChange. Throws Error(unwritable) on a full disk.
  void add(std::uint32_t file, std::uint64_t offset, std::span<const std::uint8_t> before,
           std::span<const std::uint8_t> after);

  // Puts journal and name on the disk: when this returns, they survive a loss of power.
  void finish();

 private:
  void write(std::span<const std::uint8_t> bytes);

  OutputFile file_;
  std::unique_ptr<Digest> digest_;
  std::uint64_t changes_ = 0;
};

struct UndoChange {
  std::size_t file = 0;
  std::uint64_t offset = 0;
  std::span<const std::uint8_t> before, after;  // valid in the call
};

// A journal that was read to its end and found whole.
class UndoJournal {
 public:
  // Throws Error(malformed) at a byte offset for anything that finish() would not have written:
  // counts, lengths, names that lead elsewhere, changes beyond a file's end, checksums.
  explicit UndoJournal(std::shared_ptr<const ByteSource> bytes);

  const std::vector<UndoFile>& files() const { return files_; }
  std::uint64_t changes() const { return changes_; }

  // In the order of writing. The journal is read anew, some KiB at a time.
  void for_each(const std::function<void(const UndoChange&)>& take) const;

 private:
  class Reader;
  void read_files(Reader& reader);
  void read_change(Reader& reader, std::uint32_t length, std::vector<std::uint8_t>& buffer,
                   UndoChange& change) const;

  std::shared_ptr<const ByteSource> bytes_;
  std::vector<UndoFile> files_;
  std::uint64_t first_change_ = 0;  // its offset
  std::uint64_t changes_ = 0;
};

}  // namespace pregap
