#include "operations/rip_votes.h"

#include <algorithm>
#include <bit>

namespace pregap::operations {
namespace {

constexpr std::size_t kMostReads = 12;      // kept; the oldest goes
constexpr std::size_t kMostErasures = 400;  // of which nothing comes back
constexpr int kLeastVotes = 3;
constexpr std::size_t kHeaderEnd = 16;

bool is_flagged(const Votes::Read& read, std::size_t byte) {
  return (read.c2[byte / 8] & (0x80U >> (byte % 8))) != 0;
}

int c2_bits(const Votes::Read& read) {
  int bits = 0;
  for (const std::uint8_t byte : read.c2) bits += std::popcount(byte);
  return bits;
}

// Two reads of a sector that the disc does not hold cleanly: few bytes differ.
void add_differences(const Votes::Read& a, const Votes::Read& b, std::bitset<kSectorSize>& into) {
  for (std::size_t i = 0; i < kSectorSize; ++i) {
    if (a.data[i] != b.data[i]) into.set(i);
  }
}

bool header_in_doubt(const Votes::Read& read) {
  for (std::size_t i = 0; i < kHeaderEnd; ++i) {
    if (is_flagged(read, i)) return true;
  }
  return false;
}

}  // namespace

DataLook look_at_data(RawSector sector, Lba lba) {
  const SectorIdentity identity = identify_sector(sector);
  const SectorCheck& check = identity.check;
  DataLook look{.kind = identity.kind};
  if (identity.kind == SectorKind::audio) return look;
  const bool here = check.address && to_lba(*check.address) == lba;
  look.misplaced = check.sync_good && check.address && !here && identity.proven;
  const bool has_proof = check.edc == EdcState::good || identity.kind == SectorKind::mode0;
  look.proven = identity.proven && has_proof && here;
  return look;
}

void Votes::add(RawSector data, std::span<const std::uint8_t> c2) {
  if (reads_.size() == kMostReads) reads_.erase(reads_.begin());
  Read& read = reads_.emplace_back();
  std::ranges::copy(data, read.data.begin());
  std::ranges::copy(c2.first(std::min(c2.size(), read.c2.size())), read.c2.begin());
  read.clean = c2_bits(read) == 0;
}

std::optional<SectorArray> Votes::corrected(const Read& read, Lba lba, SectorKind kind) const {
  CorrectionHints hints{.address = lba};
  for (std::size_t i = 0; i < kSectorSize; ++i) {
    if (is_flagged(read, i)) hints.erasures.set(i);
  }
  for (const Read& other : reads_) {
    std::bitset<kSectorSize> differing;
    add_differences(read, other, differing);
    if (differing.count() <= kMostErasures) hints.erasures |= differing;
  }
  if (hints.erasures.count() > kMostErasures) hints.erasures.reset();
  SectorArray sector = read.data;
  if (!correct_sector(kind, hints, sector).sound) return std::nullopt;
  if (!look_at_data(sector, lba).proven) return std::nullopt;
  return sector;
}

// Where every read was the same and without C2, what is wrong is on the disc itself, and no ripper
// has to mend that.
bool Votes::troubled() const {
  return std::ranges::any_of(
      reads_, [this](const Read& read) { return !read.clean || read.data != reads_.front().data; });
}

std::optional<SectorArray> Votes::proven(Lba lba) const {
  const bool may_correct = troubled();
  for (auto read = reads_.rbegin(); read != reads_.rend(); ++read) {
    const DataLook look = look_at_data(read->data, lba);
    if (look.proven) return read->data;
    if (look.misplaced || !may_correct) continue;
    const SectorIdentity identity = identify_sector(read->data);
    const bool elsewhere = identity.check.sync_good && identity.check.address &&
                           to_lba(*identity.check.address) != lba && !header_in_doubt(*read);
    if (elsewhere) continue;
    // What the sector says of its kind may be among what is wrong.
    for (const SectorKind kind : {SectorKind::mode1, SectorKind::mode2_form1}) {
      if (std::optional<SectorArray> sector = corrected(*read, lba, kind)) return sector;
    }
  }
  return std::nullopt;
}

std::optional<SectorArray> Votes::agreed() const {
  std::size_t most = 0, distinct = 0;
  const Read* winner = nullptr;
  for (std::size_t i = 0; i < reads_.size(); ++i) {
    if (!reads_[i].clean) continue;
    std::size_t equal = 0;
    bool seen = false;
    for (std::size_t j = 0; j < reads_.size(); ++j) {
      if (!reads_[j].clean || reads_[j].data != reads_[i].data) continue;
      ++equal;
      seen = seen || j < i;
    }
    if (!seen) ++distinct;
    if (equal > most) winner = &reads_[i];
    most = std::max(most, equal);
  }
  // Where reads contradicted each other, chance has had more tries.
  if (winner != nullptr && most >= (distinct == 1 ? 2U : 3U)) {
    const auto clean = static_cast<std::size_t>(std::ranges::count(reads_, true, &Read::clean));
    if (2 * most > clean) return winner->data;
  }
  return merged();
}

// The reads of one place: those that differ in few bytes from one of them, if they are most. A read
// that began elsewhere has nothing in common with the others.
std::vector<const Votes::Read*> Votes::of_one_place() const {
  std::vector<const Read*> most;
  for (const Read& read : reads_) {
    std::vector<const Read*> near;
    for (const Read& other : reads_) {
      std::size_t differing = 0;
      for (std::size_t i = 0; i < kSectorSize; ++i) differing += read.data[i] != other.data[i];
      if (differing <= kMostErasures) near.push_back(&other);
    }
    if (near.size() > most.size()) most = std::move(near);
  }
  if (2 * most.size() <= reads_.size()) most.clear();
  return most;
}

std::optional<SectorArray> Votes::merged() const {
  if (reads_.size() < kLeastVotes) return std::nullopt;
  const std::vector<const Read*> reads = of_one_place();
  if (reads.size() < kLeastVotes) return std::nullopt;
  SectorArray result;
  for (std::size_t i = 0; i < kSectorSize; ++i) {
    int votes = 0, best = 0;
    for (const Read* read : reads) {
      if (is_flagged(*read, i)) continue;
      ++votes;
      int equal = 0;
      for (const Read* other : reads) {
        equal += !is_flagged(*other, i) && other->data[i] == read->data[i];
      }
      if (equal > best) result[i] = read->data[i];
      best = std::max(best, equal);
    }
    if (best < kLeastVotes || best < 3 * (votes - best)) return std::nullopt;
  }
  return result;
}

const SectorArray& Votes::best() const {
  return std::ranges::min_element(reads_, {}, c2_bits)->data;
}

}  // namespace pregap::operations
