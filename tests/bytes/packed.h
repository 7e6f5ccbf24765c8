// Packed data for the tests: zlib's deflate as gzip writes it, and content that packs like an
// image.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace pregap::test {

using Octets = std::vector<std::uint8_t>;

// Runs of zeros, of text, of noise: blocks of every kind.
inline Octets mixed_content(std::size_t size, std::uint32_t seed) {
  std::mt19937 random(seed);
  Octets bytes(size);
  for (std::size_t at = 0; at < size;) {
    const std::size_t n = std::min<std::size_t>(size - at, 1 + random() % 70'000);
    const unsigned long kind = random() % 3;
    for (std::size_t i = 0; i < n; ++i) {
      bytes[at + i] = kind == 0   ? std::uint8_t{0}
                      : kind == 1 ? static_cast<std::uint8_t>("the quick brown fox "[random() % 20])
                                  : static_cast<std::uint8_t>(random());
    }
    at += n;
  }
  return bytes;
}

// window bits as deflateInit2() has them: 31 for gzip, -15 for a bare stream.
inline Octets deflated(std::span<const std::uint8_t> bytes, int window_bits = 31, int level = 6) {
  z_stream z{};
  if (deflateInit2(&z, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  Octets packed(deflateBound(&z, static_cast<uLong>(bytes.size())));
  z.next_in = const_cast<Bytef*>(bytes.data());
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = packed.data();
  z.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&z, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("deflate");
  packed.resize(z.total_out);
  deflateEnd(&z);
  return packed;
}

inline Octets joined(const Octets& a, const Octets& b) {
  Octets both = a;
  both.insert(both.end(), b.begin(), b.end());
  return both;
}

}  // namespace pregap::test
