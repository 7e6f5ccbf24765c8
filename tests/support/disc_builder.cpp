#include "support/disc_builder.h"

#include <fmt/format.h>

#include <utility>

#include "disc/pass.h"
#include "pregap/error.h"

namespace pregap::test {
namespace {

SectorKind usual_kind(TrackType type) {
  switch (type) {
    case TrackType::audio:
      return SectorKind::audio;
    case TrackType::mode0:
      return SectorKind::mode0;
    case TrackType::mode1:
      return SectorKind::mode1;
    case TrackType::mode2:
      break;
  }
  return SectorKind::mode2_form1;
}

Track track_of(const TrackPlan& plan, int number, Lba first) {
  Track track;
  track.number = number;
  track.type = track.declared = plan.type;
  track.declared_as = plan.declared_as;
  track.sampled_kind = plan.sampled.value_or(usual_kind(plan.type));
  if (plan.pregap > 0) track.indexes.push_back({.number = 0, .lba = first});
  track.indexes.push_back({.number = 1, .lba = first + plan.pregap});
  track.extents.push_back({.file = static_cast<std::size_t>(number) - 1,
                           .offset = 0,
                           .storage = plan.storage,
                           .swapped = plan.swapped,
                           .first = first,
                           .sectors = static_cast<std::int32_t>(plan.sectors.size())});
  return track;
}

}  // namespace

Bytes stored_as(const Sectors& sectors, Storage storage) {
  Bytes bytes;
  for (const reference::Sector& sector : sectors) {
    const auto add = [&](std::ptrdiff_t from, std::ptrdiff_t to) {
      bytes.insert(bytes.end(), sector.begin() + from, sector.begin() + to);
    };
    switch (storage) {
      case Storage::raw2352:
        add(0, 2352);
        break;
      case Storage::raw2368:
        add(0, 2352);
        bytes.insert(bytes.end(), 16, 0x5A);
        break;
      case Storage::raw2448:
        add(0, 2352);
        bytes.insert(bytes.end(), 96, 0x5A);
        break;
      case Storage::xa2336:
        add(16, 2352);
        break;
      case Storage::user2048:
        sector[15] == 2 ? add(24, 2072) : add(16, 2064);
        break;
      case Storage::form2_2324:
        add(24, 2348);
        break;
      case Storage::blank:
        break;
    }
  }
  return bytes;
}

void swap_pairs(Bytes& bytes) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
}

DiscFile memory_file(Bytes bytes, const std::string& name) {
  return {.path = name, .bytes = memory_source(std::move(bytes), name)};
}

Disc disc_of(const std::vector<TrackPlan>& plans) {
  Disc disc;
  disc.format = "cue";
  disc.path = "disc.cue";
  Lba at(0);
  for (const TrackPlan& plan : plans) {
    const int number = static_cast<int>(disc.tracks.size()) + 1;
    Bytes bytes = stored_as(plan.sectors, plan.storage);
    if (plan.swapped) swap_pairs(bytes);
    disc.files.push_back(memory_file(std::move(bytes), fmt::format("track{}.bin", number)));
    disc.tracks.push_back(track_of(plan, number, at + plan.hole));
    at = disc.tracks.back().end_lba();
  }
  return disc;
}

Disc disc_of(TrackType type, const Sectors& sectors) {
  return disc_of({{.type = type, .sectors = sectors}});
}

std::string describe(const SectorVerdict& v) {
  std::string text = fmt::format("{} #{}:", name_of(v.kind), v.lba.value);
  for (int i = 0; i < kFaults; ++i) {
    const Fault fault = static_cast<Fault>(i);
    if (v.faults.has(fault)) text += fmt::format(" {}", name_of(fault));
  }
  for (int i = 0; i < kNotes; ++i) {
    const Note note = static_cast<Note>(i);
    if (v.notes.has(note)) text += fmt::format("; note {}", name_of(note));
  }
  if (v.repairable) text += "; repairable";
  if (v.fill) text += fmt::format("; fill {:02x}", *v.fill);
  return text;
}

bool is_odd(const SectorVerdict& v) { return v.bad() || !(v.notes == NoteSet()); }

std::vector<std::string> oddities(const Disc& disc) {
  std::vector<std::string> result;
  run_pass(disc, whole_disc(disc), {.work = {.threads = 1}}, [&](const SectorVerdict& v) {
    if (is_odd(v)) result.push_back(describe(v));
  });
  return result;
}

std::vector<std::string> layout_of(const Disc& disc) {
  std::vector<std::string> result;
  for (const Track& t : disc.tracks) {
    std::string text = fmt::format("{} {} session {}", t.number, name_of(t.type), t.session);
    if (t.unstored_pregap > 0) text += fmt::format(" pregap {}", t.unstored_pregap);
    text += " index";
    for (const Index& i : t.indexes) text += fmt::format(" {:02}={}", i.number, i.lba.value);
    text += " stored";
    for (const Extent& e : t.extents) text += fmt::format(" {}+{}", e.first.value, e.sectors);
    if (t.unstored_postgap > 0) text += fmt::format(" postgap {}", t.unstored_postgap);
    if (t.missing > 0) text += fmt::format(" missing {}", t.missing);
    result.push_back(std::move(text));
  }
  return result;
}

std::vector<std::string> problems_of(const std::vector<Problem>& problems) {
  std::vector<std::string> result;
  for (const Problem& problem : problems) result.push_back(problem.code + ": " + problem.message);
  return result;
}

std::string error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& e) {
    return fmt::format("{}: {}{}{}", name_of(e.code()), e.what(), e.hint().empty() ? "" : " | ",
                       e.hint());
  }
  return "nothing";
}

}  // namespace pregap::test
