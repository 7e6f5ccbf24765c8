#include "drive/replies.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string_view>

#include "disc/toc.h"
#include "sector/subchannel.h"

namespace pregap::drive {
namespace {

constexpr std::size_t kTocHeader = 4;

std::string trimmed(Bytes bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : ' ';
  }
  const std::size_t end = text.find_last_not_of(' ');
  if (end == std::string::npos) return "";
  return text.substr(text.find_first_not_of(' '), end + 1 - text.find_first_not_of(' '));
}

// What lies behind the header, as far as both the length that it tells and the bytes go.
Bytes toc_body(Bytes reply) {
  if (reply.size() < kTocHeader) return {};
  const std::size_t told = std::size_t{load_be16(reply, 0)} + 2;
  const std::size_t size = std::min(told, reply.size());
  return size < kTocHeader ? Bytes{} : reply.subspan(kTocHeader, size - kTocHeader);
}

bool is_sane_start(std::int32_t lba) {
  return lba >= -kLeadInFrames && lba <= kHighestTocAddress.value;
}

std::optional<TocTrack> toc_track(Bytes row) {
  const std::int64_t start = static_cast<std::int32_t>(load_be32(row, 4));
  if (start < -kLeadInFrames || start > kHighestTocAddress.value) return std::nullopt;
  return TocTrack{.number = row[2],
                  .control = static_cast<std::uint8_t>(row[1] & 0x0F),
                  .start = Lba(static_cast<std::int32_t>(start))};
}

bool is_msf(const std::uint8_t* bytes) {
  return is_valid({.minute = bytes[0], .second = bytes[1], .frame = bytes[2]});
}

TocEntry toc_entry(Bytes row) {
  return {.session = row[0],
          .adr = static_cast<std::uint8_t>(row[1] >> 4),
          .control = static_cast<std::uint8_t>(row[1] & 0x0F),
          .tno = row[2],
          .point = row[3],
          .min = row[4],
          .sec = row[5],
          .frame = row[6],
          .zero = row[7],
          .pmin = row[8],
          .psec = row[9],
          .pframe = row[10]};
}

bool is_track_point(const TocEntry& entry) {
  return entry.adr == kAdrPosition && entry.point >= 1 && entry.point <= kLastTrackPoint;
}

bool points_somewhere(const TocEntry& e) {
  return is_valid({.minute = e.pmin, .second = e.psec, .frame = e.pframe}) &&
         is_sane_start(pointed_lba(e).value);
}

}  // namespace

std::string Identity::name() const { return vendor.empty() ? model : vendor + ' ' + model; }

std::optional<Identity> parse_inquiry(Bytes reply) {
  if (reply.size() < 36) return std::nullopt;
  return Identity{.vendor = trimmed(reply.subspan(8, 8)),
                  .model = trimmed(reply.subspan(16, 16)),
                  .revision = trimmed(reply.subspan(32, 4)),
                  .device_type = static_cast<std::uint8_t>(reply[0] & 0x1F)};
}

std::optional<Capabilities> parse_capabilities(Bytes reply) {
  if (reply.size() < 8) return std::nullopt;
  const std::size_t page = std::size_t{8} + load_be16(reply, 6);
  if (page + 16 > reply.size() || (reply[page] & 0x3F) != 0x2A || reply[page + 1] < 14) {
    return std::nullopt;
  }
  const std::uint8_t flags = reply[page + 5];
  return Capabilities{.cd_da = (flags & 0x01) != 0,
                      .accurate_stream = (flags & 0x02) != 0,
                      .raw_subchannel = (flags & 0x04) != 0,
                      .c2_pointers = (flags & 0x10) != 0,
                      .isrc = (flags & 0x20) != 0,
                      .mcn = (flags & 0x40) != 0,
                      .maximum_speed = load_be16(reply, page + 8),
                      .current_speed = load_be16(reply, page + 14),
                      .buffer = load_be16(reply, page + 12)};
}

std::optional<CdReadFeature> parse_cd_read_feature(Bytes reply) {
  if (reply.size() < 8) return std::nullopt;
  const std::size_t end = std::min<std::size_t>(reply.size(), std::size_t{load_be32(reply, 0)} + 4);
  for (std::size_t at = 8; at + 4 <= end; at += std::size_t{4} + reply[at + 3]) {
    if (load_be16(reply, at) != 0x001E || reply[at + 3] < 4 || at + 8 > end) continue;
    return CdReadFeature{.cd_text = (reply[at + 4] & 0x01) != 0,
                         .c2_pointers = (reply[at + 4] & 0x02) != 0};
  }
  return std::nullopt;
}

std::optional<std::vector<TocTrack>> parse_toc(Bytes reply) {
  std::map<int, TocTrack> by_number;
  for (Bytes body = toc_body(reply); body.size() >= 8; body = body.subspan(8)) {
    const std::optional<TocTrack> track = toc_track(body);
    if (!track || track->number == 0) continue;
    if (track->number > kLastTrackPoint && track->number != kLeadOutTrack) continue;
    by_number[track->number] = *track;
  }
  if (by_number.size() < 2 || !by_number.contains(kLeadOutTrack)) return std::nullopt;
  const Lba lead_out = by_number[kLeadOutTrack].start;
  std::vector<TocTrack> tracks;
  for (const auto& [number, track] : by_number) {
    const bool lies_behind = tracks.empty() || track.start > tracks.back().start;
    if (number == kLeadOutTrack || (lies_behind && track.start < lead_out)) {
      tracks.push_back(track);
    }
  }
  if (tracks.size() < 2) return std::nullopt;
  return tracks;
}

std::optional<SessionInfo> parse_sessions(Bytes reply) {
  const Bytes body = toc_body(reply);
  if (body.size() < 8) return std::nullopt;
  const std::optional<TocTrack> track = toc_track(body);
  if (!track || reply[2] == 0 || reply[3] < reply[2]) return std::nullopt;
  return SessionInfo{.first = reply[2], .last = reply[3], .first_of_last = *track};
}

std::optional<std::vector<TocEntry>> parse_full_toc(Bytes reply) {
  std::vector<TocEntry> entries;
  std::set<int> with_track, with_lead_out;
  for (Bytes body = toc_body(reply); body.size() >= 11; body = body.subspan(11)) {
    const TocEntry entry = toc_entry(body);
    if (entry.session == 0 || entry.session > kLastTrackPoint) continue;
    const bool lead_out = entry.adr == kAdrPosition && entry.point == kPointLeadOut;
    if ((lead_out || is_track_point(entry)) && !points_somewhere(entry)) continue;
    if (lead_out) with_lead_out.insert(entry.session);
    if (is_track_point(entry)) with_track.insert(entry.session);
    entries.push_back(entry);
  }
  const bool whole =
      std::ranges::any_of(with_track, [&](int session) { return with_lead_out.contains(session); });
  if (!whole) return std::nullopt;
  return entries;
}

std::optional<Atip> parse_atip(Bytes reply) {
  const Bytes body = toc_body(reply);
  if (body.size() < 12 || !is_msf(&body[4]) || !is_msf(&body[8])) return std::nullopt;
  if (body[4] < 90) return std::nullopt;  // no lead-in begins there
  return Atip{.rewritable = (body[2] & 0x40) != 0,
              .lead_in = {.minute = body[4], .second = body[5], .frame = body[6]},
              .last_lead_out = {.minute = body[8], .second = body[9], .frame = body[10]}};
}

std::vector<CdTextPack> parse_cd_text(Bytes reply) {
  std::vector<CdTextPack> packs;
  for (Bytes body = toc_body(reply); body.size() >= 18; body = body.subspan(18)) {
    if (body[0] < 0x80 || body[0] > 0x8F) continue;
    CdTextPack pack;
    std::copy_n(body.begin(), pack.size(), pack.begin());
    packs.push_back(pack);
  }
  return packs;
}

std::string parse_mcn(Bytes reply) {
  if (reply.size() < 22 || reply[4] != 2 || (reply[8] & 0x80) == 0) return "";
  const std::string text(reply.begin() + 9, reply.begin() + 22);
  return build_q_mcn(0, text, Msf{}) && text != std::string(13, '0') ? text : "";
}

std::string parse_isrc(Bytes reply) {
  if (reply.size() < 21 || reply[4] != 3 || (reply[8] & 0x80) == 0) return "";
  const std::string text(reply.begin() + 9, reply.begin() + 21);
  return build_q_isrc(0, text, Msf{}) && text != std::string(12, '0') ? text : "";
}

std::optional<Capacity> parse_capacity(Bytes reply) {
  if (reply.size() < 8) return std::nullopt;
  const std::uint32_t last = load_be32(reply, 0);
  const std::uint32_t size = load_be32(reply, 4);
  if (last > static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max() - 1)) {
    return std::nullopt;
  }
  return Capacity{.last = Lba(static_cast<std::int32_t>(last)), .block_size = size};
}

}  // namespace pregap::drive
