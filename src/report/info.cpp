#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "report/disk.h"
#include "report/disk_json.h"
#include "report/info_lead_in.h"
#include "report/json.h"
#include "report/json_parts.h"
#include "report/subchannel.h"
#include "report/text.h"

namespace pregap::report {
namespace {

std::string flags_text(const TrackFlags& f) {
  std::string text;
  if (f.copy_permitted) text += " DCP";
  if (f.four_channel) text += " 4CH";
  if (f.pre_emphasis) text += " PRE";
  if (f.serial_copy_system) text += " SCMS";
  return text;
}

std::string msf_text(Lba lba) {
  const std::optional<Msf> msf = to_msf(lba);
  return msf ? to_string(*msf) : "--:--:--";
}

std::string length_text(std::int32_t sectors) {
  return fmt::format("{:02}:{:02}:{:02}", sectors / kFramesPerMinute,
                     sectors / kFramesPerSecond % 60, sectors % kFramesPerSecond);
}

std::string_view storage_text(Storage storage) {
  switch (storage) {
    case Storage::raw2352:
      return "2352";
    case Storage::raw2368:
      return "2352+16";
    case Storage::raw2448:
      return "2352+96";
    case Storage::xa2336:
      return "2336";
    case Storage::user2048:
      return "2048";
    case Storage::form2_2324:
      return "2324";
    case Storage::blank:
      return "none";
  }
  return "";
}

std::string track_row(const Track& t) {
  const std::string storage =
      t.extents.empty() ? "-" : std::string(storage_text(t.extents.front().storage));
  return fmt::format("  {:>5}  {:<5}  {:>7}  {:>7}  {}  {:>7}  {}{}\n", t.number, name_of(t.type),
                     storage, t.start_lba().value, msf_text(t.start_lba()), t.sectors(),
                     length_text(t.sectors()), flags_text(t.flags));
}

std::string track_details(const Disc& disc, const Track& t) {
  std::string text;
  const auto add = [&](const std::string& line) {
    text += fmt::format("  track {}: {}\n", t.number, line);
  };
  const std::int32_t stored = t.start_lba() - t.first_lba();
  if (stored > 0) add("pregap of " + counted(stored, "sector") + ", stored");
  if (t.unstored_pregap > 0)
    add("pregap of " + counted(t.unstored_pregap, "sector") + ", not stored");
  if (t.unstored_postgap > 0)
    add("postgap of " + counted(t.unstored_postgap, "sector") + ", not stored");
  for (const Index& index : t.indexes) {
    if (index.number > 1) add(fmt::format("INDEX {:02} at LBA {}", index.number, index.lba.value));
  }
  if (!t.isrc.empty()) add("ISRC " + shown(t.isrc));
  for (const auto& [name, value] : t.text) add(name + " " + printable(value));
  for (const std::string& remark : t.remarks) add(printable(remark));
  for (const Extent& e : t.extents) {
    if (disc.files.size() < 2 && e.offset == 0) continue;
    add(fmt::format("{} at byte {}", shown(disc.files[e.file].path.filename().string()), e.offset));
  }
  return text;
}

// "cue (redump)"
std::string format_text(const Disc& disc) {
  return disc.dialect.empty() ? disc.format : fmt::format("{} ({})", disc.format, disc.dialect);
}

std::string_view type_text(DiscType type) {
  switch (type) {
    case DiscType::cd_da_or_rom:
      return "CD-DA or CD-ROM";
    case DiscType::cd_i:
      return "CD-I";
    case DiscType::cd_xa:
      return "CD-ROM XA";
  }
  return "";
}

std::string_view area_text(Area area) {
  switch (area) {
    case Area::none:
      return "";
    case Area::single_density:
      return "single-density area";
    case Area::high_density:
      return "high-density area";
  }
  return "";
}

std::string session_text(const Session& session) {
  const std::string_view what =
      session.area == Area::none ? type_text(session.type) : area_text(session.area);
  return fmt::format("  session {}: {}, lead-out at LBA {}\n", session.number, what,
                     session.lead_out.value);
}

Json session_json(const Session& session) {
  constexpr std::array<std::string_view, 3> areas = {"none", "single_density", "high_density"};
  return {{"number", session.number},
          {"type", session.type == DiscType::cd_i    ? "cd_i"
                   : session.type == DiscType::cd_xa ? "cd_xa"
                                                     : "cd_da_or_rom"},
          {"area", areas[static_cast<std::size_t>(session.area)]},
          {"lead_out", session.lead_out.value}};
}

std::string volume_text(const operations::TrackVolumes& item) {
  std::string text;
  for (const volumes::Volume& v : item.volumes) {
    text += fmt::format("  volume on track {}: {}", item.track->number, v.kind);
    if (!v.volume_id.empty()) text += fmt::format(" \"{}\"", v.volume_id);
    if (v.blocks > 0) {
      text += fmt::format(", {} of {} bytes", counted(v.blocks, "block"), v.block_size);
    }
    if (!v.created.empty()) text += ", made " + v.created;
    if (!v.system_id.empty()) text += ", for " + v.system_id;
    if (!v.application_id.empty()) text += ", by " + v.application_id;
    text += '\n';
  }
  return text;
}

Json track_json(const Track& t) {
  Json indexes = Json::array(), extents = Json::array();
  for (const Index& index : t.indexes) {
    indexes.push_back({{"number", index.number}, {"lba", index.lba.value}});
  }
  for (const Extent& e : t.extents) {
    extents.push_back({{"file", e.file},
                       {"offset", e.offset},
                       {"sector_bytes", stride_of(e.storage)},
                       {"first_lba", e.first.value},
                       {"sectors", e.sectors}});
  }
  return {{"number", t.number},
          {"session", t.session},
          {"type", name_of(t.type)},
          {"declared", t.declared_as},
          {"first_lba", t.first_lba().value},
          {"start_lba", t.start_lba().value},
          {"sectors", t.sectors()},
          {"missing", t.missing},
          {"unstored_pregap", t.unstored_pregap},
          {"unstored_postgap", t.unstored_postgap},
          {"flags",
           {{"copy_permitted", t.flags.copy_permitted},
            {"four_channel", t.flags.four_channel},
            {"pre_emphasis", t.flags.pre_emphasis},
            {"serial_copy_system", t.flags.serial_copy_system}}},
          {"isrc", t.isrc},
          {"cd_text", text_fields_json(t.text)},
          {"remarks", t.remarks},
          {"indexes", indexes},
          {"extents", extents}};
}

Json volumes_json(const operations::TrackVolumes& item) {
  Json json = Json::array();
  for (const volumes::Volume& v : item.volumes) {
    json.push_back({{"track", item.track->number},
                    {"kind", v.kind},
                    {"volume_id", v.volume_id},
                    {"system_id", v.system_id},
                    {"volume_set_id", v.volume_set_id},
                    {"publisher_id", v.publisher_id},
                    {"preparer_id", v.preparer_id},
                    {"application_id", v.application_id},
                    {"blocks", v.blocks},
                    {"block_size", v.block_size},
                    {"created", v.created}});
  }
  return json;
}

}  // namespace

std::string info_text(const operations::Look& look,
                      const std::vector<operations::TrackVolumes>& volumes,
                      const operations::SubchannelCodes& codes, const Style& style) {
  const Disc& disc = *look.image.disc;
  std::string text = fmt::format("{}: {}, {}, {}, {} in {}\n", shown(disc.path.string()),
                                 format_text(disc), counted(disc.session_count(), "session"),
                                 counted(static_cast<long long>(disc.tracks.size()), "track"),
                                 counted(disc.stored_sectors(), "sector"),
                                 counted(static_cast<long long>(disc.files.size()), "file"));
  text += "  track  type     bytes    start  MSF        length  time\n";
  for (const Track& track : disc.tracks) text += track_row(track);
  for (const Track& track : disc.tracks) text += track_details(disc, track);
  if (disc.sessions.size() > 1) {
    for (const Session& session : disc.sessions) text += session_text(session);
  }
  if (!disc.mcn.empty()) text += "  MCN " + printable(disc.mcn) + '\n';
  for (const auto& [name, value] : disc.text)
    text += fmt::format("  {} {}\n", name, printable(value));
  text += subchannel_text(disc, codes);
  text += lead_in_text(disc, style);
  text += container_lines(look.image.containers);
  for (const auto& item : volumes) text += volume_text(item);
  text += track_contents_text(look.tracks, style);
  for (const std::string& remark : disc.remarks) text += "  " + printable(remark) + '\n';
  Style with_notes = style;  // what was put right while reading is part of what the image is
  with_notes.verbose = true;
  return text + problem_lines(disc.problems, with_notes);
}

std::string info_json(const operations::Look& look,
                      const std::vector<operations::TrackVolumes>& volumes,
                      const operations::SubchannelCodes& codes) {
  const Disc& disc = *look.image.disc;
  Json files = Json::array(), tracks = Json::array(), all_volumes = Json::array();
  Json sessions = Json::array();
  for (const DiscFile& file : disc.files) {
    files.push_back(
        {{"path", file.path.string()}, {"bytes", file.bytes->size()}, {"encoding", file.encoding}});
  }
  for (const Track& track : disc.tracks) tracks.push_back(track_json(track));
  for (const Session& session : disc.sessions) sessions.push_back(session_json(session));
  for (const auto& item : volumes) {
    for (const Json& volume : volumes_json(item)) all_volumes.push_back(volume);
  }
  Json json = {{"schema", "pregap.info/1"},
               {"image", disc.path.string()},
               {"format", disc.format},
               {"dialect", disc.dialect},
               {"sessions", disc.session_count()},
               {"session_list", sessions},
               {"sectors", disc.stored_sectors()},
               {"mcn", disc.mcn},
               {"cd_text", text_fields_json(disc.text)},
               {"files", files},
               {"tracks", tracks},
               {"volumes", all_volumes},
               {"remarks", disc.remarks},
               {"problems", problems_json(disc.problems)}};
  if (!disc.subchannel.empty()) {
    json["subchannel"] = subchannel_runs_json(disc);
    json["subchannel_codes"] = subchannel_codes_json(codes);
  }
  if (!disc.q_patches.empty()) json["altered_q_frames"] = disc.q_patches.size();
  add_lead_in(json, disc);
  add_disk_views(json, look);
  return line_of(json);
}

}  // namespace pregap::report
