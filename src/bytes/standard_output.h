// Standard output as the place of one output's bytes.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>

namespace pregap {

class StandardOutput {
 public:
  explicit StandardOutput(std::stop_token stop) : stop_(std::move(stop)) {}

  // Throws Error(unwritable) where nobody takes it, Error(stopped).
  void write(std::span<const std::uint8_t> bytes);
  void skip(std::uint64_t size);  // zeros
  std::uint64_t size() const { return size_; }

 private:
  std::stop_token stop_;
  std::uint64_t size_ = 0;
};

}  // namespace pregap
