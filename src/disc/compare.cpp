#include "disc/compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace pregap {
namespace {

constexpr std::size_t kMostShown = 200;  // of a message of one line

std::string type_text(DiscType type) {
  return type == DiscType::cd_xa  ? "CD-ROM XA"
         : type == DiscType::cd_i ? "CD-i"
                                  : "CD-DA or CD-ROM";
}

std::string area_text(Area area) {
  return area == Area::none ? "" : area == Area::single_density ? "single density" : "high density";
}

std::string flags_text(const TrackFlags& f) {
  return fmt::format("{}{}{}{}", f.copy_permitted ? "DCP " : "", f.four_channel ? "4CH " : "",
                     f.pre_emphasis ? "PRE " : "", f.serial_copy_system ? "SCMS " : "");
}

std::string indexes_text(const Track& track) {
  std::string text;
  for (const Index& index : track.indexes) {
    text += fmt::format("{:02}={} ", index.number, index.lba.value);
  }
  return text;
}

std::string fields_text(TextFields fields) {
  std::ranges::sort(fields);
  std::string text;
  for (const auto& [name, value] : fields) text += fmt::format("{}={} ", name, value);
  return text;
}

std::string blocks_text(const std::vector<CdTextBlock>& blocks) {
  std::string text;
  for (const CdTextBlock& block : blocks) {
    if (block.disc.empty() && block.tracks.empty()) continue;
    text += fmt::format("{} {:#04x} [{}]", block.number, block.language, fields_text(block.disc));
    for (const auto& [number, fields] : block.tracks) {
      text += fmt::format(" {}[{}]", number, fields_text(fields));
    }
  }
  return text;
}

// The addresses that have sub-channel, as ranges without borders between neighbours.
std::string subchannel_text(const Disc& disc) {
  std::string text;
  Lba first, end;
  bool open = false;
  const auto close = [&] {
    if (open) text += fmt::format("{}-{} ", first.value, end.value - 1);
  };
  for (const SubchannelRun& run : disc.subchannel) {
    if (!open || run.first != end) {
      close();
      first = run.first;
    }
    end = run.first + run.sectors;
    open = true;
  }
  close();
  return text;
}

class Comparison {
 public:
  void compare(const char* what, const std::string& place, const std::string& a,
               const std::string& b) {
    if (a == b) return;
    const auto shown = [](const std::string& text) {
      return text.empty() ? "none" : printable(text, kMostShown);
    };
    found_.push_back(
        {what, place, fmt::format("{}: {} here, {} there", place, shown(a), shown(b))});
  }
  void compare(const char* what, const std::string& place, std::int64_t a, std::int64_t b) {
    compare(what, place, fmt::format("{}", a), fmt::format("{}", b));
  }
  void tracks(const Track& a, const Track& b) {
    const std::string place = fmt::format("track {}", a.number);
    compare("tracks", place + ", number", a.number, b.number);
    compare("sessions", place + ", session", a.session, b.session);
    compare("tracks", place + ", type", std::string(name_of(a.type)), std::string(name_of(b.type)));
    compare("tracks", place + ", first stored sector", a.first_lba().value, b.first_lba().value);
    compare("tracks", place + ", end", a.end_lba().value, b.end_lba().value);
    compare("indexes", place + ", indexes", indexes_text(a), indexes_text(b));
    compare("gaps", place + ", pregap that is not stored", a.unstored_pregap, b.unstored_pregap);
    compare("gaps", place + ", postgap that is not stored", a.unstored_postgap, b.unstored_postgap);
    compare("flags", place + ", flags", flags_text(a.flags), flags_text(b.flags));
    compare("isrc", place + ", ISRC", a.isrc, b.isrc);
    compare("cd_text", place + ", CD-Text", fields_text(a.text), fields_text(b.text));
  }
  void sessions(const Disc& a, const Disc& b) {
    for (const Session& session : a.sessions) {
      const Session* other = b.find_session(session.number);
      if (other == nullptr) continue;
      const std::string place = fmt::format("session {}", session.number);
      compare("sessions", place + ", lead-out", session.lead_out.value, other->lead_out.value);
      compare("disc_type", place + ", type", type_text(session.type), type_text(other->type));
      compare("areas", place + ", area", area_text(session.area), area_text(other->area));
    }
  }
  std::vector<Difference> take() { return std::move(found_); }

 private:
  std::vector<Difference> found_;
};

}  // namespace

std::vector<Difference> differences(const Disc& a, const Disc& b) {
  Comparison c;
  c.compare("tracks", "number of tracks", static_cast<std::int64_t>(a.tracks.size()),
            static_cast<std::int64_t>(b.tracks.size()));
  c.compare("sessions", "number of sessions", a.session_count(), b.session_count());
  c.compare("mcn", "MCN", a.mcn, b.mcn);
  c.compare("cd_text", "CD-Text of the disc", fields_text(a.text), fields_text(b.text));
  if (!a.cd_text.empty()) {  // else `text` is all there is to say
    c.compare("cd_text_languages", "languages of CD-Text", blocks_text(a.cd_text),
              blocks_text(b.cd_text));
  }
  c.compare("subchannel", "addresses with sub-channel", subchannel_text(a), subchannel_text(b));
  c.compare("q_patches", "Q frames of copy protection",
            static_cast<std::int64_t>(a.q_patches.size()),
            static_cast<std::int64_t>(b.q_patches.size()));
  c.sessions(a, b);
  for (std::size_t t = 0; t < std::min(a.tracks.size(), b.tracks.size()); ++t) {
    c.tracks(a.tracks[t], b.tracks[t]);
  }
  return c.take();
}

}  // namespace pregap
