#include <fmt/format.h>

#include <iterator>

#include "base/text.h"
#include "report/json.h"
#include "report/json_parts.h"
#include "report/subchannel.h"
#include "report/text.h"

namespace pregap::report {
namespace {

using operations::SectorView;

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (std::uint8_t b : bytes) {
    fmt::format_to(std::back_inserter(text), "{}{:02x}", text.empty() ? "" : " ", b);
  }
  return text;
}

std::string row(FieldRange range, std::string_view name, std::string_view value,
                std::string_view state) {
  const std::string where =
      range.size == 0 ? std::string()
                      : fmt::format("{:>4}-{}", range.offset, range.offset + range.size - 1);
  return fmt::format("  {:<10} {:<13} {}{}{}\n", where, name, value, state.empty() ? "" : "  ",
                     state);
}

std::string_view good_or(bool good, std::string_view otherwise) {
  return good ? "good" : otherwise;
}

std::string subheader_text(const Subheader& s) {
  std::string submode;
  constexpr std::string_view names[] = {"EOR", "V", "A", "D", "T", "F", "RT", "EOF"};
  for (unsigned bit = 0; bit < 8; ++bit) {
    if ((s.submode >> bit & 1) == 0) continue;
    submode += fmt::format("{}{}", submode.empty() ? "" : " ", names[bit]);
  }
  return fmt::format("file {}, channel {}, submode {:02x} ({}), coding {:02x}", s.file_number,
                     s.channel_number, s.submode, submode, s.coding_information);
}

std::string header_rows(const SectorView& view, const SectorLayout& layout) {
  const SectorCheck& c = view.check;
  const RawSector bytes(view.bytes);
  std::string text = row(layout.sync, "sync", hex(field(bytes, layout.sync)),
                         good_or(c.sync_good, "BAD: expected 00, ten times ff, 00"));
  const std::string address =
      c.address ? fmt::format("{} (LBA {})", to_string(*c.address), to_lba(*c.address).value)
                : fmt::format("{} (no BCD)", hex(bytes.subspan(kHeaderOffset, 3)));
  text += row({12, 3}, "address", address, view.faults.has(Fault::address) ? "BAD" : "good");
  const bool flip = view.notes.has(Note::mode_flip);
  text +=
      row({15, 1}, "mode", fmt::format("{:02x}", c.mode_byte),
          flip ? "unusual, but the rest is sound" : good_or(!view.faults.has(Fault::mode), "BAD"));
  if (layout.subheader.size != 0) {
    text += row({16, 4}, "sub-header", subheader_text(subheader_of(bytes, 0)), "");
    text += row({20, 4}, "its copy", subheader_text(subheader_of(bytes, 1)),
                c.subheader_copies_equal ? "the same" : "DIFFERS");
  }
  return text;
}

template <std::size_t Words>
std::string words_text(const std::bitset<Words>& bad) {
  if (bad.none()) return fmt::format("{} words", Words);
  std::string text = fmt::format("{} of {} words fail:", bad.count(), Words);
  constexpr std::size_t kShown = 16;
  std::size_t shown = 0;
  for (std::size_t n = 0; n < Words && shown < kShown; ++n) {
    if (!bad[n]) continue;
    fmt::format_to(std::back_inserter(text), " {}", n);
    ++shown;
  }
  return shown < bad.count() ? text + " ..." : text;
}

std::string check_rows(const SectorView& view, const SectorLayout& layout) {
  const SectorCheck& c = view.check;
  std::string text;
  if (layout.edc.size != 0) {
    const std::string value =
        fmt::format("stored {:08x}, computed {:08x}", c.edc_stored, c.edc_computed);
    text += row(layout.edc, "EDC", value,
                c.edc == EdcState::absent ? "absent, which form 2 allows"
                                          : good_or(c.edc == EdcState::good, "BAD"));
  }
  if (layout.intermediate.size != 0) {
    text += row(layout.intermediate, "intermediate",
                hex(field(RawSector(view.bytes), layout.intermediate)),
                c.intermediate_zero ? "good" : "unusual: not zero");
  }
  if (layout.p_parity.size != 0) {
    text += row(layout.p_parity, "P parity", words_text(c.p_bad), good_or(c.p_bad.none(), "BAD"));
    text += row(layout.q_parity, "Q parity", words_text(c.q_bad), good_or(c.q_bad.none(), "BAD"));
    if (c.parity_over_header) text += row({}, "", "parity covers the real header", "non-compliant");
  }
  return text;
}

std::string why_lost(const SectorView& view) {
  if (view.fill) return fmt::format("filled with 0x{:02X}", *view.fill);
  const bool codes_fail = view.faults.has(Fault::edc) || view.faults.has(Fault::p_parity) ||
                          view.faults.has(Fault::q_parity);
  if (codes_fail && layout_of(view.kind).p_parity.size == 0) {
    return fmt::format("{} has no parity to correct it from", words_for(view.kind));
  }
  if (codes_fail) return "its parity leads to no sound sector";
  if (view.faults.has(Fault::address)) return "a sound sector, but of another address";
  return "nothing in it says what it should be";
}

std::string verdict_text(const SectorView& view) {
  if (view.kind == SectorKind::audio) return "  audio carries no check\n";
  if (view.faults.empty()) return "  sound\n";
  if (!view.repairable) return fmt::format("  BAD, lost: {}\n", why_lost(view));
  std::string text = fmt::format("  BAD, repairable: {} would change\n",
                                 counted(static_cast<long long>(view.changes.size()), "byte"));
  constexpr std::size_t shown = 16;
  for (std::size_t i = 0; i < view.changes.size() && i < shown; ++i) {
    const ByteChange& change = view.changes[i];
    text += fmt::format("    byte {}: {:02x} to {:02x}\n", change.offset, change.from, change.to);
  }
  if (view.changes.size() > shown) text += "    ...\n";
  return text;
}

std::string dump_text(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    const auto part = bytes.subspan(at, std::min<std::size_t>(16, bytes.size() - at));
    std::string ascii;
    for (std::uint8_t b : part) ascii += b >= 0x20 && b < 0x7F ? static_cast<char>(b) : '.';
    text += fmt::format("{:>6}  {:<47}  {}\n", at, hex(part), ascii);
  }
  return text;
}

}  // namespace

namespace {

std::string place_text(const Disc& disc, const SectorView& view) {
  if (view.extent->storage == Storage::blank) return "in no file";
  return fmt::format("at byte {} of {}", view.file_offset,
                     shown(disc.files[view.extent->file].path.filename().string()));
}

}  // namespace

std::string sector_text(const Disc& disc, const SectorView& view, Dump dump) {
  const SectorLayout& layout = layout_of(view.kind);
  const std::optional<Msf> msf = to_msf(view.lba);
  std::string text = fmt::format(
      "{}: LBA {}{}, track {}, {}{}, {}\n", shown(disc.path.string()), view.lba.value,
      msf ? fmt::format(" ({})", to_string(*msf)) : "", view.track->number, words_for(view.kind),
      view.scrambled ? ", stored scrambled" : "", place_text(disc, view));
  if (view.extent->storage == Storage::blank) {
    text += "  stored nowhere: zeros by the sheet, the rest is built, and checks by nature\n";
  } else if (has_user_data_only(view.extent->storage)) {
    text +=
        fmt::format("  stored as {} bytes: all but the user data is built, and checks by nature\n",
                    stride_of(view.extent->storage));
  } else if (view.extent->storage == Storage::xa2336) {
    text += "  stored as 2336 bytes: sync and header are built\n";
  }
  if (view.kind != SectorKind::audio) text += header_rows(view, layout);
  const auto data = field(RawSector(view.bytes), layout.user_data);
  text += row(layout.user_data, "user data", hex(data.first(16)) + " ...", "");
  text += check_rows(view, layout);
  if (view.q) text += q_rows(*view.q);
  text += verdict_text(view);
  if (dump == Dump::yes) text += dump_text(view.bytes);
  return text;
}

std::string sector_json(const Disc& disc, const SectorView& view) {
  const SectorCheck& c = view.check;
  Json changes = Json::array(), p_bad = Json::array(), q_bad = Json::array();
  for (const ByteChange& change : view.changes) {
    changes.push_back({{"offset", change.offset}, {"from", change.from}, {"to", change.to}});
  }
  for (std::size_t n = 0; n < kPWords; ++n) {
    if (c.p_bad[n]) p_bad.push_back(n);
  }
  for (std::size_t n = 0; n < kQWords; ++n) {
    if (c.q_bad[n]) q_bad.push_back(n);
  }
  const bool data = view.kind != SectorKind::audio;
  constexpr std::string_view edc_names[] = {"none", "good", "bad", "absent"};
  Json json = {{"schema", "pregap.sector/1"},
               {"image", disc.path.string()},
               {"lba", view.lba.value},
               {"track", view.track->number},
               {"kind", name_of(view.kind)},
               {"sector_bytes", stride_of(view.extent->storage)},
               {"file", disc.files[view.extent->file].path.string()},
               {"file_offset", view.file_offset},
               {"faults", faults_json(view.faults)},
               {"notes", notes_json(view.notes)},
               {"repairable", view.repairable},
               {"filled", view.fill ? Json(*view.fill) : Json()},
               {"sync_good", data ? Json(c.sync_good) : Json()},
               {"address", c.address ? Json(to_string(*c.address)) : Json()},
               {"address_lba", c.address ? Json(to_lba(*c.address).value) : Json()},
               {"mode_byte", data ? Json(c.mode_byte) : Json()},
               {"edc", edc_names[static_cast<std::size_t>(c.edc)]},
               {"edc_stored", c.edc == EdcState::none ? Json() : Json(c.edc_stored)},
               {"edc_computed", c.edc == EdcState::none ? Json() : Json(c.edc_computed)},
               {"p_bad", p_bad},
               {"q_bad", q_bad},
               {"changes", changes}};
  if (layout_of(view.kind).subheader.size != 0) {
    json["subheader"] = hex(RawSector(view.bytes).subspan(kSubheaderOffset, 8));
  }
  if (view.q) json["q"] = q_json(*view.q);
  return line_of(json);
}

}  // namespace pregap::report
