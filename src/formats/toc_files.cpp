#include "formats/toc_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "formats/find_file.h"
#include "formats/wave.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

bool is_wave(const ByteSource& file) {
  std::array<std::uint8_t, 12> head{};
  if (file.read(0, head) < head.size()) return false;
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  return text.starts_with("RIFF") && text.ends_with("WAVE");
}

}  // namespace

bool is_in_file(const TocPiece& piece) noexcept {
  return piece.kind == TocPiece::Kind::audio_file || piece.kind == TocPiece::Kind::data_file;
}

const TocImage& TocFiles::image_of(const TocPiece& piece) const {
  return *std::ranges::find(images_, piece.name, &TocImage::name);
}

void TocFiles::open(const TocTrack& track, const TocPiece& piece) {
  if (!is_in_file(piece)) return;
  if (std::ranges::find(images_, piece.name, &TocImage::name) != images_.end()) return;
  const std::filesystem::path path = find_named_file(
      path_.parent_path(), piece.name, options_, fmt::format("{}:{}", path_.string(), piece.line));
  const auto known = std::ranges::find(disc_.files, path, &DiscFile::path);
  const auto file = static_cast<std::size_t>(known - disc_.files.begin());
  if (known == disc_.files.end()) disc_.files.push_back({.path = path, .bytes = open_file(path)});
  const ByteSource& bytes = *disc_.files[file].bytes;
  TocImage image{.name = piece.name, .file = file, .begin = 0, .end = bytes.size()};
  const bool named = to_lower(piece.name).ends_with(".wav");
  if (track.mode == TocMode::audio && (named || is_wave(bytes))) open_wave(image, piece, named);
  images_.push_back(std::move(image));
}

// cdrdao goes by the name; but a header played as samples is never meant.
void TocFiles::open_wave(TocImage& image, const TocPiece& piece, bool named) {
  const std::string file = disc_.files[image.file].path.string();
  const WaveData wave = find_wave_data(*disc_.files[image.file].bytes);
  if (!named) {
    disc_.problems.push_back(
        {.severity = Severity::warning,
         .code = "file.type",
         .message = fmt::format("{}:{}: {} is a WAVE file though it isn't named so, read as one",
                                path_.string(), piece.line, file)});
  }
  image.wave = true;
  image.begin = wave.offset;
  image.end = wave.offset + wave.size;
  if (wave.missing == 0) return;
  disc_.problems.push_back(
      {.severity = Severity::fault,
       .code = "file.size",
       .message = fmt::format("{}: the file ends {} before its samples do", file,
                              counted(static_cast<long long>(wave.missing), "byte")),
       .file = image.file});
}

}  // namespace pregap::formats
