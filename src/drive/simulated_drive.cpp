#include "drive/simulated_drive.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "drive/simulated_replies.h"
#include "pregap/check.h"
#include "sector/subchannel.h"

namespace pregap::drive {
namespace {

constexpr std::int64_t kSamplesPerSector = 588;
constexpr std::chrono::microseconds kPerCommand{500};
constexpr std::chrono::milliseconds kPerError{700};
constexpr unsigned kFirstLeadIn = 150;  // sectors before LBA 0 that count as its pause

std::uint32_t load_be24(std::span<const std::uint8_t> b, std::size_t at) {
  return static_cast<std::uint32_t>(b[at] << 16 | b[at + 1] << 8 | b[at + 2]);
}

Reply answer(const ReplyBytes& bytes, MutableBytes in) {
  const std::size_t n = std::min(bytes.size(), in.size());
  std::copy_n(bytes.begin(), n, in.begin());
  return {.received = n};
}

bool is_xa(SectorKind kind) {
  return kind == SectorKind::mode2_form1 || kind == SectorKind::mode2_form2;
}

// The formatted Q of READ CD, 16 bytes: the frame's 12, zeros, and P in the last bit.
void put_formatted_q(std::span<const std::uint8_t> linear, MutableBytes out) {
  std::copy_n(linear.begin() + kQOffset, kChannelSize, out.begin());
  std::fill(out.begin() + kChannelSize, out.end(), std::uint8_t{0});
  out[15] = static_cast<std::uint8_t>(linear[0] & 0x80);
}

// As qemu's ATAPI drive does it.
void make_bare(Lba lba, std::span<std::uint8_t> data) {
  if (const std::optional<Msf> msf = to_msf(lba)) {
    data[12] = msf->minute;
    data[13] = msf->second;
    data[14] = msf->frame;
  }
  std::ranges::fill(data.subspan(2064), std::uint8_t{0});
}

}  // namespace

SimulatedDrive::SimulatedDrive(std::string name, SimulatedOptions options, Disc disc)
    : name_(std::move(name)),
      options_(std::move(options)),
      medium_(std::move(disc)),
      faults_(options_) {}

Reply SimulatedDrive::send(Block cdb, MutableBytes in, std::chrono::milliseconds timeout) {
  const std::int64_t n = commands_++;
  if (options_.die_after && n >= *options_.die_after) std::raise(SIGKILL);
  if (options_.gone_after && n >= *options_.gone_after) return {.outcome = Outcome::gone};
  if (options_.hang_at && n == *options_.hang_at) {
    clock_.pass(timeout);
    return {.outcome = Outcome::timed_out};
  }
  clock_.pass(kPerCommand);
  Reply reply = dispatch(cdb, in, timeout);
  if (reply.outcome == Outcome::check_condition && reply.sense.key == 0x03) clock_.pass(kPerError);
  if (!reply.good()) std::ranges::fill(in, std::uint8_t{0});
  return reply;
}

Reply SimulatedDrive::dispatch(Block cdb, MutableBytes in, std::chrono::milliseconds timeout) {
  if (cdb[0] == kInquiry) return answer(inquiry_reply(options_), in);
  if (cdb[0] == kModeSense10) {
    if ((cdb[2] & 0x3F) != 0x2A) return failed(kInvalidField);
    return answer(capabilities_reply(options_, speed_), in);
  }
  if (cdb[0] == kGetConfiguration) return answer(configuration_reply(options_), in);
  if (cdb[0] == kSetCdSpeed) {
    speed_ = std::min<int>(load_be16(cdb, 2), 8467);
    return {};
  }
  if (options_.no_medium) return failed(kNoMedium);
  switch (cdb[0]) {
    case kTestUnitReady:
      return {};
    case kReadCapacity:
      return answer(capacity_reply(medium_), in);
    case kReadToc:
      return answer_toc(cdb, in);
    case kReadSubchannel: {
      const ReplyBytes bytes = subchannel_reply(medium_, last_read_, cdb[3], cdb[6]);
      return bytes.empty() ? failed(kInvalidField) : answer(bytes, in);
    }
    case kRead10:
      return read_10(cdb, in, timeout);
    case kReadCd:
      return options_.no_read_cd ? failed(kInvalidOpcode) : read_cd(cdb, in, timeout);
    default:
      return failed(kInvalidOpcode);
  }
}

Reply SimulatedDrive::answer_toc(Block cdb, MutableBytes in) {
  const bool msf = (cdb[1] & 0x02) != 0;
  const ReplyBytes bytes = toc_reply(options_, medium_, cdb[2] & 0x0F, msf, cdb[6]);
  if (bytes.empty()) return failed(kInvalidField);
  const std::size_t asked = std::min<std::size_t>(load_be16(cdb, 7), in.size());
  return answer(bytes, in.first(asked));
}

std::optional<Sense> SimulatedDrive::objection(Lba lba, unsigned expected) const {
  const SimulatedMedium::Place place = medium_.place_of(lba);
  if (place == SimulatedMedium::Place::nothing) {
    const bool before = lba < Lba(0), behind = lba >= medium_.lead_out();
    const Overread over = options_.overread;
    const bool in_pause = before && lba >= Lba(-static_cast<std::int32_t>(kFirstLeadIn));
    const bool may = (in_pause && (over == Overread::lead_in || over == Overread::both)) ||
                     (behind && lba < medium_.lead_out() + kFirstLeadIn &&
                      (over == Overread::lead_out || over == Overread::both));
    if (may) return std::nullopt;
    return before || behind ? kOutOfRange : kWrongTrackMode;
  }
  const bool audio = place == SimulatedMedium::Place::audio;
  if (expected == 0) return std::nullopt;
  if (audio != (expected == 1)) return kWrongTrackMode;
  if (audio) return std::nullopt;
  std::array<std::uint8_t, kSectorSize> sector;
  medium_.read(lba, sector);
  const SectorKind kind = identify_sector(sector).kind;
  const bool fits = (expected == 2 && kind == SectorKind::mode1) ||
                    (expected == 3 && kind == SectorKind::mode2) ||
                    (expected == 4 && kind == SectorKind::mode2_form1) ||
                    (expected == 5 && kind == SectorKind::mode2_form2);
  if (fits) return std::nullopt;
  return kWrongTrackMode;
}

// What the disc has there, as this drive sees it.
void SimulatedDrive::fetch(Lba lba, std::int64_t shift, SimulatedSector& sector) {
  sector = {};
  if (medium_.place_of(lba) == SimulatedMedium::Place::data) {
    medium_.read(lba, sector.data);
    if (options_.bare) make_bare(lba, sector.data);
  } else {
    const std::int64_t first = lba.value * kSamplesPerSector - options_.offset + shift;
    medium_.read_samples(first, sector.data);
  }
  sector.subchannel = medium_.subchannel(lba);
}

// Nothing: it came.
std::optional<Reply> SimulatedDrive::read_sector(Lba lba, std::int64_t shift,
                                                 std::chrono::milliseconds timeout,
                                                 SimulatedSector& sector) {
  if (const SimulatedSector* cached = faults_.cached(lba)) {
    sector = *cached;
    return std::nullopt;
  }
  clock_.pass(
      std::chrono::microseconds(kSectorSize * 1000 / static_cast<unsigned>(std::max(speed_, 1))));
  if (faults_.hangs(lba)) {
    clock_.pass(timeout);
    return Reply{.outcome = Outcome::timed_out};
  }
  if (!faults_.reads(lba)) return failed(kUnrecoveredRead);
  fetch(lba, shift, sector);
  faults_.spoil(lba, sector);
  faults_.keep(lba, sector);
  return std::nullopt;
}

Reply SimulatedDrive::read_cd(Block cdb, MutableBytes in, std::chrono::milliseconds timeout) {
  const unsigned expected = cdb[1] >> 2 & 7U;
  const Lba first(static_cast<std::int32_t>(load_be32(cdb, 2)));
  const std::uint32_t count = load_be24(cdb, 6);
  const auto c2 = static_cast<C2>(cdb[9] >> 1 & 3U);
  const auto sub = static_cast<Sub>(cdb[10] & 7U);
  if (static_cast<unsigned>(c2) > 2 || static_cast<unsigned>(sub) > 2 || expected > 5) {
    return failed(kInvalidField);
  }
  const bool unable = (c2 != C2::none && options_.no_c2) ||
                      (sub != Sub::none && options_.no_subchannel) ||
                      (sub == Sub::raw && options_.no_raw_subchannel) || cdb[9] < kWholeSector;
  if (unable) return failed(kInvalidField);
  const BlockForm form{.c2 = c2, .sub = sub, .order = options_.order};
  if (in.size() < count * form.size()) return failed(kInvalidField);
  const std::int64_t shift = faults_.jitter();
  SimulatedSector sector;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Lba lba = first + static_cast<std::int32_t>(i);
    if (const std::optional<Sense> sense = objection(lba, expected)) return failed(*sense);
    if (const std::optional<Reply> fault = read_sector(lba, shift, timeout, sector)) return *fault;
    const MutableBytes out = in.subspan(i * form.size(), form.size());
    std::ranges::copy(sector.data, out.begin());
    if (c2 != C2::none) {
      std::ranges::copy(sector.c2, out.begin() + static_cast<std::ptrdiff_t>(form.c2_offset()));
    }
    const MutableBytes sub_out = out.subspan(form.sub_offset(), size_of(sub));
    if (sub == Sub::raw) interleave(sector.subchannel, MutableSubchannelBytes(sub_out));
    if (sub == Sub::q) put_formatted_q(sector.subchannel, sub_out);
    last_read_ = lba;
  }
  return {.received = count * form.size()};
}

Reply SimulatedDrive::read_10(Block cdb, MutableBytes in, std::chrono::milliseconds timeout) {
  const Lba first(static_cast<std::int32_t>(load_be32(cdb, 2)));
  const std::uint16_t count = load_be16(cdb, 7);
  if (in.size() < count * kUserDataSize) return failed(kInvalidField);
  SimulatedSector sector;
  for (std::uint16_t i = 0; i < count; ++i) {
    const Lba lba = first + i;
    if (lba < Lba(0) || lba >= medium_.lead_out()) return failed(kOutOfRange);
    if (medium_.place_of(lba) != SimulatedMedium::Place::data) return failed(kWrongTrackMode);
    if (const std::optional<Reply> fault = read_sector(lba, 0, timeout, sector)) return *fault;
    std::array<std::uint8_t, kSectorSize> right;
    medium_.read(lba, right);
    const SectorKind kind = identify_sector(right).kind;
    if (kind != SectorKind::mode1 && kind != SectorKind::mode2_form1)
      return failed(kWrongTrackMode);
    // A drive checks and corrects here: what it can't is not given.
    if (std::ranges::any_of(sector.c2, [](std::uint8_t byte) { return byte != 0; })) {
      return failed(kUnrecoveredRead);
    }
    const std::size_t from = is_xa(kind) ? 24 : 16;
    std::copy_n(sector.data.begin() + static_cast<std::ptrdiff_t>(from), kUserDataSize,
                in.begin() + static_cast<std::ptrdiff_t>(i * kUserDataSize));
    last_read_ = lba;
  }
  return {.received = count * kUserDataSize};
}

}  // namespace pregap::drive
