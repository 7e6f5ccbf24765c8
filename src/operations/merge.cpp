#include "operations/merge.h"

#include <algorithm>
#include <map>

#include "disc/subchannel_read.h"
#include "kernels/runs.h"
#include "operations/merge_pieces.h"
#include "sector/subchannel.h"

namespace pregap::operations {
namespace {

constexpr std::int32_t kMostJump = 150;  // sectors by which a dump may have slipped inside a track
constexpr std::size_t kSample = 4;

std::optional<Lba> header_of(RawSector sector) {
  if (!has_sync(sector)) return std::nullopt;
  const auto msf = msf_from_bcd(sector.data() + kHeaderOffset);
  return msf ? std::optional(to_lba(*msf)) : std::nullopt;
}

// Data as they are read without descrambling.
void descramble_if_needed(MutableRawSector sector) {
  if (header_of(sector) || !has_sync(sector)) return;
  scramble(sector);
  if (!header_of(sector)) scramble(sector);
}

// A sound data sector with the address, of whatever kind: of a mode 2 track's sector that is lost
// nobody knows the form. Without EDC (form 2, mode 0) it is sync, header and sub-header copies that
// speak for it.
bool belongs_here(RawSector sector, Lba address, bool with_edc) {
  if (header_of(sector) != address) return false;
  const SectorIdentity id = identify_sector(sector);
  if (!id.proven || id.kind == SectorKind::audio) return false;
  if (with_edc) return id.check.edc == EdcState::good;
  return id.kind != SectorKind::mode2_form2 || id.check.subheader_copies_equal;
}

void put(RawSector from, MutableRawSector to, Merged& merged) {
  merged.changed = !std::ranges::equal(from, to);
  merged.sound = true;
  std::ranges::copy(from, to.begin());
}

void add_doubt(std::size_t at, std::size_t size, std::vector<DumpDoubt>& doubts) {
  if (!doubts.empty() && std::size_t{doubts.back().offset} + doubts.back().size == at) {
    doubts.back().size = static_cast<std::uint16_t>(doubts.back().size + size);
  } else {
    doubts.push_back({static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(size)});
  }
}

// What one dump says of one sample.
struct Voice {
  std::array<std::uint8_t, kSample> sample{};
  std::size_t dump = 0;
  bool filled = false;
};

Voice voice_at(RawSector bytes, std::size_t at, std::size_t dump, bool filled) {
  Voice voice{.dump = dump, .filled = filled};
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), kSample, voice.sample.begin());
  return voice;
}

bool any_of(const std::bitset<kSectorSize>& places, std::size_t at) {
  for (std::size_t i = at; i < at + kSample; ++i) {
    if (places[i]) return true;
  }
  return false;
}

// The sample that more than half of them say.
std::optional<std::array<std::uint8_t, kSample>> majority_of(const std::vector<Voice>& voices) {
  for (const Voice& voice : voices) {
    const auto votes = std::ranges::count(voices, voice.sample, &Voice::sample);
    if (2 * static_cast<std::size_t>(votes) > voices.size()) return voice.sample;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(MergeBasis basis) noexcept {
  switch (basis) {
    case MergeBasis::none:
      return "none";
    case MergeBasis::dump:
      return "dump";
    case MergeBasis::dump_parity:
      return "dump_parity";
    case MergeBasis::pieces:
      return "pieces";
    case MergeBasis::differences:
      return "differences";
    case MergeBasis::only_dump:
      return "only_dump";
    case MergeBasis::vote:
      return "vote";
  }
  return "";
}

Merger::Merger(const Disc& base, std::vector<const Disc*> others)
    : base_(base), others_(std::move(others)) {
  for (const Disc* other : others_) alignments_.push_back(align(base, *other));
}

// A dump may have lost or gained sectors on the way: its own headers say by how many.
std::optional<Merger::Version> Merger::version_with_address(std::size_t dump, StreamPosition at,
                                                            Lba address) const {
  const Disc& other = *others_[dump - 1];
  Version version{.dump = dump, .window = read_window(other, at)};
  descramble_if_needed(version.window.bytes);
  const std::optional<Lba> found = header_of(version.window.bytes);
  if (found && *found != address && std::abs(*found - address) <= kMostJump) {
    Version moved{.dump = dump,
                  .window = read_window(other, at - position_of(Lba(*found - address)))};
    descramble_if_needed(moved.window.bytes);
    if (header_of(moved.window.bytes) == address) return moved;
  }
  if (!version.window.is_there()) return std::nullopt;
  return version;
}

std::vector<Merger::Version> Merger::versions(const Track& track, Lba lba) const {
  std::vector<Version> found;
  const std::size_t index = static_cast<std::size_t>(&track - base_.tracks.data());
  for (std::size_t i = 0; i < others_.size(); ++i) {
    const TrackAlignment& alignment = alignments_[i].tracks[index];
    if (!alignment.found) continue;
    Version version{.dump = i + 1,
                    .window = read_window(*others_[i], position_of(lba) + alignment.shift)};
    if (version.window.is_there()) found.push_back(std::move(version));
  }
  return found;
}

std::vector<Merger::Version> Merger::versions_of_data(const Track& track, Lba lba,
                                                      Lba address) const {
  std::vector<Version> found;
  const std::size_t index = static_cast<std::size_t>(&track - base_.tracks.data());
  for (std::size_t i = 0; i < others_.size(); ++i) {
    const TrackAlignment& alignment = alignments_[i].tracks[index];
    if (!alignment.found) continue;
    auto version = version_with_address(i + 1, position_of(lba) + alignment.shift, address);
    if (version) found.push_back(std::move(*version));
  }
  return found;
}

Merged Merger::merge_faulty(const Track& track, Lba lba, SectorKind kind, Lba address,
                            MutableRawSector sector) const {
  Merged merged;
  const std::vector<Version> others = versions_of_data(track, lba, address);
  const auto take_whole = [&](bool with_edc, MergeBasis basis) {
    for (const Version& other : others) {
      if (!belongs_here(other.window.bytes, address, with_edc)) continue;
      merged.basis = basis;
      merged.dump = other.dump;
      put(other.window.bytes, sector, merged);
      return true;
    }
    return false;
  };
  if (take_whole(true, MergeBasis::dump)) return merged;
  for (const Version& other : others) {
    std::array<std::uint8_t, kSectorSize> corrected = other.window.bytes;
    if (!correct_sector(kind, address, corrected).sound || !is_sound(corrected, kind, address))
      continue;
    merged.basis = MergeBasis::dump_parity;
    merged.dump = other.dump;
    put(corrected, sector, merged);
    return merged;
  }
  std::vector<RawSector> all = {sector};
  std::vector<std::bitset<kSectorSize>> missing(1);
  if (fill_byte(sector, kind)) missing[0].set();
  for (const Version& other : others) {
    all.push_back(other.window.bytes);
    missing.push_back(other.window.absent | other.window.filled);
    if (fill_byte(other.window.bytes, kind)) missing.back().set();
  }
  std::array<std::uint8_t, kSectorSize> together;
  merged.basis = put_together(kind, address, all, missing, together);
  if (merged.basis != MergeBasis::none) {
    put(together, sector, merged);
    return merged;
  }
  take_whole(false, MergeBasis::only_dump);
  return merged;
}

Merged Merger::merge_unchecked(const Track& track, Lba lba, MutableRawSector sector) const {
  Merged merged;
  std::vector<Version> others = versions(track, lba);
  const bool all_equal = std::ranges::all_of(others, [&](const Version& v) {
    return v.window.absent.none() && std::ranges::equal(v.window.bytes, sector);
  });
  if (all_equal) return merged;
  const bool filled = kernels::is_one_value(sector);
  std::map<std::size_t, std::size_t> taken;  // samples by the only dump that had them
  bool voted = false;
  std::vector<Voice> voices;
  for (std::size_t at = 0; at < kSectorSize; at += kSample) {
    voices.assign(1, voice_at(sector, at, 0, filled));
    for (const Version& v : others) {
      if (any_of(v.window.absent, at)) continue;
      voices.push_back(voice_at(v.window.bytes, at, v.dump, any_of(v.window.filled, at)));
    }
    if (!std::ranges::all_of(voices, &Voice::filled)) std::erase_if(voices, &Voice::filled);
    const auto sample = majority_of(voices);
    if (!sample) {
      add_doubt(at, kSample, merged.doubts);
      continue;
    }
    const auto place = sector.subspan(at, kSample);
    if (std::ranges::equal(*sample, place)) continue;
    std::ranges::copy(*sample, place.begin());
    merged.changed = true;
    if (voices.size() > 1) voted = true;
    if (voices.size() == 1) ++taken[voices[0].dump];
  }
  if (voted) {
    merged.basis = MergeBasis::vote;
  } else if (!taken.empty()) {
    merged.basis = MergeBasis::only_dump;
    merged.dump =
        std::ranges::max_element(taken, {}, &std::pair<const std::size_t, std::size_t>::second)
            ->first;
  }
  return merged;
}

std::optional<std::size_t> Merger::merge_q(Lba lba, std::span<std::uint8_t, 12> q) const {
  if (q_crc_is_good(q)) return std::nullopt;
  std::array<std::uint8_t, kSubchannelSize> bytes;
  for (std::size_t i = 0; i < others_.size(); ++i) {
    if (others_[i]->read_subchannel(lba, 1, bytes) != 1) continue;
    const QFrame frame = q_of_linear(bytes);
    if (!q_crc_is_good(frame)) continue;
    std::ranges::copy(frame, q.begin());
    return i + 1;
  }
  return std::nullopt;
}

}  // namespace pregap::operations
