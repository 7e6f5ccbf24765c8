// Bytes that look random and are the same in every run (SplitMix64, public domain, S. Vigna).
#pragma once

#include <cstdint>
#include <span>

namespace samples {

class Noise {
 public:
  explicit Noise(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  std::uint8_t byte() { return static_cast<std::uint8_t>(next()); }
  std::uint8_t nonzero_byte() { return static_cast<std::uint8_t>(1 + next() % 255); }

  void fill(std::span<std::uint8_t> out) {
    for (std::uint8_t& b : out) b = byte();
  }

 private:
  std::uint64_t state_;
};

}  // namespace samples
