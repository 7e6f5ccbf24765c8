// What EwfWorker and its process say to each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "pregap/error.h"

namespace pregap {

inline constexpr std::size_t kEwfWindow = 1U << 20;  // bytes at once

enum class EwfAsked : std::uint32_t { read, damage };

struct EwfRequest {
  EwfAsked what = EwfAsked::read;
  std::uint32_t unused = 0;
  std::uint64_t offset = 0, size = 0;
};

enum class EwfSaid : std::uint32_t { done, error };

// Then so many bytes of text: numbers in decimal, and words, each behind its length.
struct EwfReply {
  EwfSaid what = EwfSaid::done;
  std::uint32_t length = 0;
};

class EwfText {
 public:
  EwfText() = default;
  explicit EwfText(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}
  void put(const std::string& word);
  void put(std::uint64_t number) { put(std::to_string(number)); }
  // Empty, or 0, where nothing is left: the other side may say what it likes.
  std::string take();
  std::uint64_t take_number();
  bool at_end() const { return at_ >= bytes_.size(); }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

// The process: opens the segments, gives up what it doesn't need, and answers until the socket
// closes.
[[noreturn]] void run_ewf_process(int socket, std::uint8_t* window,
                                  const std::vector<std::filesystem::path>& segments,
                                  const std::string& name) noexcept;

}  // namespace pregap
