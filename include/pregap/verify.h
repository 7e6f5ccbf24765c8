// Every check that an image allows, sector by sector.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pregap/check.h"
#include "pregap/disc.h"
#include "pregap/work.h"

namespace pregap {

enum class Verdict : std::uint8_t {
  good,        // everything that carries a check agrees
  repairable,  // faults, and every one of them can be mended from the image itself
  damaged,     // something is lost, or missing from its file
  unchecked,   // nothing in it carries a check
};
std::string_view name_of(Verdict verdict) noexcept;

// Neighbouring sectors with the same faults and the same fate.
struct BadRange {
  Lba first;
  std::int32_t count = 0;
  FaultSet faults;
  bool repairable = false;
};

struct Tally {
  std::array<std::int64_t, kSectorKinds> kinds{};  // by SectorKind; pregaps included
  std::array<std::int64_t, kFaults> faults{};      // sectors with that fault
  std::array<std::int64_t, kNotes> notes{};
  std::int64_t sectors = 0, repairable = 0, unrepairable = 0;
  std::int64_t filled = 0;                     // part of unrepairable
  std::map<std::uint8_t, std::int64_t> fills;  // filled ones by byte value
  std::int64_t checked = 0;                    // sectors with something to check

  std::int64_t bad() const { return repairable + unrepairable; }
  Tally& operator+=(const Tally& other);
};

// Name and lower-case hexadecimal value: {"md5", "d41d8c..."}.
using Hashes = std::vector<std::pair<std::string, std::string>>;

struct TrackReport {
  const Track* track = nullptr;
  Tally tally;
  std::vector<BadRange> bad;
  Hashes hashes;  // of its stored bytes, pregap included
};

struct FileHashes {
  std::size_t file = 0;  // index into Disc::files
  Hashes hashes;         // of the whole file
};

// What the Q frames of the stored sectors say. Those with a bad CRC count in Tally::faults too, and
// nowhere else: they are neither bad sectors nor part of the verdict.
struct SubchannelReport {
  std::int64_t frames = 0, bad = 0;
  std::int64_t elsewhere = 0;  // good ones that don't agree with the layout: see the problems
  std::string mcn;             // as most of its frames have it; empty where there is none
  std::vector<std::pair<const Track*, std::string>> isrcs;
};

// A file, or a folder with "/" at its end, that has bad sectors.
struct HitFile {
  const Track* track = nullptr;  // on which its volume lies
  std::string path;              // from the volume's root
  std::vector<Lba> lbas;         // rising
  bool repairable = true;        // all of them
};

struct VerifyReport {
  Verdict verdict = Verdict::unchecked;
  Tally tally;
  std::vector<TrackReport> tracks;
  std::vector<FileHashes> files;  // if hashes were asked for
  std::optional<SubchannelReport> subchannel;
  std::vector<HitFile> hit_files;  // of ISO 9660 volumes
  std::vector<Problem> problems;   // the disc's own, and what only the whole pass could show
};

struct VerifyOptions {
  WorkOptions work;
  // "crc32", "md5", "sha1", "sha256", "sha384", "sha512": taken from the same read.
  std::vector<std::string> hashes;
};

// Reads every stored sector once. `disc` must outlive the report. Throws Error(unreadable) when a
// file can't be read to its end, Error(stopped) when asked to stop, Error(usage) for an unknown
// hash.
VerifyReport verify(const Disc& disc, const VerifyOptions& options = {});

}  // namespace pregap
