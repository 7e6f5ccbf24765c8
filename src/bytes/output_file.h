// Output that appears whole or not at all: it grows out of sight beside its target and takes the
// target's name when it is complete.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "pregap/bytes.h"

namespace pregap {

enum class Overwrite : bool { refuse, replace };

// Throws Error(exists) if `target` is there and mustn't be replaced, Error(unwritable) if its
// folder takes no files. Called before work begins, so that nobody waits for a refusal.
void require_writable_target(const std::filesystem::path& target, Overwrite overwrite);

class OutputFile {
 public:
  // Where the file system can do it, the file has no name until commit(), so that even a killed
  // process leaves nothing behind; elsewhere it is a hidden file beside the target.
  enum class Staging : bool { unnamed_if_possible, named };
  // The second way of each is for file systems that can't do the first.
  enum class Replacing : bool { exchange_if_possible, put_aside };

  OutputFile(std::filesystem::path target, Overwrite overwrite,
             Staging staging = Staging::unnamed_if_possible,
             Replacing replacing = Replacing::exchange_if_possible);
  // A finished file that another program or library left at `staged`, on the target's file system.
  OutputFile(std::filesystem::path target, Overwrite overwrite,
             const std::filesystem::path& staged);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Appends; small pieces are gathered. Throws Error(unwritable), on a full disk above all, at the
  // latest from commit().
  void write(std::span<const std::uint8_t> bytes);

  // Appends what the system copies by itself, at most `size` bytes; returns how many.
  std::uint64_t copy(ByteSource::InFile from, std::uint64_t size);

  // Writes over what is there already, or behind it: for headers that are known at the end.
  void overwrite(std::uint64_t offset, std::span<const std::uint8_t> bytes);

  // `bytes` zeros behind what is there, as a hole.
  void skip(std::uint64_t bytes);

  // Bytes to the disk itself, not only to the system.
  void flush_to_disk();

  // Gives the file its name. A file or link that it replaces loses its mode and owner to the new
  // one. Throws Error(exists) if something took the name meanwhile.
  void commit();

  // Takes a commit back: what it replaced is there again.
  void withdraw() noexcept;

  const std::filesystem::path& target() const { return target_; }
  std::uint64_t size() const { return size_ + gathered_.size(); }

 private:
  void write_through(std::span<const std::uint8_t> bytes);
  void write_gathered();
  void open_unnamed();
  void open_named();
  void link_to_target();
  void link_to_staging_name();
  void rename_if_free();
  void take_free_name();
  void take_place_of_target();
  [[noreturn]] void fail(int error) const;

  std::filesystem::path target_;
  std::filesystem::path staged_;  // empty while the file has no name
  Overwrite overwrite_;
  Replacing replacing_;
  bool committed_ = false;
  bool replaced_ = false;  // staged_ is the file that was there before
  int fd_ = -1;
  std::uint64_t size_ = 0;  // written to the file
  std::vector<std::uint8_t> gathered_;
};

// All of them or none: if one can't be committed, those before it are taken back.
void commit_together(std::span<OutputFile* const> files);

}  // namespace pregap
