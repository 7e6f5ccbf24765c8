#include "bytes/inflate_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "bytes/gzip_header.h"
#include "pregap/error.h"

namespace pregap {
namespace {

constexpr std::uint64_t kPiece = 4 * 1024 * 1024;  // about
constexpr std::size_t kMostIdle = 4;               // decoders that can go on

// Bytes of pieces that are kept: two a thread that may be at work.
std::uint64_t most_cached() {
  static const std::uint64_t bytes =
      2 * kPiece * std::clamp(std::thread::hardware_concurrency(), 3U, 64U);
  return bytes;
}

// A segment reaches from one checkpoint to the next; its pieces are equally long.
struct PieceId {
  std::size_t segment = 0;
  std::uint64_t number = 0;
  auto operator<=>(const PieceId&) const = default;
};
using Bytes = std::vector<std::uint8_t>;
using Piece = std::shared_ptr<Bytes>;

struct Decoder {
  std::unique_ptr<Inflater> inflater;
  PieceId next;  // which it unpacks next
};

class InflateSource final : public ByteSource {
 public:
  InflateSource(std::shared_ptr<const ByteSource> packed, std::uint64_t begin, std::uint64_t end,
                Wrapping wrapping, InflateIndex index, std::string name)
      : packed_(std::move(packed)),
        data_{.source = *packed_, .begin = begin, .end = end, .wrapping = wrapping},
        index_(std::move(index)),
        name_(std::move(name)) {}

  std::uint64_t size() const noexcept override { return index_.size; }
  const std::string& name() const noexcept override { return name_; }

  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    std::size_t done = 0;
    while (done < out.size() && offset + done < index_.size) {
      const std::uint64_t at = offset + done;
      const PieceId id = piece_at(at);
      const Piece piece = piece_of(id);
      const std::uint64_t skip = at - begin_of(id);
      const std::size_t n = std::min<std::uint64_t>(out.size() - done, piece->size() - skip);
      std::copy_n(piece->begin() + static_cast<std::ptrdiff_t>(skip), n,
                  out.begin() + static_cast<std::ptrdiff_t>(done));
      done += n;
    }
    return done;
  }

 private:
  std::uint64_t segment_begin(std::size_t segment) const {
    return segment < index_.checkpoints.size() ? index_.checkpoints[segment].out : index_.size;
  }
  std::uint64_t segment_size(std::size_t segment) const {
    return segment_begin(segment + 1) - segment_begin(segment);
  }
  std::uint64_t pieces_in(std::size_t segment) const {
    return std::max<std::uint64_t>(1, (segment_size(segment) + kPiece / 2) / kPiece);
  }
  std::uint64_t piece_size(std::size_t segment) const {
    const std::uint64_t pieces = pieces_in(segment);
    return std::max<std::uint64_t>(1, (segment_size(segment) + pieces - 1) / pieces);
  }
  std::uint64_t begin_of(const PieceId& id) const {
    return segment_begin(id.segment) +
           std::min(id.number * piece_size(id.segment), segment_size(id.segment));
  }
  PieceId piece_at(std::uint64_t offset) const {
    const auto after = std::ranges::upper_bound(index_.checkpoints, offset, {}, &InflateStart::out);
    const auto segment = static_cast<std::size_t>(after - index_.checkpoints.begin()) - 1;
    return {segment, (offset - segment_begin(segment)) / piece_size(segment)};
  }

  Piece piece_of(const PieceId& id) const {
    std::unique_lock lock(mutex_);
    bool helped = false;
    for (;;) {
      if (const auto at = cache_.find(id); at != cache_.end()) {
        at->second.used = ++clock_;
        return at->second.piece;
      }
      if (!active_.contains(id.segment)) return unpack(id, lock);
      const PieceId next{id.segment + 1, 0};
      if (!helped && next.segment < index_.checkpoints.size() && !active_.contains(next.segment) &&
          !cache_.contains(next)) {
        helped = true;
        try {
          unpack(next, lock);
        } catch (const Error&) {  // whoever needs it will be told
        }
        continue;
      }
      changed_.wait(lock);
    }
  }

  // With the lock held before and after, and one thread in a segment at a time.
  Piece unpack(const PieceId& id, std::unique_lock<std::mutex>& lock) const {
    active_.insert(id.segment);
    Decoder decoder = take_decoder(id);
    Piece piece;
    try {
      for (;;) {
        Bytes buffer;
        if (!spare_.empty()) {
          buffer = std::move(spare_.back());
          spare_.pop_back();
        }
        lock.unlock();
        piece = unpack_next(decoder, std::move(buffer));
        lock.lock();
        put({decoder.next.segment, decoder.next.number - 1}, piece);
        if (decoder.next.number > id.number) break;
        changed_.notify_all();
      }
    } catch (...) {
      if (!lock.owns_lock()) lock.lock();
      active_.erase(id.segment);
      changed_.notify_all();
      throw;
    }
    active_.erase(id.segment);
    if (decoder.next.number < pieces_in(id.segment)) {
      idle_.push_front(std::move(decoder));
      if (idle_.size() > kMostIdle) idle_.pop_back();
    }
    changed_.notify_all();
    return piece;
  }

  // The one that has the shortest way to go; else none yet.
  Decoder take_decoder(const PieceId& id) const {
    auto best = idle_.end();
    for (auto at = idle_.begin(); at != idle_.end(); ++at) {
      if (at->next.segment != id.segment || at->next > id) continue;
      if (best == idle_.end() || at->next > best->next) best = at;
    }
    if (best == idle_.end()) return {.inflater = nullptr, .next = {id.segment, 0}};
    Decoder decoder = std::move(*best);
    idle_.erase(best);
    return decoder;
  }

  Piece unpack_next(Decoder& decoder, Bytes buffer) const {
    if (!decoder.inflater) {
      decoder.inflater = std::make_unique<Inflater>(data_.source, data_.end);
      decoder.inflater->start(index_.checkpoints[decoder.next.segment]);
    }
    const std::uint64_t begin = begin_of(decoder.next);
    ++decoder.next.number;
    const std::uint64_t end = begin_of(decoder.next);
    buffer.resize(end - begin);
    auto bytes = std::make_shared<Bytes>(std::move(buffer));
    std::size_t done = 0;
    while (done < bytes->size()) {
      const Inflater::Result got = decoder.inflater->read(std::span(*bytes).subspan(done));
      done += got.bytes;
      if (done == bytes->size()) break;
      if (got.stop == Inflater::Stop::stream_end) {
        const std::uint64_t trailer = decoder.inflater->position() + kGzipTrailerSize;
        if (const auto next = next_stream(data_, trailer)) {
          decoder.inflater->start({.in = *next, .bits = 0, .out = 0, .window = {}});
          continue;
        }
      }
      throw Error(ErrorCode::unreadable,
                  fmt::format("{}:byte {}", packed_->name(), decoder.inflater->position()),
                  fmt::format("other packed data than when it was opened, expected {} more bytes",
                              bytes->size() - done),
                  "is something still writing to it?");
    }
    return bytes;
  }

  void put(const PieceId& id, const Piece& piece) const {
    if (!cache_.emplace(id, Cached{piece, ++clock_}).second) return;
    cached_ += piece->size();
    while (cached_ > most_cached() && cache_.size() > 1) {
      const auto oldest =
          std::ranges::min_element(cache_, {}, [](const auto& entry) { return entry.second.used; });
      cached_ -= oldest->second.piece->size();
      // Nobody else reads it: its memory serves the next one, rather than lie about in pieces.
      if (oldest->second.piece.use_count() == 1 && spare_.size() < kMostIdle) {
        spare_.push_back(std::move(*oldest->second.piece));
      }
      cache_.erase(oldest);
    }
  }

  struct Cached {
    Piece piece;
    std::uint64_t used = 0;
  };

  const std::shared_ptr<const ByteSource> packed_;
  const DeflateData data_;
  const InflateIndex index_;
  const std::string name_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable std::set<std::size_t> active_;  // segments in which a thread is at work
  mutable std::list<Decoder> idle_;       // the last used one first
  mutable std::map<PieceId, Cached> cache_;
  mutable std::vector<Bytes> spare_;
  mutable std::uint64_t cached_ = 0, clock_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> inflate_source(std::shared_ptr<const ByteSource> packed,
                                           std::uint64_t begin, std::uint64_t end,
                                           Wrapping wrapping, InflateIndex index,
                                           std::string name) {
  if (index.size > 0 && index.content.size() == index.size) {
    return memory_source(std::move(index.content), std::move(name));
  }
  return std::make_unique<InflateSource>(std::move(packed), begin, end, wrapping, std::move(index),
                                         std::move(name));
}

}  // namespace pregap
