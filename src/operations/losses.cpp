#include "operations/losses.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "operations/convert.h"

namespace pregap::operations {
namespace {

std::int64_t of(const std::array<std::int64_t, kSectorKinds>& kinds, SectorKind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}

bool is_raw(const Track& track) {
  return std::ranges::any_of(track.extents,
                             [](const Extent& e) { return !has_user_data_only(e.storage); });
}

bool has_flags(const Track& t) {
  return t.flags.copy_permitted || t.flags.four_channel || t.flags.pre_emphasis ||
         t.flags.serial_copy_system;
}

class Account {
 public:
  void add(const char* what, std::string message) {
    losses_.push_back({.what = what, .message = std::move(message)});
  }
  void add_if(bool lost, const char* what, const char* message) {
    if (lost) add(what, message);
  }
  std::vector<Loss> take() { return std::move(losses_); }

 private:
  std::vector<Loss> losses_;
};

// What surrounds the user data in the sectors themselves.
void add_sector_losses(Account& account, const std::array<std::int64_t, kSectorKinds>& kinds,
                       Form2 form2) {
  if (const std::int64_t n = of(kinds, SectorKind::mode1); n > 0) {
    account.add("edc_ecc",
                fmt::format("sync, header, EDC and parity of {} (can be built anew, byte for byte)",
                            counted(n, "mode 1 sector")));
  }
  if (const std::int64_t n = of(kinds, SectorKind::mode0); n > 0) {
    account.add("mode0", fmt::format("{} of mode 0 become 2048 zeros each", counted(n, "sector")));
  }
  const std::int64_t form1 = of(kinds, SectorKind::mode2_form1);
  if (form1 > 0) {
    account.add("subheaders", fmt::format("sync, header, sub-header, EDC and parity of {} "
                                          "(built anew, sub-headers become 00 00 08 00)",
                                          counted(form1, "form 1 sector")));
  }
  const std::int64_t form2_count = of(kinds, SectorKind::mode2_form2);
  if (form2_count > 0) {
    account.add("form2", fmt::format("sync, header, sub-header, EDC{} of {}",
                                     form2 == Form2::cut ? " and the last 276 bytes" : "",
                                     counted(form2_count, "form 2 sector")));
  }
  if (const std::int64_t n = of(kinds, SectorKind::mode2); n > 0) {
    account.add("mode2", fmt::format("sync, header{} of {} without form",
                                     form2 == Form2::cut ? " and the last 288 bytes" : "",
                                     counted(n, "mode 2 sector")));
  }
}

void add_other_tracks(Account& account, const Disc& disc, const Track& kept) {
  std::vector<int> audio, data;
  for (const Track& track : disc.tracks) {
    if (&track != &kept) (track.is_data() ? data : audio).push_back(track.number);
  }
  const auto add = [&](const char* what, const char* kind, const std::vector<int>& numbers) {
    if (numbers.empty()) return;
    account.add(what, fmt::format("{} {} {}", kind, numbers.size() == 1 ? "track" : "tracks",
                                  list_of(numbers)));
  };
  add("audio_tracks", "audio", audio);
  add("data_tracks", "data", data);
}

void add_layout_losses(Account& account, const Track& track) {
  const std::int32_t pregap = track.start_lba() - track.first_lba();
  if (pregap > 0) {
    account.add("pregap", fmt::format("the stored pregap of track {}, {}", track.number,
                                      counted(pregap, "sector")));
  }
  account.add_if(track.unstored_pregap > 0 || track.unstored_postgap > 0, "gaps",
                 "the lengths of gaps that are not stored");
  const auto is_inner = [](const Index& index) { return index.number > 1; };
  account.add_if(std::ranges::any_of(track.indexes, is_inner), "indexes", "indexes beyond 01");
}

void add_sheet_losses(Account& account, const Disc& disc) {
  const auto any_track = [&](auto has) { return std::ranges::any_of(disc.tracks, has); };
  account.add_if(any_track(has_flags), "flags", "track flags");
  account.add_if(!disc.mcn.empty(), "mcn", "the catalogue number (MCN)");
  account.add_if(any_track([](const Track& t) { return !t.isrc.empty(); }), "isrc", "ISRCs");
  account.add_if(!disc.text.empty() || any_track([](const Track& t) { return !t.text.empty(); }),
                 "cd_text", "CD-Text");
  account.add_if(!disc.remarks.empty(), "remarks", "remarks and unknown lines of the sheet");
}

void add_subchannel_loss(Account& account, const Disc& disc) {
  account.add_if(!disc.subchannel.empty(), "subchannel", "sub-channel data");
}

bool has_session_gap(const Disc& disc) {
  for (std::size_t t = 1; t < disc.tracks.size(); ++t) {
    const Track& before = disc.tracks[t - 1];
    const Track& track = disc.tracks[t];
    const Lba expected = before.end_lba() + before.missing + before.unstored_postgap;
    if (track.session != before.session && track.first_lba() - track.unstored_pregap > expected) {
      return true;
    }
  }
  return false;
}

bool has_index_behind_end(const Disc& disc) {
  return std::ranges::any_of(disc.tracks, [](const Track& track) {
    return std::ranges::any_of(track.indexes, [&](const Index& index) {
      return index.lba >= track.end_lba() && index.lba != track.indexes.front().lba;
    });
  });
}

bool has_unquotable_text(const Disc& disc) {
  const auto unquotable = [](const TextFields& fields) {
    return std::ranges::any_of(fields, [](const auto& field) {
      return field.second.find_first_of("\"\r\n") != std::string::npos;
    });
  };
  return unquotable(disc.text) || std::ranges::any_of(disc.tracks, [&](const Track& track) {
           return unquotable(track.text);
         });
}

}  // namespace

std::vector<Loss> losses_to_iso(const Disc& disc, const Track& track,
                                const std::array<std::int64_t, kSectorKinds>& kinds, Form2 form2) {
  Account account;
  if (form2 != Form2::raw && is_raw(track)) add_sector_losses(account, kinds, form2);
  add_other_tracks(account, disc, track);
  add_layout_losses(account, track);
  add_sheet_losses(account, disc);
  add_subchannel_loss(account, disc);
  return account.take();
}

std::vector<Loss> losses_to_cue(const Disc& disc) {
  Account account;
  account.add_if(has_session_gap(disc), "sessions",
                 "the gaps between sessions: a sheet of one file does not tell them");
  account.add_if(has_index_behind_end(disc), "indexes", "indexes behind what is stored");
  account.add_if(has_unquotable_text(disc), "cd_text",
                 "quotes and line breaks in CD-Text become apostrophes and blanks");
  add_subchannel_loss(account, disc);
  return account.take();
}

}  // namespace pregap::operations
