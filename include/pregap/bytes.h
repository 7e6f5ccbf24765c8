// Where bytes come from: a seekable, read-only source of known size.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pregap {

// Reading is safe from several threads at once.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // In bytes, as it was when the source was opened.
  virtual std::uint64_t size() const noexcept = 0;

  // Reads up to out.size() bytes from `offset` and returns how many came: fewer only at the end.
  // Throws Error(unreadable) with the source's name and the byte offset on an I/O error.
  virtual std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;

  // Where `size` bytes from `offset` on lie as they are: an open file's descriptor, which stays the
  // source's, and their place in it. Nothing where they are made from others.
  struct InFile {
    int descriptor = -1;
    std::uint64_t offset = 0;
  };
  virtual std::optional<InFile> in_file(std::uint64_t offset, std::uint64_t size) const {
    (void)offset;
    (void)size;
    return std::nullopt;
  }

  // What errors call it: a path.
  virtual const std::string& name() const noexcept = 0;
};

// A file or block device, opened read-only. Throws Error(not_found) or Error(unreadable); a folder,
// a pipe or a socket is unreadable.
std::unique_ptr<ByteSource> open_file(const std::filesystem::path& path);

// Bytes in memory; it keeps its own copy.
std::unique_ptr<ByteSource> memory_source(std::vector<std::uint8_t> bytes, std::string name);

// Reads exactly out.size() bytes. Throws Error(unreadable) when the source ends before, which for
// a range inside size() means that the file was cut meanwhile.
void read_exactly(const ByteSource& source, std::uint64_t offset, std::span<std::uint8_t> out);

}  // namespace pregap
