// The files that a TOC names, opened: where samples or sectors lie in each. In audio tracks, a file
// that begins like a WAVE or FLAC file, or is named and begins like another kind of sound file, is
// one; all others are raw samples.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "formats/toc.h"
#include "pregap/open.h"

namespace pregap::formats {

bool is_in_file(const TocPiece& piece) noexcept;

struct TocImage {
  std::string name;      // as written
  bool audio = false;    // named in an audio track
  std::size_t file = 0;  // index into Disc::files
  bool sound = false;    // samples of a sound file: their low byte comes first
  std::uint64_t begin = 0, end = 0;
};

class TocFiles {
 public:
  // Files and problems go to `disc`. `path` is the sheet's.
  TocFiles(const std::filesystem::path& path, const OpenOptions& options, Disc& disc)
      : path_(path), options_(options), disc_(disc) {}

  // The file of a piece, if it has one and it isn't open yet.
  void open(const TocPiece& piece);

  const TocImage& image_of(const TocPiece& piece) const;  // which was opened

 private:
  const TocImage* find(const TocPiece& piece) const;
  std::size_t file_of(const std::filesystem::path& path, std::string_view encoding) const;
  bool is_sound_file(const ByteSource& file, const std::filesystem::path& path,
                     const std::string& place);
  void open_wave(TocImage& image);

  const std::filesystem::path path_;
  const OpenOptions& options_;
  Disc& disc_;
  std::vector<TocImage> images_;  // by name
};

}  // namespace pregap::formats
