// Any bytes either are refused with an Error or give a sheet that keeps what toc.h promises; a
// sheet without files becomes a disc, and what is written of that disc reads as the same one.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "formats/toc.h"
#include "formats/toc_builder.h"
#include "pregap/error.h"

namespace {

using namespace pregap;
using formats::TocPiece;
using formats::TocSheet;
using formats::TocTrack;

void require(bool promise) {
  if (!promise) std::abort();
}

void require_clean(std::string_view message) {
  require(is_utf8(message));
  require(message.size() < 800);
  for (const char c : message) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

void require_fields(const TextFields& fields) {
  for (const auto& [name, value] : fields) {
    require(!name.empty() && !value.empty());
    require(is_utf8(value));
    require(value.find('\0') == value.npos);
  }
}

void require_track(const TocTrack& track) {
  require(track.pregap >= 0 && track.pregap <= 100'000 * 4500);
  require(!(track.start && track.pregap > 0));
  for (const TocPiece& piece : track.pieces) {
    const bool file =
        piece.kind == TocPiece::Kind::audio_file || piece.kind == TocPiece::Kind::data_file;
    require(file == !piece.name.empty());
    require(file || piece.length.has_value());
    require(!piece.length || piece.length->number > 0);
    require(piece.start.number >= 0 && piece.start.number <= 1'000'000'000'000);
  }
  require(track.indexes.size() <= 98);
  std::int32_t last = 0;
  for (const formats::TocMark& mark : track.indexes) {
    require(mark.time >= last && !mark.piece);
    last = mark.time;
  }
}

void require_sheet(const TocSheet& sheet) {
  require(!sheet.tracks.empty());
  require(sheet.first_track >= 1 && sheet.first_track + sheet.tracks.size() <= 100);
  for (const TocTrack& track : sheet.tracks) require_track(track);
  require(sheet.text.size() <= 8);
  int before = -1;
  for (const CdTextBlock& block : sheet.text) {
    require(block.number > before && block.number < 8);
    before = block.number;
    require_fields(block.disc);
    for (const auto& [track, fields] : block.tracks) {
      require(track >= sheet.first_track);
      require_fields(fields);
    }
  }
  require(sheet.problems.size() <= 102);
  for (const Problem& problem : sheet.problems) {
    require(problem.code.starts_with("sheet."));
    require(problem.message.starts_with("S:"));
    require_clean(problem.message);
  }
}

void require_disc(const Disc& disc) {
  Lba at(0);
  for (const Track& track : disc.tracks) {
    require(track.first_lba() - track.unstored_pregap >= at || track.extents.empty());
    require(!track.indexes.empty());
    for (const Extent& extent : track.extents) {
      require(extent.sectors > 0 && extent.first >= at);
      at = extent.first + extent.sectors;
    }
  }
  require(disc.sessions.at(0).lead_out >= at);
}

// Marks that no writer gives again, and words that aren't cdrdao's.
bool may_be_refused(const Error& error) { return error.code() == ErrorCode::unsupported; }

void require_round_trip(const TocSheet& sheet) {
  const Disc disc = formats::build_toc_disc(sheet, "S", {});
  require_disc(disc);
  std::string text;
  try {
    text = formats::write_toc(disc);
  } catch (const Error& error) {
    require(may_be_refused(error));
    return;
  }
  const Disc again = formats::build_toc_disc(formats::parse_toc(text, "S"), "S", {});
  require(again.tracks.size() == disc.tracks.size());
  for (std::size_t t = 0; t < disc.tracks.size(); ++t) {
    const Track &a = disc.tracks[t], &b = again.tracks[t];
    require(a.number == b.number && a.start_lba() == b.start_lba() && a.end_lba() == b.end_lba());
    require(a.indexes.size() == b.indexes.size() && a.declared == b.declared);
  }
  require(std::ranges::is_permutation(again.text, disc.text));
  require(formats::write_toc(again) == text);
}

bool is_without_files(const TocSheet& sheet) {
  return std::ranges::all_of(sheet.tracks, [](const TocTrack& track) {
    return std::ranges::all_of(track.pieces,
                               [](const TocPiece& piece) { return piece.name.empty(); });
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const TocSheet sheet =
        formats::parse_toc(std::string_view(reinterpret_cast<const char*>(data), size), "S");
    require_sheet(sheet);
    if (is_without_files(sheet)) require_round_trip(sheet);
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed || error.code() == ErrorCode::unsupported);
    require_clean(error.what());
  }
  return 0;
}
