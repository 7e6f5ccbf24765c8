#include "operations/losses.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "disc/complete.h"
#include "operations/convert.h"
#include "pregap/error.h"

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
  void add_rebuilt(const char* what, std::string message) {
    losses_.push_back({.what = what, .message = std::move(message), .rebuilds = true});
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
    account.add_rebuilt(
        "edc_ecc",
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

// Between sessions lie a lead-out, a lead-in and a pregap, of usual lengths (ECMA-394).
bool has_odd_session_gap(const Disc& disc) {
  constexpr std::int32_t kFirst = 6750 + 4500 + 150, kLater = 2250 + 4500 + 150;
  for (std::size_t t = 1; t < disc.tracks.size(); ++t) {
    const Track& before = disc.tracks[t - 1];
    const Track& track = disc.tracks[t];
    if (track.session == before.session) continue;
    const Lba end = before.end_lba() + before.missing + before.unstored_postgap;
    const std::int32_t gap = track.first_lba() - track.unstored_pregap - end;
    if (gap != (before.session == 1 ? kFirst : kLater)) return true;
  }
  return false;
}

bool has_index_beside_01(const Disc& disc) {
  return std::ranges::any_of(disc.tracks, [](const Track& track) {
    return std::ranges::any_of(track.indexes, [](const Index& i) { return i.number != 1; });
  });
}

bool has_unstored_gap(const Disc& disc) {
  return std::ranges::any_of(disc.tracks, [](const Track& track) {
    return track.unstored_pregap > 0 || track.unstored_postgap > 0;
  });
}

bool has_rw_packs(const Disc& disc) {
  return std::ranges::find(disc.subchannel, SubchannelOrder::rw_packs, &SubchannelRun::order) !=
         disc.subchannel.end();
}

bool is_mcn(std::string_view mcn) {
  constexpr std::size_t kDigits = 13;
  return mcn.size() == kDigits && mcn.find_first_not_of("0123456789") == mcn.npos;
}

// A format of packs alone holds what the first block says.
bool has_text_beside_blocks(const Disc& disc) {
  if (disc.cd_text.empty()) return false;
  const CdTextBlock& block = disc.cd_text.front();
  const auto all_in = [](const TextFields& fields, const TextFields& stored) {
    return std::ranges::all_of(fields, [&](const auto& field) {
      return std::ranges::find(stored, field) != stored.end();
    });
  };
  if (!all_in(disc.text, block.disc)) return true;
  return std::ranges::any_of(disc.tracks, [&](const Track& track) {
    const auto stored = block.tracks.find(track.number);
    return !all_in(track.text, stored == block.tracks.end() ? TextFields() : stored->second);
  });
}

bool has_index_behind_end(const Disc& disc);
bool has_unquotable_text(const Disc& disc);

// What a descriptor can say.
struct Holds {
  bool sessions = false;  // more than one
  bool any_gap = false;   // between sessions, of any length
  bool gaps = false;      // those of tracks that are not stored
  bool indexes = false;   // 00 and 02-99
  bool flags = false;     // DCP, 4CH, PRE
  bool scms = false;
  bool names = false;    // MCN and ISRC
  bool cd_text = false;  // of one language
  bool languages = false;
  bool areas = false;        // of a GD-ROM
  bool disc_type = false;    // other than what the tracks say
  bool plain_quotes = true;  // a text may hold quotes
};

const Holds& holds_of(std::string_view format) {
  static constexpr Holds kCue{.sessions = true,
                              .gaps = true,
                              .indexes = true,
                              .flags = true,
                              .scms = true,
                              .names = true,
                              .cd_text = true,
                              .languages = true,  // in a .cdt file
                              .areas = true,
                              .plain_quotes = false};
  static constexpr Holds kCcd{.sessions = true,
                              .any_gap = true,
                              .indexes = true,
                              .flags = true,
                              .names = true,
                              .cd_text = true,
                              .languages = true,
                              .disc_type = true};
  static constexpr Holds kToc{.gaps = true,
                              .indexes = true,
                              .flags = true,
                              .names = true,
                              .cd_text = true,
                              .languages = true,
                              .disc_type = true};
  static constexpr Holds kGdi{.sessions = true, .any_gap = true, .areas = true};
  static constexpr Holds kNothing{};
  if (format == "cue") return kCue;
  if (format == "ccd") return kCcd;
  if (format == "toc") return kToc;
  return format == "gdi" ? kGdi : kNothing;
}

void add_session_losses(Account& account, const Disc& disc, const Holds& holds) {
  const int sessions = disc.session_count();
  if (sessions > 1 && !holds.sessions) {
    account.add("sessions", fmt::format("{} sessions become one", sessions));
  } else if (!holds.any_gap && has_odd_session_gap(disc)) {
    account.add("sessions", "the length of the gap between sessions");
  }
  const auto has_area = [](const Session& s) { return s.area != Area::none; };
  account.add_if(!holds.areas && std::ranges::any_of(disc.sessions, has_area), "areas",
                 "the areas of a GD-ROM");
  const auto is_odd = [&](const Session& s) { return s.type != usual_disc_type(disc, s.number); };
  account.add_if(!holds.disc_type && std::ranges::any_of(disc.sessions, is_odd), "disc_type",
                 "the disc's type, which is another than its tracks say");
}

void add_gap_losses(Account& account, const Disc& disc, const Holds& holds) {
  account.add_if(!holds.gaps && has_unstored_gap(disc), "gaps",
                 "that gaps are not stored: they become zeros, or are left out");
  account.add_if(!holds.indexes && has_index_beside_01(disc), "indexes",
                 "all indexes but each track's 01");
  account.add_if(holds.indexes && has_index_behind_end(disc), "indexes",
                 "indexes behind what is stored");
}

void add_descriptor_losses(Account& account, const Disc& disc, const Holds& holds,
                           std::string_view format) {
  const auto any_track = [&](auto has) { return std::ranges::any_of(disc.tracks, has); };
  const bool has_text =
      !disc.text.empty() || any_track([](const Track& t) { return !t.text.empty(); });
  account.add_if(!holds.flags && any_track(has_flags), "flags", "track flags");
  account.add_if(holds.flags && !holds.scms &&
                     any_track([](const Track& t) { return t.flags.serial_copy_system; }),
                 "flags", "the flag SCMS");
  account.add_if(!holds.names && !disc.mcn.empty(), "mcn", "the catalogue number (MCN)");
  account.add_if(format == "toc" && !disc.mcn.empty() && !is_mcn(disc.mcn), "mcn",
                 "a catalogue number (MCN) that is not 13 digits");
  account.add_if(!holds.names && any_track([](const Track& t) { return !t.isrc.empty(); }), "isrc",
                 "ISRCs");
  account.add_if(!holds.cd_text && has_text, "cd_text", "CD-Text");
  account.add_if(holds.cd_text && !holds.languages && disc.cd_text.size() > 1, "cd_text_languages",
                 "all languages of CD-Text but the first");
  account.add_if(format == "ccd" && has_text_beside_blocks(disc), "cd_text",
                 "CD-Text of the descriptor where its packs say something else");
  account.add_if(holds.cd_text && !holds.plain_quotes && has_unquotable_text(disc), "cd_text",
                 "quotes and line breaks in CD-Text become apostrophes and blanks");
  const bool has_remarks =
      !disc.remarks.empty() || any_track([](const Track& t) { return !t.remarks.empty(); });
  account.add_if(disc.format != format && has_remarks, "remarks",
                 "remarks and unknown lines of the descriptor");
  account.add_if((format == "gdi" || format == "bin") && !disc.q_patches.empty(), "q_patches",
                 "Q frames of copy protection");
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

std::vector<Loss> losses_to_image(const Disc& source, const Layout& layout) {
  const std::string& format = layout.disc.format;
  const Holds& holds = holds_of(format);
  Account account;
  add_session_losses(account, source, holds);
  add_gap_losses(account, source, holds);
  add_descriptor_losses(account, source, holds, format);
  if (layout.disc.subchannel.empty()) add_subchannel_loss(account, source);
  account.add_if(has_rw_packs(source), "subchannel", "sub-channel of decoded R-W packs");
  return account.take();
}

std::vector<Loss> losses_to_audio(const Disc& disc) {
  Account account;
  std::vector<int> data;
  for (const Track& track : disc.tracks) {
    if (track.is_data()) data.push_back(track.number);
  }
  if (!data.empty()) {
    account.add("data_tracks",
                fmt::format("data {} {}", data.size() == 1 ? "track" : "tracks", list_of(data)));
  }
  account.add_if(disc.session_count() > 1, "sessions", "sessions");
  account.add("indexes", "all indexes but each track's 01");
  account.add_if(has_unstored_gap(disc), "gaps", "the lengths of gaps that are not stored");
  add_sheet_losses(account, disc);
  add_subchannel_loss(account, disc);
  return account.take();
}

void refuse_loss(const ConvertOptions& options, const std::filesystem::path& out,
                 const std::vector<Loss>& losses) {
  if (!options.no_loss) return;
  const auto lost = std::ranges::find(losses, false, &Loss::rebuilds);
  if (lost == losses.end()) return;
  throw Error(ErrorCode::refused, out.string(),
              fmt::format("it would lose {}, expected no loss", lost->message));
}

}  // namespace pregap::operations
