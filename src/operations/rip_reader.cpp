#include "operations/rip_reader.h"

#include <algorithm>
#include <utility>

namespace pregap::operations {
namespace {

using drive::C2;
using drive::Expected;
using drive::Outcome;
using drive::Reply;
using drive::Sub;

constexpr std::size_t kMostTransfer = 65536;  // bytes; more is refused by some adapters
constexpr std::int32_t kSamplesPerSector = 588;
constexpr std::size_t kBytesPerSample = 4;
constexpr std::size_t kC2Size = 294;
constexpr int kSingleTries = 3;
constexpr std::int32_t kSpare = 4;  // sectors that an offset adds to a read

std::int32_t floor_div(std::int32_t a, std::int32_t b) { return a / b - (a % b < 0 ? 1 : 0); }

drive::BlockForm form_of(const DriveAbilities& abilities, const ReaderSettings& settings) {
  drive::BlockForm form;
  if (settings.cooked) return form;
  if (settings.subchannel) form.sub = abilities.sub;
  if (form.sub == Sub::none || abilities.order) form.c2 = abilities.c2;
  form.order = abilities.order.value_or(drive::BlockOrder::data_c2_sub);
  return form;
}

}  // namespace

RipReader::RipReader(drive::Mmc& mmc, const DriveAbilities& abilities,
                     const ReaderSettings& settings)
    : mmc_(mmc),
      settings_(settings),
      form_(form_of(abilities, settings)),
      sector_size_(settings.cooked ? kUserDataSize : kSectorSize) {
  most_ =
      static_cast<std::int32_t>(kMostTransfer / form_.size()) - (settings.offset != 0 ? kSpare : 0);
}

std::span<const std::uint8_t> RipReader::data(std::int32_t i) const {
  return std::span(data_).subspan(static_cast<std::size_t>(i) * sector_size_, sector_size_);
}

std::span<const std::uint8_t> RipReader::c2(std::int32_t i) const {
  if (!has_c2()) return {};
  return std::span(c2_).subspan(static_cast<std::size_t>(i) * kC2Size, kC2Size);
}

bool RipReader::c2_clean(std::int32_t i) const {
  return std::ranges::all_of(c2(i), [](std::uint8_t byte) { return byte == 0; });
}

SubchannelBytes RipReader::subchannel(std::int32_t i) const {
  return SubchannelBytes(
      std::span(sub_).subspan(static_cast<std::size_t>(i) * kSubchannelSize, kSubchannelSize));
}

Reply RipReader::read(Lba first, std::int32_t count, bool audio, const Bounds& bounds) {
  sectors_read_ += count;
  data_.assign(static_cast<std::size_t>(count) * sector_size_, 0);
  if (settings_.cooked) return mmc_.read10(first, count, drive::Cache::allowed, data_);
  c2_.assign(static_cast<std::size_t>(count) * kC2Size, 0);
  sub_.assign(static_cast<std::size_t>(count) * kSubchannelSize, 0);
  if (audio && settings_.offset != 0) return read_shifted(first, count, bounds);
  const Reply reply = read_aligned(first, count, audio);
  if (!reply.good()) return reply;
  for (std::int32_t i = 0; i < count; ++i) take_block(i, i);
  return reply;
}

Reply RipReader::read_aligned(Lba first, std::int32_t count, bool audio) {
  raw_.resize(static_cast<std::size_t>(count) * form_.size());
  const Expected expected = audio ? Expected::cd_da : Expected::any;
  Reply reply = mmc_.read_cd(expected, first, count, form_, raw_);
  const bool wrong_type =
      reply.outcome == Outcome::check_condition && reply.sense == drive::kWrongTrackMode;
  if (wrong_type && audio) reply = mmc_.read_cd(Expected::any, first, count, form_, raw_);
  return reply;
}

// From the drive's block `from` to sector `to`.
void RipReader::take_block(std::int32_t from, std::int32_t to) {
  const auto block = std::span(raw_).subspan(static_cast<std::size_t>(from) * form_.size());
  const auto put = [](std::span<const std::uint8_t> part, std::vector<std::uint8_t>& into,
                      std::int32_t at) {
    std::ranges::copy(part, into.begin() + at * static_cast<std::ptrdiff_t>(part.size()));
  };
  put(block.first(kSectorSize), data_, to);
  if (has_c2()) put(block.subspan(form_.c2_offset(), kC2Size), c2_, to);
  if (has_subchannel()) {
    const auto sub = block.subspan(form_.sub_offset(), size_of(form_.sub));
    put(linear_subchannel(form_.sub, sub), sub_, to);
  }
}

// The drive's sectors one by one: where each is read now and then only, seldom are all at once.
Reply RipReader::read_singly(Lba from, Lba to) {
  std::vector<std::uint8_t> all;
  Reply reply;
  for (Lba lba = from; lba < to; ++lba) {
    for (int i = 0; i < kSingleTries; ++i) {
      reply = read_aligned(lba, 1, true);
      if (reply.outcome != Outcome::check_condition) break;
    }
    if (!reply.good()) return reply;
    all.insert(all.end(), raw_.begin(), raw_.end());
  }
  raw_ = std::move(all);
  return reply;
}

// The sectors that hold both the shifted samples and the sub-channel of the unshifted addresses.
Reply RipReader::read_shifted(Lba first, std::int32_t count, const Bounds& bounds) {
  const std::int32_t whole = floor_div(settings_.offset, kSamplesPerSector);
  const std::int32_t part = settings_.offset - whole * kSamplesPerSector;
  const Lba low = first + std::min(whole, 0);
  const Lba high = first + count + std::max(whole + (part != 0 ? 1 : 0), 0);
  const Lba from = std::max(low, bounds.first), to = std::min(high, bounds.end);
  Reply reply = read_aligned(from, to - from, true);
  if (count == 1 && reply.outcome == Outcome::check_condition) reply = read_singly(from, to);
  if (!reply.good()) return reply;

  const std::size_t sectors = static_cast<std::size_t>(high - low);
  stream_.assign(sectors * kSectorSize, 0);
  stream_c2_.assign(sectors * kC2Size, 0);
  for (Lba lba = from; lba < to; ++lba) {
    const auto block = std::span(raw_).subspan(static_cast<std::size_t>(lba - from) * form_.size());
    std::ranges::copy(block.first(kSectorSize),
                      stream_.begin() + (lba - low) * static_cast<std::ptrdiff_t>(kSectorSize));
    if (has_c2()) {
      std::ranges::copy(block.subspan(form_.c2_offset(), kC2Size),
                        stream_c2_.begin() + (lba - low) * static_cast<std::ptrdiff_t>(kC2Size));
    }
    const bool nominal = lba >= first && lba < first + count;
    if (nominal) take_block(lba - from, lba - first);
  }
  const std::size_t samples =
      static_cast<std::size_t>((first - low + whole) * kSamplesPerSector + part);
  const std::size_t skip = samples * kBytesPerSample;
  std::copy_n(stream_.begin() + static_cast<std::ptrdiff_t>(skip), data_.size(), data_.begin());
  // Four bytes a sample: half a byte of C2 bits.
  for (std::size_t i = 0; i < c2_.size(); ++i) {
    const std::size_t bit = skip + i * 8;
    const unsigned high_part = stream_c2_[bit / 8];
    const unsigned low_part = bit % 8 != 0 ? stream_c2_[bit / 8 + 1] : 0U;
    c2_[i] = static_cast<std::uint8_t>((high_part << (bit % 8)) | (low_part >> (8 - bit % 8)));
  }
  return reply;
}

void RipReader::flush_cache(Lba away_from, Lba first, Lba end, std::int32_t sectors) {
  const std::int32_t before = away_from - first, behind = end - away_from;
  Lba at = before > behind ? first : std::max(first, end - sectors);
  const Lba stop = std::min(end, at + sectors);
  const drive::BlockForm plain;
  const std::int32_t block = static_cast<std::int32_t>(kMostTransfer / kSectorSize);
  while (at < stop) {
    const std::int32_t n = std::min(block, stop - at);
    raw_.resize(static_cast<std::size_t>(n) * kSectorSize);
    if (settings_.cooked) {
      mmc_.read10(at, n, drive::Cache::forced_access, raw_);
    } else {
      mmc_.read_cd(Expected::any, at, n, plain, raw_);
    }
    at = at + n;
  }
}

}  // namespace pregap::operations
