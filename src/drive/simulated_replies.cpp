#include "drive/simulated_replies.h"

#include <algorithm>
#include <string_view>

#include "disc/toc.h"
#include "sector/subchannel.h"

namespace pregap::drive {
namespace {

constexpr std::uint16_t kFullSpeed = 8467;  // kB/s: 48 times single speed
constexpr int kLeastBuffer = 64;            // sectors

// Room for what follows.
ReplyBytes begin(std::initializer_list<int> values) {
  ReplyBytes bytes;
  bytes.reserve(64);
  for (const int value : values) bytes.push_back(static_cast<std::uint8_t>(value));
  return bytes;
}

void append_be16(ReplyBytes& bytes, std::uint16_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  bytes.push_back(static_cast<std::uint8_t>(value));
}

void append_be32(ReplyBytes& bytes, std::uint32_t value) {
  append_be16(bytes, static_cast<std::uint16_t>(value >> 16));
  append_be16(bytes, static_cast<std::uint16_t>(value));
}

void append_text(ReplyBytes& bytes, std::string_view text, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    bytes.push_back(i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{' '});
  }
}

void append_address(ReplyBytes& bytes, Lba lba, bool msf) {
  if (!msf) return append_be32(bytes, static_cast<std::uint32_t>(lba.value));
  const Msf time = to_msf(lba).value_or(Msf{});
  bytes.insert(bytes.end(), {0, time.minute, time.second, time.frame});
}

// The length in front, which does not count itself.
void set_length(ReplyBytes& bytes) {
  bytes[0] = static_cast<std::uint8_t>((bytes.size() - 2) >> 8);
  bytes[1] = static_cast<std::uint8_t>(bytes.size() - 2);
}

bool is_track(const TocEntry& e) {
  return e.adr == kAdrPosition && e.point >= 1 && e.point <= kLastTrackPoint;
}

void append_row(ReplyBytes& bytes, std::uint8_t number, std::uint8_t control, Lba start, bool msf) {
  bytes.insert(bytes.end(), {0, static_cast<std::uint8_t>(0x10 | control), number, 0});
  append_address(bytes, start, msf);
}

ReplyBytes plain_toc(const SimulatedMedium& medium, bool msf, int first_track) {
  std::vector<TocEntry> tracks;
  std::ranges::copy_if(medium.full_toc(), std::back_inserter(tracks), is_track);
  std::ranges::sort(tracks, {}, &TocEntry::point);
  if (tracks.empty()) return {};
  ReplyBytes bytes = begin({0, 0, tracks.front().point, tracks.back().point});
  for (const TocEntry& e : tracks) {
    if (e.point >= first_track) append_row(bytes, e.point, e.control, pointed_lba(e), msf);
  }
  append_row(bytes, kLeadOutTrack, tracks.back().control, medium.lead_out(), msf);
  set_length(bytes);
  return bytes;
}

ReplyBytes sessions(const SimulatedMedium& medium, bool msf) {
  const std::vector<TocEntry>& toc = medium.full_toc();
  std::uint8_t last = 1;
  for (const TocEntry& e : toc) last = std::max(last, e.session);
  const auto first = std::ranges::find_if(
      toc, [last](const TocEntry& e) { return e.session == last && is_track(e); });
  if (first == toc.end()) return {};
  ReplyBytes bytes = begin({0, 0, 1, last});
  append_row(bytes, first->point, first->control, pointed_lba(*first), msf);
  set_length(bytes);
  return bytes;
}

ReplyBytes full_toc(const SimulatedMedium& medium) {
  std::uint8_t last = 1;
  for (const TocEntry& e : medium.full_toc()) last = std::max(last, e.session);
  ReplyBytes bytes = begin({0, 0, 1, last});
  for (const TocEntry& e : medium.full_toc()) {
    bytes.insert(bytes.end(), {e.session, static_cast<std::uint8_t>(e.adr << 4 | e.control), e.tno,
                               e.point, e.min, e.sec, e.frame, e.zero, e.pmin, e.psec, e.pframe});
  }
  set_length(bytes);
  return bytes;
}

ReplyBytes cd_text(const SimulatedMedium& medium) {
  const std::vector<CdTextPack> packs = medium.cd_text();
  if (packs.empty()) return {};
  ReplyBytes bytes(4);
  for (const CdTextPack& pack : packs) bytes.insert(bytes.end(), pack.begin(), pack.end());
  set_length(bytes);
  return bytes;
}

ReplyBytes position(const SimulatedMedium& medium, Lba last_read) {
  const auto raw = medium.subchannel(last_read);
  const QContent q = parse_q(q_of_linear(raw));
  ReplyBytes bytes = begin({0, 0x15, 0, 12, 1});
  bytes.push_back(static_cast<std::uint8_t>(q.adr << 4 | q.control));
  const QPosition at = q.position.value_or(QPosition{});
  bytes.push_back(static_cast<std::uint8_t>(at.track));
  bytes.push_back(static_cast<std::uint8_t>(at.index));
  append_address(bytes, last_read, false);
  append_be32(bytes, static_cast<std::uint32_t>(to_lba(at.relative).value + kLeadInFrames));
  return bytes;
}

// MCN or ISRC: a header, a flag that says whether there is one, the characters.
ReplyBytes number(int format, std::uint8_t track, std::string_view text, std::size_t width) {
  ReplyBytes bytes = begin({0, 0x15, 0, 20, format, 0x10, track, 0});
  bytes.push_back(text.empty() ? 0x00 : 0x80);
  if (text.empty()) {
    bytes.resize(bytes.size() + width);
  } else {
    append_text(bytes, text, width);
  }
  bytes.resize(24);
  return bytes;
}

}  // namespace

ReplyBytes inquiry_reply(const SimulatedOptions& options) {
  ReplyBytes bytes = begin({0x05, 0x80, 0x05, 0x02, 31, 0, 0, 0});
  append_text(bytes, options.vendor, 8);
  append_text(bytes, options.model, 16);
  append_text(bytes, "1.0", 4);
  return bytes;
}

ReplyBytes capabilities_reply(const SimulatedOptions& options, int speed) {
  ReplyBytes bytes(8);
  std::uint8_t flags = 0x01 | 0x20 | 0x40;
  if (options.jitter == 0) flags |= 0x02;
  if (!options.no_subchannel && !options.no_raw_subchannel) flags |= 0x04;
  if (!options.no_c2) flags |= 0x10;
  bytes.insert(bytes.end(), {0x2A, 0x14, 0x3F, 0x00, 0x75, flags, 0x29, 0x00});
  append_be16(bytes, kFullSpeed);
  append_be16(bytes, 256);
  const int buffer = std::max(options.cache, kLeastBuffer) * static_cast<int>(kSectorSize) / 1024;
  append_be16(bytes, static_cast<std::uint16_t>(buffer + 1));
  append_be16(bytes, static_cast<std::uint16_t>(speed));
  bytes.resize(8 + 22);
  set_length(bytes);
  return bytes;
}

ReplyBytes configuration_reply(const SimulatedOptions& options) {
  ReplyBytes bytes = begin({0, 0, 0, 12, 0, 0, 0, 0x08, 0x00, 0x1E, 0x09, 4});
  std::uint8_t flags = 0;
  if (!options.no_cd_text) flags |= 0x01;
  if (!options.no_c2) flags |= 0x02;
  bytes.insert(bytes.end(), {flags, 0, 0, 0});
  return bytes;
}

ReplyBytes capacity_reply(const SimulatedMedium& medium) {
  ReplyBytes bytes;
  append_be32(bytes, static_cast<std::uint32_t>(medium.lead_out().value - 1));
  append_be32(bytes, kUserDataSize);
  return bytes;
}

ReplyBytes toc_reply(const SimulatedOptions& options, const SimulatedMedium& medium, int format,
                     bool msf, int first_track) {
  switch (format) {
    case 0:
      return plain_toc(medium, msf, first_track);
    case 1:
      return sessions(medium, msf);
    case 2:
      return options.no_full_toc ? ReplyBytes{} : full_toc(medium);
    case 5:
      return options.no_cd_text ? ReplyBytes{} : cd_text(medium);
    default:  // 3 PMA and 4 ATIP: pressed discs have neither
      return {};
  }
}

ReplyBytes subchannel_reply(const SimulatedMedium& medium, Lba last_read, int format, int track) {
  if (format == 1) return position(medium, last_read);
  if (format == 2) return number(2, 0, medium.disc().mcn, 13);
  if (format != 3) return {};
  const Track* known = medium.disc().find_track(track);
  return number(3, static_cast<std::uint8_t>(track), known == nullptr ? "" : known->isrc, 12);
}

}  // namespace pregap::drive
