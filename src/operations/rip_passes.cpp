#include "operations/rip_passes.h"

#include <fmt/format.h>

#include <algorithm>

#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr std::int32_t kMostSkip = 4096;  // sectors left out behind a failed block
constexpr std::size_t kMostVotes = 1200;  // sectors whose reads are kept, some 30 MiB at most
constexpr int kOverlapTries = 6;
constexpr int kSubchannelPasses = 5;
constexpr std::uint8_t kEnoughEqualReads = 5;
constexpr std::uint16_t kSingleSpeed = 176;  // kB/s
constexpr std::uint16_t kFullSpeed = 0xFFFF;

}  // namespace

std::string_view name_of(RipPhase phase) noexcept {
  switch (phase) {
    case RipPhase::copy:
      return "copy";
    case RipPhase::backward:
      return "backward";
    case RipPhase::split:
      return "split";
    case RipPhase::confirm:
      return "confirm";
    case RipPhase::retry:
      return "retry";
    case RipPhase::subchannel:
      return "sub-channel";
    case RipPhase::twice:
      return "twice";
  }
  return "";
}

RipPasses::RipPasses(drive::Mmc& mmc, const RipPlan& plan, RipReader& reader, RipStore& store,
                     const DriveAbilities& abilities, const PassSettings& settings)
    : mmc_(mmc),
      plan_(plan),
      reader_(reader),
      store_(store),
      abilities_(abilities),
      settings_(settings),
      start_(mmc.drive().clock().now()),
      flags_(static_cast<std::size_t>(plan.sectors())),
      tries_(static_cast<std::size_t>(plan.sectors())) {
  // Of what an earlier run left in doubt nothing is known but its bytes.
  for (std::int32_t i = 0; i < plan.sectors(); ++i) {
    if (store.map()[i] == SectorState::in_doubt) set(i, kSuspect);
    const bool old = store.map()[i] != SectorState::untried && reader.has_subchannel();
    if (old && q_crc_is_good(q_of_linear(store.get_subchannel(i)))) set(i, kGoodQ);
  }
}

bool RipPasses::has(std::int32_t index, Flag flag) const {
  return (flags_[static_cast<std::size_t>(index)] & flag) != 0;
}

void RipPasses::set(std::int32_t index, Flag flag, bool on) {
  std::uint8_t& flags = flags_[static_cast<std::size_t>(index)];
  flags = static_cast<std::uint8_t>(on ? flags | flag : flags & ~flag);
}

bool RipPasses::same_in_every_read(std::int32_t index) const { return has(index, kConsistent); }

void RipPasses::run() {
  try {
    copy_forward(RipPhase::copy, Skipping::yes);
    copy_backward();
    split();
    confirm();
    retry_all();
    retry_subchannel();
  } catch (...) {
    store_.save();
    throw;
  }
  for (const std::uint8_t tries : tries_) {
    ++counts_.reads[std::min<std::size_t>(tries, counts_.reads.size() - 1)];
  }
  mmc_.set_speed(kFullSpeed);
  store_.save();
}

bool RipPasses::time_is_up() {
  if (!settings_.time_limit) return false;
  const bool up = mmc_.drive().clock().now() - start_ >= *settings_.time_limit;
  counts_.out_of_time = counts_.out_of_time || up;
  return up;
}

void RipPasses::report(RipPhase phase, std::int32_t index, int pass) {
  store_.save_if_due();
  if (settings_.stop.stop_requested()) {
    throw Error(ErrorCode::stopped, mmc_.name(), "stopped", "--resume goes on from what was read");
  }
  if (settings_.observer == nullptr) return;
  settings_.observer->update({.phase = phase,
                              .pass = pass,
                              .lba = plan_.lba_of(index),
                              .sectors_read = reader_.sectors_read(),
                              .errors = counts_.errors,
                              .elapsed = mmc_.drive().clock().now() - start_,
                              .map = &store_.map()});
}

std::int32_t RipPasses::run_of(std::int32_t from, SectorState state, std::int32_t most) const {
  const Stretch& stretch = plan_.stretch_of(from);
  const std::int32_t end = std::min(stretch.index + stretch.sectors, from + most);
  std::int32_t n = from;
  while (n < end && store_.map()[n] == state) ++n;
  return n - from;
}

// Two sectors of every block are for the overlaps.
void RipPasses::copy_forward(RipPhase phase, Skipping skipping) {
  const std::int32_t block = std::max(1, reader_.most_sectors() - 2);
  std::int32_t skip = 0;
  for (std::int32_t i = 0; i < plan_.sectors();) {
    const std::int32_t n = run_of(i, SectorState::untried, block);
    if (n == 0) {
      ++i;
      continue;
    }
    if (time_is_up()) return;
    if (read_block(i, n)) {
      skip = 0;
      i += n;
    } else {
      for (std::int32_t k = 0; k < n; ++k) store_.map().set(i + k, SectorState::failed_in_block);
      i += n + (skipping == Skipping::yes ? skip : 0);
      skip = std::min(std::max(2 * skip, block), kMostSkip);
    }
    report(phase, std::min(i, plan_.sectors()) - 1);
  }
}

void RipPasses::copy_backward() {
  const std::int32_t block = std::max(1, reader_.most_sectors() - 2);
  for (std::int32_t end = plan_.sectors(); end > 0;) {
    std::int32_t i = end - 1;
    if (store_.map()[i] != SectorState::untried) {
      --end;
      continue;
    }
    const std::int32_t lowest = std::max(plan_.stretch_of(i).index, end - block);
    while (i > lowest && store_.map()[i - 1] == SectorState::untried) --i;
    if (time_is_up()) return;
    if (!read_block(i, end - i)) {
      for (std::int32_t k = i; k < end; ++k) store_.map().set(k, SectorState::failed_in_block);
    }
    report(RipPhase::backward, i);
    end = i;
  }
}

void RipPasses::split() {
  for (std::int32_t i = 0; i < plan_.sectors(); ++i) {
    if (store_.map()[i] != SectorState::failed_in_block) continue;
    if (time_is_up()) return;
    retry_one(i);
    report(RipPhase::split, i);
  }
}

RipReader::Bounds RipPasses::bounds_of(const Stretch& stretch) const {
  const std::vector<Stretch>& all = plan_.stretches();
  std::size_t low = static_cast<std::size_t>(&stretch - all.data()), high = low;
  while (low > 0 && all[low - 1].audio && all[low - 1].end() == all[low].first) --low;
  while (high + 1 < all.size() && all[high + 1].audio && all[high + 1].first == all[high].end()) {
    ++high;
  }
  RipReader::Bounds bounds{all[low].first, all[high].end()};
  if (abilities_.overreads_lead_in && bounds.first == Lba(0)) {
    bounds.first = Lba(-kLeadInFrames);
  }
  if (abilities_.overreads_lead_out && high + 1 == all.size()) bounds.end = bounds.end + 100;
  return bounds;
}

// One command; a drive that is gone ends the work.
drive::Reply RipPasses::read(std::int32_t index, std::int32_t count) {
  const Stretch& stretch = plan_.stretch_of(index);
  const Lba lba = stretch.first + (index - stretch.index);
  const drive::Reply reply = reader_.read(lba, count, stretch.audio, bounds_of(stretch));
  if (reply.good()) {
    for (std::int32_t i = index; i < index + count; ++i) {
      std::uint8_t& tries = tries_[static_cast<std::size_t>(i)];
      tries = static_cast<std::uint8_t>(std::min(255, tries + 1));
    }
    return reply;
  }
  ++counts_.errors;
  const bool lost = reply.outcome == drive::Outcome::gone ||
                    (reply.outcome == drive::Outcome::check_condition && reply.sense.key == 0x02 &&
                     reply.sense.asc == drive::kNoMedium.asc);
  if (lost) {
    const bool gone = reply.outcome == drive::Outcome::gone;
    throw Error(ErrorCode::unreadable, fmt::format("{}:LBA {}", mmc_.name(), lba.value),
                gone ? "the drive is gone, expected it to go on reading"
                     : "the disc is gone, expected it to stay in the drive",
                "what was read is kept: --resume goes on from it");
  }
  if (reply.outcome == drive::Outcome::timed_out) {
    ++counts_.timeouts;
    if (count == 1) set(index, has(index, kHung) ? kHungAgain : kHung);
    mmc_.require_ready();
  }
  return reply;
}

bool RipPasses::trusted(std::int32_t index) const {
  const SectorState state = store_.map()[index];
  return state == SectorState::good || (state == SectorState::in_doubt && !has(index, kSuspect));
}

bool RipPasses::overlap_agrees(std::int32_t index, std::int32_t at) const {
  if (!reader_.c2_clean(at)) return true;  // says nothing
  const SectorArray stored = store_.get(index);
  return std::ranges::equal(reader_.data(at), std::span(stored).first(reader_.sector_size()));
}

// What was taken for read does not fit to what is read now: it is read again.
void RipPasses::disown(std::int32_t index) {
  if (store_.map()[index] == SectorState::in_doubt) {
    store_.map().set(index, SectorState::untried);
  }
}

// Sectors from `index` on are in the reader behind `lead` others. Audio whose overlaps don't agree
// is read again; where they go on to disagree, both sides are in doubt.
bool RipPasses::read_overlapping(std::int32_t index, std::int32_t count, std::int32_t& lead) {
  const Stretch& stretch = plan_.stretch_of(index);
  const std::int32_t end = stretch.index + stretch.sectors;
  const bool audio = stretch.audio;
  const bool before = audio && index > stretch.index && trusted(index - 1);
  const bool behind = audio && index + count < end && trusted(index + count);
  lead = before ? 1 : 0;
  const std::int32_t whole = count + lead + (behind ? 1 : 0);
  for (int i = 0; i < kOverlapTries; ++i) {
    if (!read(index - lead, whole).good()) {
      if (whole == count) return false;
      lead = 0;  // it may be the overlap that can't be read now
      return read(index, count).good();
    }
    const bool agrees = (!before || overlap_agrees(index - 1, 0)) &&
                        (!behind || overlap_agrees(index + count, whole - 1));
    if (agrees) return true;
    ++counts_.jitter;
    if (i + 1 < kOverlapTries) flush_cache(index);
  }
  if (before && !overlap_agrees(index - 1, 0)) disown(index - 1);
  if (behind && !overlap_agrees(index + count, whole - 1)) disown(index + count);
  for (std::int32_t i = index; i < index + count; ++i) set(i, kSuspect);
  return true;
}

bool RipPasses::read_block(std::int32_t index, std::int32_t count) {
  for (std::int32_t i = index; i < index + count; ++i) set(i, kSuspect, false);
  std::int32_t lead = 0;
  if (!read_overlapping(index, count, lead)) return false;
  for (std::int32_t i = 0; i < count; ++i) take(index + i, lead + i);
  return true;
}

void RipPasses::take_subchannel(std::int32_t index, std::int32_t at) {
  if (!reader_.has_subchannel() || has(index, kGoodQ)) return;
  const SubchannelBytes sub = reader_.subchannel(at);
  const bool good = q_crc_is_good(q_of_linear(sub));
  if (good) set(index, kGoodQ);
  store_.put_subchannel(index, sub);
}

// A first read of a sector.
void RipPasses::take(std::int32_t index, std::int32_t at) {
  take_subchannel(index, at);
  const std::span<const std::uint8_t> data = reader_.data(at);
  if (reader_.sector_size() == kUserDataSize) {  // the drive has checked it
    return store_.put(index, data, SectorState::good);
  }
  const bool audio = plan_.stretch_of(index).audio;
  const DataLook look =
      audio ? DataLook{} : look_at_data(RawSector(data.data(), kSectorSize), plan_.lba_of(index));
  if (!audio && look.proven) return store_.put(index, data, SectorState::good);
  if (!reader_.c2_clean(at) || look.misplaced) set(index, kSuspect);
  store_.put(index, data, SectorState::in_doubt);
}

void RipPasses::flush_cache(std::int32_t index) {
  if (settings_.cache_sectors <= 0) return;
  const std::vector<Stretch>& all = plan_.stretches();
  const Stretch& stretch = plan_.stretch_of(index);
  const Stretch* widest = &*std::ranges::max_element(all, {}, &Stretch::sectors);
  const Stretch& where = stretch.sectors > settings_.cache_sectors ? stretch : *widest;
  reader_.flush_cache(plan_.lba_of(index), where.first, where.end(), settings_.cache_sectors);
}

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
  if (equal && !has(index, kSuspect) && reader_.c2_clean(at) && may_agree(index, stored)) {
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
    sector = votes.agreed();
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

void RipPasses::read_again(
    const std::function<void(std::int32_t, std::span<const std::uint8_t>)>& take) {
  flush_cache(0);
  const std::int32_t block = std::max(1, reader_.most_sectors() - 2);
  for (const Stretch& stretch : plan_.stretches()) {
    const std::int32_t end = stretch.index + stretch.sectors;
    for (std::int32_t i = stretch.index; i < end;) {
      const std::int32_t n = std::min(block, end - i);
      const bool whole = read(i, n).good();
      for (std::int32_t k = 0; k < n; ++k) {
        const bool there = whole || read(i + k, 1).good();
        take(i + k, there ? reader_.data(whole ? k : 0) : std::span<const std::uint8_t>{});
      }
      i += n;
      report(RipPhase::twice, i - 1);
    }
  }
}

}  // namespace pregap::operations
