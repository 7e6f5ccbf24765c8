// The files that a TOC names, opened: where samples or sectors lie in each.
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
  std::size_t file = 0;  // index into Disc::files
  bool wave = false;     // samples with their low byte first
  std::uint64_t begin = 0, end = 0;
};

class TocFiles {
 public:
  // Files and problems go to `disc`. `path` is the sheet's.
  TocFiles(const std::filesystem::path& path, const OpenOptions& options, Disc& disc)
      : path_(path), options_(options), disc_(disc) {}

  // The file of a piece, if it has one and it isn't open yet.
  void open(const TocTrack& track, const TocPiece& piece);

  const TocImage& image_of(const TocPiece& piece) const;  // which was opened

 private:
  void open_wave(TocImage& image, const TocPiece& piece, bool named);

  const std::filesystem::path path_;
  const OpenOptions& options_;
  Disc& disc_;
  std::vector<TocImage> images_;  // by name
};

}  // namespace pregap::formats
