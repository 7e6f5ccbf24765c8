#include "bytes/inflater.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include "pregap/error.h"

namespace pregap {
namespace {

constexpr std::size_t kInput = 64 * 1024;
constexpr std::size_t kWindow = 32 * 1024;
constexpr int kRawDeflate = -15;
constexpr int kBlockEnd = 128, kLastBlock = 64, kBitsLeft = 7;  // z_stream::data_type after inflate

}  // namespace

struct Inflater::State {
  const ByteSource& source;
  std::uint64_t end;
  std::uint64_t next = 0;  // where the source is read next
  z_stream stream{};
  std::vector<std::uint8_t> input = std::vector<std::uint8_t>(kInput);

  bool refill() {
    if (next >= end) return false;
    const std::size_t n = source.read(
        next, std::span(input).first(std::min<std::uint64_t>(input.size(), end - next)));
    next += n;
    stream.next_in = input.data();
    stream.avail_in = static_cast<uInt>(n);
    return n > 0;
  }
};

Inflater::Inflater(const ByteSource& source, std::uint64_t end)
    : state_(new State{.source = source, .end = end}) {
  if (inflateInit2(&state_->stream, kRawDeflate) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() { inflateEnd(&state_->stream); }

void Inflater::start(const InflateStart& at) {
  State& s = *state_;
  inflateReset(&s.stream);
  s.stream.avail_in = 0;
  s.next = at.in;
  if (at.bits > 0) {
    std::array<std::uint8_t, 1> before;
    read_exactly(s.source, at.in - 1, before);
    inflatePrime(&s.stream, at.bits, before[0] >> (8 - at.bits));
  }
  if (!at.window.empty()) {
    inflateSetDictionary(&s.stream, at.window.data(), static_cast<uInt>(at.window.size()));
  }
}

Inflater::Result Inflater::read(std::span<std::uint8_t> out, Blocks blocks) {
  z_stream& z = state_->stream;
  Result result;
  while (result.bytes < out.size()) {
    const bool refilled = z.avail_in > 0 || state_->refill();
    const std::size_t room =
        std::min<std::size_t>(out.size() - result.bytes, std::numeric_limits<uInt>::max());
    z.next_out = out.data() + result.bytes;
    z.avail_out = static_cast<uInt>(room);
    const int status = inflate(&z, blocks == Blocks::stop ? Z_BLOCK : Z_NO_FLUSH);
    result.bytes += room - z.avail_out;
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status == Z_STREAM_END) return {result.bytes, Stop::stream_end};
    if (status != Z_OK && status != Z_BUF_ERROR) return {result.bytes, Stop::corrupt};
    const bool between = (z.data_type & kBlockEnd) != 0 && (z.data_type & kLastBlock) == 0;
    if (blocks == Blocks::stop && between) return {result.bytes, Stop::block};
    // Without input there may be output left to come; when there is none either, it is cut.
    if (status == Z_BUF_ERROR && !refilled) return {result.bytes, Stop::input_end};
  }
  return result;
}

std::uint64_t Inflater::position() const { return state_->next - state_->stream.avail_in; }

InflateStart Inflater::place(std::uint64_t out) const {
  InflateStart at{.in = position(),
                  .bits = state_->stream.data_type & kBitsLeft,
                  .out = out,
                  .window = std::vector<std::uint8_t>(kWindow)};
  uInt size = kWindow;
  inflateGetDictionary(&state_->stream, at.window.data(), &size);
  at.window.resize(size);
  at.window.shrink_to_fit();
  return at;
}

}  // namespace pregap
