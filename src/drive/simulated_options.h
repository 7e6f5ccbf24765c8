// What a simulated drive holds and what is wrong with it, as "simulated:IMAGE?KEY=VALUE&..." tells
// it. docs/drives.md describes every key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drive/drive.h"
#include "drive/mmc.h"
#include "pregap/address.h"

namespace pregap::drive {

struct LbaRange {
  Lba first, last;  // both belong to it
  bool holds(Lba lba) const { return first <= lba && lba <= last; }
};
using LbaRanges = std::vector<LbaRange>;
bool holds(const LbaRanges& ranges, Lba lba);

enum class Overread : std::uint8_t { none, lead_in, lead_out, both };

struct SimulatedOptions {
  std::filesystem::path image;
  std::uint64_t seed = 0;

  LbaRanges unreadable;  // never read
  LbaRanges flaky;       // read once in `flaky_period` tries
  int flaky_period = 4;
  LbaRanges scratch;    // the same bytes wrong in every read, with C2
  LbaRanges c2;         // other bytes wrong in every read, with C2
  LbaRanges silent;     // other bytes wrong in some reads, without C2
  int wrong_bytes = 8;  // how many of a sector, of scratch, c2 and silent
  LbaRanges hang;       // no answer to reads there

  int jitter = 0;    // of so many audio reads one begins some samples off; 0: none
  int q_errors = 0;  // of so many Q frames one is wrong
  int cache = 0;     // sectors that are given again without being read
  int offset = 0;    // the read offset correction that the drive needs, in samples
  Overread overread = Overread::none;

  std::optional<std::int64_t> hang_at, gone_after, die_after;  // counted in commands
  BlockOrder order = BlockOrder::data_c2_sub;
  bool no_medium = false;
  bool no_c2 = false, no_subchannel = false, no_raw_subchannel = false, no_full_toc = false;
  bool no_cd_text = false, no_read_cd = false;
  bool bare = false;  // READ CD gives data sectors without EDC and parity, addresses in binary
  std::string vendor = "PREGAP", model = "SIMULATED DRIVE";
};

inline constexpr std::string_view kSimulatedPrefix = "simulated:";
bool is_simulated(std::string_view name);

// Throws Error(usage), with the key, for what it does not know.
SimulatedOptions parse_simulated(const std::string& name);

}  // namespace pregap::drive
