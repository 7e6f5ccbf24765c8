// One reader a kind of partition table. Each gives the tables that begin the view; partitions are
// numbered and placed in bytes of the image. Ranges are judged by check_ranges().
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "volumes/contents.h"
#include "volumes/findings.h"
#include "volumes/view.h"

namespace pregap::volumes {

inline constexpr std::uint64_t kMostPartitions = 1024;  // that are listed of one table

std::optional<PartitionTable> read_gpt(const View& view, Contents& out);
// `sector_size` is what its numbers count; the EBRs are followed.
std::optional<PartitionTable> read_mbr(const View& view, std::uint32_t sector_size, Contents& out);
std::optional<PartitionTable> read_apm(const View& view, Contents& out);
std::optional<PartitionTable> read_bsd(const View& view, Contents& out);
std::optional<PartitionTable> read_sun(const View& view, Contents& out);
std::optional<PartitionTable> read_sgi(const View& view, Contents& out);
std::optional<PartitionTable> read_atari(const View& view, Contents& out);

bool is_extended(std::uint8_t mbr_type);
std::string_view mbr_type_name(std::uint8_t type);      // "unknown" for what has no name
std::string_view gpt_type_name(std::string_view guid);  // "unknown" likewise
std::string_view bsd_type_name(std::uint8_t type);

// Partitions that reach beyond the image or over each other. Those of a hybrid lie over each other
// by design, and are notes.
enum class Overlap : bool { fault, by_design };
void check_ranges(const View& view, const PartitionTable& table, Overlap overlap, Contents& out);

constexpr std::uint64_t times(std::uint64_t a, std::uint64_t b) {  // no more than fits
  return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}
constexpr std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

}  // namespace pregap::volumes
