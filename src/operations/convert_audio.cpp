// Audio tracks to sound files: one track to a file, or all of them into a folder. A track goes from
// its INDEX 01 to the next track's, so that nothing between them is lost; what lies before the
// first track's INDEX 01 is track 00.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.h"
#include "bytes/audio_file.h"
#include "bytes/audio_writer.h"
#include "formats/wave.h"
#include "operations/convert.h"
#include "operations/losses.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

namespace fs = std::filesystem;

constexpr std::int32_t kBatch = 75;  // sectors

struct Piece {
  int number = 0, session = 1;
  Lba first;
  std::int32_t sectors = 0;
  bool pregap = false;
};

std::vector<Piece> pieces_of(const Disc& disc) {
  std::vector<Piece> pieces;
  for (std::size_t t = 0; t < disc.tracks.size(); ++t) {
    const Track& track = disc.tracks[t];
    if (track.is_data() || track.extents.empty()) continue;
    const bool follows_audio =
        t > 0 && !disc.tracks[t - 1].is_data() && disc.tracks[t - 1].session == track.session;
    if (!follows_audio && track.first_lba() < track.start_lba()) {
      pieces.push_back({.number = track.number,
                        .session = track.session,
                        .first = track.first_lba(),
                        .sectors = track.start_lba() - track.first_lba(),
                        .pregap = true});
    }
    Lba end = track.end_lba();
    if (t + 1 < disc.tracks.size()) {
      const Track& next = disc.tracks[t + 1];
      if (!next.is_data() && next.session == track.session && next.first_lba() == end) {
        end = next.start_lba();
      }
    }
    pieces.push_back({.number = track.number,
                      .session = track.session,
                      .first = track.start_lba(),
                      .sectors = end - track.start_lba()});
  }
  return pieces;
}

void require_options_fit(const fs::path& out, const ConvertOptions& options) {
  if (options.fill || options.form2 != Form2::refuse || options.mode2 || options.make_subchannel ||
      options.split_tracks) {
    throw Error(ErrorCode::usage, out.string(),
                "--fill, --form2, --mode2, --split or --make-subchannel for sound files, expected "
                "none of them");
  }
}

class TrackCopy {
 public:
  TrackCopy(const Disc& disc, const ConvertOptions& options) : disc_(disc), options_(options) {}

  void write(const Piece& piece, AudioWriter& writer) {
    std::vector<std::uint8_t> bytes(std::size_t{kBatch} * kSectorSize);
    for (std::int32_t done = 0; done < piece.sectors;) {
      if (options_.work.stop.stop_requested()) {
        throw Error(ErrorCode::stopped, disc_.path.string(),
                    "stopped, expected to go on to the end");
      }
      const std::int32_t n = std::min(kBatch, piece.sectors - done);
      const std::span<std::uint8_t> batch =
          std::span(bytes).first(static_cast<std::size_t>(n) * kSectorSize);
      read(piece.first + done, n, batch);
      writer.write(batch);
      if (options_.work.progress != nullptr) options_.work.progress->advance(batch.size());
      done += n;
    }
    writer.finish();
  }

 private:
  // What lies in no file is silence.
  void read(Lba first, std::int32_t count, std::span<std::uint8_t> out) const {
    std::ranges::fill(out, std::uint8_t{0});
    for (std::int32_t done = 0; done < count;) {
      done += disc_.read_sectors(first + done, count - done,
                                 out.subspan(static_cast<std::size_t>(done) * kSectorSize));
      if (done < count) ++done;
    }
  }

  const Disc& disc_;
  const ConvertOptions& options_;
};

std::uint64_t bytes_of(const Piece& piece) {
  return static_cast<std::uint64_t>(piece.sectors) * kSectorSize;
}

// Takes what a writer would and holds it against what was written.
class Comparer final : public AudioWriter {
 public:
  Comparer(const ByteSource& written, std::uint64_t offset, const fs::path& path)
      : written_(written), offset_(offset), path_(path) {}

  void write(std::span<const std::uint8_t> samples) override {
    bytes_.resize(samples.size());
    read_exactly(written_, offset_, bytes_);
    if (!std::ranges::equal(samples, bytes_)) fail();
    offset_ += samples.size();
  }
  void finish() override {}

  [[noreturn]] void fail() const {
    throw Error(ErrorCode::unwritable, path_.string(),
                "other samples were read back, expected those of the source");
  }

 private:
  const ByteSource& written_;
  std::uint64_t offset_;
  const fs::path& path_;
  std::vector<std::uint8_t> bytes_;
};

std::string name_of_piece(const Disc& disc, const Piece& piece) {
  if (!piece.pregap) return fmt::format("Track {:02}", piece.number);
  const bool first = piece.number == disc.tracks.front().number;
  return first ? "Track 00" : fmt::format("Track {:02} pregap", piece.number);
}

// One track into the file that `out` names, or all into the folder.
std::vector<fs::path> names_for(const Disc& disc, std::vector<Piece>& pieces, const fs::path& out,
                                std::string_view ending, const ConvertOptions& options) {
  if (options.track) {
    std::erase_if(pieces, [&](const Piece& p) { return p.number != *options.track || p.pregap; });
    if (pieces.empty()) {
      throw Error(ErrorCode::usage, disc.path.string(),
                  fmt::format("track {} is no audio track, expected one", *options.track));
    }
  }
  std::error_code ignored;
  const bool folder = fs::is_directory(out, ignored) || out.filename().empty() ||
                      out.extension() != fmt::format(".{}", ending);
  if (!folder && pieces.size() == 1) return {out};
  if (!folder) {
    const auto tracks = std::ranges::count(pieces, false, &Piece::pregap);
    throw Error(
        ErrorCode::usage, disc.path.string(),
        fmt::format("{} for one file, expected one",
                    tracks == 1 ? "an audio track and its pregap" : counted(tracks, "audio track")),
        fmt::format("--track N chooses one; a folder and --to {} takes all", ending));
  }
  std::error_code error;
  fs::create_directories(out, error);
  if (!fs::is_directory(out, ignored)) {
    throw Error(ErrorCode::unwritable, out.string(),
                error ? fmt::format("{}, expected a folder for the tracks", error.message())
                      : "no folder, expected one for the tracks");
  }
  std::vector<fs::path> names;
  for (const Piece& piece : pieces) {
    fs::path name = out / fmt::format("{}.{}", name_of_piece(disc, piece), ending);
    if (std::ranges::find(names, name) != names.end()) {  // numbers begin again in each session
      name =
          out / fmt::format("Session {} {}.{}", piece.session, name_of_piece(disc, piece), ending);
    }
    names.push_back(std::move(name));
  }
  return names;
}

// Samples as a sound file gives them back.
std::unique_ptr<ByteSource> samples_in(const fs::path& path, AudioEncoding encoding) {
  if (encoding == AudioEncoding::flac) return decode_audio(open_file(path)).samples;
  return open_file(path);
}

void prove_samples(const Disc& disc, const ConvertOptions& options, const Piece& piece,
                   const fs::path& path, AudioEncoding encoding) {
  const std::unique_ptr<ByteSource> written = samples_in(path, encoding);
  const bool wave = encoding == AudioEncoding::wave;
  const formats::WaveData data = wave ? formats::find_wave_data(*written)
                                      : formats::WaveData{.offset = 0, .size = written->size()};
  Comparer comparer(*written, data.offset, path);
  if (data.size != bytes_of(piece)) comparer.fail();
  TrackCopy(disc, options).write(piece, comparer);
}

// A folder that was made for the tracks goes again if nothing comes of it.
class MadeFolder {
 public:
  explicit MadeFolder(const fs::path& out) {
    std::error_code ignored;
    if (!fs::exists(out, ignored)) path_ = out;
  }
  ~MadeFolder() {
    std::error_code ignored;
    if (!path_.empty() && fs::is_directory(path_, ignored)) {
      fs::remove(path_, ignored);  // not if something is in it
    }
  }
  MadeFolder(const MadeFolder&) = delete;
  MadeFolder& operator=(const MadeFolder&) = delete;

 private:
  fs::path path_;
};

}  // namespace

ConvertReport convert_to_audio(const Disc& disc, std::string_view format, const fs::path& out,
                               const ConvertOptions& options) {
  require_options_fit(out, options);
  std::vector<Piece> pieces = pieces_of(disc);
  if (std::ranges::all_of(disc.tracks, &Track::is_data)) {
    throw Error(ErrorCode::usage, disc.path.string(), "no audio track, expected at least one");
  }
  ConvertReport report;
  report.problems = disc.problems;
  report.losses = losses_to_audio(disc, options.track);
  refuse_loss(options, out, report.losses);
  if (is_faulty(disc) && !options.keep_damaged) return report;
  if (pieces.empty()) {
    throw Error(ErrorCode::unreadable, disc.path.string(),
                "audio tracks of which nothing is stored, expected their sectors");
  }
  const AudioEncoding encoding = format == "flac" ? AudioEncoding::flac : AudioEncoding::wave;
  const MadeFolder made(out);
  const std::vector<fs::path> names = names_for(disc, pieces, out, format, options);
  for (const fs::path& name : names) require_not_a_source(disc, name);
  if (options.before_writing) options.before_writing(report.losses);
  if (options.work.progress != nullptr) {
    for (const Piece& piece : pieces) options.work.progress->add_total(bytes_of(piece));
  }
  std::vector<std::unique_ptr<OutputFile>> files;
  std::vector<OutputFile*> all;
  TrackCopy copy(disc, options);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    files.push_back(std::make_unique<OutputFile>(
        names[i], options.force ? Overwrite::replace : Overwrite::refuse));
    all.push_back(files.back().get());
    const auto writer = make_audio_writer(encoding, bytes_of(pieces[i]), *files.back());
    copy.write(pieces[i], *writer);
    report.sectors += pieces[i].sectors;
  }
  if (options.sync) std::ranges::for_each(all, &OutputFile::flush_to_disk);
  commit_together(all);
  for (const OutputFile* file : all) {
    report.outputs.push_back(file->target());
    report.bytes += file->size();
  }
  if (options.verify) {
    try {
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        prove_samples(disc, options, pieces[i], names[i], encoding);
      }
    } catch (...) {
      for (OutputFile* file : all) file->withdraw();
      throw;
    }
    report.verified = true;
  }
  report.written = true;
  return report;
}

}  // namespace pregap::operations
