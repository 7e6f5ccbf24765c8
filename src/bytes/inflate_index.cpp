#include "bytes/inflate_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.h"
#include "base/endian.h"
#include "base/text.h"
#include "bytes/gzip_header.h"
#include "pregap/error.h"

namespace pregap {
namespace {

constexpr std::size_t kChunk = 256 * 1024;
constexpr std::size_t kMostProblems = 10;

class Indexer {
 public:
  Indexer(const DeflateData& data, const std::stop_token& stop, std::uint64_t spacing)
      : data_(data), stop_(stop), spacing_(spacing), inflater_(data.source, data.end) {}

  InflateIndex run() {
    std::optional<std::uint64_t> begin = first_stream();
    while (begin) {
      start_stream(*begin);
      const Inflater::Stop end = unpack();
      if (end != Inflater::Stop::stream_end) {
        tell_broken(end);
        break;
      }
      ++index_.streams;
      index_.in_end = inflater_.position();
      if (data_.wrapping == Wrapping::none) break;
      if (!check_trailer()) break;
      begin = next_stream(data_, index_.in_end);
      if (!begin) tell_rest();
    }
    if (unshown_ > 0) {
      add(Severity::fault, "container.more", data_.begin,
          fmt::format("{} more members with faults", unshown_));
    }
    return std::move(index_);
  }

 private:
  std::optional<std::uint64_t> first_stream() {
    if (data_.wrapping == Wrapping::none) return data_.begin;
    if (const auto header = read_gzip_header(data_.source, data_.begin)) {
      return data_.begin + header->size;
    }
    return std::nullopt;
  }

  void start_stream(std::uint64_t at) {
    const InflateStart begin{.in = at, .bits = 0, .out = index_.size, .window = {}};
    inflater_.start(begin);
    stream_begin_ = index_.size;
    index_.crc = 0;
    if (index_.checkpoints.empty() || is_due()) keep(begin);
  }

  bool is_due() const { return index_.size - index_.checkpoints.back().out >= spacing_; }

  // When there are too many, every second goes.
  void keep(InflateStart place) {
    index_.checkpoints.push_back(std::move(place));
    if (index_.checkpoints.size() <= kMostCheckpoints) return;
    spacing_ *= 2;
    std::vector<InflateStart> fewer;
    for (std::size_t i = 0; i < index_.checkpoints.size(); i += 2) {
      fewer.push_back(std::move(index_.checkpoints[i]));
    }
    index_.checkpoints = std::move(fewer);
  }

  Inflater::Stop unpack() {
    for (;;) {
      const Inflater::Result got = inflater_.read(chunk_, Inflater::Blocks::stop);
      index_.crc = crc32_of(std::span(chunk_).first(got.bytes), index_.crc);
      keep_content(std::span(chunk_).first(got.bytes));
      index_.size += got.bytes;
      index_.in_end = inflater_.position();
      if (got.stop == Inflater::Stop::block) {
        if (is_due()) keep(inflater_.place(index_.size));
      } else if (got.stop != Inflater::Stop::full) {
        return got.stop;
      }
      if (stop_.stop_requested()) {
        throw Error(ErrorCode::stopped, data_.source.name(), "stopped, expected to go on");
      }
    }
  }

  void keep_content(std::span<const std::uint8_t> bytes) {
    if (index_.content.size() != index_.size) return;  // there was too much before
    if (index_.size + bytes.size() > data_.keep) {
      index_.content = {};
    } else {
      index_.content.insert(index_.content.end(), bytes.begin(), bytes.end());
    }
  }

  bool check_trailer() {
    std::array<std::uint8_t, kGzipTrailerSize> trailer;
    const std::size_t n = data_.source.read(index_.in_end, trailer);
    if (n < trailer.size() || index_.in_end + n > data_.end) {
      add(Severity::fault, "container.cut", index_.in_end + n,
          "the file ends within a member's checksum, expected CRC-32 and length behind its data");
      index_.in_end += n;
      return false;
    }
    const std::uint32_t crc = load_le32(trailer, 0), size = load_le32(trailer, 4);
    if (crc != index_.crc) {
      add(Severity::fault, "container.crc", index_.in_end,
          fmt::format("CRC-32 {:08x} of what is unpacked, expected {:08x} (bytes {} to {} of the "
                      "content)",
                      index_.crc, crc, stream_begin_, index_.size));
    }
    const auto length = static_cast<std::uint32_t>(index_.size - stream_begin_);
    if (size != length) {
      add(Severity::fault, "container.size", index_.in_end + 4,
          fmt::format("{} bytes unpacked (modulo 2^32), expected {}", length, size));
    }
    index_.in_end += trailer.size();
    return true;
  }

  void tell_broken(Inflater::Stop end) {
    if (end == Inflater::Stop::input_end) {
      add(Severity::fault, "container.cut", data_.end,
          fmt::format("the packed data end within a stream, expected its end; {} of content came "
                      "before",
                      counted(static_cast<long long>(index_.size), "byte")));
    } else {
      add(Severity::fault, "container.corrupt", index_.in_end,
          fmt::format("no deflate data from about here on, expected some; {} of content came "
                      "before",
                      counted(static_cast<long long>(index_.size), "byte")));
    }
  }

  // Zeros are what tapes and block devices fill up with; the rest gzip warns of.
  void tell_rest() {
    if (index_.in_end >= data_.end) return;
    std::array<std::uint8_t, 4096> bytes;
    bool zeros = true;
    for (std::uint64_t at = index_.in_end; zeros && at < data_.end; at += bytes.size()) {
      const std::size_t n = data_.source.read(
          at, std::span(bytes).first(std::min<std::uint64_t>(bytes.size(), data_.end - at)));
      if (n == 0) break;
      zeros = std::ranges::all_of(std::span(bytes).first(n), [](std::uint8_t b) { return b == 0; });
    }
    const std::string behind =
        counted(static_cast<long long>(data_.end - index_.in_end), zeros ? "zero byte" : "byte");
    if (zeros) {
      add(Severity::note, "container.padding", index_.in_end, behind + " behind the last member");
    } else {
      add(Severity::warning, "container.trailing", index_.in_end,
          behind + " behind the last member are no gzip data, passed over");
    }
  }

  void add(Severity severity, const char* code, std::uint64_t at, const std::string& message) {
    if (index_.problems.size() >= kMostProblems && severity == Severity::fault &&
        std::string_view(code) != "container.more") {
      ++unshown_;
      return;
    }
    index_.problems.push_back(
        {.severity = severity,
         .code = code,
         .message = fmt::format("{}:byte {}: {}", data_.source.name(), at, message)});
  }

  const DeflateData& data_;
  const std::stop_token& stop_;
  std::uint64_t spacing_;
  Inflater inflater_;
  InflateIndex index_;
  std::uint64_t stream_begin_ = 0;
  std::uint64_t unshown_ = 0;
  std::vector<std::uint8_t> chunk_ = std::vector<std::uint8_t>(kChunk);
};

}  // namespace

std::uint64_t InflateIndex::bytes() const {
  std::uint64_t total = checkpoints.capacity() * sizeof(InflateStart);
  for (const InflateStart& start : checkpoints) total += start.window.capacity();
  return total;
}

InflateIndex build_inflate_index(const DeflateData& data, const std::stop_token& stop,
                                 std::uint64_t spacing) {
  return Indexer(data, stop, spacing).run();
}

std::optional<std::uint64_t> next_stream(const DeflateData& data, std::uint64_t at) {
  if (data.wrapping == Wrapping::none || at >= data.end) return std::nullopt;
  const auto header = read_gzip_header(data.source, at);
  if (!header || at + header->size > data.end) return std::nullopt;
  return at + header->size;
}

}  // namespace pregap
