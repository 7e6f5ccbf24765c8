#include "formats/toc_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "bytes/audio_file.h"
#include "formats/disc_file.h"
#include "formats/find_file.h"
#include "formats/wave.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::array<std::string_view, 6> kSoundEndings = {".wav", ".flac", ".mp3",
                                                           ".ogg", ".aiff", ".aif"};

// The sectors of a gzip or zip, not decoded sound.
bool is_packed(const DiscFile& file) {
  return !file.containers.empty() && file.encoding == file.containers.back().kind;
}

}  // namespace

bool is_in_file(const TocPiece& piece) noexcept {
  return piece.kind == TocPiece::Kind::audio_file || piece.kind == TocPiece::Kind::data_file;
}

const TocImage* TocFiles::find(const TocPiece& piece) const {
  const auto at = std::ranges::find_if(images_, [&](const TocImage& image) {
    return image.name == piece.name && image.audio == (piece.mode == TocMode::audio);
  });
  return at == images_.end() ? nullptr : &*at;
}

const TocImage& TocFiles::image_of(const TocPiece& piece) const { return *find(piece); }

// The index behind the last if there is none.
std::size_t TocFiles::file_of(const std::filesystem::path& path, std::string_view encoding) const {
  const auto at = std::ranges::find_if(disc_.files, [&](const DiscFile& file) {
    return file.path == path && file.encoding == encoding;
  });
  return static_cast<std::size_t>(at - disc_.files.begin());
}

void TocFiles::open(const TocPiece& piece) {
  if (!is_in_file(piece) || find(piece) != nullptr) return;
  const std::string place = fmt::format("{}:{}", path_.string(), piece.line);
  const std::filesystem::path path =
      find_named_file(path_.parent_path(), piece.name, options_, place);
  const auto known = std::ranges::find_if(disc_.files, [&](const DiscFile& open) {
    return open.path == path && (open.encoding.empty() || is_packed(open));
  });
  DiscFile file = known != disc_.files.end() ? *known : open_disc_file(path, options_);
  TocImage image{.name = piece.name, .audio = piece.mode == TocMode::audio, .begin = 0, .end = 0};
  image.sound = image.audio && is_sound_file(*file.bytes, path, place);
  const bool plain = !image.sound || is_pcm_wave(*file.bytes);
  if (!plain) {
    DecodedAudio decoded = decode_audio(file.bytes);
    file.bytes = std::move(decoded.samples);
    file.encoding = decoded.encoding;
  }
  image.file = file_of(path, file.encoding);
  image.end = file.bytes->size();
  if (image.file == disc_.files.size()) disc_.files.push_back(std::move(file));
  if (image.sound && plain) open_wave(image);
  images_.push_back(std::move(image));
}

// cdrdao goes by the name alone; but a header played as samples is never meant. What raw samples
// may begin with by chance needs the name.
bool TocFiles::is_sound_file(const ByteSource& file, const std::filesystem::path& path,
                             const std::string& place) {
  const std::string ending = to_lower(path.extension().string());
  if (std::ranges::find(kSoundEndings, ending) != kSoundEndings.end()) return true;
  std::array<std::uint8_t, 12> head{};
  if (file.read(0, head) < head.size()) return false;
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  const bool wave = text.starts_with("RIFF") && text.ends_with("WAVE");
  if (!wave && !text.starts_with("fLaC")) return false;
  disc_.problems.push_back(
      {.severity = Severity::warning,
       .code = "file.type",
       .message = fmt::format("{}: {} is a sound file though it isn't named so, read as one", place,
                              path.string())});
  return true;
}

void TocFiles::open_wave(TocImage& image) {
  const WaveData wave = find_wave_data(*disc_.files[image.file].bytes);
  image.begin = wave.offset;
  image.end = wave.offset + wave.size;
  if (wave.missing == 0) return;
  disc_.problems.push_back(
      {.severity = Severity::fault,
       .code = "file.size",
       .message = fmt::format("{}: the file ends {} bytes before its samples do",
                              disc_.files[image.file].path.string(), wave.missing),
       .file = image.file});
}

}  // namespace pregap::formats
