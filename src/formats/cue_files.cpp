#include "formats/cue_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "bytes/audio_file.h"
#include "bytes/padded.h"
#include "formats/cue_mode.h"
#include "formats/disc_file.h"
#include "formats/find_file.h"
#include "formats/wave.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

// What a FILE command's type stands for.
enum class Content { sectors, sound, unknown };

Content content_of(const CueFile& file) {
  if (file.type == "BINARY" || file.type == "MOTOROLA") return Content::sectors;
  constexpr std::array<std::string_view, 6> sound = {"WAVE", "AIFF", "MP3", "FLAC", "OGG", "WAV"};
  return std::ranges::find(sound, file.type) != sound.end() ? Content::sound : Content::unknown;
}

// A name as it would be if nothing had to be put right to find the file.
std::string plain_name(std::string name) {
  std::ranges::replace(name, '\\', '/');
  while (name.starts_with("./")) name.erase(0, 2);
  return name;
}

class Opening {
 public:
  Opening(const CueSheet& sheet, const std::string& place, const OpenNamed& open)
      : sheet_(sheet), place_(place), open_(open) {}

  CueImages open_all() {
    find_first_times();
    for (const CueFile& file : sheet_.files) {
      const std::string at = fmt::format("{}:{}", place_, file.line);
      open_one(file, at);
    }
    return std::move(result_);
  }

 private:
  void open_one(const CueFile& file, const std::string& at) {
    DiscFile opened = open_(file.name, at, Needed::yes);
    const bool sound = is_sound(file, *opened.bytes, at);
    if (sound) require_audio_in(file);
    for (std::size_t i = 0; i < result_.files.size(); ++i) {
      if (result_.files[i].path != opened.path || result_.images[i].sound != sound) continue;
      if (begins_again(file, i)) {
        add(Severity::note, "file.again",
            fmt::format("{}: \"{}\" is named again from 00:00:00 on, taken as there twice", at,
                        printable(file.name)));
        continue;
      }
      result_.of_command.push_back(i);
      return;
    }
    note_name(file, opened.path, at);
    result_.of_command.push_back(result_.files.size());
    result_.images.push_back(
        {.command = &file, .sound = sound, .begin = 0, .end = opened.bytes->size()});
    result_.files.push_back(std::move(opened));
    if (sound) open_sound();
  }

  void find_first_times() {
    first_time_.resize(sheet_.files.size());
    for (const CueTrack& track : sheet_.tracks) {
      for (const CueIndex& index : track.indexes) {
        std::optional<CueTime>& first = first_time_[static_cast<std::size_t>(index.file)];
        if (!first) first = index.time;
      }
    }
  }

  // Whether a command for an image that tracks lie in already begins at the file's start.
  bool begins_again(const CueFile& file, std::size_t image) const {
    const std::size_t command = static_cast<std::size_t>(&file - sheet_.files.data());
    bool used = false;
    for (std::size_t c = 0; c < command; ++c) {
      used = used || (result_.of_command[c] == image && first_time_[c].has_value());
    }
    return used && first_time_[command] == 0;
  }

  void require_audio_in(const CueFile& file) const {
    const std::ptrdiff_t command = &file - sheet_.files.data();
    for (const CueTrack& track : sheet_.tracks) {
      const auto lies_in = [&](const CueIndex& index) { return index.file == command; };
      if (track.mode == "AUDIO" || std::ranges::none_of(track.indexes, lies_in)) continue;
      const CueMode* mode = find_cue_mode(track.mode);
      const bool audio = mode != nullptr && mode->type == TrackType::audio;
      throw Error(ErrorCode::unsupported, fmt::format("{}:{}", place_, track.line),
                  fmt::format("track {} is {} in a {} file, expected {}", track.number, track.mode,
                              printable(file.type, 40), audio ? "AUDIO" : "data in a BINARY file"));
    }
  }

  // Types are believed; where one is unknown, the content is.
  bool is_sound(const CueFile& file, const ByteSource& bytes, const std::string& at) {
    const Content content = content_of(file);
    if (content != Content::unknown) return content == Content::sound;
    const bool sound = looks_like_sound(bytes);
    add(Severity::warning, "sheet.syntax",
        fmt::format("{}: a file of type {}, taken as {}", at, printable(file.type, 40),
                    sound ? "sound by its content" : "BINARY"));
    return sound;
  }

  void note_name(const CueFile& file, const std::filesystem::path& path, const std::string& at) {
    const std::string name = plain_name(file.name), found = path.generic_string();
    if (found == name || found.ends_with('/' + name)) return;
    add(Severity::note, "file.name",
        fmt::format("{}: no file \"{}\", taken is {}", at, printable(file.name),
                    printable(path.filename().string())));
  }

  void open_sound() {
    if (is_pcm_wave(*result_.files.back().bytes)) {
      open_wave();
    } else {
      decode();
    }
  }

  // Plain samples are read where they lie, unless the last of them fill no sector.
  void open_wave() {
    DiscFile& file = result_.files.back();
    const WaveData wave = find_wave_data(*file.bytes);
    CueImage& image = result_.images.back();
    image.begin = wave.offset;
    image.end = wave.offset + wave.size;
    if (wave.missing > 0) {
      add(Severity::fault, "file.size",
          fmt::format("{}: the file ends {} bytes before its samples do", file.path.string(),
                      wave.missing));
      result_.problems.back().file = result_.files.size() - 1;
    }
    if (wave.size % kSectorSize == 0 || wave.missing > 0) return;
    file.encoding = "wave";
    pad(wave.offset, wave.size);
  }

  void decode() {
    DiscFile& file = result_.files.back();
    DecodedAudio decoded = decode_audio(file.bytes);
    file.bytes = std::move(decoded.samples);
    file.encoding = decoded.encoding;
    result_.images.back().end = file.bytes->size();
    if (file.bytes->size() % kSectorSize != 0) pad(0, file.bytes->size());
  }

  // On a disc the last sector is filled with silence.
  void pad(std::uint64_t offset, std::uint64_t size) {
    DiscFile& file = result_.files.back();
    const std::uint64_t beyond = size % kSectorSize;
    const std::uint64_t whole = size - beyond + kSectorSize;
    add(Severity::warning, "file.samples",
        fmt::format("{}: {} bytes of samples behind the last whole sector, filled up to one with "
                    "silence",
                    file.path.string(), beyond));
    file.bytes = padded_source(file.bytes, offset, size, whole);
    result_.images.back().begin = 0;
    result_.images.back().end = whole;
  }

  void add(Severity severity, const char* code, std::string message) {
    result_.problems.push_back({.severity = severity, .code = code, .message = std::move(message)});
  }

  const CueSheet& sheet_;
  const std::string& place_;
  const OpenNamed& open_;
  std::vector<std::optional<CueTime>> first_time_;  // by FILE command
  CueImages result_;
};

}  // namespace

OpenNamed open_beside(const std::filesystem::path& path, const OpenOptions& options) {
  return [folder = path.parent_path(), &options](const std::string& name, const std::string& place,
                                                 Needed needed) -> DiscFile {
    if (needed == Needed::no && !look_for_named_file(folder, name, options, place)) return {};
    const std::filesystem::path found = find_named_file(folder, name, options, place);
    return open_disc_file(found, options);
  };
}

CueImages open_cue_files(const CueSheet& sheet, const std::string& place, const OpenNamed& open) {
  return Opening(sheet, place, open).open_all();
}

}  // namespace pregap::formats
