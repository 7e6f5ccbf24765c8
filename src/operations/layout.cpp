#include "operations/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "disc/complete.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

namespace fs = std::filesystem;

// What stays between two sectors that are stored, as sectors of no file, and what becomes zeros.
enum class Gaps : std::uint8_t {
  told,     // the descriptor tells them: cue, toc
  filled,   // only between sessions: ccd
  ignored,  // addresses are told, gaps are not: gdi
};

struct Rules {
  Gaps gaps = Gaps::told;
  bool one_session = false;   // the format knows no others
  bool one_file = false;      // never a file a track
  bool file_a_track = false;  // always
  std::string_view data_ending = ".bin", audio_ending = ".bin";
};

Rules rules_of(std::string_view format) {
  if (format == "ccd") {
    return {.gaps = Gaps::filled, .one_file = true, .data_ending = ".img", .audio_ending = ".img"};
  }
  if (format == "toc") return {.one_session = true};
  if (format == "gdi") {
    return {.gaps = Gaps::ignored, .file_a_track = true, .audio_ending = ".raw"};
  }
  if (format == "bin") return {.gaps = Gaps::ignored, .one_file = true};
  return {};
}

class Planner {
 public:
  Planner(const Disc& source, std::string_view format, const fs::path& out,
          const ConvertOptions& options)
      : source_(source), format_(format), out_(out), options_(options), rules_(rules_of(format)) {}

  Layout plan() {
    require_cd_size();
    copy_what_is_said();
    if (rules_.gaps == Gaps::filled) fill_gaps();
    if (rules_.gaps == Gaps::ignored && format_ == "gdi") end_at_next_start();
    if (rules_.one_session) join_sessions();
    place_sectors();
    place_subchannel();
    place_sidecars();
    return std::move(layout_);
  }

 private:
  void require_cd_size() const {
    const Lba end = source_.tracks.empty() ? Lba(0) : source_.tracks.back().end_lba();
    if (end <= kHighestLba + 1) return;
    throw Error(
        ErrorCode::unsupported, source_.path.string(),
        fmt::format("{} sectors, expected at most {} (89:59:74), as many as headers can count",
                    end.value, kHighestLba.value + 1));
  }

  void copy_what_is_said() {
    Disc& disc = layout_.disc;
    disc = source_;
    disc.format = format_;
    disc.path = out_;
    disc.dialect.clear();
    disc.files.clear();
    disc.problems.clear();
    disc.subchannel.clear();
    const bool same = source_.format == format_;
    if (!same) disc.remarks.clear();
    for (Session& session : disc.sessions) {
      session.type = told_type(source_, session, format_);
      if (!same) session.remarks.clear();
    }
    leave_out_what_is_not_stored();
    for (Track& track : disc.tracks) {
      track.extents = joined(track);
      track.declared = track.type;
      track.declared_as.clear();
      if (is_green(track)) track.declared_as = "CDI/2352";
      track.missing = 0;
      if (!same) track.remarks.clear();
    }
  }

  // Whether its mode tells that the disc is a CD-i: nothing else does in a sheet.
  bool is_green(const Track& track) const {
    const Session* session = layout_.disc.find_session(track.session);
    return format_ == "cue" && session != nullptr && session->type == DiscType::cd_i &&
           track.type == TrackType::mode2;
  }

  static const Track* last_track(const Disc& disc, int session) {
    const auto at =
        std::ranges::find(disc.tracks.rbegin(), disc.tracks.rend(), session, &Track::session);
    return at == disc.tracks.rend() ? nullptr : &*at;
  }

  // A file that is too short ends in a track; those behind it have no sector, and no place.
  void leave_out_what_is_not_stored() {
    Disc& disc = layout_.disc;
    const auto is_gone = [](const Track& t) { return t.extents.empty() && t.missing > 0; };
    while (disc.tracks.size() > 1 && is_gone(disc.tracks.back())) disc.tracks.pop_back();
    std::erase_if(disc.sessions, [&](const Session& session) {
      return last_track(disc, session.number) == nullptr;
    });
    for (Session& session : disc.sessions) {
      const Track& last = *last_track(disc, session.number);
      const bool cut = last_track(source_, session.number)->missing > 0;
      if (cut) session.lead_out = last.end_lba() + last.unstored_postgap;
    }
  }

  // The stored stretches of a track, whatever files they come from.
  static std::vector<Extent> joined(const Track& track) {
    std::vector<Extent> extents;
    for (const Extent& e : track.extents) {
      if (!extents.empty() && extents.back().first + extents.back().sectors == e.first) {
        extents.back().sectors += e.sectors;
      } else {
        extents.push_back({.file = 0, .first = e.first, .sectors = e.sectors});
      }
    }
    return extents;
  }

  // An image without holes from each session's first sector on. The first session begins at LBA 0.
  void fill_gaps() {
    Lba next(0);
    int session = 1;
    for (std::size_t t = 0; t < layout_.disc.tracks.size(); ++t) {
      Track& track = layout_.disc.tracks[t];
      const bool first_of_later = t > 0 && track.session != session;
      session = track.session;
      if (track.extents.empty()) continue;
      Extent whole = track.extents.front();
      if (!first_of_later) whole.first = std::min(next, whole.first);
      const bool last_of_session = t + 1 == layout_.disc.tracks.size() ||
                                   layout_.disc.tracks[t + 1].session != track.session;
      whole.sectors =
          track.end_lba() + (last_of_session ? track.unstored_postgap : 0) - whole.first;
      if (whole.first < track.start_lba() && track.indexes.front().number != 0) {
        track.indexes.insert(track.indexes.begin(), {.number = 0, .lba = whole.first});
      } else if (track.indexes.front().number == 0) {
        track.indexes.front().lba = whole.first;
      }
      track.extents = {whole};
      track.unstored_pregap = first_of_later ? track.unstored_pregap : 0;
      track.unstored_postgap = 0;
      next = whole.first + whole.sectors;
    }
  }

  // Without INDEX 00, what lies before a track belongs to the one before it, or is left out.
  void end_at_next_start() {
    std::vector<Track>& tracks = layout_.disc.tracks;
    for (std::size_t t = 0; t < tracks.size(); ++t) {
      Track& track = tracks[t];
      if (track.extents.empty()) continue;
      Lba end = track.end_lba();
      if (t + 1 < tracks.size() && pregap_goes_before(source_, t + 1)) {
        end = tracks[t + 1].start_lba();
      }
      Extent whole = track.extents.front();
      whole.first = track.start_lba();
      whole.sectors = end - whole.first;
      track.extents = {whole};
      std::erase_if(track.indexes, [](const Index& index) { return index.number != 1; });
      const bool follows = t > 0 && tracks[t - 1].session == track.session;
      track.unstored_pregap = follows ? track.start_lba() - tracks[t - 1].end_lba() : 0;
      track.unstored_postgap = 0;
      const auto session =
          std::ranges::find(layout_.disc.sessions, track.session, &Session::number);
      if (session != layout_.disc.sessions.end()) session->lead_out = track.end_lba();
    }
  }

  void join_sessions() {
    std::vector<Track>& tracks = layout_.disc.tracks;
    for (std::size_t t = 1; t < tracks.size(); ++t) {
      const Track& before = tracks[t - 1];
      const Lba end = before.end_lba() + before.unstored_postgap;
      if (tracks[t].session != before.session) {
        tracks[t].unstored_pregap = std::max(0, tracks[t].first_lba() - end);
      }
    }
    for (Track& track : tracks) track.session = 1;
    const std::vector<Session> sessions = std::exchange(layout_.disc.sessions, {});
    if (!sessions.empty()) {
      layout_.disc.sessions.push_back(
          {.number = 1, .type = sessions.front().type, .lead_out = sessions.back().lead_out});
    }
  }

  bool has_subchannel(const Track& track) const {
    return std::ranges::any_of(source_.subchannel, [&](const SubchannelRun& run) {
      return run.order != SubchannelOrder::rw_packs && run.first < track.end_lba() &&
             track.first_lba() < run.first + run.sectors;
    });
  }

  void place_sectors() {
    const bool split = rules_.file_a_track || (options_.split_tracks && !rules_.one_file);
    std::uint64_t offset = 0;
    for (Track& track : layout_.disc.tracks) {
      if (split || layout_.disc.files.empty()) {
        offset = 0;
        add_file(split              ? free_name_of(track)
                 : format_ == "bin" ? out_  // no descriptor has the name
                                    : fs::path(out_).replace_extension(rules_.data_ending));
      }
      const bool with_subchannel = format_ == "toc" && has_subchannel(track);
      for (Extent& extent : track.extents) {
        extent.file = layout_.disc.files.size() - 1;
        extent.offset = offset;
        extent.storage = with_subchannel ? Storage::raw2448 : Storage::raw2352;
        // cdrdao swaps bytes of samples, but not where sub-channel lies between them.
        extent.swapped = with_subchannel && !track.is_data();
        offset += static_cast<std::uint64_t>(extent.sectors) * stride_of(extent.storage);
        if (with_subchannel) add_interleaved(extent);
      }
    }
  }

  // Numbers may begin again in a later session.
  fs::path free_name_of(const Track& track) const {
    const fs::path name = name_of_track(track);
    const auto& files = layout_.disc.files;
    if (std::ranges::find(files, name, &DiscFile::path) == files.end()) return name;
    return name.parent_path() / fmt::format("{} (Session {}){}", name.stem().string(),
                                            track.session, name.extension().string());
  }

  // The names of redump's sets; those of a GDI have no blanks.
  fs::path name_of_track(const Track& track) const {
    const int width = layout_.disc.tracks.size() > 9 ? 2 : 1;
    const std::string stem = out_.stem().string();
    const std::string_view ending = track.is_data() ? rules_.data_ending : rules_.audio_ending;
    const std::string name =
        format_ == "gdi" ? fmt::format("{}{:02}{}", stem, track.number, ending)
                         : fmt::format("{} (Track {:0{}}){}", stem, track.number, width, ending);
    return out_.parent_path() / name;
  }

  void add_interleaved(const Extent& extent) {
    layout_.disc.subchannel.push_back({.file = extent.file,
                                       .offset = extent.offset + kSectorSize,
                                       .stride = stride_of(extent.storage),
                                       .order = SubchannelOrder::interleaved,
                                       .first = extent.first,
                                       .sectors = extent.sectors});
  }

  void place_subchannel() {
    if (format_ != "ccd") return;
    const bool any =
        std::ranges::any_of(source_.tracks, [&](const Track& t) { return has_subchannel(t); });
    if (!any && !options_.make_subchannel) return;
    add_file(fs::path(out_).replace_extension(".sub"), FileContent::subchannel);
    std::uint64_t offset = 0;
    for (const Track& track : layout_.disc.tracks) {
      for (const Extent& extent : track.extents) {
        layout_.disc.subchannel.push_back({.file = layout_.disc.files.size() - 1,
                                           .offset = offset,
                                           .stride = kSubchannelSize,
                                           .order = SubchannelOrder::linear,
                                           .first = extent.first,
                                           .sectors = extent.sectors});
        offset += static_cast<std::uint64_t>(extent.sectors) * kSubchannelSize;
      }
    }
  }

  // What the descriptor itself has no words for.
  void place_sidecars() {
    if (format_ == "cue" && !source_.cd_text.empty()) {
      add_file(fs::path(out_).replace_extension(".cdt"), FileContent::cd_text);
    }
    if (!source_.q_patches.empty() && rules_.gaps != Gaps::ignored) {
      add_file(fs::path(out_).replace_extension(".sbi"), FileContent::q_patches);
    }
  }

  void add_file(const fs::path& path, FileContent content = FileContent::sectors) {
    layout_.disc.files.push_back({.path = path, .bytes = nullptr});
    layout_.contents.push_back(content);
  }

  const Disc& source_;
  std::string format_;
  fs::path out_;
  const ConvertOptions& options_;
  Rules rules_;
  Layout layout_;
};

}  // namespace

Disc beside_its_files(Disc disc) {
  for (DiscFile& file : disc.files) file.path = file.path.filename();
  return disc;
}

DiscType told_type(const Disc& disc, const Session& session, std::string_view format) {
  const DiscType usual = usual_disc_type(disc, session.number);
  if (format == "ccd") return session.type;
  if (format == "cue") {  // by the modes of its tracks, CDI among them
    const bool green = session.type == DiscType::cd_i && usual == DiscType::cd_xa;
    return green ? DiscType::cd_i : usual;
  }
  if (format != "toc") return DiscType::cd_da_or_rom;  // it isn't told
  const bool mode2 = session.type == DiscType::cd_da_or_rom && usual == DiscType::cd_xa;
  return mode2 ? DiscType::cd_xa : session.type;
}

bool pregap_goes_before(const Disc& disc, std::size_t track) {
  const Track& before = disc.tracks[track - 1];
  const Track& after = disc.tracks[track];
  return before.end_lba() == after.first_lba() && before.is_data() == after.is_data();
}

Layout plan_layout(const Disc& source, std::string_view format, const fs::path& out,
                   const ConvertOptions& options) {
  return Planner(source, format, out, options).plan();
}

}  // namespace pregap::operations
