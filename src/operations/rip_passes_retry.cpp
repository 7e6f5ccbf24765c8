// The second half of the passes: what no code vouches for, and what did not read well.
#include <algorithm>

#include "operations/rip_passes.h"

namespace pregap::operations {
namespace {

constexpr std::size_t kMostVotes = 800;  // sectors whose reads are kept, 25 MiB at most
constexpr int kSubchannelPasses = 5;
constexpr std::uint8_t kEnoughEqualReads = 5;
constexpr std::uint16_t kSingleSpeed = 176;  // kB/s

}  // namespace

// Whether reads that agree are proof enough: where there is no code that could say more.
bool RipPasses::may_agree(std::int32_t index, const SectorArray& sector) const {
  if (plan_.stretch_of(index).audio) return true;
  const SectorIdentity identity = identify_sector(sector);
  const bool here = identity.check.sync_good && identity.check.address &&
                    to_lba(*identity.check.address) == plan_.lba_of(index);
  const bool codeless = identity.kind == SectorKind::mode2 || identity.kind == SectorKind::mode0 ||
                        identity.check.edc == EdcState::absent;
  return here && codeless;
}

void RipPasses::confirm() {
  bool any = false;
  for (std::int32_t i = 0; i < plan_.sectors();) {
    const std::int32_t n =
        run_of(i, SectorState::in_doubt, std::max(1, reader_.most_sectors() - 2));
    if (n == 0) {
      ++i;
      continue;
    }
    if (time_is_up()) return;
    if (!any) flush_cache(i);
    any = true;
    std::int32_t lead = 0;
    if (read_overlapping(i, n, lead)) {
      for (std::int32_t k = 0; k < n; ++k) confirm_one(i + k, lead + k);
    }
    i += n;
    report(RipPhase::confirm, i - 1);
  }
}

void RipPasses::confirm_one(std::int32_t index, std::int32_t at) {
  take_subchannel(index, at);
  if (store_.map()[index] != SectorState::in_doubt) return;
  const RawSector data(reader_.data(at).data(), kSectorSize);
  const SectorArray stored = store_.get(index);
  const bool equal = std::ranges::equal(data, stored);
  const bool placed = !jitters() || anchored_ || !plan_.stretch_of(index).audio;
  if (equal && placed && !has(index, kSuspect) && reader_.c2_clean(at) &&
      may_agree(index, stored)) {
    store_.map().set(index, SectorState::good);
    return;
  }
  Votes& votes = votes_of(index);
  if (votes.reads() == 0 && !has(index, kSuspect)) votes.add(stored, {});
  votes.add(data, reader_.c2(at));
  set(index, kSuspect);
  settle(index, votes);
}

// While there is room, the reads of a sector are kept from pass to pass.
Votes& RipPasses::votes_of(std::int32_t index) {
  const auto known = votes_.find(index);
  if (known != votes_.end()) return known->second;
  if (votes_.size() < kMostVotes) return votes_[index];
  spare_ = Votes{};
  return spare_;
}

bool RipPasses::settle(std::int32_t index, Votes& votes) {
  const Stretch& stretch = plan_.stretch_of(index);
  const std::size_t reads = votes.reads();
  std::optional<SectorArray> sector;
  if (!stretch.audio) {
    sector = votes.proven(plan_.lba_of(index));
    if (sector) ++counts_.corrected;
  }
  if (!sector) {
    sector = votes.agreed(jitters() ? 3 : 2);
    const bool proven =
        sector && !stretch.audio && look_at_data(*sector, plan_.lba_of(index)).proven;
    if (sector && !proven && !may_agree(index, *sector)) {
      if (reads >= kEnoughEqualReads) set(index, kConsistent);
      store_.put(index, *sector, SectorState::in_doubt);
      return false;
    }
    if (sector) ++counts_.merged;
  }
  if (!sector) {
    store_.put(index, votes.best(), SectorState::in_doubt);
    return false;
  }
  store_.put(index, *sector, SectorState::good);
  votes_.erase(index);
  return true;
}

void RipPasses::retry_one(std::int32_t index) {
  std::int32_t lead = 0;
  const bool had_data = store_.map()[index] == SectorState::in_doubt;
  set(index, kSuspect, false);
  if (!read_overlapping(index, 1, lead)) {
    set(index, kSuspect);
    if (!had_data) store_.map().set(index, SectorState::unread);
    return;
  }
  const bool jittered = has(index, kSuspect);
  take_subchannel(index, lead);
  const std::span<const std::uint8_t> data = reader_.data(lead);
  if (reader_.sector_size() == kUserDataSize) {
    return store_.put(index, data, SectorState::good);
  }
  set(index, kSuspect);
  if (jittered) {
    if (!had_data) store_.put(index, data, SectorState::in_doubt);
    return;
  }
  Votes& votes = votes_of(index);
  votes.add(RawSector(data.data(), kSectorSize), reader_.c2(lead));
  settle(index, votes);
}

std::vector<std::int32_t> RipPasses::bad_sectors() const {
  std::vector<std::int32_t> bad;
  for (std::int32_t i = 0; i < plan_.sectors(); ++i) {
    if (store_.map()[i] != SectorState::good && !has(i, kConsistent)) bad.push_back(i);
  }
  return bad;
}

void RipPasses::retry_all() {
  for (int pass = 1; pass <= settings_.retries; ++pass) {
    std::vector<std::int32_t> bad = bad_sectors();
    if (pass > 2) std::erase_if(bad, [this](std::int32_t i) { return has(i, kHungAgain); });
    if (bad.empty() || time_is_up()) return;
    counts_.retry_passes = pass;
    mmc_.set_speed(kSingleSpeed * (pass > settings_.retries / 2 ? 4 : 8));
    if (pass % 2 == 0) std::ranges::reverse(bad);
    flush_cache(bad.front());
    for (const std::int32_t index : bad) {
      if (time_is_up()) return;
      retry_one(index);
      report(RipPhase::retry, index, pass);
    }
  }
}

void RipPasses::retry_subchannel() {
  if (!reader_.has_subchannel()) return;
  for (int pass = 1; pass <= std::min(kSubchannelPasses, settings_.retries); ++pass) {
    std::vector<std::int32_t> bad;
    for (std::int32_t i = 0; i < plan_.sectors(); ++i) {
      const bool there = store_.map()[i] == SectorState::good;
      if (there && !has(i, kGoodQ)) bad.push_back(i);
    }
    if (bad.empty()) return;
    flush_cache(bad.front());
    for (const std::int32_t index : bad) {
      if (time_is_up()) return;
      if (read(index, 1).good()) take_subchannel(index, 0);
      report(RipPhase::subchannel, index, pass);
    }
  }
}

}  // namespace pregap::operations
