#include "drive/simulated_faults.h"

#include <algorithm>

namespace pregap::drive {
namespace {

enum Draw : std::uint64_t { kScratch = 1, kC2, kSilent, kJitter, kQ, kFlaky };

// splitmix64: a number from a number.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

constexpr int kMostJitter = 40;  // samples

}  // namespace

std::uint64_t SimulatedFaults::draw(std::uint64_t what, std::uint64_t a, std::uint64_t b) const {
  return mix(mix(mix(mix(options_.seed) ^ what) ^ a) ^ b);
}

bool SimulatedFaults::reads(Lba lba) {
  if (holds(options_.unreadable, lba)) return false;
  const std::uint64_t n = ++tries_[lba.value];
  if (!holds(options_.flaky, lba)) return true;
  const std::uint64_t period = static_cast<std::uint64_t>(options_.flaky_period);
  const std::uint64_t phase = draw(kFlaky, static_cast<std::uint64_t>(lba.value)) % period;
  return n % period == phase;
}

std::int64_t SimulatedFaults::jitter() {
  if (options_.jitter == 0) return 0;
  const std::uint64_t n = draw(kJitter, ++audio_reads_);
  if (n % static_cast<std::uint64_t>(options_.jitter) != 0) return 0;
  const std::int64_t size = 1 + static_cast<std::int64_t>((n >> 32) % kMostJitter);
  return (n >> 63) != 0 ? size : -size;
}

void SimulatedFaults::spoil_bytes(Lba lba, std::uint64_t what, std::uint64_t read,
                                  std::uint64_t places, bool flagged,
                                  SimulatedSector& sector) const {
  const std::uint64_t address = static_cast<std::uint64_t>(lba.value);
  for (int i = 0; i < options_.wrong_bytes; ++i) {
    const std::uint64_t key = static_cast<std::uint64_t>(i) << 32;
    const std::size_t at = draw(what, address, key | places) % kSectorSize;
    const std::uint64_t value = draw(what + 100, address, key | read);
    sector.data[at] ^= static_cast<std::uint8_t>(1 + value % 255);
    if (flagged) sector.c2[at / 8] |= static_cast<std::uint8_t>(0x80U >> (at % 8));
  }
}

void SimulatedFaults::spoil(Lba lba, SimulatedSector& sector) {
  const std::uint64_t read = tries_[lba.value];
  const std::uint64_t address = static_cast<std::uint64_t>(lba.value);
  if (holds(options_.scratch, lba)) spoil_bytes(lba, kScratch, read, 0, true, sector);
  if (holds(options_.c2, lba)) spoil_bytes(lba, kC2, read, read, true, sector);
  if (holds(options_.silent, lba) && draw(kSilent, address, read) % 3 == 0) {
    spoil_bytes(lba, kSilent, read, read, false, sector);
  }
  if (options_.q_errors == 0) return;
  const std::uint64_t q = draw(kQ, address, read);
  if (q % static_cast<std::uint64_t>(options_.q_errors) == 0) {
    sector.subchannel[12 + (q >> 32) % 12] ^= static_cast<std::uint8_t>(1U << (q >> 48) % 8);
  }
}

const SimulatedSector* SimulatedFaults::cached(Lba lba) const {
  const auto at = cache_.find(lba.value);
  return at == cache_.end() ? nullptr : &at->second;
}

void SimulatedFaults::keep(Lba lba, const SimulatedSector& sector) {
  if (options_.cache == 0 || cache_.contains(lba.value)) return;
  if (cache_order_.size() == static_cast<std::size_t>(options_.cache)) {
    cache_.erase(cache_order_.front());
    cache_order_.pop_front();
  }
  cache_.emplace(lba.value, sector);
  cache_order_.push_back(lba.value);
}

}  // namespace pregap::drive
