#include "operations/losses.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "disc/complete.h"
#include "disc/toc.h"
#include "formats/toc_write.h"
#include "operations/convert.h"
#include "operations/loss_account.h"
#include "operations/losses_text.h"
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

void add_tracks(Account& account, const char* what, const char* kind,
                const std::vector<int>& numbers, const char* why = "") {
  if (numbers.empty()) return;
  account.add(what, fmt::format("{}{} {}{}", kind, numbers.size() == 1 ? "track" : "tracks",
                                list_of(numbers), why));
}

template <typename Keeps>
void add_other_tracks(Account& account, const Disc& disc, const Keeps& keeps) {
  std::vector<int> audio, data;
  for (const Track& track : disc.tracks) {
    if (!keeps(track)) (track.is_data() ? data : audio).push_back(track.number);
  }
  add_tracks(account, "audio_tracks", "audio ", audio);
  add_tracks(account, "data_tracks", "data ", data);
}

void add_stored_pregap(Account& account, const Track& track) {
  const std::int32_t pregap = track.start_lba() - track.first_lba();
  if (pregap <= 0) return;
  account.add("pregap", fmt::format("the stored pregap of track {}, {}", track.number,
                                    counted(pregap, "sector")));
}

void add_layout_losses(Account& account, const Track& track) {
  add_stored_pregap(account, track);
  account.add_if(track.unstored_pregap > 0 || track.unstored_postgap > 0, "gaps",
                 "the lengths of gaps that are not stored");
  const auto is_inner = [](const Index& index) { return index.number > 1; };
  account.add_if(std::ranges::any_of(track.indexes, is_inner), "indexes", "indexes beyond 01");
}

bool has_remarks(const Disc& disc) {
  return !disc.remarks.empty() ||
         std::ranges::any_of(disc.tracks, [](const Track& t) { return !t.remarks.empty(); });
}

void add_sheet_losses(Account& account, const Disc& disc) {
  const auto any_track = [&](auto has) { return std::ranges::any_of(disc.tracks, has); };
  account.add_if(any_track(has_flags), "flags", "track flags");
  account.add_if(!disc.mcn.empty(), "mcn", "the catalogue number (MCN)");
  account.add_if(any_track([](const Track& t) { return !t.isrc.empty(); }), "isrc", "ISRCs");
  account.add_if(!disc.text.empty() || any_track([](const Track& t) { return !t.text.empty(); }),
                 "cd_text", "CD-Text");
  account.add_if(has_remarks(disc), "remarks", "remarks and unknown lines of the sheet");
  account.add_if(!disc.q_patches.empty(), "q_patches", "Q frames of copy protection");
}

void add_subchannel_loss(Account& account, const Disc& disc) {
  account.add_if(!disc.subchannel.empty(), "subchannel", "sub-channel data");
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

bool has_wrong_isrc(const Disc& disc) {
  return std::ranges::any_of(disc.tracks, [](const Track& track) {
    return !track.isrc.empty() && !formats::is_isrc(track.isrc);
  });
}

bool is_mcn(std::string_view mcn) {
  constexpr std::size_t kDigits = 13;
  return mcn.size() == kDigits && mcn.find_first_not_of("0123456789") == mcn.npos;
}

bool has_index_behind_end(const Disc& disc);

// What a descriptor can say.
struct Holds {
  bool sessions = false;  // more than one
  bool gaps = false;      // those of tracks that are not stored
  bool indexes = false;   // 00 and 02-99
  bool flags = false;     // DCP, 4CH, PRE
  bool scms = false;
  bool names = false;  // MCN and ISRC
  bool cd_text = false;
  bool areas = false;  // of a GD-ROM
  bool table = false;  // entries of the lead-in's table that are no tracks
};

const Holds& holds_of(std::string_view format) {
  static constexpr Holds kCue{.sessions = true,
                              .gaps = true,
                              .indexes = true,
                              .flags = true,
                              .scms = true,
                              .names = true,
                              .cd_text = true,  // languages in a .cdt file
                              .areas = true};
  static constexpr Holds kCcd{.sessions = true,
                              .indexes = true,
                              .flags = true,
                              .names = true,
                              .cd_text = true,
                              .table = true};
  static constexpr Holds kToc{
      .gaps = true, .indexes = true, .flags = true, .names = true, .cd_text = true};
  static constexpr Holds kGdi{.sessions = true, .areas = true};
  static constexpr Holds kNothing{};
  if (format == "cue") return kCue;
  if (format == "ccd") return kCcd;
  if (format == "toc") return kToc;
  return format == "gdi" ? kGdi : kNothing;
}

void add_session_losses(Account& account, const Disc& disc, const Holds& holds,
                        std::string_view format) {
  const int sessions = disc.session_count();
  if (sessions > 1 && !holds.sessions) {
    account.add("sessions", fmt::format("{} sessions become one", sessions));
  }
  const auto has_area = [](const Session& s) { return s.area != Area::none; };
  account.add_if(!holds.areas && std::ranges::any_of(disc.sessions, has_area), "areas",
                 "the areas of a GD-ROM");
  const auto is_odd = [&](const Session& s) {
    return s.type != told_type(disc, s, format) && s.type != usual_disc_type(disc, s.number);
  };
  account.add_if(std::ranges::any_of(disc.sessions, is_odd), "disc_type",
                 "the disc's type, which is another than its tracks say");
}

// Without indexes, sectors before a track stay if they can be taken for those of the one before.
void add_pregap_losses(Account& account, const Disc& disc) {
  for (std::size_t t = 0; t < disc.tracks.size(); ++t) {
    if (t == 0 || !pregap_goes_before(disc, t)) add_stored_pregap(account, disc.tracks[t]);
  }
}

// Tracks of which a short file holds nothing.
void add_unstored_tracks(Account& account, const Disc& source, const Disc& target) {
  std::vector<int> gone;
  for (std::size_t t = target.tracks.size(); t < source.tracks.size(); ++t) {
    gone.push_back(source.tracks[t].number);
  }
  add_tracks(account, "tracks", "", gone, ", of which nothing is stored");
}

// What the table of contents in the lead-in has beside the tracks, and CloneCD notes of it.
void add_table_losses(Account& account, const Disc& disc, const Holds& holds) {
  const auto is_plain = [](const TocEntry& e) {
    return e.adr == 1 && (e.point <= kLastTrackPoint ||
                          (e.point >= kPointFirstTrack && e.point <= kPointLeadOut));
  };
  account.add_if(!holds.table && !std::ranges::all_of(disc.toc, is_plain), "toc",
                 "entries of the table of contents that are no tracks");
  const auto pretends = [&](const TocEntry& e) {
    const Session* session = disc.find_session(e.session);
    return e.adr == 1 && e.point == kPointLeadOut && session != nullptr &&
           pointed_lba(e) > session->lead_out;
  };
  account.add_if(std::ranges::any_of(disc.toc, pretends), "lead_out",
                 "the lead-out that the table of contents pretends to");
  const auto has_notes = [&](const Session& s) {
    const auto first = std::ranges::find(disc.tracks, s.number, &Track::session);
    if (first == disc.tracks.end()) return false;
    const int mode = first->type == TrackType::audio ? 0 : first->type == TrackType::mode2 ? 2 : 1;
    return s.pregap_mode.value_or(mode) != mode || s.pregap_subchannel.value_or(0) != 0;
  };
  account.add_if(!holds.table && std::ranges::any_of(disc.sessions, has_notes), "pregap_mode",
                 "PreGapMode and PreGapSubC of sessions");
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
  account.add_if(format == "toc" && has_wrong_isrc(disc), "isrc", "ISRCs that are none");
  account.add_if(!holds.cd_text && has_text, "cd_text", "CD-Text");
  account.add_if(disc.format != format && has_remarks(disc), "remarks",
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

}  // namespace

std::vector<Loss> losses_to_iso(const Disc& disc, const Track& track,
                                const std::array<std::int64_t, kSectorKinds>& kinds, Form2 form2) {
  Account account;
  if (form2 != Form2::raw && is_raw(track)) add_sector_losses(account, kinds, form2);
  add_other_tracks(account, disc, [&](const Track& other) { return &other == &track; });
  add_layout_losses(account, track);
  add_sheet_losses(account, disc);
  add_subchannel_loss(account, disc);
  return account.take();
}

std::vector<Loss> losses_to_image(const Disc& source, const Layout& layout) {
  const std::string& format = layout.disc.format;
  const Holds& holds = holds_of(format);
  Account account;
  add_session_losses(account, source, holds, format);
  if (format == "gdi") add_pregap_losses(account, source);
  account.add_if(format == "bin" && source.tracks.size() > 1, "tracks", "where tracks begin");
  add_unstored_tracks(account, source, layout.disc);
  add_gap_losses(account, source, holds);
  add_descriptor_losses(account, source, holds, format);
  add_text_losses(account, source, layout.disc);
  if (format != "bin") add_table_losses(account, source, holds);
  if (layout.disc.subchannel.empty()) add_subchannel_loss(account, source);
  account.add_if(has_rw_packs(source), "subchannel", "sub-channel of decoded R-W packs");
  return account.take();
}

std::vector<Loss> losses_to_audio(const Disc& disc, std::optional<int> only) {
  Account account;
  add_other_tracks(account, disc, [&](const Track& t) {
    return !t.is_data() && t.number == only.value_or(t.number);
  });
  for (const Track& track : disc.tracks) {
    if (only == track.number) add_stored_pregap(account, track);
  }
  account.add_if(disc.session_count() > 1, "sessions", "sessions");
  account.add_if(has_index_beside_01(disc), "indexes", "all indexes but each track's 01");
  account.add_if(has_unstored_gap(disc), "gaps", "the lengths of gaps that are not stored");
  add_sheet_losses(account, disc);
  add_subchannel_loss(account, disc);
  return account.take();
}

bool covers(const Loss& loss, const Difference& difference) {
  const bool text = loss.what == "cd_text" && difference.what == "cd_text_languages";
  return loss.what == difference.what || text;
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
