// The one pass over a disc's stored sectors: read, examined and (if asked) mended by several
// threads, judged and handed on in order. Memory stays the same whatever the image's size.
#pragma once

#include <functional>
#include <vector>

#include "disc/judge.h"
#include "disc/q_reading.h"
#include "pregap/work.h"

namespace pregap {

// Stored sectors of one track.
struct PassRange {
  const Track* track = nullptr;
  Lba first;
  std::int32_t sectors = 0;
};

// Every stored sector of every track, in order.
std::vector<PassRange> whole_disc(const Disc& disc);
std::uint64_t stored_bytes(const std::vector<PassRange>& ranges);

// Q frames of sectors one behind the other, in the order of the pass, with what those sectors show.
struct ReadQ {
  const Track* track = nullptr;
  Lba first;
  const QFindings* found = nullptr;
  std::span<const Piece> pieces;

  // What the header of `lba`'s sector says, after correction.
  std::optional<Lba> header_at(Lba lba) const;
};
using QTaker = std::function<void(const ReadQ& read)>;

struct PassOptions {
  WorkOptions work;
  bool join = false;  // sound neighbours come in one verdict
  // What verdicts have of sound sectors: what isn't asked for may be unset, and costs less. A bad
  // sector, and one that has no 2048 bytes of user data, comes with its bytes, but for `none`.
  enum class Content : std::uint8_t { none, user_data, bytes };
  Content content = Content::bytes;
  bool mend = false;          // verdicts' bytes are descrambled and corrected where possible
  Aid aid{};                  // what correction may try beside parity
  bool build_cooked = false;  // user data alone come as whole sectors; else their bytes are unset
  // Both or none: Q is read too, held against the layout by the workers, and taken before the
  // sectors' verdicts.
  const SubchannelMaker* q_layout = nullptr;
  QTaker take_q{};
};

// Bytes as they are stored, in the order of the pass.
struct StoredBytes {
  const Track* track = nullptr;
  std::size_t file = 0;      // index into Disc::files
  std::uint64_t offset = 0;  // in the file
  std::span<const std::uint8_t> bytes;
};
using ByteTaker = std::function<void(const StoredBytes& stored)>;

// `takers` see all stored bytes, each in a thread of its own unless one thread does it all; not to
// be used together with `mend`. Throws Error(unreadable) when a file ends early, Error(stopped)
// when asked to stop, and what sink and takers throw.
void run_pass(const Disc& disc, const std::vector<PassRange>& ranges, const PassOptions& options,
              const Judge::Sink& sink, const std::vector<ByteTaker>& takers = {});

}  // namespace pregap
