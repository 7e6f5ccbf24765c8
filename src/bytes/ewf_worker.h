// libewf in a process of its own, which has the image's segments open and may do nothing but
// answer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "bytes/confined_child.h"
#include "pregap/problem.h"

namespace pregap {

enum class EwfAsked : std::uint32_t;

// What an EnCase image says of itself.
struct EwfFacts {
  std::uint64_t size = 0;         // of the content, in bytes
  std::uint32_t sector_size = 0;  // 0: not said
  Facts header;                   // "case_number", ...
  std::string md5, sha1;          // of the content, lower-case hex; empty: not stored
};

// Sectors whose chunk disagrees with its checksum; numbers of the content.
struct EwfDamage {
  std::uint64_t first = 0, last = 0;
};

class EwfWorker {
 public:
  // Starts it with these segments, in order. Throws Error: malformed with libewf's words,
  // unreadable where a segment can't be read or the process ends.
  EwfWorker(const std::vector<std::filesystem::path>& segments, std::string name,
            std::stop_token stop);
  const EwfFacts& facts() const { return facts_; }

  // All of `out`, which lies within the content; safe from several threads. Throws
  // Error(unreadable), Error(stopped).
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const;

  // Of the chunks that were read so far, the first ones, and how many there are of them in all.
  std::pair<std::vector<EwfDamage>, std::uint64_t> damage() const;

 private:
  std::vector<std::uint8_t> ask(EwfAsked what, std::uint64_t offset, std::uint64_t size) const;
  std::vector<std::uint8_t> answer() const;
  void fill(std::uint64_t offset, std::size_t wanted) const;
  void receive(std::span<std::uint8_t> out) const;
  [[noreturn]] void fail() const;

  std::string name_;
  std::stop_token stop_;
  EwfFacts facts_;
  mutable std::mutex mutex_;
  mutable std::uint64_t held_from_ = 0, held_ = 0;  // of the content, what lies in the window
  mutable ConfinedChild child_;
  mutable std::string end_;  // why it ended, if it did
};

}  // namespace pregap
