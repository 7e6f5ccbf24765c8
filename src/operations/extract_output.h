// Where one content goes, and how it gets there.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

#include "pregap/bytes.h"
#include "pregap/work.h"

namespace pregap::operations {

// From the content's beginning to its end.
class FileOutput {
 public:
  virtual ~FileOutput() = default;
  FileOutput() = default;
  FileOutput(const FileOutput&) = delete;
  FileOutput& operator=(const FileOutput&) = delete;

  virtual void write(std::span<const std::uint8_t> bytes) = 0;
  virtual void skip(std::uint64_t size) = 0;  // a hole
  // What the system copies of it by itself, at most `size` bytes; returns how many.
  virtual std::uint64_t copy(ByteSource::InFile from, std::uint64_t size) = 0;
  virtual std::uint64_t size() const = 0;
};

// Standard output, where holes are zeros. Throws Error(unwritable) where nobody takes it, and
// Error(stopped), since who takes it may let it wait.
class StandardOutput final : public FileOutput {
 public:
  explicit StandardOutput(std::stop_token stop) : stop_(std::move(stop)) {}
  void write(std::span<const std::uint8_t> bytes) override;
  void skip(std::uint64_t size) override;
  std::uint64_t copy(ByteSource::InFile, std::uint64_t) override { return 0; }
  std::uint64_t size() const override { return size_; }

 private:
  std::stop_token stop_;
  std::uint64_t size_ = 0;
};

// That `bytes` more are done; throws Error(stopped) where that was asked for.
void advance(const WorkOptions& work, std::uint64_t bytes);

// Copies ranges of a source, with the system's help where it gives any.
class RangeCopier {
 public:
  RangeCopier(const ByteSource& source, const WorkOptions& work) : source_(source), work_(work) {}
  // Returns how many of the bytes there were: fewer where the source ends before. Throws what
  // reading and writing throw, and Error(stopped).
  std::uint64_t copy(std::uint64_t offset, std::uint64_t size, FileOutput& out);

 private:
  const ByteSource& source_;
  const WorkOptions& work_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace pregap::operations
