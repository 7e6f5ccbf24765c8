// Deflate data (RFC 1951), unpacked forward from a place where decoding can begin. zlib's inflate
// does it; headers and trailers around the streams are the caller's.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "pregap/bytes.h"

namespace pregap {

// Where decoding can begin: at a stream's start, or between two blocks with what came before.
struct InflateStart {
  std::uint64_t in = 0;              // the source's byte with which it goes on
  int bits = 0;                      // of the byte before it that are still to come
  std::uint64_t out = 0;             // offset in what is unpacked
  std::vector<std::uint8_t> window;  // up to 32 KiB that came before; empty at a stream's start
};

class Inflater {
 public:
  // Reads `source` up to `end`, which it must outlive.
  Inflater(const ByteSource& source, std::uint64_t end);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  void start(const InflateStart& at);

  enum class Stop : std::uint8_t {
    full,        // `out` is full
    block,       // between two blocks, if asked for: place() can be taken
    stream_end,  // the stream is over
    input_end,   // the source ends within it
    corrupt,     // no deflate data from about position() on
  };
  enum class Blocks : bool { pass, stop };
  struct Result {
    std::size_t bytes = 0;
    Stop stop = Stop::full;
  };
  // Throws what the source throws.
  Result read(std::span<std::uint8_t> out, Blocks blocks = Blocks::pass);

  // The source's first byte that was not used.
  std::uint64_t position() const;
  // After Stop::block.
  InflateStart place(std::uint64_t out) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pregap
