#include "drive/mmc.h"

#include <fmt/format.h>

#include <algorithm>

#include "pregap/error.h"

namespace pregap::drive {
namespace {

constexpr std::chrono::milliseconds kShort{10'000}, kReadTimeout{60'000};
constexpr std::chrono::milliseconds kReadyPoll{500};
constexpr int kReadyPolls = 60;
constexpr std::uint8_t kNotReady = 0x02, kUnitAttention = 0x06;
constexpr std::uint8_t kCdDrive = 0x05;
constexpr std::size_t kMostReply = 65534;

}  // namespace

Reply Mmc::run(const Cdb& cdb, MutableBytes in) {
  const bool reads = cdb[0] == kReadCd || cdb[0] == kRead10;
  ++commands_;
  Reply reply = drive_.execute(cdb, in, reads ? kReadTimeout : kShort);
  // A drive says once, on any command, that it was reset or got another disc.
  if (reply.outcome == Outcome::check_condition && reply.sense.key == kUnitAttention) {
    ++commands_;
    reply = drive_.execute(cdb, in, reads ? kReadTimeout : kShort);
  }
  return reply;
}

Identity Mmc::identify() {
  std::vector<std::uint8_t> reply(96);
  const Reply r = run(inquiry(static_cast<std::uint16_t>(reply.size())), reply);
  const std::optional<Identity> identity = r.good() ? parse_inquiry(reply) : std::nullopt;
  if (!identity) {
    throw Error(ErrorCode::unreadable, name(), "no answer to INQUIRY, expected a CD drive");
  }
  if (identity->device_type != kCdDrive) {
    throw Error(ErrorCode::unreadable, name(),
                fmt::format("a device of type {:02X}h ({}), expected a CD drive (05h)",
                            identity->device_type, identity->name()));
  }
  return *identity;
}

void Mmc::require_ready() {
  Reply reply;
  for (int i = 0; i < kReadyPolls; ++i) {
    reply = run(test_unit_ready(), {});
    if (reply.good()) return;
    if (reply.outcome == Outcome::gone) break;
    const bool spins_up = reply.sense.key == kNotReady && reply.sense.asc == 0x04;
    if (reply.outcome == Outcome::check_condition && !spins_up) break;
    drive_.clock().wait(kReadyPoll);
  }
  if (reply.outcome == Outcome::check_condition && reply.sense.asc == kNoMedium.asc) {
    throw Error(ErrorCode::not_found, name(),
                fmt::format("{}, expected a disc", to_string(reply.sense)));
  }
  const std::string what = reply.outcome == Outcome::gone        ? "no drive any more"
                           : reply.outcome == Outcome::timed_out ? "no answer"
                                                                 : to_string(reply.sense);
  throw Error(ErrorCode::unreadable, name(), what + ", expected a drive with a disc");
}

std::optional<Capabilities> Mmc::capabilities() {
  std::vector<std::uint8_t> reply(256);
  if (!run(mode_sense10(0x2A, static_cast<std::uint16_t>(reply.size())), reply).good()) {
    return std::nullopt;
  }
  return parse_capabilities(reply);
}

std::optional<CdReadFeature> Mmc::cd_read_feature() {
  std::vector<std::uint8_t> reply(4096);
  if (!run(get_configuration(0x001E, static_cast<std::uint16_t>(reply.size())), reply).good()) {
    return std::nullopt;
  }
  return parse_cd_read_feature(reply);
}

std::vector<std::uint8_t> Mmc::fetch_toc(std::uint8_t format) {
  std::vector<std::uint8_t> reply(4);
  const std::uint8_t track = format == 0 || format == 2 ? 1 : 0;
  const bool msf = format == 2 || format == 4 || format == 5;
  if (!run(read_toc(format, msf, track, 4), reply).good()) return {};
  const std::size_t size = std::min(std::size_t{load_be16(reply, 0)} + 2, kMostReply);
  if (size <= 4) return {};
  reply.resize(size);
  if (!run(read_toc(format, msf, track, static_cast<std::uint16_t>(size)), reply).good()) {
    return {};
  }
  return reply;
}

std::optional<std::vector<TocTrack>> Mmc::toc() { return parse_toc(fetch_toc(0)); }
std::optional<SessionInfo> Mmc::sessions() { return parse_sessions(fetch_toc(1)); }
std::optional<std::vector<TocEntry>> Mmc::full_toc() { return parse_full_toc(fetch_toc(2)); }
std::optional<Atip> Mmc::atip() { return parse_atip(fetch_toc(4)); }
std::vector<CdTextPack> Mmc::cd_text() { return parse_cd_text(fetch_toc(5)); }

std::string Mmc::mcn() {
  std::vector<std::uint8_t> reply(24);
  return run(read_subchannel(2, 0, 24), reply).good() ? parse_mcn(reply) : "";
}

std::string Mmc::isrc(int track) {
  std::vector<std::uint8_t> reply(24);
  const Cdb cdb = read_subchannel(3, static_cast<std::uint8_t>(track), 24);
  return run(cdb, reply).good() ? parse_isrc(reply) : "";
}

std::optional<Capacity> Mmc::capacity() {
  std::vector<std::uint8_t> reply(8);
  return run(read_capacity(), reply).good() ? parse_capacity(reply) : std::nullopt;
}

bool Mmc::set_speed(std::uint16_t kilobytes_per_second) {
  return run(set_cd_speed(kilobytes_per_second), {}).good();
}

Reply Mmc::read_cd(Expected expected, Lba first, std::int32_t count, const BlockForm& form,
                   MutableBytes out) {
  return run(drive::read_cd(expected, first, static_cast<std::uint32_t>(count), kWholeSector,
                            form.c2, form.sub),
             out);
}

Reply Mmc::read10(Lba first, std::int32_t count, Cache cache, MutableBytes out) {
  return run(drive::read10(first, static_cast<std::uint16_t>(count), cache), out);
}

}  // namespace pregap::drive
