// Reading a disc in a drive into an image. docs/drives.md tells the whole way.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "operations/rip_accuraterip.h"
#include "operations/rip_disc_ids.h"
#include "operations/rip_passes.h"
#include "pregap/convert.h"
#include "pregap/verify.h"

namespace pregap::operations {

struct RipOptions {
  std::string to;  // "cue", "ccd", "toc", "iso"; empty: as OUT's ending says, "cue" in a folder
  bool split_tracks = false, force = false, resume = false;
  bool twice = false;  // read all of it once more, and compare the tracks' CRCs
  int retries = 16;    // passes over bad places
  std::optional<std::chrono::seconds> time_limit;
  std::optional<int> speed;                         // in multiples of single speed
  std::optional<int> offset;                        // the read offset correction, in samples
  std::filesystem::path offset_table, accuraterip;  // files; empty: none
  bool flush = true;                                // to the disk itself, against power cuts
  std::optional<std::uint8_t> fill;                 // default: 55h of data, 00h of audio
  RipObserver* observer = nullptr;
  std::stop_token stop;
};

// Where the read offset correction comes from.
enum class OffsetSource : std::uint8_t { given, table, built_in, unknown };
std::string_view name_of(OffsetSource source) noexcept;

struct RipTrack {
  int number = 1, session = 1;
  TrackType type = TrackType::audio;
  Lba start, end;           // INDEX 01, and that of the next track or the end
  std::int32_t pregap = 0;  // sectors before it that were read
  std::int32_t unread = 0, in_doubt = 0;
  Hashes hashes;  // crc32, md5, sha1 of [start, end)
  // Of audio:
  double peak = 0;  // of full scale
  std::uint32_t accuraterip_v1 = 0, accuraterip_v2 = 0, frame450 = 0;
  AccurateRipMatch accuraterip;
  std::optional<std::string> test_crc32;  // of the second reading
};

struct RipRange {
  Lba first;
  std::int32_t count = 0;
  bool operator==(const RipRange&) const = default;
};

struct RipReport {
  drive::Identity drive;
  std::optional<drive::Capabilities> capabilities;
  DriveAbilities abilities;
  int offset = 0;
  OffsetSource offset_source = OffsetSource::unknown;
  std::int32_t missing_samples = 0;  // of audio, at its edges, that this drive can't reach
  bool unchecked = false;            // user data alone, checked by the drive only
  bool resumed = false;

  DiscToc toc;
  DiscIds ids;
  bool gaps_known = true;
  std::vector<RipTrack> tracks;
  std::int32_t sectors = 0;
  std::vector<RipRange> unread, in_doubt;
  std::vector<RipRange> same_in_every_read;  // of those in doubt: the disc may well be like that
  std::int64_t bad_q = 0, made_q = 0;        // frames with a bad CRC; made by the layout
  bool subchannel = false;
  std::optional<std::uint32_t> audio_crc32;  // of all audio but its first and last ten sectors
  bool accuraterip_asked = false;
  PassCounts passes;
  std::int64_t commands = 0, sectors_read = 0;
  std::chrono::nanoseconds elapsed{0};
  std::vector<Problem> problems;
  std::vector<Loss> losses;
  std::vector<std::filesystem::path> outputs;
  std::filesystem::path log, json, map;  // where they belong

  // All read and in agreement.
  bool sound() const;
};

// Throws Error: exists, refused, usage, not_found (no disc), unreadable (the drive went away, with
// the work kept), stopped, and what converting throws. After an error, the work files and the map
// stay for --resume if anything was read.
RipReport rip(drive::Drive& drive, const std::filesystem::path& out, const RipOptions& options);

}  // namespace pregap::operations
