// What one pass over deflate data finds out: how long it is unpacked, whether it agrees with its
// checksums, and checkpoints from which any part can be reached. Their spacing starts at 1 MiB of
// unpacked data and doubles as there are more, so that they take less than 16 MiB however long
// it is.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "bytes/inflater.h"
#include "pregap/bytes.h"
#include "pregap/problem.h"

namespace pregap {

// What lies around the streams.
enum class Wrapping : std::uint8_t {
  gzip,  // members, each with header, CRC-32 and length, one behind the other
  none,  // one bare stream, as in a zip
};

struct DeflateData {
  const ByteSource& source;
  std::uint64_t begin = 0, end = 0;  // of the first header, or of the bare stream, in the source
  Wrapping wrapping = Wrapping::gzip;
  std::uint64_t keep = 0;  // content of up to so many bytes stays with the index
};

// Of a small image it is quicker to keep all than to unpack it again.
inline constexpr std::uint64_t kKeepContent = 8 * 1024 * 1024;

struct InflateIndex {
  std::vector<InflateStart> checkpoints;  // rising; the first at the start
  std::uint64_t size = 0;                 // of what could be unpacked
  std::uint64_t streams = 0;              // that are complete
  std::uint32_t crc = 0;                  // of the last stream, as computed
  std::uint64_t in_end = 0;               // where unpacking ended in the source
  std::vector<Problem> problems;          // cut, corrupt, checksums that disagree, what lies behind
  std::vector<std::uint8_t> content;      // all of it, or nothing: see DeflateData::keep

  std::uint64_t bytes() const;  // of memory that it takes
};

inline constexpr std::size_t kMostCheckpoints = 480;
inline constexpr std::uint64_t kFirstSpacing = 1024 * 1024;

// Damage is told in `problems`, and what could be unpacked up to there counts. Throws
// Error(stopped), and what the source throws.
InflateIndex build_inflate_index(const DeflateData& data, const std::stop_token& stop = {},
                                 std::uint64_t spacing = kFirstSpacing);

// Where the deflate stream behind a stream that ended at `at` begins: another gzip member. Nothing:
// there is none.
std::optional<std::uint64_t> next_stream(const DeflateData& data, std::uint64_t at);

}  // namespace pregap
