#include "cli/rip_progress.h"

#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "report/rip.h"

namespace pregap::cli {
namespace {

constexpr std::chrono::milliseconds kEvery{250};
constexpr double kSingleSpeed = 75;  // sectors a second
constexpr std::size_t kWidth = 64;

}  // namespace

RipProgressLine::~RipProgressLine() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K\n\x1b[K\x1b[A", stderr);
  std::fflush(stderr);
}

void RipProgressLine::update(const operations::RipProgress& p) {
  using operations::SectorState;
  if (!shown_) return;
  const Clock::time_point now = Clock::now();
  if (now - last_ < kEvery) return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = seconds > 0 ? static_cast<double>(p.sectors_read) / seconds : 0;
  const std::int32_t total = p.map->sectors();
  const std::int32_t good = p.map->count(SectorState::good);
  const std::int32_t doubt = p.map->count(SectorState::in_doubt);
  const std::int32_t bad =
      p.map->count(SectorState::unread) + p.map->count(SectorState::failed_in_block);
  const std::int32_t untried = p.map->count(SectorState::untried);
  const double left = rate > 0 ? (untried + doubt + untried * 0.0) / rate : 0;
  const std::string line = fmt::format(
      "\r\x1b[K{}{}: LBA {}, {}% good, {} in doubt, {} bad, {} errors, {:.1f}x, {:.0f} s left\n"
      "\x1b[K[{}]\x1b[A\r",
      name_of(p.phase), p.pass > 0 ? fmt::format(" {}", p.pass) : "", p.lba.value,
      static_cast<std::int64_t>(good) * 100 / total, doubt, bad, p.errors, rate / kSingleSpeed,
      left, report::map_line(*p.map, kWidth));
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace pregap::cli
